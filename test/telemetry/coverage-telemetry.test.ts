import assert from 'node:assert/strict';
import { test } from 'vitest';
import { emitCoverage, emitTo, LOG_RECORDS } from '../../src/telemetry/index.ts';
import { compare, countsCsv, csv, events, takenIn } from '../coverage/counted-lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

test('a comparison is a record of its numbers', async () => {
  const all = events(0, 600);
  const storage = new MemoryStorage();
  await takenIn(storage, { 'a.csv': csv(all.filter(({ at }) => at !== 200)) });
  const result = await compare(storage, countsCsv(all));
  const lines: string[] = [];
  const now = Date.UTC(2026, 5, 2, 1);
  emitCoverage(
    emitTo((line) => lines.push(line)),
    result,
    now - 50,
    now,
  );
  const [record] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(Object.keys(record ?? {}), ['event', ...Object.keys(LOG_RECORDS.coverage.fields)]);
  const { counts, refused, hours, differing, findings, missing, excess, explained, standing } = record ?? {};
  assert.deepEqual(
    { counts, refused, hours, differing, findings, missing, excess, explained, standing },
    { counts: 1, refused: 0, hours: 8, differing: 1, findings: 1, missing: 1, excess: 0, explained: 0, standing: 1 },
  );
  assert.equal(record?.['oldest_differing_seconds'], (now - Date.UTC(2026, 2, 1, 3)) / 1000);
  assert.equal(record?.['counted_seconds'], 3600);
});
