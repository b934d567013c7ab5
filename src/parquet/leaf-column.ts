import type { ColumnMetaData, DecodedArray, ParquetParsers, SchemaTree } from 'hyparquet';
import { DEFAULT_PARSERS, getMaxDefinitionLevel } from './hyparquet.ts';
import { leafPages } from './leaf-pages.ts';
import { StoredText, TextPage } from './text-page.ts';

/** A scalar of a checkpoint. A 64-bit integer beyond 2^53 comes as its digits. */
export type Scalar = string | number | boolean | null;

/** Text may be wanted as it is stored. */
const PARSERS: ParquetParsers = { ...DEFAULT_PARSERS, stringFromBytes: (bytes: Uint8Array | undefined) => bytes };

/** Instants and days as statistics have them in JSON: floored to milliseconds. */
const STATISTICS_PARSERS: ParquetParsers = {
  ...PARSERS,
  timestampFromMilliseconds: (millis: bigint) => instantText(millis),
  timestampFromMicroseconds: (micros: bigint) => instantText(floored(micros, 1000n)),
  timestampFromNanoseconds: (nanos: bigint) => instantText(floored(nanos, 1_000_000n)),
  dateFromDays: (days: number) => instantText(BigInt(days) * 86_400_000n)?.slice(0, 10) ?? null,
};

/**
 * One leaf column of a row group: an entry for every place where a value could stand, with the levels that say where in
 * a row that is. Values are null where there is none.
 * Source: Parquet format, "Nested Encoding".
 */
export interface LeafColumn<T> {
  readonly name: string;
  readonly definitions: Uint8Array;
  readonly repetitions: Uint8Array;
  readonly values: readonly (T | null)[];
}

/**
 * Reads a leaf column. hyparquet decodes the pages, whatever their codec and encoding; what it makes of nested rows (an
 * array for every level of every value) took ten times as long as the rest.
 * @param path from the root of the schema to the leaf
 * @throws Error for pages that cannot be decoded, or values that are no scalars
 */
export function readLeaf(file: ArrayBuffer, path: readonly SchemaTree[], chunk: ColumnMetaData): LeafColumn<Scalar> {
  return assemble(file, path, chunk, scalars);
}

/** Reads a leaf column of text, and leaves its values as they are stored. @throws Error as {@link readLeaf} does */
export function readTextLeaf(
  file: ArrayBuffer,
  path: readonly SchemaTree[],
  chunk: ColumnMetaData,
): LeafColumn<StoredText> {
  return assemble(file, path, chunk, storedTexts);
}

/**
 * Reads a leaf column of bounds or counts, with the values that statistics have in JSON. What would not be exact there is
 * null. @throws Error as {@link readLeaf} does
 */
export function readStatisticsLeaf(
  file: ArrayBuffer,
  path: readonly SchemaTree[],
  chunk: ColumnMetaData,
): LeafColumn<string | number> {
  const { type, converted_type: converted } = path.at(-1)?.element ?? {};
  const isText = type === 'BYTE_ARRAY' && converted !== 'DECIMAL';
  const isExact = converted !== 'DECIMAL' && type !== 'FIXED_LEN_BYTE_ARRAY';
  const valuesOf = (values: DecodedArray | TextPage) => {
    if (values instanceof TextPage) return values.texts();
    return Array.from(values, (value: unknown) => (isExact ? statistic(value, isText) : null));
  };
  return assemble(file, path, chunk, valuesOf, STATISTICS_PARSERS);
}

function statistic(value: unknown, isText: boolean): string | number | null {
  if (value instanceof Uint8Array) return isText ? new StoredText(Buffer.from(value)).text : null;
  if (typeof value === 'string') return value;
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return null;
  return typeof value === 'bigint' && !Number.isSafeInteger(number) ? null : number;
}

function instantText(millis: bigint): string | null {
  const date = new Date(Number(millis));
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function floored(value: bigint, unit: bigint): bigint {
  const quotient = value / unit;
  return value < 0n && quotient * unit !== value ? quotient - 1n : quotient;
}

function assemble<T>(
  file: ArrayBuffer,
  path: readonly SchemaTree[],
  chunk: ColumnMetaData,
  valuesOf: (values: DecodedArray | TextPage, name: string) => (T | null)[],
  parsers: ParquetParsers = PARSERS,
): LeafColumn<T> {
  const name = chunk.path_in_schema.join('.');
  const limit = getMaxDefinitionLevel([...path]);
  const entries = Number(chunk.num_values);
  // Where no value is missing pages leave the levels out.
  const definitions = new Uint8Array(entries).fill(limit);
  const repetitions = new Uint8Array(entries);
  const read: (T | null)[][] = [];
  let start = 0;
  for (const { definitionLevels, repetitionLevels, count, found } of leafPages(file, path, chunk, parsers)) {
    definitions.set(definitionLevels, start);
    repetitions.set(repetitionLevels, start);
    read.push(valuesOf(found, name));
    start += count;
  }
  const values = read.length === 1 ? read[0]! : read.flat();
  return { name, definitions, repetitions, values: spread(name, values, definitions, limit) };
}

/** The values among nulls where none is. */
function spread<T>(
  name: string,
  values: readonly (T | null)[],
  definitions: Uint8Array,
  limit: number,
): readonly (T | null)[] {
  if (values.length === definitions.length) return values;
  let next = 0;
  const all = Array.from(definitions, (level) => (level === limit ? (values[next++] ?? null) : null));
  if (next !== values.length) throw new Error(`column ${name} has ${values.length} values where ${next} are due`);
  return all;
}

function scalars(values: DecodedArray | TextPage, name: string): Scalar[] {
  if (values instanceof TextPage) return values.texts();
  return values instanceof BigInt64Array ? longs(values) : Array.from(values, (value) => scalarOf(value, name));
}

function scalarOf(value: unknown, name: string): Scalar {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return new StoredText(Buffer.from(value)).text;
  throw new Error(`column ${name}: expected text, numbers or booleans, found ${typeof value}`);
}

function storedTexts(values: DecodedArray | TextPage, name: string): StoredText[] {
  if (values instanceof TextPage) return values.stored();
  return Array.from(values, (value: unknown) => {
    if (value instanceof Uint8Array) return new StoredText(Buffer.from(value));
    throw new Error(`column ${name}: expected text, found ${typeof value}`);
  });
}

/** Read by halves: a bigint for every value would cost more than all else. Digits where a number would not be exact. */
function longs(values: BigInt64Array): (number | string)[] {
  const words = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const numbers: (number | string)[] = [];
  for (let at = 0; at < words.byteLength; at += 8) {
    const value = words.getInt32(at + 4, true) * 2 ** 32 + words.getUint32(at, true);
    numbers.push(Number.isSafeInteger(value) ? value : String(words.getBigInt64(at, true)));
  }
  return numbers;
}
