import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { HourCounts } from '../../src/lake/index.ts';
import { ingest, LANDED_AT, minutes, sources } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const HOUR_MICROS = 3_600_000_000;

/** What a commit says of the hours of raw files, in the order of their paths. */
async function recorded(files: Readonly<Record<string, string>>, options: Readonly<Record<string, string>> = {}) {
  const storage = new MemoryStorage();
  for (const [name, text] of Object.entries(files)) storage.put(`raw/${name}`, text, LANDED_AT);
  await ingest(storage, options);
  return (await sources(storage)).map(({ hours, suspected_truncated: truncated }) => ({ hours, truncated }));
}

describe('what a commit says of the hours of a source', () => {
  it('counts good records, and those that became rows, of each hour from the first to the last', async () => {
    const text = `${minutes(50, 20)}2026-03-01T03:59:59.999Z,92042,late,li\nnever,92042,bad,li\n`;
    const [first, second] = await recorded({ 'a.csv': text, 'b.csv': minutes(0, 70) });
    assert.deepEqual(first?.hours, {
      from: '2026-03-01T00:00:00.000Z',
      records: [10, 10, 0, 1],
      committed: [10, 10, 0, 1],
    });
    assert.deepEqual(second?.hours, { from: '2026-03-01T00:00:00.000Z', records: [60, 10], committed: [50, 0] });
  });

  it('says nothing of a file without records, or of more than 1,000 hours', async () => {
    const header = 'time,code,message,user name\n';
    const first = '2026-01-01T00:30:00Z,92042,x,li\n';
    const [none, most, tooMany] = await recorded({
      'a.csv': header,
      'b.csv': `${header}${first}2026-02-11T15:00:00Z,92042,y,li\n`,
      'c.csv': `${header}${first}2026-02-11T16:00:00Z,92042,y,li\n`,
    });
    assert.equal(none?.hours, undefined);
    assert.equal((most?.hours as { records: number[] } | undefined)?.records.length, 1000);
    assert.equal(tooMany?.hours, undefined);
  });

  it('adds up to what was read and committed, in whatever order times come, before 1970 too', () => {
    const times = fc.array(fc.tuple(fc.integer({ min: -600, max: 600 }), fc.nat(HOUR_MICROS - 1), fc.boolean()));
    fc.assert(
      fc.property(times, (given) => {
        const counts = new HourCounts();
        for (const [hour, micros, isCommitted] of given) counts.note(hour * HOUR_MICROS + micros, isCommitted);
        const hours = given.map(([hour]) => hour);
        const span = Math.max(...hours) - Math.min(...hours) + 1;
        const result = counts.result();
        if (given.length === 0 || span > 1000) return assert.equal(result, null);
        assert.deepEqual([result?.first, result?.records.length], [Math.min(...hours), span]);
        for (let at = 0; at < span; at++) {
          const there = given.filter(([hour]) => hour === Math.min(...hours) + at);
          const committed = there.filter(([, , isCommitted]) => isCommitted).length;
          assert.deepEqual([result?.records[at], result?.committed[at]], [there.length, committed]);
        }
      }),
    );
  });
});

describe('a result of a query that was cut, as its name says', () => {
  it('is recorded as perhaps truncated, below the folder of such results alone', async () => {
    const names = [
      'landed/nql/audit/2026-03-01/1a.truncated.csv',
      'landed/nql/audit/2026-03-01/2b.csv',
      'landed/nql/my.truncated.query/2026-03-01/3c.csv',
      'other/4d.truncated.csv',
    ];
    const found = await recorded(Object.fromEntries(names.map((name, at) => [name, minutes(at, 1)])));
    assert.deepEqual(
      found.map(({ truncated }) => truncated),
      [true, false, false, false],
    );
  });
});
