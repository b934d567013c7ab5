import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'vitest';
import { ingestPaths } from '../../src/ingest/index.ts';
import { BrokenErasureList, erasedTransaction, retainedFrom, retainedTransaction } from '../../src/lake/index.ts';
import { commit, type Transaction } from '../../src/table/index.ts';
import {
  EVENTS,
  HOST,
  ingest,
  LANDED_AT,
  messages,
  minuteMessages,
  minutes,
  outcomes,
  settings,
  snapshotOf,
  sources,
  tableRows,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { type Fate, faulty, watched } from '../support/store-faults.ts';

const LIST = 'quarantine/erased/0123456789abcdef0123456789abcdef.json';
const MARCH_1 = Date.UTC(2026, 2, 1) / 86_400_000;
const DAY = 24 * 60;

/** Puts transactions on record, as retention and erasure do. */
async function record(storage: MemoryStorage, ...transactions: Transaction[]): Promise<void> {
  const snapshot = await snapshotOf(storage);
  const commitInfo = { operation: 'DELETE', txnId: HOST.randomId(), timestamp: 0 };
  const { outcome } = await commit(storage, snapshot, [{ commitInfo }, ...transactions.map((txn) => ({ txn }))]);
  assert.equal(outcome, 'committed');
}

/** Names these events as erased. */
async function erase(storage: MemoryStorage, uids: readonly string[]): Promise<void> {
  const list = Buffer.from(JSON.stringify({ event_uids: uids }));
  storage.put(LIST, list);
  await record(storage, erasedTransaction(LIST, list, 1));
}

/** The ids of a file's events, from a lake of its own. */
async function uidsOf(content: string): Promise<string[]> {
  const storage = new MemoryStorage();
  storage.put('raw/a.csv', content, LANDED_AT);
  await ingest(storage);
  return (await tableRows(storage)).map((row) => String(row['event_uid'])).sort();
}

async function emptyLake(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  await ingest(storage);
  return storage;
}

describe('events older than the retention boundary', () => {
  it('are not taken in, and counted: the day of the boundary is the first that is', async () => {
    const storage = await emptyLake();
    await record(storage, retainedTransaction(MARCH_1 + 1, 1));
    assert.equal(retainedFrom(await snapshotOf(storage)), MARCH_1 + 1);
    storage.put('raw/a.csv', `${minutes(DAY - 3, 5)}broken\n`, LANDED_AT);
    storage.put('raw/b.csv', minutes(DAY - 3, 6), LANDED_AT);
    const { reports } = await ingest(storage);
    assert.deepEqual(
      reports.map(({ rows, committed, duplicates, quarantined, withheld }) => [
        rows,
        ...[committed, duplicates, quarantined, withheld],
      ]),
      [
        [6, 2, 0, 1, 3],
        [6, 1, 2, 0, 3],
      ],
    );
    assert.deepEqual(await messages(storage), minuteMessages(DAY, 3));
    assert.deepEqual(
      (await sources(storage)).map((source) => source['withheld']),
      [3, 3],
    );
  });

  it('are all wanted where no boundary was ever set', async () => {
    const storage = await emptyLake();
    assert.equal(retainedFrom(await snapshotOf(storage)), Number.NEGATIVE_INFINITY);
  });
});

describe('erased events', () => {
  it('do not come back from a file that holds them again', async () => {
    const storage = await emptyLake();
    const uids = await uidsOf(minutes(3, 2));
    await erase(storage, uids);
    storage.put('raw/a.csv', minutes(0, 10), LANDED_AT);
    assert.deepEqual(outcomes(await ingest(storage)), ['a.csv: ingested 8/0/0']);
    assert.equal((await sources(storage)).at(-1)?.['withheld'], 2);
    assert.deepEqual(await messages(storage), [...minuteMessages(0, 3), ...minuteMessages(5, 5)].sort());
  });

  it('are named by a txn whose version is 52 bits of the hash of the list', () => {
    const list = Buffer.from('{"event_uids":[]}');
    const digest = createHash('sha256').update(list).digest('hex');
    const version = Number.parseInt(createHash('sha256').update(digest).digest('hex').slice(0, 13), 16);
    assert.deepEqual(erasedTransaction(LIST, list, 7), { appId: `erased:${LIST}`, version, lastUpdated: 7 });
  });

  for (const [title, damage] of [
    ['missing', (storage: MemoryStorage) => storage.files.delete(LIST)],
    ['another', (storage: MemoryStorage) => storage.put(LIST, '{"event_uids":[]}')],
  ] as const) {
    it(`whose list is ${title} stop the run, with what to do: nothing is taken in`, async () => {
      const storage = await emptyLake();
      await erase(storage, await uidsOf(minutes(3, 2)));
      damage(storage);
      storage.put('raw/a.csv', minutes(0, 10), LANDED_AT);
      await assert.rejects(
        ingest(storage),
        (error) => error instanceof BrokenErasureList && /quarantine\/erased\/.*restore it/.test(error.message),
      );
      assert.deepEqual(await messages(storage), []);
    });
  }

  for (const [title, list] of [
    ['no list', '{"uids":[]}'],
    ['no JSON', 'event_uids'],
    ['something that is no id', '{"event_uids":["0123"]}'],
  ] as const) {
    it(`whose list holds ${title}, as it was named, stop the run too`, async () => {
      const storage = await emptyLake();
      storage.put(LIST, list);
      await record(storage, erasedTransaction(LIST, Buffer.from(list), 1));
      storage.put('raw/a.csv', minutes(0, 10), LANDED_AT);
      await assert.rejects(ingest(storage), BrokenErasureList);
    });
  }
});

describe('withholding', () => {
  it('costs the store nothing where nothing is withheld, and one read a list', async () => {
    const storage = await emptyLake();
    storage.put('raw/a.csv', minutes(0, 10), LANDED_AT);
    const erasing = storage.copy();
    await erase(erasing, []);
    const callsOf = async (lake: MemoryStorage) => {
      const { storage: watching, calls } = watched(lake);
      await ingest(watching);
      return calls.filter(({ path }) => path.startsWith('quarantine/')).length;
    };
    assert.deepEqual([await callsOf(storage), await callsOf(erasing)], [0, 1]);
  });

  it('that begins while a file is read has it read again', async () => {
    const storage = await emptyLake();
    storage.put('raw/a.csv', minutes(DAY - 5, 10), LANDED_AT);
    let raced = false;
    const racing = faulty(storage, async ({ operation, path }): Promise<Fate> => {
      if (!raced && operation === 'create' && path.startsWith(`${EVENTS}/_delta_log/`)) {
        raced = true;
        await record(storage, retainedTransaction(MARCH_1 + 1, 1));
      }
      return 'passes';
    });
    const { reports } = await ingestPaths({ storage: racing, host: HOST }, settings(), ['raw/a.csv'], { named: true });
    assert.deepEqual([reports[0]?.committed, reports[0]?.withheld], [5, 5]);
    assert.deepEqual(await messages(storage), minuteMessages(DAY, 5));
  });
});
