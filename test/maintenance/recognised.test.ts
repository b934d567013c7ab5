import assert from 'node:assert/strict';
import { test } from 'vitest';
import { verifyLake } from '../../src/verify/index.ts';
import { ingest, LANDED_AT, onlyReport, settings, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { replay } from './changes.ts';

const TEXT = [
  'Audit log export\r\n\r\nWhen;Event;Text;By',
  '2026-03-01T00:04:19.707Z;91051;SSO Configuration update;ana@corp.example',
  '2026-03-13T13:06:21Z;90211;User logged in, id=u-1, name=li@corp.example, session_id=s-1;li@corp.example',
].join('\r\n');
const NAMED = { columnAliases: 'time=When,code=Event,message=Text,actor_name=By', delimiter: ';' };

async function lakeOf(options = {}) {
  const storage = new MemoryStorage();
  storage.put('raw/a.csv', TEXT, LANDED_AT);
  const report = onlyReport(await ingest(storage, options));
  assert.deepEqual([report.outcome, report.committed, report.quarantined], ['ingested', 2, 0]);
  return { storage, report };
}

test('what was recognised is on record, and whoever reads the file again goes by it', async () => {
  const { storage, report } = await lakeOf();
  assert.deepEqual(report.recognised, [
    {
      ...{ format: 'csv', encoding: 'utf-8', delimiter: ';', timeFormat: 'auto', leadingLines: 2 },
      columns: { time: 'When', code: 'Event', message: 'Text', actor_name: 'By' },
    },
  ]);
  const rows = await tableRows(storage);
  assert.deepEqual(
    rows.map((row) => row['actor_name']),
    ['ana@corp.example', 'li@corp.example'],
  );
  assert.deepEqual((await verifyLake(storage, settings(), { deep: true, head: null })).problems, []);
  await replay(storage);
  // A range is refused where settings may have moved events.
  assert.equal((await replay(storage, NAMED, ['2026-03-01', '2026-03-01'])).idsChanged, 0);
  assert.deepEqual(await tableRows(storage), rows);
  assert.deepEqual((await verifyLake(storage, settings(), { deep: true, head: null })).problems, []);
});

test('the same said by settings gives the same events, and is no other reading', async () => {
  const recognised = await tableRows((await lakeOf()).storage);
  const set = await tableRows((await lakeOf(NAMED)).storage);
  assert.deepEqual(
    set.map((row) => row['event_uid']),
    recognised.map((row) => row['event_uid']),
  );
});
