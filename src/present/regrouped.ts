import type { Exact } from './exact-values.ts';
import type { Batch } from './rows.ts';

/** The same rows in batches of so many, but the last. */
export async function* regrouped(batches: AsyncIterable<Batch>, size: number): AsyncGenerator<Batch> {
  let gathered: Batch[number][] = [];
  for await (const batch of batches) {
    for (const row of batch) {
      gathered.push(row);
      if (gathered.length < size) continue;
      yield gathered;
      gathered = [];
    }
  }
  if (gathered.length > 0) yield gathered;
}

/** The columns of a batch, each value as it is. */
export function columnsOf(rows: Batch, exact: readonly Exact[]): unknown[][] {
  return exact.map((take, column) => rows.map((row) => take(row[column])));
}
