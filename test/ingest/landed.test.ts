import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { reconcileRaw, takeLanded } from '../../src/ingest/index.ts';
import { rejectedPaths } from '../../src/lake/index.ts';
import { landFile } from '../../src/landing/index.ts';
import { type Storage, StorageFault } from '../../src/storage/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { onEmulator } from '../support/adls-case.ts';
import {
  HOST,
  ingest,
  messages,
  minuteMessages,
  minutes,
  onlyReport,
  outcomes,
  settings,
  snapshotOf,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { faulty, watched } from '../support/store-faults.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NOW = Date.UTC(2026, 5, 2, 12);
const OPTIONS = { settleMs: 15 * MINUTE, deadline: Number.POSITIVE_INFINITY };
const AT_NOON = { ...HOST, now: () => NOW };
const TODAY = 'landed/webhook/2026-06-02/';

/** One event of {@link minutes}, as a webhook sends it. */
function delivery(minute: number): string {
  const time = new Date(Date.UTC(2026, 2, 1) + minute * MINUTE).toISOString();
  return JSON.stringify({
    time,
    code: 92042,
    message: `Created dashboard, ID=d-${minute}, name=Sales`,
    'user name': 'li',
  });
}

/** Puts so many deliveries into a folder, landed a moment ago. */
function deliver(storage: MemoryStorage, folder: string, from: number, count: number): void {
  for (let minute = from; minute < from + count; minute++)
    storage.put(`raw/${folder}${String(minute).padStart(64, '0')}.json`, delivery(minute), new Date(NOW - 1));
}

async function take(storage: Storage, options: Partial<Parameters<typeof takeLanded>[2]> = {}) {
  return await takeLanded({ storage, host: AT_NOON }, settings(), { ...OPTIONS, ...options });
}

async function assertVerified(storage: Storage): Promise<void> {
  const { problems } = await verifyLake(storage, settings(), { deep: true, head: null });
  assert.deepEqual(problems, []);
}

describe('what was landed', () => {
  it('goes in at once, thousands of files in a dozen commits', async () => {
    const storage = new MemoryStorage();
    deliver(storage, TODAY, 0, 3000);
    const result = await take(storage);
    assert.deepEqual(
      [result.listed, result.recorded, result.waiting, result.settling, result.taken.ingested, result.left],
      [3000, 0, 3000, 0, 3000, 0],
    );
    assert.deepEqual(await messages(storage), minuteMessages(0, 3000));
    const { version } = await snapshotOf(storage);
    assert.ok(version <= 12, `${version} commits`);
    deliver(storage, TODAY, 3000, 1);
    const next = await take(storage);
    assert.deepEqual([next.recorded, next.taken.ingested], [3000, 1]);
  });

  it('is taken by the reconciliation too without waiting, and in as few commits, beside exports that settle', async () => {
    const storage = new MemoryStorage();
    deliver(storage, 'landed/webhook/2025-01-31/', 0, 600);
    storage.put('raw/landed/nql/trail/2025-01-31/1.csv', minutes(600, 5), new Date(NOW));
    storage.put('raw/fresh.csv', minutes(605, 5), new Date(NOW));
    for (let file = 0; file < 20; file++)
      storage.put(`raw/${file}.csv`, minutes(700 + file, 1), new Date(NOW - DAY + (file % 2) * 2 * DAY));
    const result = await reconcileRaw({ storage, host: AT_NOON }, settings(), OPTIONS);
    assert.deepEqual([result.waiting, result.settling, result.taken.ingested], [622, 11, 611]);
    const { version } = await snapshotOf(storage);
    assert.ok(version <= 4, `${version} commits`);
  });

  it('is a few commits however slow the store is', async () => {
    const storage = new MemoryStorage();
    deliver(storage, TODAY, 0, 600);
    let now = NOW;
    const slow = faulty(storage, ({ operation, path }) => {
      if (operation === 'read' && path.startsWith('raw/')) now += 40;
      return 'passes';
    });
    const host = { ...HOST, now: () => now };
    const { taken } = await takeLanded({ storage: slow, host }, settings(), { ...OPTIONS, deadline: NOW + 60_000 });
    assert.equal(taken.ingested, 600);
    const { version } = await snapshotOf(storage);
    assert.ok(version <= 3, `${version} commits`);
  });

  it('is looked for in folders of yesterday and later days alone; the reconciliation finds the others', async () => {
    const storage = new MemoryStorage();
    const folders = [
      '2026-05-31/',
      '2026-06-01/',
      '2026-06-02/',
      '2026-06-03/',
      'acme/2024-01-01/',
      'acme/2026-06-02/',
    ];
    for (const [index, folder] of folders.entries()) deliver(storage, `landed/webhook/${folder}`, index, 1);
    storage.put('raw/landed/nql/trail/2026-06-02/1.csv', minutes(6, 1), new Date(NOW));
    storage.put('raw/landed/nql/trail/2026-05-02/1.csv', minutes(7, 1), new Date(NOW));
    const { storage: store, calls } = watched(storage);
    const result = await take(store);
    assert.deepEqual([result.listed, result.taken.ingested], [5, 5]);
    assert.ok(calls.every(({ operation, path }) => operation !== 'list' || path !== 'raw/'));
    assert.deepEqual(await messages(storage), [1, 2, 3, 5, 6].flatMap((minute) => minuteMessages(minute, 1)).sort());
    await reconcileRaw({ storage, host: AT_NOON }, settings(), OPTIONS);
    assert.deepEqual(await messages(storage), minuteMessages(0, 8));
    await assertVerified(storage);
  });

  it('costs a listing where nothing is there, and makes no lake', async () => {
    const storage = new MemoryStorage();
    const { storage: store, calls } = watched(storage);
    const result = await take(store);
    assert.deepEqual([result.listed, result.oldestWaitingMs, result.error], [0, null, null]);
    assert.deepEqual(new Set(calls.map(({ operation }) => operation)), new Set(['list']));
    assert.deepEqual(storage.paths(), []);
  });

  it('waits where it has no bytes yet, as any other file does', async () => {
    const storage = new MemoryStorage();
    storage.put(`raw/${TODAY}a.json`, '', new Date(NOW - 1));
    const result = await take(storage);
    assert.deepEqual([result.waiting, result.settling, result.taken.files], [1, 1, 0]);
    storage.put(`raw/${TODAY}a.json`, delivery(0), new Date(NOW - 1));
    assert.equal((await take(storage)).taken.ingested, 1);
  });

  it('changes nothing where it is delivered again, or was in an export', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', minutes(0, 5), new Date(NOW - DAY));
    await ingest(storage);
    deliver(storage, TODAY, 0, 8);
    deliver(storage, 'landed/webhook/2026-06-01/', 5, 3);
    const result = await take(storage);
    assert.deepEqual([result.taken.committed, result.taken.duplicates], [3, 8]);
    assert.deepEqual(await messages(storage), minuteMessages(0, 8));
    assert.equal((await take(storage)).waiting, 0);
    await assertVerified(storage);
  });

  it('goes in though one file of it cannot be read, in a few commits; that one gets its outcome after so many tries', async () => {
    const storage = new MemoryStorage();
    deliver(storage, TODAY, 0, 200);
    const bad = storage.paths(`raw/${TODAY}`)[77] ?? '';
    const broken = faulty(storage, ({ operation, path }) => {
      if (operation !== 'read' || path !== bad) return 'passes';
      throw new StorageFault('read', path, 'the file is in the archive tier', {
        code: 'BlobArchived',
        transient: false,
      });
    });
    const first = await take(broken, { mostTries: 3 });
    assert.deepEqual([first.taken.ingested, first.failed, first.left], [199, 1, 0]);
    const { version } = await snapshotOf(storage);
    assert.ok(version <= 16, `${version} commits`);
    for (let tries = 0; tries < 4; tries++) await take(broken, { mostTries: 3 });
    assert.deepEqual(await rejectedPaths(storage), [bad]);
    assert.equal((await take(broken)).waiting, 0);
  });

  it('is left where a setting is to be put right first, without a word each minute; the reconciliation tells of it', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/eu/a.csv', minutes(0, 5), new Date(NOW - DAY));
    const given = settings({ instances: 'eu/=acme' });
    await reconcileRaw({ storage, host: AT_NOON }, given, OPTIONS);
    deliver(storage, TODAY, 0, 3);
    const told: string[] = [];
    const observer = { onReport: ({ reason }: { readonly reason: string | null }) => told.push(String(reason)) };
    const look = await takeLanded({ storage, host: AT_NOON }, given, { ...OPTIONS, observer });
    assert.deepEqual([look.listed, look.recorded, look.waiting, look.left, told], [3, 0, 3, 3, []]);
    const { left } = await reconcileRaw({ storage, host: AT_NOON }, given, { ...OPTIONS, observer });
    assert.deepEqual([left, told], [0, Array(3).fill('setting_differs')]);
    const named = settings({ instances: 'eu/=acme,landed/webhook/=acme' });
    assert.equal((await takeLanded({ storage, host: AT_NOON }, named, OPTIONS)).taken.duplicates, 3);
  });

  it('leaves the marks of files alone that it does not look for', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/bad.csv', minutes(0, 5), new Date(NOW - DAY));
    deliver(storage, 'landed/webhook/2026-05-01/', 10, 1);
    const broken = faulty(storage, ({ operation, path }) =>
      operation === 'read' && path.startsWith('raw/') ? 'fails' : 'passes',
    );
    await reconcileRaw({ storage: broken, host: AT_NOON }, settings(), OPTIONS);
    const marks = storage.paths('quarantine/attempts/');
    assert.equal(marks.length, 2);
    deliver(storage, TODAY, 20, 1);
    assert.equal((await take(storage)).taken.ingested, 1);
    assert.deepEqual(storage.paths('quarantine/attempts/'), marks);
    await reconcileRaw({ storage, host: AT_NOON }, settings(), OPTIONS);
    assert.deepEqual(storage.paths('quarantine/attempts/'), []);
  });

  it('goes in once though two runs and a reconciliation take it at the same time', async () => {
    const storage = new MemoryStorage();
    deliver(storage, TODAY, 0, 300);
    await Promise.all([take(storage), take(storage), reconcileRaw({ storage, host: AT_NOON }, settings(), OPTIONS)]);
    assert.deepEqual(await messages(storage), minuteMessages(0, 300));
    await assertVerified(storage);
  });

  it(
    'goes in from an account as it was landed, in so few requests that a day folder of years ago costs none',
    onEmulator(async ({ storage, host }) => {
      const now = host.now();
      const day = (ago: number) => new Date(now - ago * DAY).toISOString().slice(0, 10);
      for (let minute = 0; minute < 40; minute++)
        await landFile(storage, `landed/webhook/${day(0)}/${minute}.json`, Buffer.from(delivery(minute)));
      for (let ago = 2; ago < 30; ago++)
        await landFile(storage, `landed/webhook/${day(ago)}/x.json`, Buffer.from(delivery(100 + ago)));
      const result = await takeLanded({ storage, host }, settings(), { ...OPTIONS, settleMs: DAY });
      assert.deepEqual([result.listed, result.taken.ingested, result.settling], [40, 40, 0]);
      assert.deepEqual(await messages(storage), minuteMessages(0, 40));
      assert.equal((await snapshotOf(storage)).version, 1);
    }),
  );
});

describe('counts of the trail', () => {
  it('are no exports: whoever takes raw files in passes over them, and says why where they are named', async () => {
    const storage = new MemoryStorage();
    const path = 'landed/counts/trail/2026-06-02/1.csv';
    storage.put(`raw/${path}`, minutes(0, 5), new Date(NOW - DAY));
    storage.put('raw/a.csv', minutes(5, 5), new Date(NOW - DAY));
    assert.equal((await take(storage)).listed, 0);
    const { listed, excluded, taken } = await reconcileRaw({ storage, host: AT_NOON }, settings(), OPTIONS);
    assert.deepEqual([listed, excluded, taken.ingested], [2, 1, 1]);
    assert.deepEqual(outcomes(await ingest(storage, { include: '**' })), ['a.csv: skipped 0/0/0']);
    const named = onlyReport(await ingest(storage, {}, [`raw/${path}`]));
    assert.deepEqual([named.outcome, named.reason], ['skipped', 'counts']);
    assert.match(named.explanation ?? '', /landed\/counts\//);
    await assertVerified(storage);
  });
});
