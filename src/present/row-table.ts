import { cell, noteLine, numericColumns, type Rows, rowCount } from './rows.ts';
import { TableLayout } from './text-table.ts';

/** Rows from which the widths of a table's columns are taken; those that follow are printed as they come. */
const MEASURED_ROWS = 4_000;

/** Rows that a terminal shows; more of them would only drive the first off it. */
const MOST_SHOWN = 1_000;

/**
 * Rows as a table with their number, piece by piece: as wide as the first of them need, of which the others keep to the
 * columns. A terminal shows the first of many, and is told how many there are.
 * @param columns of the terminal; null where there is none, and nothing is cut or left out
 */
export async function* tablePieces(rows: Rows, columns: number | null): AsyncGenerator<string> {
  const { names, types, batches, note } = rows;
  const numeric = numericColumns({ types });
  const most = columns === null ? Number.POSITIVE_INFINITY : MOST_SHOWN;
  let begun: (readonly string[])[] = [];
  let layout: TableLayout | null = null;
  let count = 0;
  const begin = (): string => {
    layout ??= new TableLayout(names, begun, numeric, columns);
    const made = layout;
    const text = [...made.head(), ...begun.map((row) => made.line(row))].map((line) => `${line}\n`).join('');
    begun = [];
    return text;
  };
  let isCounted = true;
  for await (const batch of batches) {
    for (const row of batch.slice(0, Math.max(0, most - count))) {
      const cells = row.map(cell);
      if (layout === null) begun.push(cells);
      else yield `${(layout as TableLayout).line(cells)}\n`;
    }
    count += batch.length;
    if (layout === null && count >= Math.min(MEASURED_ROWS, most)) yield begin();
    if (count <= most || rows.count === undefined) continue;
    isCounted = false;
    break;
  }
  if (layout === null) yield begin();
  const left = (layout as TableLayout | null)?.leftOut() ?? null;
  if (left !== null) yield `${left}\n`;
  if (!isCounted) count = (await rows.count?.()) ?? count;
  yield count <= most
    ? `${rowCount(count)}\n`
    : `… the first ${most} of ${rowCount(count)}; --output FILE, or a pipe, has all\n`;
  yield noteLine(note);
}
