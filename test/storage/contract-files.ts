import assert from 'node:assert/strict';
import { describe } from 'vitest';
import { comparePaths, FileNotFound, InvalidPath, readAll } from '../../src/storage/index.ts';
import { bytes, type Case, collect, paths, text } from './case.ts';

const ODD_NAMES = [
  'with space.csv',
  'per%20cent%.csv',
  'plus+plus.csv',
  'umlaut-ü.csv',
  'question?#.csv',
  'emoji-😀.csv',
  'private-\u{e000}.csv',
  '...dots',
  '~tilde',
  'a=b&c=d',
];

const IMPOSSIBLE_PATHS = [
  '',
  'raw',
  'raw/',
  '/raw/a',
  'raw//a',
  'raw/../a',
  'raw/..',
  'raw/./a',
  'raw/a\0b',
  'raw/a\\b',
  'raw/\ud800',
  '../raw/a',
  '.staging/a',
];

/** What a file is, and what can be its path. */
export function filesContract(name: string, check: Case): void {
  describe(`${name}: files`, () => {
    check('gives back what was put in, with size, whole milliseconds and an ETag', async ({ storage }) => {
      assert.equal(await storage.create('raw/2026/01/a.csv', bytes('hello')), 'created');
      const info = await storage.head('raw/2026/01/a.csv');
      assert.equal(text(await readAll(storage, 'raw/2026/01/a.csv')), 'hello');
      assert.equal(info?.path, 'raw/2026/01/a.csv');
      assert.equal(info.size, 5);
      assert.ok(Number.isInteger(info.lastModified.getTime()));
      const [listed] = await collect(storage.list('raw/'));
      assert.deepEqual(listed?.lastModified, info.lastModified);
      assert.ok(info.etag.length > 0);
    });

    check('keeps the same ETag as long as the content stays, for every driver on the store', async (under) => {
      await under.storage.create('raw/a', bytes('one'));
      const etag = (await under.storage.head('raw/a'))?.etag;
      assert.equal((await under.another.head('raw/a'))?.etag, etag);
      await under.another.replace('raw/a', bytes('two'));
      const changed = (await under.storage.head('raw/a'))?.etag;
      assert.notEqual(changed, etag);
      assert.equal((await under.another.head('raw/a'))?.etag, changed);
    });

    check('holds files of zero bytes', async ({ storage }) => {
      assert.equal(await storage.create('raw/empty', new Uint8Array(0)), 'created');
      assert.equal((await storage.head('raw/empty'))?.size, 0);
      assert.equal((await readAll(storage, 'raw/empty')).length, 0);
      assert.deepEqual(await paths(storage.list('raw/')), ['raw/empty']);
      const etag = (await storage.head('raw/empty'))?.etag ?? '';
      assert.equal((await readAll(storage, 'raw/empty', { ifMatch: etag })).length, 0);
    });

    check('takes odd names as they are', async ({ storage }) => {
      for (const odd of ODD_NAMES) assert.equal(await storage.create(`raw/${odd}`, bytes(odd)), 'created');
      for (const odd of ODD_NAMES) {
        assert.equal(text(await readAll(storage, `raw/${odd}`)), odd);
        assert.equal((await storage.head(`raw/${odd}`))?.path, `raw/${odd}`);
      }
      const expected = ODD_NAMES.map((odd) => `raw/${odd}`).sort(comparePaths);
      assert.deepEqual(await paths(storage.list('raw/')), expected);
      for (const odd of ODD_NAMES) await storage.delete(`raw/${odd}`);
      assert.deepEqual(await paths(storage.list('raw/')), []);
    });

    check('refuses what cannot be a path, in every operation', async ({ storage }) => {
      for (const path of IMPOSSIBLE_PATHS) {
        const refused = (error: unknown): boolean => error instanceof InvalidPath && error.path === path;
        await assert.rejects(async () => storage.head(path), refused, `head ${path}`);
        await assert.rejects(async () => readAll(storage, path), refused, `read ${path}`);
        await assert.rejects(async () => storage.create(path, bytes('x')), refused, `create ${path}`);
        await assert.rejects(async () => storage.replace(path, bytes('x')), refused, `replace ${path}`);
        await assert.rejects(async () => storage.delete(path), refused, `delete ${path}`);
      }
      for (const prefix of ['', 'raw', '/', '/raw/', 'raw/../', 'raw//', '.staging/']) {
        await assert.rejects(async () => paths(storage.list(prefix)), InvalidPath, `list ${prefix}`);
      }
    });

    check('knows no folders: the path of one is no file', async ({ storage }) => {
      await storage.create('raw/folder/a', bytes('x'));
      assert.equal(await storage.head('raw/folder'), null);
      assert.equal(await storage.head('raw/folder/a/below'), null);
      await assert.rejects(readAll(storage, 'raw/folder'), FileNotFound);
      await storage.delete('raw/folder');
      assert.equal(text(await readAll(storage, 'raw/folder/a')), 'x');
    });
  });
}
