import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { readAhead } from '../../src/ingest/read-ahead.ts';
import { type ReadingPlan, readingPlan, sourceFile } from '../../src/lake/index.ts';
import { FileNotFound, type Storage } from '../../src/storage/index.ts';
import { ingest, LANDED_AT, messages, minuteMessages, minutes, settings } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { watched } from '../support/store-faults.ts';

const MIB = 2 ** 20;

/** Files of so many bytes each, and what is read of them; nothing is answered before it is told to. */
function files(sizes: readonly number[]) {
  const asked: string[] = [];
  const storage: Pick<Storage, 'read'> = {
    async *read(path) {
      asked.push(path);
      yield Buffer.from(path);
    },
  };
  const plans = sizes.map((size, index) =>
    readingPlan(settings(), sourceFile({ path: `raw/${index}`, etag: 'e', size, lastModified: LANDED_AT }), null),
  );
  return { storage: storage as Storage, plans, asked };
}

/** How many files are asked for when the turn of each has come. */
async function askedAtEach(sizes: readonly number[]): Promise<number[]> {
  const { storage, plans, asked } = files(sizes);
  const found: number[] = [];
  for (const { plan, stored } of readAhead(storage, plans)) {
    assert.equal(plan, plans[found.length]);
    await stored;
    await new Promise((resolve) => setImmediate(resolve));
    found.push(asked.length);
  }
  return found;
}

describe('reading ahead', () => {
  it('has eight small files in hand, the one that is worked on among them', async () => {
    assert.deepEqual(await askedAtEach(Array(12).fill(100)), [8, 9, 10, 11, 12, 12, 12, 12, 12, 12, 12, 12]);
  });

  it('has no more than 16 MiB in hand', async () => {
    assert.deepEqual(await askedAtEach(Array(6).fill(4 * MIB)), [4, 5, 6, 6, 6, 6]);
    assert.deepEqual(await askedAtEach([4 * MIB, 4 * MIB, 4 * MIB, 3 * MIB, 2 * MIB]), [4, 5, 5, 5, 5]);
  });

  it('streams a large file when its turn has come, and holds nothing beside it', async () => {
    assert.deepEqual(await askedAtEach([1, 100 * MIB, 1]), [1, 1, 2]);
  });

  it('fails for a file when its turn has come, and not for those before and after it', async () => {
    const { plans } = files([1, 1, 1]);
    const storage = new MemoryStorage();
    for (const { source } of [plans[0], plans[2]] as ReadingPlan[]) storage.put(source.path, 'x', LANDED_AT);
    const outcomes: string[] = [];
    for (const { stored } of readAhead(unpinned(storage), plans)) {
      await new Promise((resolve) => setImmediate(resolve));
      outcomes.push(
        await stored.then(
          () => 'read',
          (error: unknown) => (error instanceof FileNotFound ? 'gone' : 'other'),
        ),
      );
    }
    assert.deepEqual(outcomes, ['read', 'gone', 'read']);
  });

  it('leaves the order of a batch as it is, and reads each file once', async () => {
    const storage = new MemoryStorage();
    for (let file = 0; file < 20; file++) storage.put(`raw/${file}.csv`, minutes(file, 1), LANDED_AT);
    const { storage: noted, calls } = watched(storage);
    const names = Array.from({ length: 20 }, (_, file) => `raw/${file}.csv`);
    const run = await ingest(noted, {}, names);
    assert.deepEqual(
      run.reports.map(({ path }) => path),
      names,
    );
    const reads = calls.filter(({ operation, path }) => operation === 'read' && path.startsWith('raw/'));
    assert.deepEqual(
      reads.map(({ path }) => path),
      names,
      'each once',
    );
    assert.deepEqual(await messages(storage), minuteMessages(0, 20));
  });
});

/** A store that takes any ETag. */
function unpinned(storage: Storage): Storage {
  return { ...storage, read: (path) => storage.read(path) } as Storage;
}
