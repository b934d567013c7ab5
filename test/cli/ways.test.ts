import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { inFolder, run } from '../support/cli.ts';
import { minutes } from '../support/lake.ts';

describe('status, history and withdraw in a lake of several ways', () => {
  it(
    'say what came by which way, how much two overlap, and that counts are no exports',
    inFolder(async (folder) => {
      const [file, lake] = [join(folder, 'a.csv'), join(folder, 'lake')];
      await writeFile(file, minutes(0, 90));
      const at = ['--lake', lake];
      assert.equal((await run(['ingest', file, ...at])).code, 0);
      const alone = JSON.parse((await run(['status', '--json', ...at])).stdout).ways;
      assert.deepEqual(alone, {
        from_versions: null,
        by_way: [{ way: 'exporter', files: 1, rows: 90, newest_hour: '2026-03-01T01:00:00.000Z' }],
        overlaps: [],
      });
      assert.doesNotMatch((await run(['status', ...at])).stdout, /rows first by it/);
      await run(['ingest', file, ...at, '--into', 'landed/nql/trail/2026-03-01']);
      const { ways } = JSON.parse((await run(['status', '--json', ...at])).stdout);
      assert.deepEqual(ways.overlaps, [
        {
          ...{ instance: null, ways: ['exporter', 'nql'], hours: 2 },
          ...{ from: '2026-03-01T00:00:00.000Z', to: '2026-03-01T01:00:00.000Z' },
          ...{ records: [90, 90], later_records: 90, later_there_already: 90 },
        },
      ]);
      const { stdout } = await run(['status', ...at]);
      assert.match(stdout, /exporter\s+1\s+90.*\n.*nql\s+1\s+0/);
      assert.match(stdout, /both by exporter and by nql: 2 hours .* of 90 that came later, 90 were there already/);
      assert.match((await run(['history', ...at])).stdout, /landed\/nql\/trail\/2026-03-01\/a\.csv.*, by nql/);
      const counts = await run(['ingest', file, ...at, '--into', 'landed/counts/trail/2026-03-01', '--json']);
      assert.equal(JSON.parse(counts.stdout).files[0].reason, 'counts');
      assert.equal(JSON.parse((await run(['verify', '--json', ...at])).stdout).counts.count_files, 1);
      const withdrawal = await run(['withdraw', 'raw/landed/counts/trail/2026-03-01/a.csv', '--dry-run', ...at]);
      assert.equal(withdrawal.code, 2);
      assert.match(withdrawal.stderr.replaceAll(/\s+/g, ' '), /counts of the trail, of which nothing is in the table/);
    }),
  );
});
