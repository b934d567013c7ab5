import type { DuckDBResult, DuckDBType, DuckDBValue, DuckDBValueConverter, Json } from '@duckdb/node-api';
import { type Batch, Bytes, type Rows } from '../present/index.ts';
import { columnType } from './column-types.ts';
import { FreedMemory } from './freed-memory.ts';

const INTEGER = /^U?(BIGINT|HUGEINT)$/;

/** A value of a column as rows have it, see ColumnType. */
type Taken = (value: DuckDBValue) => unknown;

/** A row of which nobody wants more than that there is one. */
const COUNTED: readonly unknown[] = Object.freeze([]);

/**
 * The rows of a result of the engine, be they all there or made while they are taken.
 * @param whole how many of them are wanted as they are: those after them have no values, and are there to be counted
 */
export async function rowsOfResult(result: DuckDBResult, whole = Number.POSITIVE_INFINITY): Promise<Rows> {
  const types = result.columnTypes();
  const convert = await converter();
  const takes = types.map((type) => takenAs(type, convert));
  const batches = async function* (): AsyncGenerator<Batch> {
    const freed = new FreedMemory();
    for (let left = whole; ; ) {
      const batch = await nextBatch(result, takes, left);
      if (batch === null) return;
      left = Math.max(0, left - batch.length);
      freed.gave(batch.length * takes.length);
      yield batch;
    }
  };
  return { names: result.deduplicatedColumnNames(), types: types.map(columnType), batches: batches() };
}

/** Takes rows from the engine, a column after the other; nothing of the engine's is referred to after that. */
async function nextBatch(result: DuckDBResult, takes: readonly Taken[], whole: number): Promise<Batch | null> {
  const chunk = await result.fetchChunk();
  if (chunk === null || chunk.rowCount === 0) return null;
  const rows = Array.from({ length: Math.min(whole, chunk.rowCount) }, () => new Array<unknown>(takes.length));
  for (const [column, take] of takes.entries()) {
    const vector = chunk.getColumnVector(column);
    for (let row = 0; row < rows.length; row++) {
      const value = vector.getItem(row);
      rows[row]![column] = value === null ? null : take(value);
    }
  }
  return rows.length === chunk.rowCount
    ? rows
    : [...rows, ...new Array<typeof COUNTED>(chunk.rowCount - rows.length).fill(COUNTED)];
}

function takenAs(type: DuckDBType, convert: DuckDBValueConverter<Json | Bytes>): Taken {
  const name = String(type);
  if (name === 'VARCHAR' || name === 'BOOLEAN') return (value) => value;
  if (name === 'BIGINT') return (value) => exactNumber(value as bigint);
  if (INTEGER.test(name)) return (value) => plain(convert(value, type, convert));
  return (value) => convert(value, type, convert);
}

/** Values as JSON has them; bytes, whose text is not always one of theirs alone, are both. */
async function converter(): Promise<DuckDBValueConverter<Json | Bytes>> {
  const { DuckDBBlobValue, JsonDuckDBValueConverter } = await import('@duckdb/node-api');
  return (value, type, inner) =>
    value instanceof DuckDBBlobValue
      ? new Bytes(value.bytes, value.toString())
      : (endless(value) ?? JsonDuckDBValueConverter(value, type, inner as DuckDBValueConverter<Json>));
}

/** What the engine stores for a date or time that never comes, or always was: its own text of most of these is a day that nobody meant. */
const ENDLESS_DAYS = 2 ** 31 - 1;
const ENDLESS_TICKS = 2n ** 63n - 1n;

function endless(value: DuckDBValue): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const { days, ...others } = value as { days?: unknown; seconds?: unknown; millis?: unknown; nanos?: unknown };
  const isDate = days !== undefined && !('months' in value);
  const found = isDate ? days : (others.seconds ?? others.millis ?? others.nanos);
  if (found === ENDLESS_DAYS || found === ENDLESS_TICKS) return 'infinity';
  return found === -ENDLESS_DAYS || found === -ENDLESS_TICKS ? '-infinity' : null;
}

/** DuckDB gives 64-bit numbers as text; those that a JSON number holds exactly become one. */
function plain(value: unknown): unknown {
  return typeof value === 'string' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function exactNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
