import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { type Storage, UnreadableFile, wrapStorage } from '../../src/storage/index.ts';
import { ingest, LANDED_AT, minutes, snapshotOf, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const BAD = 'raw/b.csv';

/** A lake of which one raw file cannot be read, at one step of reading it. */
function unreadable(lake: MemoryStorage, step: 'inspect' | 'read' | 'read on', transient: boolean): Storage {
  const fault = () => new UnreadableFile('read', BAD, 'the test has it fail', { transient });
  const storage = wrapStorage(lake, {
    head: async (path) => {
      if (path === BAD && step === 'inspect') throw fault();
      return await lake.head(path);
    },
    async *read(path, options) {
      if (path === BAD && step === 'read') throw fault();
      for await (const chunk of lake.read(path, options)) {
        yield chunk;
        if (path === BAD && step === 'read on') throw fault();
      }
    },
  });
  return storage;
}

describe('a raw file that cannot be read', () => {
  for (const step of ['inspect', 'read', 'read on'] as const) {
    for (const [transient, expected] of [
      [false, 'rejected unreadable'],
      [true, 'skipped still_changing'],
    ] as const) {
      it(`is its own outcome (${step}, ${expected}), and the others go in, once`, async () => {
        // A small chunk, so that rows of it are read before it fails; then large files, which go into a commit of their own.
        for (const count of [20, 60_000]) {
          const lake = new MemoryStorage(500);
          lake.put('raw/a.csv', minutes(0, 20), LANDED_AT);
          lake.put(BAD, minutes(20, count), LANDED_AT);
          lake.put('raw/c.csv', minutes(10, 20), LANDED_AT);
          const { reports } = await ingest(unreadable(lake, step, transient), { codec: 'snappy' });
          assert.deepEqual(
            reports.map(({ path, outcome, reason }) => `${path} ${outcome} ${reason}`),
            ['raw/a.csv ingested null', `${BAD} ${expected}`, 'raw/c.csv ingested null'],
          );
          assert.equal((await tableRows(lake)).length, 30);
          assert.ok([...(await snapshotOf(lake)).transactions.keys()].every((appId) => !appId.includes(BAD)));
          const { reports: again } = await ingest(lake, { codec: 'snappy' });
          assert.deepEqual(
            again.map(({ outcome }) => outcome),
            ['skipped', 'ingested', 'skipped'],
          );
        }
      });
    }
  }
});
