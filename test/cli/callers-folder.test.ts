import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'vitest';
import { callersFolder } from '../../src/cli/callers-folder.ts';
import { npm } from '../install/installed.ts';
import { inFolder } from '../support/cli.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CALL = {
  INIT_CWD: path.resolve('/home/ana'),
  npm_package_json: path.join(ROOT, 'package.json'),
  npm_lifecycle_script: 'node bin/audit-lake.js "status"',
};

describe('where whoever called stands', () => {
  it('is where npm was called, for a script of this clone that npm runs in it', () => {
    assert.equal(callersFolder(CALL, ROOT, ROOT), CALL.INIT_CWD);
  });

  it('is the current folder for everything else', () => {
    const others = [
      {},
      { ...CALL, INIT_CWD: undefined },
      { ...CALL, INIT_CWD: 'relative' },
      { ...CALL, npm_package_json: path.resolve('/home/ana/other/package.json') },
      { ...CALL, npm_package_json: undefined },
      { ...CALL, npm_lifecycle_script: 'vitest run --project unit' },
      { ...CALL, npm_lifecycle_script: 'audit-lake status' },
      { ...CALL, npm_lifecycle_script: undefined },
    ];
    for (const other of others) assert.equal(callersFolder(other, ROOT, ROOT), ROOT, JSON.stringify(other));
    const elsewhere = path.resolve('/srv/exports');
    assert.equal(callersFolder(CALL, elsewhere, ROOT), elsewhere);
  });

  it.skipIf(process.platform === 'win32')(
    'is where npm was called, also where the clone is reached by a link',
    inFolder(async (folder) => {
      const clone = path.join(folder, 'clone');
      await symlink(ROOT, clone);
      assert.equal(
        callersFolder({ ...CALL, npm_package_json: path.join(clone, 'package.json') }, ROOT, ROOT),
        CALL.INIT_CWD,
      );
    }),
  );

  it(
    'is what relative paths start from, through npm from anywhere',
    inFolder(async (folder) => {
      await copyFile(path.join(ROOT, 'samples/exports/hostile-names.csv'), path.join(folder, 'export.csv'));
      await npm(['--prefix', ROOT, 'run', '-s', 'audit-lake', '--', 'ingest', 'export.csv', '--lake', 'lake'], folder);
      await npm(['--prefix', ROOT, 'start', '--', '--lake', 'tour'], folder);
      assert.deepEqual(await readdir(folder), ['export.csv', 'lake', 'tour']);
    }),
  );

  it(
    'is the current folder in a script of another project',
    inFolder(async (folder) => {
      const project = path.join(folder, 'project');
      await mkdir(path.join(project, 'below'), { recursive: true });
      const program = path.join(ROOT, 'bin/audit-lake.js');
      const scripts = { lake: `node "${program}" ingest export.csv --lake lake` };
      await writeFile(path.join(project, 'package.json'), JSON.stringify({ name: 'other', version: '1.0.0', scripts }));
      await copyFile(path.join(ROOT, 'samples/exports/hostile-names.csv'), path.join(project, 'export.csv'));
      await npm(['run', '-s', 'lake'], path.join(project, 'below'));
      assert.deepEqual(await readdir(path.join(project, 'below')), []);
      assert.ok((await readdir(project)).includes('lake'));
    }),
  );
});
