/** What a column holds. `timestamp` is microseconds since 1970 in UTC: INT64 with TIMESTAMP(MICROS, adjusted to UTC). */
export type ColumnType = 'string' | 'int32' | 'int64' | 'timestamp';

/**
 * How a column's values are given and stored.
 * - `plain`: any type, PLAIN pages.
 * - `dictionary`: strings that repeat, RLE_DICTIONARY pages with a fall-back to PLAIN.
 * - `choice`: strings out of a fixed list, appended by their index in it.
 * - `run`: any type, one value for many rows in a row (constants, one source after another).
 */
export type ColumnEncoding = 'plain' | 'dictionary' | 'choice' | 'run';

/** One flat column: never nested, never repeated. */
export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
  readonly required: boolean;
  readonly encoding: ColumnEncoding;
  /** The values of a `choice` column, at most 65,536; absent for every other encoding. */
  readonly choices?: readonly string[];
  /** False for columns of random ids, which no codec makes smaller. */
  readonly compressed: boolean;
}

// The largest whole number up to which a double holds them all.
const LARGEST = 2 ** 53;
const MOST_CHOICES = 65_536;

/**
 * Checks that a file can be written with these columns.
 *
 * @throws Error for a name that is empty or used twice, numbers with an encoding for strings, choices missing or misplaced.
 */
export function checkColumns(columns: readonly ColumnSpec[]): void {
  if (columns.length === 0) throw new Error('A Parquet file needs at least one column, found none');
  const names = new Set<string>();
  for (const column of columns) {
    if (column.name === '') throw new Error('A Parquet column needs a name, found an empty one');
    if (names.has(column.name)) throw new Error(`Column names must differ, found ${column.name} twice`);
    names.add(column.name);
    checkEncoding(column);
  }
}

/** Whether a column of this type can hold a number: 32 bits for int32, else whole numbers with |value| <= 2^53. */
export function isHeld(type: ColumnType, value: number): boolean {
  if (type === 'int32') return (value | 0) === value;
  return Number.isInteger(value) && value <= LARGEST && value >= -LARGEST;
}

function checkEncoding({ name, type, encoding, choices }: ColumnSpec): void {
  if (type !== 'string' && encoding !== 'plain' && encoding !== 'run') {
    throw new Error(`Column ${name}: ${type} takes the encoding plain or run, found ${encoding}`);
  }
  if (encoding !== 'choice') {
    if (choices !== undefined)
      throw new Error(`Column ${name}: only the encoding choice has choices, found ${encoding}`);
    return;
  }
  if (choices === undefined || choices.length === 0 || choices.length > MOST_CHOICES) {
    throw new Error(`Column ${name}: expected 1 to ${MOST_CHOICES} choices, found ${choices?.length ?? 0}`);
  }
  if (new Set(choices).size !== choices.length) throw new Error(`Column ${name}: choices must differ`);
}
