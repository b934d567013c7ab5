import type { ColumnStatistics } from '../parquet/index.ts';
import type { AddFile, Metadata } from './actions.ts';
import { Fields, type JsonValue } from './json.ts';
import { STATISTICS_COLUMNS } from './properties.ts';
import { columnTypes } from './schema.ts';

/** Longest prefix of a string in the bounds, in UTF-16 units; an upper bound may grow to twice that. */
const PREFIX_UNITS = 32;

/** Columns covered where the table does not name any, as in the reference implementation. */
const DEFAULT_COLUMNS = 32;

/** Sorts above all that is cut off in practice; the last of all would not be escaped in the log (see `asciiJson`). */
const TIE_BREAKER = 0xfffff;

/**
 * The `stats` of a data file of `rows` rows, for the columns the table wants covered. What cannot be said exactly is
 * left out: a missing bound makes readers slower, a wrong one hides rows.
 * Source: Delta protocol, "Per-file Statistics".
 */
export function fileStatistics(metadata: Metadata, rows: number, columns: readonly ColumnStatistics[]): string {
  const types = columnTypes(metadata.schemaString);
  const covered = coveredColumns(metadata, types);
  const minValues: [string, string | number][] = [];
  const maxValues: [string, string | number][] = [];
  const nullCount: [string, number][] = [];
  for (const { name, nullCount: nulls, min, max } of columns) {
    if (!covered.has(name)) continue;
    nullCount.push([name, nulls]);
    const type = types.get(name);
    const lower = min === null ? null : lowerBound(type, min);
    const upper = max === null ? null : upperBound(type, max);
    if (lower !== null) minValues.push([name, lower]);
    if (upper !== null) maxValues.push([name, upper]);
  }
  return JSON.stringify({
    numRecords: rows,
    minValues: Object.fromEntries(minValues),
    maxValues: Object.fromEntries(maxValues),
    nullCount: Object.fromEntries(nullCount),
  });
}

/** Rows of a data file as its statistics have them; null where they do not tell. */
export function recordedRows({ stats }: Pick<AddFile, 'stats'>): number | null {
  if (stats === undefined) return null;
  try {
    const numRecords = (JSON.parse(stats) as { readonly numRecords?: unknown } | null)?.numRecords;
    return Number.isSafeInteger(numRecords) && Number(numRecords) >= 0 ? Number(numRecords) : null;
  } catch {
    return null;
  }
}

/**
 * Earliest and latest value of a timestamp column in a file, in whole microseconds, both ends included; null if the
 * statistics do not tell. Bounds are floored to milliseconds, so the upper one gains one here, as in all readers.
 */
export function timestampRange(file: AddFile, column: string): { readonly min: number; readonly max: number } | null {
  if (file.stats === undefined) return null;
  try {
    const stats = new Fields('stats', JSON.parse(file.stats) as JsonValue);
    const min = instant(stats.object('minValues').text(column));
    const max = instant(stats.object('maxValues').text(column));
    return min === null || max === null ? null : { min: min * 1000, max: (max + 1) * 1000 };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

/** The one value that a text column has in all rows of a file; null where the statistics do not tell, or there are several. */
export function onlyValue({ stats }: Pick<AddFile, 'stats'>, column: string): string | null {
  if (stats === undefined) return null;
  try {
    const read = new Fields('stats', JSON.parse(stats) as JsonValue);
    const [min, max] = [read.object('minValues').text(column), read.object('maxValues').text(column)];
    // A bound that was cut off is no value.
    const isValue = min === max && min.length < PREFIX_UNITS;
    return isValue && read.object('nullCount').number(column) === 0 ? min : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

function coveredColumns(
  { configuration, partitionColumns }: Metadata,
  types: ReadonlyMap<string, string>,
): Set<string> {
  const named = configuration[STATISTICS_COLUMNS];
  const names = named === undefined ? [...types.keys()] : named.split(',').map((name) => name.trim());
  const data = names.filter((name) => !partitionColumns.includes(name));
  return new Set(named === undefined ? data.slice(0, DEFAULT_COLUMNS) : data);
}

function lowerBound(type: string | undefined, value: number | Uint8Array): string | number | null {
  if (typeof value === 'number') return numberBound(type, value);
  const text = decode(value);
  return type === 'string' && text !== null ? text.slice(0, boundaryBefore(text, PREFIX_UNITS)) : null;
}

function upperBound(type: string | undefined, value: number | Uint8Array): string | number | null {
  if (typeof value === 'number') return numberBound(type, value);
  const text = decode(value);
  return type === 'string' && text !== null ? cutUpwards(text) : null;
}

/** Timestamps come in microseconds; both bounds are floored to milliseconds with exactly three digits. */
function numberBound(type: string | undefined, value: number): string | number | null {
  if (!Number.isSafeInteger(value)) return null;
  if (type === 'timestamp') return new Date(Math.floor(value / 1000)).toISOString();
  return type === 'integer' || type === 'long' ? value : null;
}

/** A string not below `text`: the prefix with a code point that sorts above what was cut off. */
function cutUpwards(text: string): string | null {
  let end = boundaryBefore(text, PREFIX_UNITS);
  while (end < text.length && text.codePointAt(end)! >= TIE_BREAKER) end += 2;
  if (end >= text.length && end <= 2 * PREFIX_UNITS) return text;
  return end <= 2 * PREFIX_UNITS ? text.slice(0, end) + String.fromCodePoint(TIE_BREAKER) : null;
}

/** The last place at or before `units` that does not split a surrogate pair. */
function boundaryBefore(text: string, units: number): number {
  if (text.length <= units) return text.length;
  return /[\uD800-\uDBFF]/.test(text[units - 1]!) ? units - 1 : units;
}

/** Null for bytes that are no UTF-8: their place in the order would be lost. */
function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Milliseconds of an ISO 8601 instant, floored; null for a text that leaves the zone open. */
function instant(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) return null;
  const milliseconds = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(milliseconds) ? null : milliseconds;
}
