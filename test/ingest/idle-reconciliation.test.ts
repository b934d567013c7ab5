import assert from 'node:assert/strict';
import { type Emulator, type EmulatorOptions, startEmulator } from 'adls-emulator';
import { describe, it } from 'vitest';
import { type Reconciliation, reconcileRaw } from '../../src/ingest/index.ts';
import type { Settings } from '../../src/settings/index.ts';
import { readAll, type Storage } from '../../src/storage/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { driverOn, ZONES } from '../support/adls-case.ts';
import { HOST, ingest, messages, minuteMessages, minutes, onLocalLake, settings } from '../support/lake.ts';

const HOUR = 3_600_000;
const HOURS = 60;
const MARK = 'quarantine/reconciled/nothing-waits.json';
/** Files and folders of a page of the emulator's. */
const PAGE = 40;
/** A folder for the year, twelve for months, one for each hour, and its file. */
const PAGES = Math.ceil((1 + 12 + 2 * HOURS) / PAGE);

/** A file in a folder of its own for each hour, and others that the settings leave out. */
function landHours(emulator: Emulator): void {
  for (let hour = 0; hour < HOURS; hour++) {
    const path = `raw/2026/${(hour % 12) + 1}/${hour}/export.csv`;
    emulator.store.put(emulator.account, path, Buffer.from(minutes(hour * 2, 2)));
  }
}

let now = Date.now() + 24 * HOUR;
const host = { ...HOST, now: () => now };
const OPTIONS = { settleMs: 15 * 60_000, deadline: Number.POSITIVE_INFINITY };

async function run(storage: Storage, given: Settings = settings()): Promise<Reconciliation> {
  now += 15 * 60_000;
  return await reconcileRaw({ storage, host }, given, OPTIONS);
}

interface Given {
  readonly emulator: Emulator;
  readonly storage: Storage;
}

function onAccount(body: (given: Given) => Promise<void>, options: EmulatorOptions = {}): () => Promise<void> {
  return async () => {
    await using emulator = await startEmulator({ containers: ZONES, ...options });
    await body({ emulator, storage: driverOn(emulator) });
  };
}

/** What a run asked of the store: how often in all, and how often to change something. */
async function asked(emulator: Emulator, work: () => Promise<unknown>): Promise<{ all: number; writes: number }> {
  emulator.requests.length = 0;
  await work();
  const writes = emulator.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD').length;
  return { all: emulator.requests.length, writes };
}

