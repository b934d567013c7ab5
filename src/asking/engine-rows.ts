import type { DuckDBResult, DuckDBValueConverter, Json } from '@duckdb/node-api';
import { type Batch, Bytes, type Rows } from '../present/index.ts';
import { columnType } from './column-types.ts';

const INTEGER = /^U?(BIGINT|HUGEINT)$/;

/** The rows of a result of the engine, be they all there or made while they are taken. */
export async function rowsOfResult(result: DuckDBResult): Promise<Rows> {
  const types = result.columnTypes();
  const integers = types.map((type) => INTEGER.test(String(type)));
  const convert = await converter();
  const batches = async function* (): AsyncGenerator<Batch> {
    for await (const batch of result.yieldConvertedRows(convert)) {
      yield batch.map((row) => row.map((value, column) => (integers[column] === true ? plain(value) : value)));
    }
  };
  return { names: result.deduplicatedColumnNames(), types: types.map(columnType), batches: batches() };
}

/** Values as JSON has them; bytes, whose text is not always one of theirs alone, are both. */
async function converter(): Promise<DuckDBValueConverter<Json | Bytes>> {
  const { DuckDBBlobValue, JsonDuckDBValueConverter } = await import('@duckdb/node-api');
  return (value, type, inner) =>
    value instanceof DuckDBBlobValue
      ? new Bytes(value.bytes, value.toString())
      : JsonDuckDBValueConverter(value, type, inner as DuckDBValueConverter<Json>);
}

/** DuckDB gives 64-bit numbers as text; those that a JSON number holds exactly become one. */
function plain(value: unknown): unknown {
  return typeof value === 'string' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
