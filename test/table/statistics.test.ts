import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { ColumnStatistics } from '../../src/parquet/index.ts';
import type { Metadata } from '../../src/table/actions.ts';
import { fileStatistics, type TableColumn, timestampRange } from '../../src/table/index.ts';
import { schemaString } from '../../src/table/schema.ts';
import { EVENTS, fileNamed } from './lake.ts';

const ENCODER = new TextEncoder();
const LAST = '\u{fffff}';

interface Stats {
  numRecords: number;
  minValues: Record<string, unknown>;
  maxValues: Record<string, unknown>;
  nullCount: Record<string, number>;
}

function metadataOf(columns: readonly TableColumn[], configuration: Record<string, string>): Metadata {
  return {
    id: 'x',
    format: { provider: 'parquet', options: {} },
    schemaString: schemaString(columns),
    partitionColumns: ['event_date'],
    configuration,
  };
}

const METADATA = metadataOf(EVENTS.columns, EVENTS.configuration);

function statsOf(rows: number, columns: readonly ColumnStatistics[], metadata = METADATA): Stats {
  return JSON.parse(fileStatistics(metadata, rows, columns)) as Stats;
}

/** Bounds of the column user_name for values of which these are the least and the greatest. */
function textBounds(min: string, max: string): { min: unknown; max: unknown } {
  const stats = statsOf(1, [{ name: 'user_name', nullCount: 0, min: ENCODER.encode(min), max: ENCODER.encode(max) }]);
  return { min: stats.minValues['user_name'], max: stats.maxValues['user_name'] };
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

describe('file statistics', () => {
  it('are written as the protocol has them', () => {
    const time = Date.parse('2026-01-02T03:04:05.678Z') * 1000;
    assert.equal(
      fileStatistics(METADATA, 812, [
        { name: 'event_time', nullCount: 0, min: time, max: time + 999 },
        { name: 'code', nullCount: 0, min: -5, max: 95001 },
        { name: 'source_row', nullCount: 2, min: 1, max: 2 ** 53 - 1 },
        { name: 'user_name', nullCount: 812, min: null, max: null },
        { name: 'message', nullCount: 0, min: ENCODER.encode('a'), max: ENCODER.encode('b') },
      ]),
      '{"numRecords":812,' +
        '"minValues":{"event_time":"2026-01-02T03:04:05.678Z","code":-5,"source_row":1},' +
        '"maxValues":{"event_time":"2026-01-02T03:04:05.678Z","code":95001,"source_row":9007199254740991},' +
        '"nullCount":{"event_time":0,"code":0,"source_row":2,"user_name":812}}',
    );
  });

  it('cover the columns the table names, else the first 32, and never a partition column', () => {
    const column = (name: string): TableColumn => ({ name, type: 'long', nullable: true, comment: '' });
    const many = [column('event_date'), ...Array.from({ length: 40 }, (_, index) => column(`c${index}`))];
    const given = many.map(({ name }) => ({ name, nullCount: 0, min: 1, max: 1 }));
    const covered = (configuration: Record<string, string>): string[] =>
      Object.keys(statsOf(1, given, metadataOf(many, configuration)).nullCount);
    assert.deepEqual(
      covered({}),
      Array.from({ length: 32 }, (_, index) => `c${index}`),
    );
    assert.deepEqual(covered({ 'delta.dataSkippingStatsColumns': 'c39, c2,event_date,gone' }), ['c2', 'c39']);
    assert.deepEqual(covered({ 'delta.dataSkippingStatsColumns': '' }), []);
  });

  it('hold every time once readers add their millisecond, in exactly three digits', () => {
    const microseconds = fc.integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 });
    fc.assert(
      fc.property(fc.array(microseconds, { minLength: 1 }), (values) => {
        const [min, max] = [Math.min(...values), Math.max(...values)];
        const columns = [{ name: 'event_time', nullCount: 0, min, max }];
        const stats = statsOf(values.length, columns);
        const [lower, upper] = [String(stats.minValues['event_time']), String(stats.maxValues['event_time'])];
        for (const bound of [lower, upper]) assert.match(bound, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        for (const value of values) {
          assert.ok(BigInt(Date.parse(lower)) * 1000n <= BigInt(value));
          assert.ok(BigInt(value) < (BigInt(Date.parse(upper)) + 1n) * 1000n);
        }
        assert.ok(BigInt(min) - BigInt(Date.parse(lower)) * 1000n < 1000n, 'the lower bound is wider than it must be');
        assert.ok(Date.parse(upper) * 1000 <= max, 'the upper bound is not floored');
      }),
    );
  });

  it('hold every string, in the byte order of UTF-8', () => {
    const unit = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('a', 'z', '\u{e000}', '\uffff', '😀', '\u{10ffff}', LAST) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
    );
    const value = fc.array(unit, { maxLength: 80 }).map((units) => units.join(''));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
        const sorted = [...values].sort(compare);
        const bounds = textBounds(sorted[0] ?? '', sorted.at(-1) ?? '');
        const { min, max } = bounds;
        assert.ok(typeof min === 'string' && min.length <= 32 && !/\p{Surrogate}/u.test(min));
        if (max !== undefined) assert.ok(typeof max === 'string' && max.length <= 66 && !/\p{Surrogate}/u.test(max));
        for (const text of values) {
          assert.ok(compare(min, text) <= 0);
          if (typeof max === 'string') assert.ok(compare(text, max) <= 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('cut strings at 32 UTF-16 units, between characters', () => {
    const a32 = 'a'.repeat(32);
    assert.deepEqual(textBounds(a32, a32), { min: a32, max: a32 });
    assert.deepEqual(textBounds(`${a32}b`, `${a32}b`), { min: a32, max: a32 + LAST });
    const a31 = 'a'.repeat(31);
    assert.deepEqual(textBounds(`${a31}😀`, `${a31}😀`), { min: a31, max: a31 + LAST });
    const a30 = 'a'.repeat(30);
    assert.deepEqual(textBounds(`${a30}😀b`, `${a30}😀b`), { min: `${a30}😀`, max: `${a30}😀${LAST}` });
    assert.deepEqual(textBounds('\ufeffx', '\ufeffx'), { min: '\ufeffx', max: '\ufeffx' });
    assert.deepEqual(textBounds('', ''), { min: '', max: '' });
  });

  it('keep on cutting while the upper bound would not be one, and then leave it out', () => {
    const a32 = 'a'.repeat(32);
    assert.equal(textBounds('', `${a32}${LAST}b`).max, `${a32}${LAST}${LAST}`);
    assert.equal(textBounds('', `${a32}${LAST}`).max, `${a32}${LAST}`);
    assert.equal(textBounds('', `${a32}${LAST.repeat(16)}b`).max, `${a32}${LAST.repeat(17)}`);
    assert.equal(textBounds('', `${a32}${LAST.repeat(17)}b`).max, undefined);
    assert.equal(textBounds('', LAST.repeat(40)).max, undefined);
  });

  it('leave out what cannot be said exactly', () => {
    const stats = statsOf(2, [
      { name: 'code', nullCount: 0, min: Number.NaN, max: 1.5 },
      { name: 'source_row', nullCount: 0, min: -(2 ** 53), max: 2 ** 53 },
      { name: 'user_name', nullCount: 1, min: Uint8Array.of(0x61, 0xff), max: Uint8Array.of(0xff) },
      { name: 'event_time', nullCount: 0, min: ENCODER.encode('a'), max: null },
    ]);
    assert.deepEqual(stats.minValues, {});
    assert.deepEqual(stats.maxValues, {});
    assert.deepEqual(stats.nullCount, { code: 0, source_row: 0, user_name: 1, event_time: 0 });
  });
});

describe('the time range of a file', () => {
  const ranged = (min: unknown, max: unknown) =>
    timestampRange(fileNamed('a', { stats: JSON.stringify({ minValues: { t: min }, maxValues: { t: max } }) }), 't');

  it('is what the statistics were made of, and at most a millisecond more', () => {
    const microseconds = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });
    fc.assert(
      fc.property(microseconds, microseconds, (a, b) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const stats = fileStatistics(METADATA, 1, [{ name: 'event_time', nullCount: 0, min, max }]);
        const range = timestampRange(fileNamed('a', { stats }), 'event_time');
        assert.ok(range !== null && range.min <= min && min - range.min < 1000);
        assert.ok(range.max >= max && range.max - max <= 1000);
      }),
    );
  });

  it('holds for the forms other writers use', () => {
    const ms = Date.parse('2026-01-02T03:04:05.678Z');
    const expected = { min: ms * 1000, max: ms * 1000 + 1000 };
    assert.deepEqual(ranged('2026-01-02T03:04:05.678999Z', '2026-01-02T03:04:05.678001Z'), expected);
    assert.deepEqual(ranged('2026-01-02T04:04:05.678+01:00', '2026-01-01T22:04:05.678-05:00'), expected);
    const whole = Date.parse('1969-12-31T23:59:58Z') * 1000;
    assert.deepEqual(ranged('1969-12-31T23:59:58.0009Z', '1969-12-31T23:59:58Z'), { min: whole, max: whole + 1000 });
  });

  it('is unknown where the statistics do not tell', () => {
    assert.equal(timestampRange(fileNamed('a'), 't'), null);
    for (const stats of ['', '{', '[]', 'null', '{}', '{"minValues":{"t":"2026-01-02T03:04:05Z"}}']) {
      assert.equal(timestampRange(fileNamed('a', { stats }), 't'), null, stats);
    }
    assert.equal(ranged('2026-01-02 03:04:05', '2026-01-02 03:04:05'), null, 'no zone');
    assert.equal(ranged('2026-13-02T03:04:05Z', '2026-01-02T03:04:05Z'), null);
    assert.equal(ranged(1767225600000, 1767225600000), null);
  });
});
