import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { copyIntoRaw, localFiles } from '../../src/cli/raw-copy.ts';
import { UsageError } from '../../src/present/usage-error.ts';
import { InvalidPath, localStorage, type Storage } from '../../src/storage/index.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** A folder with files to copy, and a lake. */
async function prepare(files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'raw-copy-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  const lake = join(folder, 'lake');
  return { folder, lake, storage: localStorage(lake) };
}

/** Where the lake would be, for leaving it out of folders that hold it. */
const LAKE = join(tmpdir(), 'audit-lake-elsewhere');

async function copyAll(storage: Storage, paths: readonly string[], into = ''): Promise<string[]> {
  const copied: string[] = [];
  for (const file of await localFiles(paths, into, LAKE)) copied.push(await copyIntoRaw(storage, file));
  return copied;
}

const beginningOf = (content: string) => createHash('sha256').update(content).digest('hex').slice(0, 8);

describe('a copy into the raw zone', () => {
  it('copies a file to raw/<base name>, its modification time in whole milliseconds kept', async () => {
    const { folder, lake, storage } = await prepare({ 'deep/a.csv': 'content' });
    const modified = new Date('2026-03-01T10:11:12.345Z');
    await utimes(join(folder, 'deep/a.csv'), modified, modified.getTime() / 1000 + 0.000_4);
    assert.deepEqual(await copyAll(storage, [join(folder, 'deep/a.csv')]), ['raw/a.csv']);
    assert.equal(await readFile(join(lake, 'raw/a.csv'), 'utf8'), 'content');
    assert.equal((await storage.head('raw/a.csv'))?.lastModified.getTime(), modified.getTime());
    assert.equal(await readFile(join(folder, 'deep/a.csv'), 'utf8'), 'content', 'the source stays');
  });

  for (const into of ['acme-eu', 'acme-eu/', 'acme-eu///']) {
    it(`--into ${into} puts it below that prefix`, async () => {
      const { folder, storage } = await prepare({ 'a.csv': 'x' });
      assert.deepEqual(await copyAll(storage, [join(folder, 'a.csv')], into), ['raw/acme-eu/a.csv']);
    });
  }

  for (const into of ['../outside', '/absolute', 'a/../../b', 'a//b', '.']) {
    it(`--into ${into} is refused: no copy leaves the raw zone`, async () => {
      const { folder, lake, storage } = await prepare({ 'a.csv': 'x' });
      await assert.rejects(copyAll(storage, [join(folder, 'a.csv')], into), InvalidPath);
      assert.equal(await stat(lake).catch(() => null), null);
    });
  }

  it('writes nothing where the same content is there under that name', async () => {
    const { folder, lake, storage } = await prepare({ 'one/a.csv': 'same', 'two/a.csv': 'same' });
    await copyAll(storage, [join(folder, 'one/a.csv')]);
    const before = await stat(join(lake, 'raw/a.csv'));
    await utimes(join(folder, 'two/a.csv'), 1, 1);
    assert.deepEqual(await copyAll(storage, [join(folder, 'two/a.csv')]), ['raw/a.csv']);
    assert.deepEqual((await stat(join(lake, 'raw/a.csv'))).mtimeMs, before.mtimeMs);
    assert.deepEqual(await readdir(join(lake, 'raw')), ['a.csv']);
  });

  for (const [name, expected] of [
    ['a.csv', 'a-#.csv'],
    ['a.csv.gz', 'a-#.csv.gz'],
    ['a.b.csv.gz', 'a.b-#.csv.gz'],
    ['a.csv.zst', 'a-#.csv.zst'],
    ['a.gz', 'a-#.gz'],
    ['audit-2026-03-01T10.11.csv', 'audit-2026-03-01T10.11-#.csv'],
    ['noextension', 'noextension-#'],
    ['.hidden', '.hidden-#'],
  ] as const) {
    it(`${name} with other content goes to ${expected.replace('#', '<8 hex>')}, and never over the first`, async () => {
      const { folder, lake, storage } = await prepare({ [`one/${name}`]: 'first', [`two/${name}`]: 'other' });
      const copied = await copyAll(storage, [join(folder, 'one', name), join(folder, 'two', name)]);
      const distinct = expected.replace('#', beginningOf('other'));
      assert.deepEqual(copied, [`raw/${name}`, `raw/${distinct}`]);
      assert.equal(await readFile(join(lake, 'raw', name), 'utf8'), 'first');
      assert.equal(await readFile(join(lake, 'raw', distinct), 'utf8'), 'other');
      assert.deepEqual(await copyAll(storage, [join(folder, 'two', name)]), [`raw/${distinct}`], 'again: nothing new');
      assert.equal((await readdir(join(lake, 'raw'))).length, 2);
    });
  }

  it("takes a folder's files, with their path within it; hidden ones are left out", async () => {
    const { folder, storage } = await prepare({
      'in/b.csv': 'b',
      'in/2026/03/a.csv': 'a',
      'in/.DS_Store': 'x',
      'in/.git/c.csv': 'c',
    });
    assert.deepEqual(await copyAll(storage, [join(folder, 'in')], 'eu'), ['raw/eu/2026/03/a.csv', 'raw/eu/b.csv']);
  });

  it('leaves out the lake where it lies in the folder', async () => {
    const { folder } = await prepare({ 'in/b.csv': 'b', 'in/lake/raw/b.csv': 'b' });
    const files = await localFiles([join(folder, 'in')], '', join(folder, 'in/lake'));
    assert.deepEqual(
      files.map(({ target }) => target),
      ['b.csv'],
    );
  });

  it('refuses what is no regular file, and a name that cannot be a lake path, before anything is copied', async () => {
    const { folder } = await prepare({ 'a.csv': 'a', 'b\\c.csv': 'b' });
    await assert.rejects(localFiles(['/dev/null'], '', LAKE), UsageError);
    await assert.rejects(localFiles([join(folder, 'a.csv'), join(folder, 'b\\c.csv')], '', LAKE), {
      name: 'InvalidPath',
    });
  });

  it('names every path that does not exist, before anything is copied', async () => {
    const { folder, lake, storage } = await prepare({ 'a.csv': 'a' });
    const paths = ['a.csv', 'x.csv', 'y.csv'].map((name) => join(folder, name));
    await assert.rejects(copyAll(storage, paths), (error) => {
      return error instanceof UsageError && /x\.csv, .*y\.csv/.test(error.message) && !/a\.csv/.test(error.message);
    });
    assert.equal(await stat(lake).catch(() => null), null);
  });
});
