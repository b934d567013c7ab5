import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';

const MODULE = new URL('../../src/storage/scratch-folder.ts', import.meta.url).href;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scratch-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A process that makes a scratch folder with a file in it, says so, and then does as it is told. */
async function holder(then: string) {
  const code = `
    import { writeFileSync } from 'node:fs';
    import { makeScratch, removeLeftScratch } from '${MODULE}';
    const scratch = await makeScratch('verify');
    writeFileSync(scratch.path + '/rows', 'names');
    process.stdout.write(scratch.path);
    ${then}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [path] = (await once(child.stdout, 'data')) as [Buffer];
  const ended = once(child, 'exit');
  return { path: path.toString(), child, ended };
}

const WAITS = 'setInterval(() => undefined, 1000);';

describe('a scratch folder', () => {
  it('is for this user alone, and gone when it is removed', async () => {
    const { path, child, ended } = await holder(WAITS);
    assert.equal((await stat(path)).mode & 0o777, 0o700);
    child.kill('SIGKILL');
    await ended;
    await rm(path, { recursive: true });
    const removed = await holder('await scratch.remove();');
    await removed.ended;
    assert.deepEqual(await readdir(folder), []);
  });

  for (const [what, then] of [
    ['an exit', 'process.exit(3);'],
    ['an error that nobody sees', "process.on('uncaughtException', () => process.exit(70)); throw new Error();"],
  ] as const) {
    it(`is gone after ${what}`, async () => {
      await (await holder(then)).ended;
      assert.deepEqual(await readdir(folder), []);
    });
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`is gone after ${signal}, which ends the process as ever`, async () => {
      const { child, ended } = await holder(WAITS);
      child.kill(signal);
      assert.deepEqual(await ended, [null, signal]);
      assert.deepEqual(await readdir(folder), []);
    });
  }

  it('that was left behind goes with the next run, and nothing else does', async () => {
    const running = await holder(WAITS);
    const killed = await holder(WAITS);
    killed.child.kill('SIGKILL');
    await killed.ended;
    await mkdir(join(folder, 'victim'));
    await writeFile(join(folder, 'victim/file'), 'x');
    const [host] = /-[0-9a-f]{8}-/.exec(killed.path) ?? [];
    await symlink(join(folder, 'victim'), join(folder, `audit-lake-verify${host}4194305-abcdef`));
    await mkdir(join(folder, 'audit-lake-verify-00000000-4194305-abcdef'));
    await mkdir(join(folder, 'audit-lake-verify-abcdef'));
    await mkdir(join(folder, 'audit-lake-spool-uvwxyz'));
    // Of every purpose, of a process that is no more.
    for (const purpose of ['verify', 'replay', 'withdraw', 'query', 'sort', 'input', 'pull', 'land']) {
      await mkdir(join(folder, `audit-lake-${purpose}${host}4194305-uvwxyz`));
    }
    await utimes(join(folder, 'audit-lake-spool-uvwxyz'), new Date(0), new Date(0));
    await (await holder('await removeLeftScratch(); await scratch.remove();')).ended;
    const names = (await readdir(folder)).sort();
    const expected = [
      running.path.slice(folder.length + 1),
      `audit-lake-verify${host}4194305-abcdef`,
      'audit-lake-verify-00000000-4194305-abcdef',
      'audit-lake-verify-abcdef',
      'victim',
    ];
    assert.deepEqual(names, expected.sort());
    assert.deepEqual(await readdir(join(folder, 'victim')), ['file']);
    running.child.kill('SIGTERM');
    await running.ended;
  });
});