describe('a reconciliation with nothing to do', () => {
  it(
    'costs a listing of whole pages, and a few requests beside it that change nothing',
    onAccount(
      async ({ emulator, storage }) => {
        landHours(emulator);
        const first = await run(storage);
        assert.deepEqual([first.listed, first.taken.ingested], [HOURS, HOURS]);
        const second = await run(storage);
        let third: Reconciliation | null = null;
        const cost = await asked(emulator, async () => {
          third = await run(storage);
        });
        assert.ok(cost.all <= PAGES + 3, `${cost.all} requests, of which ${PAGES} list`);
        assert.equal(cost.writes, 0);
        // It says the same as one that looked at everything.
        assert.deepEqual(third, second);
        assert.equal(second.freshness[0]?.files, HOURS);
        const { problems, notes } = await verifyLake(storage, settings(), { deep: true, head: null });
        assert.deepEqual([problems, notes], [[], []]);
      },
      { pageSize: PAGE },
    ),
  );

  it(
    'looks again once a file came, went or changed, the table was committed to, or files are read otherwise',
    onAccount(async ({ emulator, storage }) => {
      const put = (path: string, content: string) => emulator.store.put(emulator.account, path, Buffer.from(content));
      put('raw/a.csv', minutes(0, 5));
      put('raw/b.csv', minutes(5, 5));
      const settle = async (given = settings()): Promise<void> => {
        await run(storage, given);
        await run(storage, given);
        const { all } = await asked(emulator, () => run(storage, given));
        assert.ok(all <= 4, `${all} requests of an idle run`);
      };
      await settle();
      const taken = async (given = settings()): Promise<number> => (await run(storage, given)).taken.files;
      put('raw/c.csv', minutes(10, 5));
      assert.equal(await taken(), 1, 'a new file');
      await settle();
      put('raw/c.csv', minutes(10, 6));
      assert.equal(await taken(), 1, 'one that was replaced');
      await settle();
      await storage.delete('raw/c.csv');
      assert.equal((await run(storage)).recorded, 2, 'one that is gone');
      await settle();
      // A foreign file that the settings leave out, until they do not.
      put('raw/x.txt', minutes(20, 5));
      const narrow = settings({ include: '*.csv' });
      await settle(narrow);
      assert.equal(await taken(), 1, 'other settings');
      await settle();
      // Somebody writes into the table while the raw zone stays as it is.
      put('raw/d.csv', minutes(30, 5));
      await ingest(storage);
      await settle();
      put('raw/e.csv', minutes(40, 5));
      await ingest(storage);
      await storage.delete('raw/e.csv');
      const { all } = await asked(emulator, () => run(storage));
      assert.ok(all > 4, 'a commit of somebody else is looked at');
    }),
  );

  it(
    'does not trust what it noted when that is a day old, broken, or of a table that is not as it was',
    onAccount(async ({ emulator, storage }) => {
      emulator.store.put(emulator.account, 'raw/a.csv', Buffer.from(minutes(0, 5)));
      const idle = async (): Promise<boolean> => (await asked(emulator, () => run(storage))).all <= 4;
      await run(storage);
      await run(storage);
      assert.ok(await idle());
      now += 24 * HOUR;
      assert.ok(!(await idle()));
      assert.ok(await idle());
      const text = Buffer.from(await readAll(storage, MARK)).toString();
      for (const broken of ['', '{}', 'null', text.slice(0, 50), text.replace(/"version":\d+/, '"version":-1')]) {
        await storage.replace(MARK, Buffer.from(broken));
        assert.ok(!(await idle()), broken);
        assert.ok(await idle());
      }
      const log = 'curated/audit_events/_delta_log/00000000000000000001.json';
      const commit = await readAll(storage, log);
      await storage.replace(log, commit);
      assert.ok(!(await idle()), 'the newest commit is another file');
    }),
  );

  it(
    'notes nothing while a file waits, and holds no name of a file or a secret in what it notes',
    onAccount(async ({ emulator, storage }) => {
      emulator.store.put(emulator.account, 'raw/ana-lopez.csv', Buffer.from(minutes(0, 5)));
      await run(storage);
      now -= 10 * HOUR;
      emulator.store.put(emulator.account, 'raw/young.csv', Buffer.from(minutes(5, 5)));
      now = Date.now();
      for (let time = 0; time < 2; time++) {
        const { waiting, settling } = await reconcileRaw({ storage, host }, settings(), OPTIONS);
        assert.deepEqual([waiting, settling], [1, 1]);
        assert.equal(await storage.head(MARK), null);
      }
      now += 24 * HOUR;
      const given = settings({ storageConnectionString: emulator.connectionString });
      await run(storage, given);
      await run(storage, given);
      assert.deepEqual(await messages(storage), minuteMessages(0, 10));
      const text = Buffer.from(await readAll(storage, MARK)).toString();
      assert.doesNotMatch(text, /ana|young|csv|Key/);
    }),
  );
});

describe('a store whose listing tells no ETags', () => {
  it(
    'is looked at file by file, and nothing is noted',
    onLocalLake(async (storage) => {
      await storage.create('raw/a.csv', Buffer.from(minutes(0, 5)), { modified: new Date(now - HOUR) });
      await run(storage);
      assert.equal((await run(storage)).recorded, 1);
      assert.equal(await storage.head(MARK), null);
    }),
  );
});
