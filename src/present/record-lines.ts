import { cell, noteLine, type Rows, rowCount } from './rows.ts';
import { visible } from './visible.ts';

/** Rows as records, for those that are wide: a line `column: value` for each column, and an empty line after each record. */
export async function* linesPieces({ names, batches, note }: Rows): AsyncGenerator<string> {
  const heads = names.map((name) => `${visible(name)}: `);
  let count = 0;
  for await (const batch of batches) {
    for (const row of batch) {
      count++;
      yield `${heads.map((head, index) => `${head}${visible(cell(row[index]))}\n`).join('')}\n`;
    }
  }
  yield `${rowCount(count)}\n${noteLine(note)}`;
}
