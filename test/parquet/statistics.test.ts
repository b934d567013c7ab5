import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import {
  type ColumnSpec,
  type ColumnStatistics,
  ParquetFile,
  type ParquetFileOptions,
  snappy,
} from '../../src/parquet/index.ts';
import { metadataWithHyparquet, queryWithDuckdb, type Value } from './readers.ts';
import { column, fill, rowsOf, type TableColumn, tables, utf8 } from './tables.ts';

function written(columns: readonly TableColumn[], options: ParquetFileOptions = {}) {
  const file = new ParquetFile(
    columns.map(({ spec }) => spec),
    snappy,
    options,
  );
  fill(file, columns);
  return file.finish();
}

function statisticsOf(spec: ColumnSpec, values: readonly Value[], options: ParquetFileOptions = {}): ColumnStatistics {
  return written([{ spec, values }], options).statistics[0] ?? assert.fail('one column, one element');
}

const ENCODINGS = [
  column('c', { encoding: 'dictionary' }),
  column('c', { encoding: 'run' }),
  column('c', { encoding: 'choice', choices: ['\u{1f600}', 'unused', '\uffff', 'b', ''] }),
];

test('strings are compared by their UTF-8 bytes, in which an astral character comes after U+FFFF', () => {
  for (const spec of ENCODINGS) {
    const found = statisticsOf(spec, ['b', '\u{1f600}', null, '\uffff']);
    assert.deepEqual(found, { name: 'c', nullCount: 1, min: utf8('b'), max: utf8('\u{1f600}') }, spec.encoding);
  }
});

test('the empty string is a value, and the least one', () => {
  for (const spec of ENCODINGS) assert.deepEqual(statisticsOf(spec, ['b', '']).min, utf8(''), spec.encoding);
});

test('only what rows hold counts: not an unused choice, not a run without rows', () => {
  const file = new ParquetFile([column('c', { encoding: 'run' })], snappy);
  file.run('c').set(utf8('a'));
  file.run('c').set(utf8('m'));
  file.endRow();
  file.run('c').set(utf8('z'));
  const [found] = file.finish().statistics;
  assert.deepEqual([found?.min, found?.max, found?.nullCount], [utf8('m'), utf8('m'), 0]);
});

test('plain strings, and a dictionary that gave way, have no bounds; a column of nulls has none either', () => {
  assert.deepEqual(statisticsOf(column('c'), ['a']), { name: 'c', nullCount: 0, min: null, max: null });
  const dictionary = column('c', { encoding: 'dictionary' });
  assert.equal(statisticsOf(dictionary, ['b', 'c', 'a'], { dictionaryEntries: 2 }).min, null);
  for (const spec of ENCODINGS) {
    assert.deepEqual(statisticsOf(spec, [null, null]), { name: 'c', nullCount: 2, min: null, max: null });
  }
  assert.deepEqual(statisticsOf(column('c', { type: 'int64' }), [null]), {
    name: 'c',
    nullCount: 1,
    min: null,
    max: null,
  });
});

test('numbers keep their sign, and -0 is 0', () => {
  const wide = column('c', { type: 'int64' });
  assert.deepEqual(statisticsOf(wide, [-(2n ** 53n), 5n]), { name: 'c', nullCount: 0, min: -(2 ** 53), max: 5 });
  const narrow = column('c', { type: 'int32' });
  assert.deepEqual(statisticsOf(narrow, [-0, -7]), { name: 'c', nullCount: 0, min: -7, max: 0 });
  assert.ok(Object.is(statisticsOf(narrow, [-0]).max, 0));
});

test('bounds over 64 bytes are returned, but if either is so long the footer has none', () => {
  const spec = column('c', { encoding: 'dictionary' });
  for (const [min, max, kept] of [
    ['a', 'x'.repeat(64), true],
    ['a', 'x'.repeat(65), false],
    ['x'.repeat(65), 'y', false],
  ] as const) {
    const { bytes, statistics } = written([{ spec, values: [max, min] }]);
    assert.deepEqual([statistics[0]?.min, statistics[0]?.max], [utf8(min), utf8(max)]);
    const footer = metadataWithHyparquet(bytes).row_groups[0]?.columns[0]?.meta_data?.statistics;
    assert.deepEqual([footer?.min_value, footer?.max_value], kept ? [min, max] : [undefined, undefined]);
    assert.equal(footer?.null_count, 0n);
  }
});

test('statistics hold for every table, and two readers find them in the footer', async () => {
  const limits = fc.record({
    dictionaryEntries: fc.integer({ min: 1, max: 40 }),
    pageRows: fc.integer({ min: 1, max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(tables, limits, async (table, options) => {
      const { bytes, statistics, rows } = written(table, options);
      for (const [index, { spec, values }] of table.entries()) {
        const found = statistics[index] ?? assert.fail('one element per column');
        const present = values.filter((value) => value !== null);
        assert.equal(found.nullCount, values.length - present.length, spec.name);
        if (found.min !== null && found.max !== null) {
          const sorted = present.map(comparable).sort(Buffer.compare);
          assert.deepEqual([comparable(found.min), comparable(found.max)], [sorted.at(0), sorted.at(-1)], spec.name);
        } else if (present.length > 0) {
          assert.ok(spec.encoding === 'plain' || spec.encoding === 'dictionary', spec.name);
          assert.equal(spec.type, 'string', spec.name);
        }
      }
      if (rows === 0) return;
      const footer = metadataWithHyparquet(bytes).row_groups[0]?.columns.map(({ meta_data }) => meta_data?.statistics);
      assert.deepEqual(
        footer?.map((one) => one?.null_count),
        statistics.map(({ nullCount }) => BigInt(nullCount)),
      );
      const sql = (path: string) => `SELECT stats_null_count FROM parquet_metadata('${path}') ORDER BY column_id`;
      assert.deepEqual(
        (await queryWithDuckdb(bytes, sql)).map((row) => row['stats_null_count']),
        statistics.map(({ nullCount }) => BigInt(nullCount)),
      );
    }),
    { numRuns: 25 },
  );
});

test('DuckDB prunes with the bounds and still finds every row', async () => {
  const spec = column('c', { encoding: 'dictionary' });
  const number = column('n', { type: 'int64', required: true });
  const columns = [
    { spec, values: ['b', '\u{1f600}', null, '\uffff'] },
    { spec: number, values: [-5n, 0n, 2n ** 53n, 7n] },
  ];
  const { bytes } = written(columns);
  const bounds = await queryWithDuckdb(
    bytes,
    (path) => `SELECT stats_min_value, stats_max_value FROM parquet_metadata('${path}') ORDER BY column_id`,
  );
  assert.deepEqual(bounds, [
    { stats_min_value: 'b', stats_max_value: '\u{1f600}' },
    { stats_min_value: '-5', stats_max_value: '9007199254740992' },
  ]);
  for (const row of rowsOf(columns)) {
    const condition = row['c'] === null ? 'c IS NULL' : `c = '${row['c']}'`;
    const sql = (path: string) => `SELECT * FROM '${path}' WHERE ${condition} AND n = ${row['n']}`;
    assert.deepEqual(await queryWithDuckdb(bytes, sql), [row]);
  }
});

/** Bytes whose order is that of the values. */
function comparable(value: Uint8Array | Value): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value === 'string') return Buffer.from(value);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value ?? 0) + 2n ** 60n);
  return bytes;
}
