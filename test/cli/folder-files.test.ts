import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'vitest';
import { assertVisible, HEADER, inFolder, record, run } from '../support/cli.ts';

const GOOD = HEADER + record('Created dashboard, ID=d-1, name=Sales');
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);

/** Makes the files, by their paths in a folder. */
async function fill(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

describe('standard input given to ingest', () => {
  it(
    'is taken in under the name that was given, or one made of its content, once',
    inFolder(async (folder) => {
      const lake = join(folder, 'lake');
      const paths = async (args: readonly string[], input: string) => {
        const { code, stdout } = await run(['ingest', '-', '--lake', lake, '--json', ...args], { input });
        const [file] = JSON.parse(stdout).files;
        return [code, file.path, file.outcome];
      };
      assert.deepEqual(await paths(['--as', 'today.csv', '--into', 'eu'], GOOD), [0, 'raw/eu/today.csv', 'ingested']);
      const [code, path, outcome] = await paths([], `${GOOD}${record('Created dashboard, ID=d-9, name=Z')}`);
      assert.deepEqual([code, outcome], [0, 'ingested']);
      assert.match(path, /^raw\/stdin-[0-9a-f]{12}$/);
      assert.deepEqual(await paths([], `${GOOD}${record('Created dashboard, ID=d-9, name=Z')}`), [0, path, 'skipped']);
      assert.equal((await run(['ingest', '--as', 'x.csv', '--lake', lake])).code, 2);
      assert.equal((await run(['ingest', '-', '--as', '../x.csv', '--lake', lake], { input: GOOD })).code, 2);
    }),
  );
});

describe('a folder given to ingest', () => {
  it(
    'gives what looks like an export, by name or by content; what is left is named with its reason, and is no failure',
    inFolder(async (folder) => {
      const given = join(folder, 'in');
      await fill(given, {
        'a.csv': GOOD,
        'deep/b.txt': HEADER + record('Created dashboard, ID=d-2, name=B'),
        'deep/c': gzipSync(HEADER + record('Created dashboard, ID=d-3, name=C')),
        'README.txt': 'What these files are:\nexports, of which there are many.\n',
        'notes.md': '# Notes\n\n- time, and code\n',
        '.DS_Store': 'x',
        '.git/config': '[core]\n',
        'Thumbs.db': PNG,
        'photo.png': PNG,
        'contract.pdf': '%PDF-1.7\n%\u00e2\u00e3\n1 0 obj\n',
        'package.json': '{"name":"x"}\n',
        'later.csv.part': GOOD.slice(0, 40),
        'nothing.txt': '',
      });
      await symlink(join(given, 'a.csv'), join(given, 'link.csv'));
      const lake = join(folder, 'lake');
      const { code, stdout } = await run(['ingest', given, '--lake', lake, '--json']);
      const { files, left } = JSON.parse(stdout);
      assert.deepEqual(
        files.map(({ path, outcome }: { path: string; outcome: string }) => [path, outcome]),
        ['raw/a.csv', 'raw/deep/b.txt', 'raw/deep/c'].map((path) => [path, 'ingested']),
      );
      assert.equal(code, 0);
      assert.deepEqual(
        left.map(({ file }: { file: string }) => file.slice(given.length + 1)).sort(),
        [
          ...['.DS_Store', '.git/', 'README.txt', 'Thumbs.db', 'contract.pdf', 'later.csv.part', 'link.csv'],
          ...['nothing.txt', 'notes.md', 'package.json', 'photo.png'],
        ].sort(),
      );
      for (const { why } of left) assert.ok(why.length > 3 && why.length < 200, why);

      const text = await run(['ingest', given, '--lake', lake]);
      assert.equal(text.code, 0);
      assert.match(text.stdout, /README\.txt: /);
      assertVisible(text.stdout);
    }),
  );

  it(
    'gives what is named as an export and is none, or damaged, so that its rejection is on record',
    inFolder(async (folder) => {
      const given = join(folder, 'in');
      await fill(given, { 'other.csv': 'a,b\n1,2\n', 'cut.csv.gz': gzipSync(GOOD.repeat(50)).subarray(0, 60) });
      const { code, stdout } = await run(['ingest', given, '--lake', join(folder, 'lake'), '--json']);
      const { files, left } = JSON.parse(stdout);
      assert.deepEqual(
        [code, files.map((file: { outcome: string }) => file.outcome), left],
        [1, ['rejected', 'rejected'], undefined],
      );
    }),
  );

  it(
    'is passed by where a file is named itself: it goes in whatever it is called, or is rejected on record',
    inFolder(async (folder) => {
      await fill(folder, { 'README.txt': 'no export\n', 'a.tmp': GOOD });
      const lake = join(folder, 'lake');
      const { code, stdout } = await run([
        'ingest',
        join(folder, 'README.txt'),
        join(folder, 'a.tmp'),
        '--lake',
        lake,
        '--json',
      ]);
      const outcomes = JSON.parse(stdout).files.map((file: { outcome: string }) => file.outcome);
      assert.deepEqual([code, outcomes], [1, ['rejected', 'ingested']]);
    }),
  );
});
