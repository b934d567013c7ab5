import assert from 'node:assert/strict';
import { test } from 'vitest';
import { ingest, land, onlyReport, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const EVENTS = Array.from({ length: 40 }, (_, index) => ({
  time: new Date(Date.UTC(2026, 2, 1, 0, index)).toISOString(),
  code: 92042,
  message: `Created dashboard, ID=d-${index}, name=Ünï "${index}"`,
  'user name': 'ana',
}));

function jsonLines(events: readonly object[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

function csv(events: typeof EVENTS): string {
  const rows = events.map((event) =>
    [event.time, event.code, `"${event.message.replaceAll('"', '""')}"`, 'ana'].join(','),
  );
  return `time,code,message,user name\n${rows.join('\n')}\n`;
}

test('the same events are the same through CSV and JSON lines', async () => {
  const storage = new MemoryStorage();
  await land(storage, 'a.csv', csv(EVENTS));
  await land(storage, 'b.ndjson', jsonLines(EVENTS));
  const { reports } = await ingest(storage);
  assert.deepEqual(
    reports.map(({ committed, duplicates }) => [committed, duplicates]),
    [
      [40, 0],
      [0, 40],
    ],
  );
});

test('keys that only some records have are kept, also where dates come in no order', async () => {
  const storage = new MemoryStorage();
  const scattered = Array.from({ length: 600 }, (_, index) => ({
    time: new Date(Date.UTC(2025, 0, 1 + ((index * 37) % 150))).toISOString(),
    code: 92042,
    message: `Created dashboard, ID=d-${index}, name=x`,
    ...(index > 300 && { late: `l${index}` }),
    ...(index % 2 === 0 && { even: index }),
  }));
  await land(storage, 'a.jsonl', jsonLines(scattered));
  assert.equal(onlyReport(await ingest(storage)).committed, 600);
  for (const row of await tableRows(storage)) {
    const index = Number(row['source_row']) - 1;
    const extras = { ...(index % 2 === 0 && { even: String(index) }), ...(index > 300 && { late: `l${index}` }) };
    const unmapped = Object.keys(extras).length === 0 ? null : { export: extras };
    assert.deepEqual(row['unmapped'] === null ? null : JSON.parse(String(row['unmapped'])), unmapped);
  }
});

test('a broken line goes to quarantine, the rest is committed', async () => {
  const storage = new MemoryStorage();
  await land(storage, 'a.jsonl', `${jsonLines(EVENTS)}{"time":\n[1]\n`);
  const report = onlyReport(await ingest(storage));
  assert.equal(report.committed, 40);
  assert.deepEqual(report.quarantineReasons, { invalid_json: 1, not_an_object: 1 });
});
