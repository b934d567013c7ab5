import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { HEADER, inFolder, record, run, start } from '../support/cli.ts';
import { until } from '../support/until.ts';

/** Starts a command with temporary files in a folder of their own. */
function startIn(folder: string, args: readonly string[]) {
  const child = start(args, { environment: { TMPDIR: join(folder, 'tmp') } });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const exited = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('exit', (code, signal) => resolve([code, signal]));
  });
  return { child, exited, stdout: text(child.stdout), stderr: () => stderr };
}

/** Names of whatever is left among temporary files, and of what the lake holds unpublished. */
function left(folder: string): string[] {
  return ['lake/.staging', 'tmp'].flatMap((name) => {
    try {
      return readdirSync(join(folder, name));
    } catch {
      return [];
    }
  });
}

/** A lake of some days in which there is much to do, and a file that takes long to read. */
async function prepared(folder: string): Promise<{ readonly lake: string; readonly large: string }> {
  const lake = join(folder, 'lake');
  await mkdir(join(folder, 'tmp'));
  const rows = (count: number, id: string) =>
    Array.from({ length: count }, (_, n) =>
      record(
        `Created dashboard, ID=${id}-${n}, name=Sales`,
        `2026-03-${String((n % 28) + 1).padStart(2, '0')}T10:00:00Z`,
      ),
    ).join('');
  const [small, large] = [join(folder, 'small.csv'), join(folder, 'large.csv')];
  await writeFile(small, HEADER + rows(20_000, 's'));
  await writeFile(large, HEADER + rows(400_000, 'l'));
  assert.equal((await run(['ingest', small, '--lake', lake])).code, 0);
  return { lake, large };
}

describe('a command that is interrupted', () => {
  it(
    'ends with 130, leaves nothing half-visible and nothing temporary, and runs again',
    inFolder(async (folder) => {
      const { lake, large } = await prepared(folder);
      const before = (await run(['status', '--json', '--lake', lake])).stdout;
      for (const [args, signal, isUnderWay] of [
        [['ingest', large], 'SIGINT', () => left(folder).length > 0],
        [['ingest', large], 'SIGTERM', () => left(folder).length > 0],
        [['verify', '--deep'], 'SIGINT', (stderr: string) => /rebuilding|log of/.test(stderr)],
        [['replay', '--dry-run'], 'SIGINT', () => left(folder).length > 0],
        [
          ['query', 'SELECT count(*) FROM range(100000000000) a, audit_events b WHERE a.range % 7 = length(b.message)'],
          'SIGINT',
          () => left(folder).some((name) => name.startsWith('audit-lake-query')),
        ],
      ] as const) {
        const { child, exited, stdout, stderr } = startIn(folder, [...args, '--lake', lake]);
        await until(() => child.exitCode !== null || isUnderWay(stderr()));
        await setTimeout(150);
        child.kill(signal);
        assert.deepEqual(await exited, [130, null], `${args.join(' ')}: ${stderr()}`);
        assert.equal(await stdout, '', args.join(' '));
        assert.match(stderr(), /audit-lake: interrupted; nothing is half-visible, and it is safe to run again/);
        assert.doesNotMatch(stderr(), /internal error/);
        assert.deepEqual(left(folder), [], args.join(' '));
      }
      const after = JSON.parse((await run(['status', '--json', '--lake', lake])).stdout);
      assert.deepEqual([after.rows, after.table_version], [JSON.parse(before).rows, JSON.parse(before).table_version]);
      assert.equal((await run(['ingest', large, '--lake', lake])).code, 0);
      assert.equal((await run(['verify', '--lake', lake])).code, 0);
    }),
  );

  it(
    'ends at once at the second signal',
    inFolder(async (folder) => {
      const { lake, large } = await prepared(folder);
      const { child, exited, stderr } = startIn(folder, ['ingest', large, '--lake', lake]);
      await until(() => child.exitCode !== null || left(folder).length > 0);
      child.kill('SIGINT');
      child.kill('SIGTERM');
      assert.deepEqual(await exited, [130, null], stderr());
      assert.deepEqual(left(folder), []);
    }),
  );
});
