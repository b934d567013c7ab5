import { createHash, type Hash } from 'node:crypto';
import { type Batch, UsageError } from '../present/index.ts';

/**
 * Rows of a stream that may have to begin anew in their midst: what was given is passed over then, where it is the same.
 * @param first the stream
 * @param again whether an error means that the stream is to begin anew, and the new one; null where it does not
 * @throws UsageError where the rows of the new stream begin otherwise
 */
export async function* steadyRows(
  first: AsyncIterable<Batch>,
  again: (error: unknown) => Promise<AsyncIterable<Batch> | null>,
): AsyncGenerator<Batch> {
  const given = new Seen();
  let failure: unknown;
  try {
    for await (const batch of first) {
      given.add(batch);
      yield batch;
    }
    return;
  } catch (error) {
    failure = error;
  }
  const second = await again(failure);
  if (second === null) throw failure;
  yield* withoutGiven(second, given);
}

async function* withoutGiven(batches: AsyncIterable<Batch>, given: Seen): AsyncGenerator<Batch> {
  const repeated = new Seen();
  let isChecked = false;
  for await (const batch of batches) {
    const left = given.count - repeated.count;
    repeated.add(batch.slice(0, left));
    if (repeated.count < given.count) continue;
    if (!isChecked) refuseOthers(given, repeated);
    isChecked = true;
    const rest = batch.slice(left);
    if (rest.length > 0) yield rest;
  }
  if (!isChecked) refuseOthers(given, repeated);
}

function refuseOthers(given: Seen, repeated: Seen): void {
  if (given.count === repeated.count && given.digest() === repeated.digest()) return;
  throw new UsageError(
    'the rows came in another order when they were read again, since the files of the lake have different columns; run compact, then ask again',
  );
}

/** Rows in their order: how many, and their hash. */
class Seen {
  count = 0;
  readonly #hash: Hash = createHash('sha256');

  add(batch: Batch): void {
    for (const row of batch) this.#hash.update(`${JSON.stringify(row)}\n`);
    this.count += batch.length;
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}
