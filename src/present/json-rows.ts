import { objectOf, type Rows } from './rows.ts';
import { visibleJson } from './visible.ts';

/** Rows as one JSON array of objects, on one line, piece by piece. */
export async function* jsonPieces({ names, batches }: Rows): AsyncGenerator<string> {
  let before = '[';
  for await (const batch of batches) {
    for (const row of batch) {
      yield before + visibleJson(objectOf(names, row));
      before = ',';
    }
  }
  yield before === '[' ? '[]' : ']';
}

/** Rows as JSON lines: an object a line. */
export async function* jsonLinesPieces({ names, batches }: Rows): AsyncGenerator<string> {
  for await (const batch of batches) {
    for (const row of batch) yield `${visibleJson(objectOf(names, row))}\n`;
  }
}
