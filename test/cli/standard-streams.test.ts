import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { HEADER, inFolder, plainEnvironment, type Result, record, run, start } from '../support/cli.ts';
import { PROGRAM } from '../support/program.ts';

/** Runs a command of which nobody reads one stream: it is closed before anything is written. */
async function runUnread(stream: 'stdout' | 'stderr', ...args: string[]): Promise<Result> {
  const child = start(args);
  child[stream].destroy();
  const read = stream === 'stdout' ? child.stderr : child.stdout;
  let text = '';
  read.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout: '', stderr: '', [stream === 'stdout' ? 'stderr' : 'stdout']: text };
}

/** Runs a command that writes to a device on which there is never any room. */
async function runOnFullDisk(...args: string[]): Promise<Pick<Result, 'code' | 'stderr'>> {
  const full = await open('/dev/full', 'w');
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: plainEnvironment(),
    stdio: ['ignore', full.fd, 'pipe'],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  await full.close();
  return { code, stderr };
}

/** A lake of one file; a broken one lacks its raw file. */
async function lakeIn(folder: string): Promise<string> {
  const file = join(folder, 'a.csv');
  await writeFile(file, HEADER + record('Created dashboard, ID=d-1, name=A'));
  const lake = join(folder, 'lake');
  assert.equal((await run(['ingest', file, '--lake', lake])).code, 0);
  return lake;
}

describe('standard error that nobody reads', () => {
  it(
    'keeps no command from its work, nor from saying by its exit code what came of it',
    inFolder(async (folder) => {
      const lake = await lakeIn(folder);
      await rm(join(lake, 'raw/a.csv'));
      for (const [command, ...rest] of [['verify'], ['report'], ['verify', '--json']] as const) {
        const page = join(folder, `${command}${rest.length}.${rest.length === 0 ? 'html' : 'json'}`);
        const { code } = await runUnread('stderr', command, ...rest, '--lake', lake, '--output', page);
        assert.equal(code, 1, command);
        assert.match(await readFile(page, 'utf8'), /raw_missing|raw file/i);
      }
      const { code, stdout } = await runUnread('stderr', 'verify', '--lake', lake);
      assert.equal(code, 1);
      assert.match(stdout, /is not what its log and evidence say/);
    }),
  );

  it(
    'changes nothing of how a command fails, or what it takes in',
    inFolder(async (folder) => {
      const lake = await lakeIn(folder);
      assert.equal((await runUnread('stderr', 'query', 'SELECT nothing', '--lake', lake)).code, 2);
      assert.equal((await runUnread('stderr', 'events', '--nonsense')).code, 2);
      const file = join(folder, 'b.csv');
      await writeFile(file, `${HEADER}${record('Created dashboard, ID=d-2, name=B')}yesterday,1,x,y\n`);
      assert.equal((await runUnread('stderr', 'ingest', file, '--lake', lake)).code, 0);
      const { stdout } = await run(['query', 'SELECT count(*) AS n FROM audit_events', '--json', '--lake', lake]);
      assert.deepEqual(JSON.parse(stdout), [{ n: 2 }]);
    }),
  );
});

describe('standard output', () => {
  it(
    'that nobody reads ends a command quietly, with the exit code of what it found',
    inFolder(async (folder) => {
      const lake = await lakeIn(folder);
      const long = ['query', 'FROM range(1000000)', '--format', 'csv', '--lake', lake];
      for (const [args, code] of [
        [long, 0],
        [['verify', '--no-record', '--lake', lake], 0],
      ] as const) {
        const found = await runUnread('stdout', ...args);
        assert.deepEqual([found.code, found.stderr.replace(/^verify: .*\n/gm, '')], [code, '']);
      }
      await rm(join(lake, 'raw/a.csv'));
      assert.equal((await runUnread('stdout', 'verify', '--no-record', '--lake', lake)).code, 1);
    }),
  );

  it.skipIf(process.platform !== 'linux')(
    'that has no room is a fault of storage, in one line',
    inFolder(async (folder) => {
      const lake = await lakeIn(folder);
      const query = ['query', 'FROM range(100000)', '--lake', lake, '--format'];
      for (const args of [
        ...['csv', 'table', 'json', 'parquet', 'xlsx', 'arrow'].map((format) => [...query, format]),
        ['codes'],
        ['history', '--lake', lake],
        ['--version'],
        ['help', 'query'],
      ]) {
        const { code, stderr } = await runOnFullDisk(...args);
        assert.equal(code, 3, `${args.join(' ')}: ${stderr}`);
        assert.match(
          stderr,
          /^audit-lake: standard output: ENOSPC[^\n]*; what was written of it is not whole[^\n]*\n$/,
        );
      }
    }),
  );
});
