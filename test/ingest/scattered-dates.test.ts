import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'vitest';
import { Random } from '../../samples/random.ts';
import { ingest, land, onlyReport, snapshotOf, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const DAY = 86_400_000;
const DAYS = 300;

/** Records over three hundred dates; `order` says in which order they stand in the file. */
function scattered(count: number, order: 'sorted' | 'shuffled'): string {
  const random = new Random(7);
  const records = Array.from({ length: count }, (_, index) => {
    const time = new Date(Date.UTC(2025, 0, 1) + random.whole(0, DAYS * DAY - 1)).toISOString();
    const extra = random.chance(0.3) ? `"note ""${index}"""` : '';
    return `${time},92042,"Created dashboard, ID=d-${index}, name=Ünï ${index}, now",u-${index % 7},${extra}`;
  });
  // Equal records of one date stay two, in whatever order.
  const lines = [...records, ...records.slice(0, 50)];
  if (order === 'sorted') lines.sort();
  else lines.sort((a, b) => (a.slice(20) < b.slice(20) ? -1 : 1));
  return `time,code,message,user id,ticket\n${lines.join('\n')}\n`;
}

async function ingested(csv: string) {
  const storage = new MemoryStorage();
  await land(storage, 'export.csv', csv);
  const report = onlyReport(await ingest(storage));
  const rows = await tableRows(storage);
  return { storage, report, rows };
}

/** What does not depend on where in the file a record stood. */
function content(rows: Awaited<ReturnType<typeof tableRows>>): string[] {
  return rows
    .map(({ source_row, source_etag, ingest_id, landed_at, ...row }) =>
      JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    )
    .sort();
}

test('an export in no order of dates gives the rows of a sorted one, few files per date, and leaves nothing behind', async () => {
  const before = spools();
  const sorted = await ingested(scattered(4000, 'sorted'));
  const shuffled = await ingested(scattered(4000, 'shuffled'));
  assert.equal(shuffled.report.committed, 4050);
  assert.deepEqual(shuffled.report.statuses, sorted.report.statuses);
  assert.deepEqual(content(shuffled.rows), content(sorted.rows));

  const files = [...(await snapshotOf(shuffled.storage)).files.keys()];
  const perDate = Map.groupBy(files, (file) => file.split('/')[0]);
  assert.equal(perDate.size, DAYS);
  assert.ok(Math.max(...[...perDate.values()].map((each) => each.length)) <= 5);
  assert.equal([...(await snapshotOf(sorted.storage)).files.keys()].length, DAYS);
  assert.deepEqual(spools(), before);
});

test('source_row still names the record in the file', async () => {
  const csv = scattered(2000, 'shuffled');
  const { rows } = await ingested(csv);
  const lines = csv.split('\n');
  for (const row of rows) assert.ok(lines[Number(row['source_row'])]!.startsWith(String(row['event_time_text'])));
});

function spools(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('audit-lake-sort-'));
}
