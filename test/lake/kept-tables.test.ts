import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { KeptTables, prepareTables } from '../../src/lake/index.ts';
import { commitPath } from '../../src/table/index.ts';
import { ACTORS } from '../faults/actors.ts';
import { EVENTS, HOST, ingest, minutes } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { watched } from '../support/store-faults.ts';

const LANDED = new Date('2026-03-03T00:00:00Z');

async function lakeOf(files: number): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  for (let file = 0; file < files; file++) await takeIn(storage, file);
  return storage;
}

async function takeIn(storage: MemoryStorage, file: number): Promise<void> {
  storage.put(`raw/${file}.csv`, minutes(file * 5, 5), LANDED);
  await ingest(storage, {}, [`raw/${file}.csv`]);
}

/** What opening says: the state as text, or what it throws. */
async function said(open: () => Promise<unknown>): Promise<string> {
  try {
    return shown(await open());
  } catch (error) {
    return String(error);
  }
}

function shown(state: unknown): string {
  const sorted = (value: unknown) =>
    value instanceof Map || (typeof value === 'object' && value !== null && 'forEach' in value && 'get' in value)
      ? [...(value as ReadonlyMap<string, unknown>)].sort(([a], [b]) => (a < b ? -1 : 1))
      : value;
  return JSON.stringify(state, (_, value: unknown) => sorted(value));
}

/** What may come between two events of a process. */
const BETWEEN: Readonly<Record<string, (storage: MemoryStorage) => Promise<void> | void>> = {
  nothing: () => undefined,
  'another writer’s file': (storage) => takeIn(storage, 7),
  'its newest commit replaced': (storage) => {
    const older = storage.content(commitPath(EVENTS, 3)).toString();
    storage.put(commitPath(EVENTS, 4), older, LANDED);
  },
  'its newest commits gone': (storage) => {
    for (const version of [3, 4]) storage.files.delete(commitPath(EVENTS, version));
  },
  'a commit in the middle gone': (storage) => {
    storage.files.delete(commitPath(EVENTS, 2));
  },
  'a commit in the middle replaced': (storage) => {
    storage.put(commitPath(EVENTS, 2), storage.content(commitPath(EVENTS, 3)).toString(), LANDED);
  },
  'a log that goes on elsewhere': async (storage) => {
    for (const version of [3, 4]) storage.files.delete(commitPath(EVENTS, version));
    await takeIn(storage, 8);
    await takeIn(storage, 9);
    await takeIn(storage, 10);
  },
  'a version far beyond the log': (storage) => {
    storage.put(commitPath(EVENTS, 9_000), '{}\n', LANDED);
  },
  'a file in the log that names no version': (storage) => {
    storage.put(`${EVENTS}/_delta_log/99999999999999999999.json`, '{}\n', LANDED);
  },
  'a commit of another engine': (storage) => {
    const txn = { txn: { appId: 'raw/elsewhere.csv', version: 1, lastUpdated: 0 } };
    const commitInfo = { commitInfo: { timestamp: 0, operation: 'WRITE', engineInfo: 'other' } };
    storage.put(commitPath(EVENTS, 5), `${JSON.stringify(commitInfo)}\n${JSON.stringify(txn)}\n`, LANDED);
  },
  'a commit that cannot be read': (storage) => {
    storage.put(commitPath(EVENTS, 5), '{"add":', LANDED);
  },
  ...Object.fromEntries(
    ACTORS.map((actor) => [actor.name, (storage: MemoryStorage) => actor.run({ storage, host: HOST }, {})]),
  ),
};

describe('tables that are kept', () => {
  for (const [what, change] of Object.entries(BETWEEN)) {
    it(`are after ${what} as if they were opened anew`, async () => {
      const storage = await lakeOf(4);
      const kept = new KeptTables();
      await kept.events({ storage, host: { ...HOST, now: () => 0 } });
      await change(storage);
      const other = storage.copy();
      // What opening commits itself has the time in it.
      const host = { ...HOST, now: () => 0 };
      const expected = await said(async () => (await prepareTables({ storage: other, host })).events);
      const found = await said(() => kept.events({ storage, host }));
      assert.ok(found === expected, 'another state, or another error');
    });
  }

  it('cost one listing and a read for each commit since, however many there were before', async () => {
    for (const files of [3, 30]) {
      const { storage, calls } = watched(await lakeOf(files));
      const kept = new KeptTables();
      await kept.events({ storage, host: HOST });
      const ask = async () => {
        const from = calls.length;
        await kept.events({ storage, host: HOST });
        return calls.slice(from).map(({ operation }) => operation);
      };
      assert.deepEqual(await ask(), ['list']);
      storage.replace('raw/new.csv', Buffer.from(minutes(900, 2)));
      await ingest(storage as MemoryStorage, {}, ['raw/new.csv']);
      assert.deepEqual(await ask(), ['list', 'read']);
      assert.deepEqual(await ask(), ['list']);
    }
  });

  it('are opened in full again after some minutes', async () => {
    const { storage, calls } = watched(await lakeOf(2));
    let now = 0;
    const host = { ...HOST, now: () => now };
    const kept = new KeptTables();
    await kept.events({ storage, host });
    const from = calls.length;
    now += 600_000;
    await kept.events({ storage, host });
    assert.ok(calls.slice(from).some(({ path }) => path.startsWith('curated/audit_codes/')));
  });
});
