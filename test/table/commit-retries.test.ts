import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { type Host, type Storage, StorageFault } from '../../src/storage/index.ts';
import {
  type Commit,
  commit,
  commitPath,
  commitWithRetries,
  LostRace,
  MOST_TRIES,
  openTable,
  type Proposal,
  type Snapshot,
} from '../../src/table/index.ts';
import { EVENTS, HOST, info, newTable, onLake } from './lake.ts';

/** The store, on which somebody else commits before each of our first `times` commits. */
function contested(storage: Storage, times: number): Storage {
  let left = times;
  return Object.assign(Object.create(storage) as Storage, {
    list: storage.list.bind(storage),
    head: storage.head.bind(storage),
    read: storage.read.bind(storage),
    delete: storage.delete.bind(storage),
    async create(path: string, content: Uint8Array) {
      if (left-- > 0) await commit(storage, await newest(storage), [info()]);
      return storage.create(path, content);
    },
  });
}

async function newest(storage: Storage): Promise<Snapshot> {
  const snapshot = await openTable(storage, EVENTS.path);
  assert.ok(snapshot);
  return snapshot;
}

/** A host that tells how long it was waited. */
function waitingHost(waits: number[], random = 1): Host {
  return { ...HOST, random: () => random, sleep: async (milliseconds) => void waits.push(milliseconds) };
}

const versions = (commits: readonly Commit[]): number[] => commits.map(({ version }) => version);

describe('a commit that is tried until it is in', () => {
  it(
    'goes in at once where nobody else commits, and says so',
    onLake(async (storage) => {
      const before = await newTable(storage);
      const proposal: Proposal = { subject: 'it', next: async () => ({ actions: [info()] }) };
      const { outcome, snapshot, conflicts } = await commitWithRetries({ storage, host: HOST }, before, proposal);
      assert.deepEqual([outcome, snapshot.version, conflicts], ['committed', 1, 0]);
    }),
  );

  it(
    'is asked for anew on top of what the others committed, told of their commits, after a wait that doubles',
    onLake(async (storage) => {
      const before = await newTable(storage);
      const told: number[][] = [];
      const bases: number[] = [];
      const waits: number[] = [];
      const proposed = await commitWithRetries({ storage: contested(storage, 3), host: waitingHost(waits) }, before, {
        subject: 'it',
        next: async (snapshot, since) => {
          bases.push(snapshot.version);
          told.push(versions(since));
          return { actions: [info()] };
        },
      });
      assert.deepEqual(
        [bases, told],
        [
          [0, 1, 2, 3],
          [[], [1], [2], [3]],
        ],
      );
      assert.deepEqual([proposed.outcome, proposed.snapshot.version, proposed.conflicts], ['committed', 4, 3]);
      assert.deepEqual(waits, [20, 40, 80]);
    }),
  );

  it(
    'begins where the others are after the wait, not where they were before it',
    onLake(async (storage) => {
      const before = await newTable(storage);
      const sleep = async (): Promise<void> => void (await commit(storage, await newest(storage), [info()]));
      const told: number[][] = [];
      const { snapshot } = await commitWithRetries(
        { storage: contested(storage, 1), host: { ...HOST, sleep } },
        before,
        {
          subject: 'it',
          next: async (_, since) => {
            told.push(versions(since));
            return { actions: [info()] };
          },
        },
      );
      assert.deepEqual([told, snapshot.version], [[[], [1, 2]], 3]);
    }),
  );

  it(
    'is no commit where nothing is left to do',
    onLake(async (storage) => {
      const before = await newTable(storage);
      const proposed = await commitWithRetries({ storage: contested(storage, 1), host: HOST }, before, {
        subject: 'it',
        next: async (_, since) => (since.length > 0 ? null : { actions: [info()] }),
      });
      assert.deepEqual([proposed.outcome, proposed.snapshot.version, proposed.conflicts], ['nothing', 1, 1]);
    }),
  );

  it(
    'may be several, each on top of the one before',
    onLake(async (storage) => {
      const before = await newTable(storage);
      const steps: number[] = [];
      const { snapshot } = await commitWithRetries({ storage: contested(storage, 2), host: HOST }, before, {
        subject: 'it',
        next: async () => ({ actions: [info()] }),
        goesOn: ({ version }) => steps.push(version) < 3,
      });
      assert.deepEqual([steps, snapshot.version], [[3, 4, 5], 5]);
    }),
  );

  it(
    'is given up after a bounded number of tries and waits, with what was written for it removed',
    onLake(async (storage) => {
      const before = await newTable(storage);
      const waits: number[] = [];
      let discarded = 0;
      const proposal: Proposal = {
        subject: 'compaction',
        next: async () => ({ actions: [info()] }),
        discard: async () => void discarded++,
      };
      await assert.rejects(
        commitWithRetries(
          { storage: contested(storage, Number.POSITIVE_INFINITY), host: waitingHost(waits, 0) },
          before,
          proposal,
        ),
        (error) => error instanceof LostRace && /compaction lost the race for a version 100 times/.test(error.message),
      );
      assert.deepEqual([discarded, waits.length, Math.max(...waits)], [1, MOST_TRIES, 250]);
    }),
  );

  it(
    'has what was written for it removed where it cannot be made, and kept where nobody knows whether it went in',
    onLake(async (storage) => {
      const before = await newTable(storage);
      let discarded = 0;
      const discard = async (): Promise<void> => void discarded++;
      const broken = async () => {
        throw new Error('no plan');
      };
      const proposal = { subject: 'it', discard };
      await assert.rejects(
        commitWithRetries({ storage, host: HOST }, before, { ...proposal, next: broken }),
        /no plan/,
      );
      assert.equal(discarded, 1);
      const failing = Object.assign(Object.create(contested(storage, 0)) as Storage, {
        async create(path: string) {
          throw new StorageFault('create', path, 'the connection broke');
        },
      });
      const next = async () => ({ actions: [info()] });
      await assert.rejects(
        commitWithRetries({ storage: failing, host: HOST }, before, { ...proposal, next }),
        StorageFault,
      );
      assert.equal(discarded, 1);
      assert.equal(await storage.head(commitPath(EVENTS.path, 1)), null);
    }),
  );
});
