import assert from 'node:assert/strict';
import { chmod, chown, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { describe, it } from 'vitest';
import { privateFolder, trustedFolder } from '../../src/asking/private-folder.ts';
import { inFolder, run } from '../support/cli.ts';

const isRoot = process.getuid?.() === 0;

describe('a folder for this user alone', () => {
  it(
    'is made, and taken again',
    inFolder(async (folder) => {
      const wanted = join(folder, 'a/b');
      for (let time = 0; time < 2; time++) assert.equal(await trustedFolder(wanted), wanted);
      assert.equal((await stat(wanted)).mode & 0o777, 0o700);
      assert.equal((await stat(join(folder, 'a'))).mode & 0o777, 0o700);
    }),
  );

  it(
    'is none where others may read or write it, or put another in its place',
    inFolder(async (folder) => {
      await mkdir(join(folder, 'open'));
      await chmod(join(folder, 'open'), 0o755);
      await mkdir(join(folder, 'shared/mine'), { recursive: true, mode: 0o700 });
      await chmod(join(folder, 'shared'), 0o777);
      await writeFile(join(folder, 'file'), 'x');
      assert.equal(await privateFolder(join(folder, 'open')), null);
      assert.equal(await privateFolder(join(folder, 'file/x')), null);
      assert.equal(await privateFolder(join(folder, 'shared/mine')), join(folder, 'shared/mine'));
      assert.equal(await trustedFolder(join(folder, 'shared/mine')), null);
      await chmod(join(folder, 'shared'), 0o1777);
      assert.equal(await trustedFolder(join(folder, 'shared/mine')), join(folder, 'shared/mine'));
    }),
  );

  it('is none where another user was there first', (context) => {
    context.skip(!isRoot, 'only root may make a folder of another user');
    return inFolder(async (folder) => {
      await mkdir(join(folder, 'theirs'), { mode: 0o700 });
      await chown(join(folder, 'theirs'), 12_345, 12_345);
      await symlink(join(folder, 'theirs'), join(folder, 'link'));
      for (const name of ['theirs', 'link']) assert.equal(await privateFolder(join(folder, name)), null);
      assert.equal(await trustedFolder(join(folder, 'theirs/below')), null);
    })();
  });
});

describe('compiled code', () => {
  it(
    'is kept for this user alone, and not where all users keep it',
    inFolder(async (folder) => {
      const environment = { TMPDIR: folder, XDG_CACHE_HOME: join(folder, 'cache') };
      assert.equal((await run(['codes', 'role'], { environment })).code, 0);
      assert.ok(!(await readdir(folder)).includes('node-compile-cache'));
      const compiled = join(folder, 'cache/nexthink-audit-lake/compiled');
      assert.ok((await readdir(compiled)).length > 0);
      assert.equal((await stat(compiled)).mode & 0o777, 0o700);
    }),
  );

  it(
    'is not kept where somebody else may put some',
    inFolder(async (folder) => {
      const compiled = join(folder, 'cache/nexthink-audit-lake/compiled');
      await mkdir(compiled, { recursive: true });
      await chmod(compiled, 0o777);
      const environment = { TMPDIR: folder, XDG_CACHE_HOME: join(folder, 'cache') };
      assert.equal((await run(['codes', 'role'], { environment })).code, 0);
      assert.deepEqual(await readdir(compiled), []);
      assert.deepEqual(await readdir(folder), ['cache']);
    }),
  );
});
