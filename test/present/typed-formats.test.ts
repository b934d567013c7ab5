import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { rowsOf } from '../../src/asking/running-rows.ts';
import { arrowPieces } from '../../src/present/arrow.ts';
import { parquetPieces } from '../../src/present/parquet.ts';
import { batchesOf, type Rows } from '../../src/present/rows.ts';

let connection: DuckDBConnection;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'typed-'));
  connection = await (await DuckDBInstance.create()).connect();
  await connection.run("SET TimeZone = 'UTC'");
  // The same name is another file in every test.
  await connection.run('SET enable_external_file_cache = false');
});

afterAll(async () => {
  connection.closeSync();
  await rm(folder, { recursive: true });
});

async function bytes(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

async function valuesOf(rows: Rows): Promise<readonly unknown[][]> {
  const all: unknown[][] = [];
  for await (const batch of rows.batches) all.push(...batch.map((row) => [...row]));
  return all;
}

/** A statement's answer written as Parquet, and what DuckDB reads in it. */
async function throughParquet(sql: string): Promise<readonly unknown[][]> {
  const file = join(folder, 'x.parquet');
  await writeFile(file, await bytes(parquetPieces(await rowsOf(connection, sql))));
  return await valuesOf(await rowsOf(connection, `SELECT * FROM read_parquet('${file}')`));
}

/** Each a value, as SQL writes it, of one of the types that a statement can give. */
const VALUES: readonly string[] = [
  ...['true', '1::TINYINT', '-300::SMALLINT', '7', '-9223372036854775808', '200::UTINYINT', '60000::USMALLINT'],
  ...['4294967295::UINTEGER', '18446744073709551615::UBIGINT', "'-99999999999999999999999999999999999999'::HUGEINT"],
  ...['1.5::FLOAT', '0.1::DOUBLE', "'nan'::DOUBLE", "'-inf'::DOUBLE", '-12.30::DECIMAL(9,2)', '0.001::DECIMAL(4,3)'],
  "'-1234567890123456789012345678.0123456789'::DECIMAL(38,10)",
  ...["DATE '2026-03-01'", "DATE '1850-12-31'", "DATE '0044-03-15 (BC)'", "TIME '23:59:59.999999'"],
  ...[
    "TIMESTAMP '2026-03-01 10:00:00.123456'",
    "TIMESTAMP '1969-12-31 23:59:59.5'",
    "TIMESTAMP '0044-03-15 (BC) 10:00:00'",
  ],
  ...["'2026-03-01 10:00:00.123456789'::TIMESTAMP_NS", "'2026-03-01 10:00:00.123'::TIMESTAMP_MS"],
  ...[
    "TIMESTAMPTZ '2026-03-01 10:00:00.123456Z'",
    "TIMESTAMPTZ '290000-01-01 00:00:00Z'",
    "TIMESTAMPTZ '1850-03-01 10:00:00.000001Z'",
  ],
  ...["'infinity'::DATE", "'-infinity'::DATE", "'infinity'::TIMESTAMP", "'-infinity'::TIMESTAMPTZ"],
  ...["'-infinity'::TIMESTAMP_NS", "'infinity'::TIMESTAMP_MS", "['infinity'::DATE]"],
  ...["'\\xFF\\x00ab\\x5C\"'::BLOB", "''::BLOB", "''", "'日本 \u202e'", 'NULL'],
  ...["INTERVAL '1 month -2 days 3 hours 4.005 seconds'", '[1, NULL, 3]', '[]::BIGINT[]', "[['a', NULL], NULL, []]"],
  ...["{'a': 1, 'b': NULL::VARCHAR, 'c': [DATE '2026-01-01']}", "[{'n': 1.50::DECIMAL(5,2)}, NULL]"],
  ...["map(['k', 'l'], [1, NULL])", "[map([1], [[INTERVAL '1 day']])]", "'x'::ENUM('x', 'y')", '[1, 2]::INTEGER[2]'],
];

describe('Parquet', () => {
  for (const value of VALUES) {
    it(`gives back ${value}`, async () => {
      const sql = `SELECT ${value} AS "a.b" UNION ALL SELECT NULL UNION ALL SELECT ${value}`;
      assert.deepEqual(await throughParquet(sql), await valuesOf(await rowsOf(connection, sql)));
    });
  }

  it('has what has to be said with its rows as metadata', async () => {
    const file = join(folder, 'noted.parquet');
    const noted = { ...(await rowsOf(connection, 'SELECT 1 AS a')), note: 'names masked: “x”' };
    await writeFile(file, await bytes(parquetPieces(noted)));
    const read = await connection.runAndReadAll(
      `SELECT decode(value) FROM parquet_kv_metadata('${file}') WHERE decode(key) = 'note'`,
    );
    assert.deepEqual(read.getRows(), [['names masked: “x”']]);
  });

  it('gives back the types', async () => {
    const types = [
      'DATE',
      'TIMESTAMP WITH TIME ZONE',
      'TIMESTAMP_NS',
      'TIME',
      'DECIMAL(9,2)',
      'UBIGINT',
      'BLOB',
      'INTERVAL',
      'VARCHAR[]',
    ];
    const sql = `SELECT ${types.map((type, index) => `NULL::${type} AS c${index}`).join(', ')}`;
    const file = join(folder, 'types.parquet');
    await writeFile(file, await bytes(parquetPieces(await rowsOf(connection, sql))));
    const found = await valuesOf(await rowsOf(connection, `DESCRIBE SELECT * FROM read_parquet('${file}')`));
    assert.deepEqual(
      found.map(([, type]) => type),
      types,
    );
  });

  it('has every row of many, and is a file where there is none', async () => {
    const many = "SELECT range AS n, CASE WHEN range % 3 = 0 THEN NULL ELSE 't' || range END AS t FROM range(250000)";
    assert.deepEqual(await throughParquet(many), await valuesOf(await rowsOf(connection, many)));
    assert.deepEqual(await throughParquet('SELECT 1 AS n WHERE false'), []);
  });

  it('says what to do with an integer that no decimal holds', async () => {
    await assert.rejects(
      throughParquet("SELECT '170141183460469231731687303715884105727'::HUGEINT AS n"),
      /CAST\(… AS VARCHAR\)/,
    );
  });

  it('gives back whatever texts and lists there are', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.option(fc.string({ unit: 'grapheme' })),
            fc.option(fc.array(fc.option(fc.string({ unit: 'grapheme' })), { maxLength: 4 })),
          ),
          { maxLength: 30 },
        ),
        async (rows) => {
          const made: Rows = {
            names: ['text', 'list'],
            types: [{ kind: 'text' }, { kind: 'list', of: { kind: 'text' } }],
            batches: batchesOf([rows]),
          };
          const file = join(folder, 'any.parquet');
          await writeFile(file, await bytes(parquetPieces(made)));
          assert.deepEqual(await valuesOf(await rowsOf(connection, `FROM read_parquet('${file}')`)), rows);
        },
      ),
      { numRuns: 40 },
    ));
});

