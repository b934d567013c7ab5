import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, DuckDBTimestampTZValue } from '@duckdb/node-api';
import { type Data, Type, tableFromIPC } from 'apache-arrow';
import { type FileMetaData, parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { readParquet } from 'parquet-wasm';

/** A value as every reader returns it: number for int32, bigint for int64, bigint microseconds for timestamps. */
export type Value = string | number | bigint | null;

/** One row by column name. */
export type Row = Record<string, Value>;

/** Reads a Parquet file with hyparquet. */
export async function readWithHyparquet(bytes: Uint8Array): Promise<Row[]> {
  const rows = await parquetReadObjects({
    file: arrayBuffer(bytes),
    compressors,
    parsers: { timestampFromMicroseconds: (micros) => micros },
  });
  return rows.map((row) => toRow(Object.entries(row)));
}

/** The footer as hyparquet understands it. */
export function metadataWithHyparquet(bytes: Uint8Array): FileMetaData {
  return parquetMetadata(arrayBuffer(bytes), { parsers: { timestampFromMicroseconds: (micros) => micros } });
}

/** Reads a Parquet file, given as bytes or as a path, with DuckDB. */
export async function readWithDuckdb(source: Uint8Array | string): Promise<Row[]> {
  return queryWithDuckdb(source, (path) => `SELECT * FROM read_parquet('${path}')`);
}

/** The rows of a DuckDB query over a Parquet file; `sql` gets the file's path, quoted for a string literal. */
export async function queryWithDuckdb(source: Uint8Array | string, sql: (path: string) => string): Promise<Row[]> {
  if (typeof source === 'string') return query(sql(source.replaceAll("'", "''")));
  const folder = await mkdtemp(join(tmpdir(), 'parquet-'));
  try {
    const path = join(folder, 'file.parquet');
    await writeFile(path, source);
    return await query(sql(path.replaceAll("'", "''")));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Reads a Parquet file with arrow-rs (parquet-wasm) into Arrow. */
export function readWithArrow(bytes: Uint8Array): Row[] {
  // A copy, because the module takes the memory that it is given.
  const table = tableFromIPC(readParquet(Uint8Array.from(bytes)).intoIPCStream());
  const columns = table.schema.fields.map((field, index) => {
    const chunks = table.getChildAt(index)?.data ?? [];
    return { name: field.name, values: chunks.flatMap((chunk) => arrowValues(chunk)) };
  });
  return Array.from({ length: table.numRows }, (_, row) =>
    toRow(columns.map(({ name, values }) => [name, values[row] ?? null])),
  );
}

let connection: Promise<DuckDBConnection> | undefined;

async function query(sql: string): Promise<Row[]> {
  connection ??= DuckDBInstance.create(':memory:', { threads: '1' }).then((instance) => instance.connect());
  const result = await (await connection).runAndReadAll(sql);
  const names = result.columnNames();
  return result.getRows().map((row) => toRow(row.map((value, index) => [names[index] ?? '', value])));
}

function arrowValues(chunk: Data): Value[] {
  return Array.from({ length: chunk.length }, (_, at) => {
    if (!chunk.getValid(at)) return null;
    // Arrow's own accessor gives timestamps as doubles of milliseconds; the buffer has them whole.
    if (chunk.typeId !== Type.Utf8) return chunk.values[at] as Value;
    const [start, end] = [chunk.valueOffsets[at] ?? 0, chunk.valueOffsets[at + 1] ?? 0];
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(chunk.values.subarray(start, end));
  });
}

function toRow(entries: [string, unknown][]): Row {
  return Object.fromEntries(entries.map(([name, value]) => [name, toValue(value)]));
}

function toValue(value: unknown): Value {
  if (value instanceof DuckDBTimestampTZValue) return value.micros;
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean' || typeof value === 'object') return JSON.stringify(value);
  throw new TypeError(`No test column holds a ${typeof value}`);
}

function arrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
