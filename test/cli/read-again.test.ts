import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { HEADER, inFolder, record, run } from '../support/cli.ts';

describe('records in quarantine', () => {
  it(
    'go in by the next ingest with a setting that cures them, and quarantine_rows has none of them twice',
    inFolder(async (folder) => {
      const file = join(folder, 'a.csv');
      const lake = ['--lake', join(folder, 'lake')];
      await writeFile(file, `${HEADER}${record('Created dashboard, ID=1, name=A')}${record('y'.repeat(3000))}broken\n`);
      const first = await run(['ingest', file, ...lake, '--max-record-bytes', '1KiB']);
      assert.equal(first.code, 1, 'most of its records are in quarantine');
      assert.match(first.stdout, /--max-record-bytes/);
      assert.match(first.stdout, /ingest it again|audit-lake ingest/);
      const second = await run(['ingest', ...lake, '--json']);
      assert.equal(second.code, 0, second.stderr);
      const [report] = JSON.parse(second.stdout).files;
      assert.deepEqual([report.committed, report.duplicates, report.quarantined], [1, 1, 1]);
      const { stdout } = await run(['query', 'SELECT record, reason FROM quarantine_rows', ...lake, '--json']);
      assert.deepEqual(JSON.parse(stdout), [{ record: 3, reason: 'column_count' }]);
      assert.equal((await run(['verify', '--deep', ...lake])).code, 0);
    }),
  );
});
