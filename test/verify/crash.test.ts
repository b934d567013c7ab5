import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { localStorage, StorageFault } from '../../src/storage/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { ingest, minutes, settings } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { type Fate, faulty } from '../support/store-faults.ts';
import { notes, problems, verify } from './lake.ts';

const FIRST_VERSION = join(import.meta.dirname, '../fixtures/tables/first-version');

describe('verifying a lake after a crash', () => {
  for (const fate of ['fails', 'answer lost'] as const) {
    it(`finds nothing but what is still to be ingested, wherever the store went away (${fate})`, async () => {
      const whole = new MemoryStorage();
      whole.put('raw/a.csv', `${minutes(1430, 20)}yesterday,92042,x,li\n`);
      whole.put('raw/b.csv', minutes(1440, 20));
      for (let number = 1, isDone = false; !isDone; number++) {
        isDone = true;
        const storage = whole.copy();
        const fateOf = (call: { number: number }): Fate => {
          if (call.number < number) return 'passes';
          isDone = false;
          return call.number === number ? fate : 'fails';
        };
        await ingest(faulty(storage, fateOf)).catch((error: unknown) => assert.ok(error instanceof StorageFault));
        const left = problems(await verify(storage)).filter((problem) => !problem.startsWith('raw_not_ingested'));
        assert.deepEqual(left, [], `after call ${number}`);
        await ingest(storage);
        const result = await verify(storage);
        assert.deepEqual(problems(result), [], `after call ${number} and another run`);
        assert.ok(!notes(result).some((note) => note.startsWith('unsealed')), `after call ${number} and another run`);
      }
    });
  }
});

describe('verifying a table that the first version wrote', () => {
  it('finds nothing, before and after a run that seals and extends it', async () => {
    const root = await mkdtemp(join(tmpdir(), 'lake-'));
    try {
      await cp(FIRST_VERSION, root, { recursive: true });
      const storage = localStorage(root);
      const check = () => verifyLake(storage, settings(), { deep: true, head: null });
      const before = await check();
      assert.deepEqual(problems(before), []);
      assert.equal(notes(before).filter((note) => note.startsWith('unsealed')).length, 2);
      assert.equal(before.counts.rows_rebuilt, 109);
      await storage.create('raw/new.csv', Buffer.from(minutes(0, 30)));
      await ingest(storage);
      const after = await check();
      assert.deepEqual(problems(after), []);
      assert.deepEqual(
        notes(after).filter((note) => note.startsWith('unsealed')),
        [],
      );
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
