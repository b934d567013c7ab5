import { cell, noteLine, numericColumns, type Rows, rowCount } from './rows.ts';
import { TableLayout } from './text-table.ts';

/** Rows from which the widths of a table's columns are taken; those that follow are printed as they come. */
const MEASURED_ROWS = 4_000;

/** Rows as a table with their number, piece by piece: as wide as the first of them need, of which the others keep to the columns. @param columns of the terminal; null where nothing is cut */
export async function* tablePieces(
  { names, types, batches, note }: Rows,
  columns: number | null,
): AsyncGenerator<string> {
  const numeric = numericColumns({ types });
  let begun: (readonly string[])[] | null = [];
  let layout: TableLayout | null = null;
  let count = 0;
  const begin = (): [TableLayout, string] => {
    const made = new TableLayout(names, begun ?? [], numeric, columns);
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
  yield `${left === null ? '' : `${left}\n`}${rowCount(count)}\n${noteLine(note)}`;
}
