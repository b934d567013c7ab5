import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { type Codec, ParquetFile, snappy, uncompressed, zstd } from '../../src/parquet/index.ts';
import { queryWithDuckdb, readWithArrow, readWithDuckdb, readWithHyparquet } from './readers.ts';
import { column, fill, rowsOf, type Table, tables } from './tables.ts';

const limits = fc.record({
  pageRows: fc.integer({ min: 1, max: 40 }),
  pageBytes: fc.integer({ min: 1, max: 400 }),
  dictionaryEntries: fc.integer({ min: 1, max: 12 }),
  dictionaryBytes: fc.integer({ min: 1, max: 120 }),
});

const codecs: fc.Arbitrary<Codec> = fc.constantFrom(snappy, zstd, uncompressed);

async function assertReadersAgree(bytes: Uint8Array, table: Table): Promise<void> {
  const expected = rowsOf(table);
  assert.deepEqual(await readWithHyparquet(bytes), expected, 'hyparquet');
  assert.deepEqual(await readWithDuckdb(bytes), expected, 'DuckDB');
  assert.deepEqual(readWithArrow(bytes), expected, 'arrow-rs');
}

test('three readers give back what was appended, whatever page and dictionary limits are crossed', async () => {
  await fc.assert(
    fc.asyncProperty(tables, limits, codecs, async (table, options, codec) => {
      const file = new ParquetFile(
        table.map(({ spec }) => spec),
        codec,
        options,
      );
      fill(file, table);
      await assertReadersAgree(file.finish().bytes, table);
    }),
    { numRuns: 40 },
  );
});

test('with the standard limits a dictionary gives way at 16,384 entries and pages end at 32,768 rows', async () => {
  const count = 40_000;
  const text = (modulus: number) => Array.from({ length: count }, (_, row) => `name ${(row * 7919) % modulus}`);
  const table: Table = [
    { spec: column('within', { encoding: 'dictionary' }), values: text(16_384) },
    { spec: column('beyond', { encoding: 'dictionary' }), values: text(20_000) },
    { spec: column('late'), values: Array.from({ length: count }, (_, row) => (row < 39_000 ? null : `value ${row}`)) },
    { spec: column('early'), values: Array.from({ length: count }, (_, row) => (row < 10 ? `value ${row}` : null)) },
    {
      spec: column('row', { type: 'int64', required: true }),
      values: Array.from({ length: count }, (_, row) => BigInt(row)),
    },
  ];
  const file = new ParquetFile(
    table.map(({ spec }) => spec),
    snappy,
  );
  fill(file, table);
  await assertReadersAgree(file.finish().bytes, table);
});

test('a value larger than a page, and one larger than a dictionary, are stored whole', async () => {
  const long = 'm'.repeat(4 * 1024 * 1024);
  const table: Table = [
    { spec: column('message', { required: true }), values: ['before', long, 'after', long, ''] },
    { spec: column('name', { encoding: 'dictionary' }), values: ['before', null, long, 'before', null] },
  ];
  const file = new ParquetFile(
    table.map(({ spec }) => spec),
    snappy,
  );
  fill(file, table);
  await assertReadersAgree(file.finish().bytes, table);
});

test('a file without rows is valid and keeps its schema', async () => {
  const file = new ParquetFile([column('name'), column('at', { type: 'timestamp', required: true })], snappy);
  const { bytes, rows } = file.finish();
  assert.equal(rows, 0);
  await assertReadersAgree(bytes, []);
  assert.deepEqual(
    await queryWithDuckdb(bytes, (path) => `SELECT column_name, column_type FROM (DESCRIBE FROM '${path}')`),
    [
      { column_name: 'name', column_type: 'VARCHAR' },
      { column_name: 'at', column_type: 'TIMESTAMP WITH TIME ZONE' },
    ],
  );
});
