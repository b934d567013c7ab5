import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ingest, LANDED_AT, onlyReport } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const of = (...times: string[]) =>
  `time,code,message\n${times.map((time, at) => `${time},92042,"Created dashboard, ID=${at}, name=x"\n`).join('')}`;

async function take(content: string, options = {}) {
  const storage = new MemoryStorage();
  storage.put('raw/a.csv', content, LANDED_AT);
  return onlyReport(await ingest(storage, options, ['raw/a.csv']));
}

describe('times whose day comes before the month, after the year', () => {
  it('reject the file, with a setting that reads it', async () => {
    for (const [content, format] of [
      [of('2026-03-01 10:00:00', '2026-13-03 10:00:00'), 'yyyy-d-M HH:mm[:ss][.f][XXX]'],
      [of('2026/03/01 10:00:00.5', '2026/02/01 10:00', '2026/31/01 10:00:00'), 'yyyy/d/M HH:mm[:ss][.f][XXX]'],
      [of('2026-03-01T10:00:00Z', '2026-13-03T10:00:00Z'), "yyyy-d-M'T'HH:mm[:ss][.f][XXX]"],
    ] as const) {
      const report = await take(content);
      assert.deepEqual([report.outcome, report.reason], ['rejected', 'time_in_doubt'], content);
      assert.ok(report.explanation?.includes(format), report.explanation ?? '');
      const again = await take(content, { timeFormat: format });
      assert.deepEqual([again.outcome, again.quarantined], ['ingested', 0], content);
    }
  });

  it('are not meant by one damaged record, or by one that no order reads', async () => {
    const good = Array.from({ length: 20 }, (_, at) => `2026-03-${String(at + 10)}T10:00:00Z`);
    assert.deepEqual((await take(of(...good, '2026-13-03T10:00:00Z'))).quarantined, 1);
    assert.deepEqual((await take(of('2026-03-01T10:00:00Z', '2026-13-45T10:00:00Z'))).quarantined, 1);
    assert.deepEqual((await take(of('2026-03-01T10:00:00Z', '2026-14-13T10:00:00Z'))).quarantined, 1);
  });
});
