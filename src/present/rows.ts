import { type ColumnType, isNumeric } from './column-type.ts';
import { visible } from './visible.ts';

/** What a statement gives, as the engine gives it: some thousand rows at a time, values as {@link ColumnType} says. */
export interface Rows {
  readonly names: readonly string[];
  /** What each column holds. */
  readonly types: readonly ColumnType[];
  readonly batches: AsyncIterable<Batch>;
  /** How many there are, for whoever takes no more of them; left out where that takes as long as taking them. */
  readonly count?: () => Promise<number>;
  /** What they are the answer to, where people are told. */
  readonly title?: string;
  /** What has to be said with them: in what people read, and beside what machines do. */
  readonly note?: string;
}

export type Batch = readonly (readonly unknown[])[];

/** Bytes, which JSON and text have as DuckDB writes them: what is no printable ASCII as `\\x00`. */
export class Bytes {
  readonly bytes: Uint8Array;
  readonly #text: string;

  constructor(bytes: Uint8Array, text: string) {
    this.bytes = bytes;
    this.#text = text;
  }

  toJSON(): string {
    return this.#text;
  }

  toString(): string {
    return this.#text;
  }
}

/** Rows that are all there: an object each, with the same names. */
export function rowsOf<Name extends string>(
  columns: Readonly<Record<Name, ColumnType>>,
  rows: readonly Readonly<Record<NoInfer<Name>, unknown>>[],
): Rows {
  const names = Object.keys(columns) as Name[];
  return {
    names,
    types: names.map((name) => columns[name]),
    batches: batchesOf([rows.map((row) => names.map((name) => row[name]))]),
  };
}

/** Batches that are all there. */
export async function* batchesOf(batches: readonly Batch[]): AsyncGenerator<Batch> {
  yield* batches;
}

/** Whether each column holds numbers. */
export function numericColumns({ types }: Pick<Rows, 'types'>): boolean[] {
  return types.map(isNumeric);
}

/** A row as an object. */
export function objectOf(names: readonly string[], row: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name, index) => [name, row[index] ?? null]));
}

/** A value as a table shows it. */
export function cell(value: unknown): string {
  return value === null || value === undefined ? '∅' : plainCell(value);
}

/** A value as text: lists and structs as JSON; nothing where there is none. */
export function plainCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const isText = typeof value !== 'object' || value instanceof Bytes;
  return isText ? String(value) : JSON.stringify(value);
}

/** `1 row`, `2 rows`. */
export function rowCount(count: number): string {
  return `${count} ${count === 1 ? 'row' : 'rows'}`;
}

/** What has to be said with rows, as the last line of a text. */
export function noteLine(note: string | undefined): string {
  return note === undefined ? '' : `${visible(note)}\n`;
}