describe('Arrow', () => {
  async function table(sql: string) {
    return tableFromIPC(await bytes(arrowPieces(await rowsOf(connection, sql))));
  }

  it('has what has to be said with its rows as metadata', async () => {
    const noted = { ...(await rowsOf(connection, 'SELECT 1 AS a')), note: 'names masked: “x”' };
    assert.equal(tableFromIPC(await bytes(arrowPieces(noted))).schema.metadata.get('note'), 'names masked: “x”');
  });

  it('has the types that the columns have', async () => {
    const columns = {
      true: 'Bool',
      '1::TINYINT': 'Int8',
      '1::UBIGINT': 'Uint64',
      '1::HUGEINT': 'Decimal[38e0]',
      '1.5::FLOAT': 'Float32',
      '-12.30::DECIMAL(9,2)': 'Decimal[9e+2]',
      "DATE '2026-03-01'": 'Date32<DAY>',
      "TIME '10:00:00'": 'Time64<MICROSECOND>',
      "TIMESTAMPTZ '2026-03-01 10:00:00Z'": 'Timestamp<MICROSECOND, UTC>',
      "'2026-03-01'::TIMESTAMP_NS": 'Timestamp<NANOSECOND>',
      "'x'::BLOB": 'Binary',
      "'x'": 'Utf8',
      "['x']": 'List<Utf8>',
      "{'a': 1}": 'Struct<{a:Int32}>',
    };
    const { schema } = await table(`SELECT ${Object.keys(columns).join(', ')}`);
    assert.deepEqual(
      schema.fields.map(({ type }) => String(type)),
      Object.values(columns),
    );
  });

  it('has the values, to the last digit', async () => {
    const found = await table(`SELECT * FROM (VALUES
      (9007199254740993, 'a', TIMESTAMPTZ '2026-03-01 10:00:00.123456Z', ['x', NULL], {'a': DATE '1969-12-31'}, map([1], ['v']), true, '\\xFF'::BLOB, 18446744073709551615::UBIGINT),
      (NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
      (-1, '日本', TIMESTAMPTZ '1969-12-31 23:59:59.999999Z', [], {'a': NULL}, map([], []), false, ''::BLOB, 0))
      AS t(n, t, i, l, s, m, b, x, u)`);
    assert.equal(found.numRows, 3);
    const column = (name: string) => [...(found.getChild(name) ?? [])];
    assert.deepEqual(column('n'), [9007199254740993n, null, -1n]);
    assert.deepEqual(column('t'), ['a', '', '日本']);
    assert.deepEqual([...found.getChild('i')!.data[0]!.values], [1772359200123456n, 0n, -1n]);
    assert.deepEqual(
      column('l').map((each) => (each === null ? null : [...each])),
      [['x', null], null, []],
    );
    assert.deepEqual(
      column('s').map((each) => each?.toJSON().a ?? null),
      [-86_400_000, null, null],
    );
    assert.deepEqual(
      column('m').map((each) => (each === null ? null : [...each])),
      [[[1, 'v']], null, []],
    );
    assert.deepEqual(column('b'), [true, null, false]);
    assert.deepEqual(
      column('x').map((each) => (each === null ? null : [...each])),
      [[255], null, []],
    );
    assert.deepEqual(column('u'), [18446744073709551615n, null, 0n]);
  });

  it('has every row of many batches, and a schema where there is none', async () => {
    const found = await table("SELECT range AS n, 't' || range AS t FROM range(600000)");
    assert.equal(found.numRows, 600_000);
    assert.ok(found.batches.length > 1);
    assert.equal(found.getChild('t')?.get(599_999), 't599999');
    assert.deepEqual((await table('SELECT 1 AS n WHERE false')).schema.names, ['n']);
  });

  it('gives back whatever texts there are', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.option(fc.string({ unit: 'grapheme' }))), async (texts) => {
        const rows: Rows = {
          names: ['t'],
          types: [{ kind: 'text' }],
          batches: batchesOf([texts.map((text) => [text])]),
        };
        const found = tableFromIPC(await bytes(arrowPieces(rows)));
        assert.deepEqual([...(found.getChild('t') ?? [])], texts);
      }),
    ));
});
