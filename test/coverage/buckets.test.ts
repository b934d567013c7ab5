import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { BucketIndex, bucketsOf } from '../../src/coverage/buckets.ts';
import { ZoneOffsets } from '../../src/source/index.ts';
import { HOUR, MINUTE } from './counted-lake.ts';

const at = (text: string) => Date.parse(text);
const shown = (labels: readonly string[], zone: string | null) =>
  bucketsOf(labels.map(at), zone === null ? null : new ZoneOffsets(zone)).map(
    ({ start, end }) => `${new Date(start).toISOString().slice(5, 16)}-${new Date(end).toISOString().slice(11, 16)}`,
  );

describe('the hours that a source cuts', () => {
  it('are those between its labels, too', () => {
    assert.deepEqual(shown(['2026-03-01T01:00Z', '2026-03-01T03:00Z'], null), [
      '03-01T01:00-02:00',
      '03-01T02:00-03:00',
      '03-01T03:00-04:00',
    ]);
  });

  it('begin at half hours where a zone has them', () => {
    assert.deepEqual(shown(['2026-03-01T01:30Z', '2026-03-01T02:30Z'], 'Asia/Kolkata'), [
      '03-01T01:30-02:30',
      '03-01T02:30-03:30',
    ]);
  });

  it('are two in one where clocks go back by an hour', () => {
    // 01:00, 02:00 and 02:00 again, and 03:00, in Zürich.
    assert.deepEqual(shown(['2026-10-24T23:00Z', '2026-10-25T00:00Z', '2026-10-25T02:00Z'], 'Europe/Zurich'), [
      '10-24T23:00-00:00',
      '10-25T00:00-02:00',
      '10-25T02:00-03:00',
    ]);
    // With offsets they are two.
    assert.equal(shown(['2026-10-25T02:00+02:00', '2026-10-25T02:00+01:00'], null).length, 2);
  });

  it('leave out the hour that clocks go forward by', () => {
    assert.deepEqual(shown(['2026-03-29T00:00Z', '2026-03-29T01:00Z'], 'Europe/Zurich'), [
      '03-29T00:00-01:00',
      '03-29T01:00-02:00',
    ]);
  });

  it('are longer, or shorter, by half an hour on Lord Howe Island', () => {
    // Back at 02:00 to 01:30: what is called 01 o’clock takes ninety minutes.
    assert.deepEqual(shown(['2026-04-04T13:00Z', '2026-04-04T14:00Z', '2026-04-04T15:30Z'], 'Australia/Lord_Howe'), [
      '04-04T13:00-14:00',
      '04-04T14:00-15:30',
      '04-04T15:30-16:30',
    ]);
    // Forward at 02:00 to 02:30: what is called 02 o’clock takes thirty, but the label itself never was: it is one with the next.
    assert.deepEqual(shown(['2026-10-03T14:30Z', '2026-10-03T15:30Z', '2026-10-03T16:00Z'], 'Australia/Lord_Howe'), [
      '10-03T14:30-15:30',
      '10-03T15:30-17:00',
    ]);
    // As instants, nobody can tell where in between.
    assert.deepEqual(shown(['2026-04-04T13:00Z', '2026-04-04T14:00Z', '2026-04-04T15:30Z'], null), [
      '04-04T13:00-14:00',
      '04-04T14:00-16:30',
    ]);
  });

  it('are four in one where clocks go back by two', () => {
    const [first] = bucketsOf([at('2026-10-24T23:00Z'), at('2026-10-25T03:00Z')], new ZoneOffsets('Antarctica/Troll'));
    assert.equal((first!.end - first!.start) / HOUR, 4);
  });

  it('follow each other without gap, and each instant is in the one that it is found in', () => {
    const zones = ['UTC', 'Europe/Zurich', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Antarctica/Troll', 'Asia/Kathmandu'];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones, null),
        fc.integer({ min: 0, max: 364 }),
        fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 20 }),
        fc.constantFrom(0, 15, 30, 7),
        (zone, day, hours, minute) => {
          const begin = Date.UTC(2026, 0, 1 + day) + minute * MINUTE;
          const buckets = bucketsOf(
            hours.map((hour) => begin + hour * HOUR),
            zone === null ? null : new ZoneOffsets(zone),
          );
          const index = new BucketIndex(buckets);
          for (const [place, { start, end }] of buckets.entries()) {
            assert.ok(end > start);
            assert.equal(start, buckets[place - 1]?.end ?? start);
            assert.deepEqual([index.of(start), index.of(end - 1)], [place, place]);
          }
          for (const hour of hours) assert.ok(index.of(begin + hour * HOUR) >= 0);
          assert.equal(index.of(buckets[0]!.start - 1), -1);
          assert.equal(index.of(buckets.at(-1)!.end), -1);
        },
      ),
    );
  });
});
