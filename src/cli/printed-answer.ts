import { type Answer, answerRows, objectsOf } from '../asking/index.ts';
import { cell, type Rows, rowCount, textTable, visible } from '../present/index.ts';

/** What a command prints of an answer: a JSON array, a table with the number of rows, or whatever rows can be written as. */
export function printedAnswer(found: Answer): {
  json(): unknown;
  text(): string;
  rows(): Rows;
} {
  const cells = () => found.rows.map((row) => row.map(cell));
  return {
    json: () => objectsOf(found),
    text: () =>
      `${textTable(found.names, cells(), found.numeric)}\n${rowCount(found.rows.length)}${found.note === undefined ? '' : `\n${visible(found.note)}`}`,
    rows: () => answerRows(found),
  };
}
