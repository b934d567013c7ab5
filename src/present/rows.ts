import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { TableLayout } from './text-table.ts';
import { visibleJson } from './visible.ts';

/** Rows from which the widths of a table's columns are taken; those that follow are printed as they come. */
const MEASURED_ROWS = 4_000;

/** Characters that are handed over at once. */
const PIECE = 64 * 1024;

/** What a statement gives, as the engine gives it: some thousand rows at a time, values as JSON has them. */
export interface Rows {
  readonly names: readonly string[];
  /** Whether each column holds numbers. */
  readonly numeric: readonly boolean[];
  readonly batches: AsyncIterable<Batch>;
}

export type Batch = readonly (readonly unknown[])[];

/** A row as an object. */
export function objectOf(names: readonly string[], row: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name, index) => [name, row[index] ?? null]));
}

/** A value as a table shows it. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return '∅';
  return typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `1 row`, `2 rows`. */
export function rowCount(count: number): string {
  return `${count} ${count === 1 ? 'row' : 'rows'}`;
}

/** Rows as one JSON array of objects, on one line, piece by piece. */
export async function* jsonPieces({ names, batches }: Rows): AsyncGenerator<string> {
  let before = '[';
  for await (const batch of batches) {
    for (const row of batch) {
      yield before + visibleJson(objectOf(names, row));
      before = ',';
    }
  }
  yield before === '[' ? '[]\n' : ']\n';
}

/** Rows as a table with their number, piece by piece: as wide as the first of them need, of which the others keep to the columns. */
export async function* tablePieces({ names, numeric, batches }: Rows): AsyncGenerator<string> {
  let begun: (readonly string[])[] | null = [];
  let layout: TableLayout | null = null;
  let count = 0;
  const begin = (): [TableLayout, string] => {
    const made = new TableLayout(names, begun ?? [], numeric);
    const lines = [...made.head(), ...(begun ?? []).map((row) => made.line(row))];
    begun = null;
    return [made, lines.map((line) => `${line}\n`).join('')];
  };
  for await (const batch of batches) {
    for (const row of batch) {
      count++;
      const cells = row.map(cell);
      if (layout !== null) yield `${layout.line(cells)}\n`;
      else begun?.push(cells);
    }
    if (layout !== null || count < MEASURED_ROWS) continue;
    const [made, text] = begin();
    layout = made;
    yield text;
  }
  if (layout === null) {
    const [made, text] = begin();
    layout = made;
    yield text;
  }
  const left = layout.leftOut();
  yield `${left === null ? '' : `${left}\n`}${rowCount(count)}\n`;
}

/** Writes pieces as fast as they are taken. @throws the signal's reason where it aborts */
export async function writePieces(pieces: AsyncIterable<string>, output: Writable, signal: AbortSignal): Promise<void> {
  let gathered = '';
  const write = async (): Promise<void> => {
    signal.throwIfAborted();
    const text = gathered;
    gathered = '';
    if (!output.write(text)) await once(output, 'drain', { signal });
  };
  for await (const piece of pieces) {
    gathered += piece;
    if (gathered.length >= PIECE) await write();
  }
  await write();
}
