import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { HEADER, inFolder, record, run } from '../support/cli.ts';

describe('after another engine removed rows', () => {
  it(
    'ingest ends with 1 and says replay and accept; both of them, and verify, end with 0',
    inFolder(async (folder) => {
      const [export_, lake] = [join(folder, 'a.csv'), join(folder, 'lake')];
      await writeFile(export_, `${HEADER}${record('x')}${record('y')}`);
      assert.equal((await run(['ingest', export_, '--lake', lake])).code, 0);
      const log = join(lake, 'curated/audit_events/_delta_log');
      const newest =
        (await readdir(log))
          .filter((name) => name.endsWith('.json'))
          .sort()
          .at(-1) ?? '';
      const lines = (await readFile(join(log, newest), 'utf8')).trim().split('\n');
      const adds = lines.flatMap(
        (line) => (JSON.parse(line) as { add?: { path: string; partitionValues: object } }).add ?? [],
      );
      const info = { commitInfo: { timestamp: 1, operation: 'DELETE', engineInfo: 'Other/1.0' } };
      const removes = adds.map(({ path, partitionValues }) => ({
        remove: { path, partitionValues, dataChange: true, deletionTimestamp: 1, extendedFileMetadata: true, size: 1 },
      }));
      const version = Number(newest.slice(0, 20)) + 1;
      const text = [info, ...removes].map((action) => `${JSON.stringify(action)}\n`).join('');
      await writeFile(join(log, `${String(version).padStart(20, '0')}.json`), text);

      const told = await run(['ingest', '--lake', lake]);
      assert.equal(told.code, 1);
      assert.match(
        told.stdout,
        new RegExp(`version ${version} \\(DELETE by Other/1\\.0\\).*audit-lake replay.*accept ${version}`),
      );
      const { files, foreign_removals: removals } = JSON.parse(
        (await run(['ingest', '--json', '--lake', lake])).stdout,
      );
      assert.deepEqual([files[0].reason, removals[0].version], ['rows_in_doubt', version]);
      assert.equal((await run(['verify', '--lake', lake])).code, 1);
      assert.equal((await run(['accept', String(version), '--lake', lake])).code, 2, 'a reason is asked for');
      assert.equal((await run(['accept', '1', '--reason', 'x', '--lake', lake])).code, 2);
      assert.equal((await run(['replay', '--lake', lake])).code, 0);
      assert.equal((await run(['accept', String(version), '--reason', 'ticket 1', '--lake', lake])).code, 0);
      assert.equal((await run(['verify', '--lake', lake])).code, 0);
      assert.equal((await run(['ingest', '--lake', lake])).code, 0);
      assert.match(
        (await run(['history', '--lake', lake])).stdout,
        new RegExp(`accepts version ${version} \\(\\w{64}\\): ticket 1`),
      );
    }),
  );
});
