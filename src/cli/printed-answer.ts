import { type Answer, objectsOf } from '../asking/index.ts';
import { cell, rowCount, textTable } from '../present/index.ts';

/** What a command prints of an answer: a JSON array, or a table with the number of rows. */
export function printedAnswer(found: Answer): { json(): unknown; text(): string } {
  const cells = () => found.rows.map((row) => row.map(cell));
  return {
    json: () => objectsOf(found),
    text: () => `${textTable(found.names, cells(), found.numeric)}\n${rowCount(found.rows.length)}`,
  };
}
