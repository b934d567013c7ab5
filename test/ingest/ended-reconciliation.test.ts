import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { reconcileRaw } from '../../src/ingest/index.ts';
import { type Storage, wrapStorage } from '../../src/storage/index.ts';
import { Interrupted, interruptible } from '../../src/storage/interruptible.ts';
import { HOST, messages, minuteMessages, minutes, settings } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { type Fate, faulty } from '../support/store-faults.ts';

const FILES = 500;
const LATENCY_MS = 10;
const SETTLE_MS = 15 * 60_000;
const NOW = Date.UTC(2026, 5, 2);

/** A world in which each operation on the store takes its time, those that are under way at the same time together. */
class SlowWorld {
  now = NOW;
  readonly #waiting: (() => void)[] = [];
  #isTicking = false;

  /** Waits for the latency of one operation. */
  async operation(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      if (this.#isTicking) return;
      this.#isTicking = true;
      // All that is asked for before anything is answered is under way together.
      setImmediate(() => {
        this.#isTicking = false;
        this.now += LATENCY_MS;
        for (const answered of this.#waiting.splice(0)) answered();
      });
    });
  }
}

/** Runs a reconciliation that is ended after so many milliseconds, and says how many files are in then. */
async function endedAfter(storage: MemoryStorage, world: SlowWorld, milliseconds: number): Promise<number> {
  const ending = new AbortController();
  const end = world.now + milliseconds;
  const slow = faulty(tellingEtags(storage), async (): Promise<Fate> => {
    await world.operation();
    if (world.now >= end) ending.abort(new Interrupted('the app stops'));
    return 'passes';
  });
  const { signal } = ending;
  const context = { storage: interruptible(slow, signal), host: { ...HOST, now: () => world.now } };
  const options = { settleMs: SETTLE_MS, deadline: world.now + 10 * 60_000, signal };
  await reconcileRaw(context, settings(), options).catch((error: unknown) => {
    if (!(error instanceof Interrupted)) throw error;
  });
  return (await messages(storage)).length;
}

/** As the listing of an account, which spares a look at files that are in. */
function tellingEtags(storage: MemoryStorage): Storage {
  return wrapStorage(storage, {
    async *list(prefix, options) {
      for await (const file of storage.list(prefix, options)) {
        const info = await storage.head(file.path);
        yield info ?? file;
      }
    },
  });
}

describe('a reconciliation that is ended in the middle', () => {
  it('leaves files in the table that it has read, more each time, and none of them twice', async () => {
    const storage = new MemoryStorage();
    for (let file = 0; file < FILES; file++)
      storage.put(`raw/${String(file).padStart(3, '0')}.csv`, minutes(file, 1), new Date(NOW - 2 * SETTLE_MS));
    const world = new SlowWorld();
    let before = 0;
    for (const milliseconds of [1_500, 2_000, 3_000, 4_000]) {
      const after = await endedAfter(storage, world, milliseconds);
      assert.ok(
        after > before || before === FILES,
        `${after} files are in after another ${milliseconds} ms, ${before} before`,
      );
      before = after;
    }
    const done = await endedAfter(storage, world, 600_000);
    assert.equal(done, FILES);
    assert.deepEqual(await messages(storage), minuteMessages(0, FILES));
  });
});
