import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { inFolder, run } from '../support/cli.ts';

const LOG = [
  '2026-03-01T10:00:00.123+01:00 nx [Portal|LOGIN|20101|li] User li logged with session id 7',
  '2026-03-01T10:00:01.123+01:00 nx [Engine-01|Communication|10006|bob] Finder user logged in:[12]',
  '',
].join('\n');

describe('a classic log on a laptop', () => {
  it(
    'is named for what it is, and taken in where such logs lie',
    inFolder(async (folder) => {
      const [file, lake] = [join(folder, 'audit.log'), join(folder, 'lake')];
      await writeFile(file, LOG);
      const into = ['--into', 'landed/classic'];
      const check = await run(['check', file]);
      assert.equal(check.code, 1);
      assert.match(check.stdout.replaceAll(/\s+/g, ' '), /other_format: .*log of an Engine.*--into landed\/classic/);
      const tried = await run(['check', file, ...into, '--json']);
      assert.equal(tried.code, 0);
      const [as] = JSON.parse(tried.stdout).files;
      assert.deepEqual([as.file, as.rows, as.recognised[0].format], ['landed/classic/audit.log', 2, 'log']);
      assert.equal((await run(['ingest', file, '--lake', lake, ...into])).code, 0);
      const { stdout } = await run(['status', '--lake', lake]);
      assert.match(stdout, /\(none\), classic logs/);
      assert.equal((await run(['verify', '--deep', '--lake', lake])).code, 0);
    }),
  );

  it(
    'is taken from a folder, and what is none is left',
    inFolder(async (folder) => {
      const [given, lake] = [join(folder, 'in'), join(folder, 'lake')];
      await mkdir(given);
      await writeFile(join(given, 'portal.log'), LOG);
      await writeFile(join(given, 'README'), 'Logs, of which there are many.\n');
      const { code, stdout } = await run(['ingest', given, '--lake', lake, '--into', 'landed/classic', '--json']);
      assert.equal(code, 0);
      const { files, left } = JSON.parse(stdout);
      assert.deepEqual([files.length, files[0].path, left.length], [1, 'raw/landed/classic/portal.log', 1]);
      const among = JSON.parse((await run(['ingest', given, '--lake', lake, '--json'])).stdout);
      assert.deepEqual([among.files.length, among.left.length], [0, 2]);
    }),
  );

  it(
    'comes by standard input too',
    inFolder(async (folder) => {
      const lake = join(folder, 'lake');
      const args = ['ingest', '-', '--as', 'a.log', '--into', 'landed/classic', '--lake', lake, '--json'];
      const { code, stdout } = await run(args, { input: LOG });
      assert.deepEqual([code, JSON.parse(stdout).files[0].committed], [0, 2]);
    }),
  );
});
