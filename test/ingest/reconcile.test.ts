import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmulator } from 'adls-emulator';
import { describe, it } from 'vitest';
import { reconcile } from '../../src/functions/reconciliation.ts';
import { type FileReport, reconcileRaw } from '../../src/ingest/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { emitTo } from '../../src/telemetry/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { driverOn } from '../support/adls-case.ts';
import { HOST, ingest, land, messages, minuteMessages, minutes, onLocalLake, settings } from '../support/lake.ts';
import { type Fate, faulty } from '../support/store-faults.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 5, 2);
const OPTIONS = { settleMs: 15 * MINUTE, deadline: Number.POSITIVE_INFINITY };
const AT_NOON = { ...HOST, now: () => NOW };

/** Lands a file so many minutes before now. */
async function landAgo(storage: Storage, name: string, minutesAgo: number, content: string): Promise<void> {
  const modified = new Date(NOW - minutesAgo * MINUTE);
  assert.equal(await storage.create(`raw/${name}`, Buffer.from(content), { modified }), 'created');
}

/** The names of reports, in the order they came in. */
function noting(): { readonly names: string[]; onReport(report: FileReport): void } {
  const names: string[] = [];
  return { names, onReport: ({ path, outcome }) => names.push(`${path.slice(4)} ${outcome}`) };
}

describe('reconciliation', () => {
  it(
    'takes in alone whatever was not announced, the oldest first, and then nothing',
    onLocalLake(async (storage) => {
      await landAgo(storage, 'a-young.csv', 20, minutes(20, 10));
      await landAgo(storage, 'b-old.csv', 300, minutes(0, 10));
      await landAgo(storage, 'c-middle.csv', 60, minutes(10, 10));
      const observer = noting();
      const first = await reconcileRaw({ storage, host: AT_NOON }, settings(), { ...OPTIONS, observer });
      assert.deepEqual(observer.names, ['b-old.csv ingested', 'c-middle.csv ingested', 'a-young.csv ingested']);
      assert.equal(first.oldestWaitingMs, 300 * MINUTE);
      assert.deepEqual(await messages(storage), minuteMessages(0, 30));
      const second = await reconcileRaw({ storage, host: AT_NOON }, settings(), OPTIONS);
      assert.deepEqual([second.listed, second.recorded, second.waiting, second.oldestWaitingMs], [3, 3, 0, null]);
      assert.equal(second.taken.files, 0);
    }),
  );

  it(
    'waits for a file until it has settled, also when it goes on growing between listing and reading',
    onLocalLake(async (storage) => {
      await landAgo(storage, 'fresh.csv', 14, minutes(0, 10));
      await landAgo(storage, 'settled.csv', 15, minutes(10, 10));
      await landAgo(storage, 'goes-on.csv', 30, minutes(20, 5));
      let listed = false;
      const growing = faulty(storage, async ({ operation, path }): Promise<Fate> => {
        if (operation === 'head' && path === 'raw/goes-on.csv' && !listed) {
          listed = true;
          await storage.delete(path);
          await landAgo(storage, 'goes-on.csv', 0, minutes(20, 10));
        }
        return 'passes';
      });
      const result = await reconcileRaw({ storage: growing, host: AT_NOON }, settings(), OPTIONS);
      assert.deepEqual([result.waiting, result.settling, result.taken.ingested, result.left], [3, 2, 1, 0]);
      assert.deepEqual(await messages(storage), minuteMessages(10, 10));
      assert.equal(result.oldestWaitingMs, 30 * MINUTE, 'the lag counts those that settle too');
      const later = { ...HOST, now: () => NOW + 20 * MINUTE };
      await reconcileRaw({ storage, host: later }, settings(), OPTIONS);
      assert.deepEqual(await messages(storage), minuteMessages(0, 30));
    }),
  );

  it(
    'begins nothing more when its time is up, and goes on from there the next time',
    onLocalLake(async (storage) => {
      for (let file = 0; file < 6; file++) await landAgo(storage, `${file}.csv`, 100 - file, minutes(file * 5, 5));
      let now = NOW;
      const host = { ...HOST, now: () => now };
      const observer = {
        onFile: () => {
          now += MINUTE;
        },
      };
      const slow = faulty(storage, ({ operation, path }) => {
        if (operation === 'head' && path.startsWith('raw/')) now += MINUTE;
        return 'passes';
      });
      const first = await reconcileRaw({ storage: slow, host }, settings(), {
        settleMs: 0,
        deadline: NOW + 5 * MINUTE,
        observer,
      });
      assert.ok(first.left > 0 && first.taken.ingested > 0, JSON.stringify(first));
      assert.equal(first.waiting, first.taken.files + first.left);
      await reconcileRaw({ storage, host }, settings(), OPTIONS);
      assert.deepEqual(await messages(storage), minuteMessages(0, 30));
    }),
  );

  it(
    'takes in the others where a file fails, says so, and gives up where the store is at fault',
    onLocalLake(async (storage) => {
      await ingest(storage);
      for (let file = 0; file < 8; file++) await landAgo(storage, `${file}.csv`, 100 - file, minutes(file * 5, 5));
      const archived = faulty(storage, ({ operation, path }) =>
        operation === 'read' && path === 'raw/2.csv' ? 'fails' : 'passes',
      );
      const first = await reconcileRaw({ storage: archived, host: AT_NOON }, settings(), OPTIONS);
      assert.deepEqual([first.failed, first.taken.ingested, first.left], [1, 7, 0]);
      assert.match(String(first.error), /raw\/2\.csv/);
      const broken = faulty(storage, ({ operation, path }) =>
        operation === 'read' && path.startsWith('raw/') ? 'fails' : 'passes',
      );
      for (let file = 0; file < 8; file++) await landAgo(storage, `more/${file}.csv`, 50, minutes(50 + file, 1));
      const second = await reconcileRaw({ storage: broken, host: AT_NOON }, settings(), OPTIONS);
      assert.deepEqual([second.failed, second.taken.files, second.left], [3, 0, 6]);
      await reconcileRaw({ storage, host: AT_NOON }, settings(), OPTIONS);
      const { problems } = await verifyLake(storage, settings(), { deep: false, head: null });
      assert.deepEqual(problems, []);
    }),
  );

  it(
    'rejects what is no export once, leaves excluded files alone, and takes a replaced file in anew',
    onLocalLake(async (storage) => {
      await landAgo(storage, 'bad.csv', 60, 'no header of ours\n1\n');
      await landAgo(storage, 'good.csv', 60, minutes(0, 5));
      await landAgo(storage, 'test/x.csv', 60, minutes(50, 5));
      const given = settings({ exclude: 'test/**' });
      const first = await reconcileRaw({ storage, host: AT_NOON }, given, OPTIONS);
      assert.deepEqual([first.excluded, first.taken.ingested, first.taken.rejected], [1, 1, 1]);
      const second = await reconcileRaw({ storage, host: AT_NOON }, given, OPTIONS);
      assert.deepEqual([second.recorded, second.waiting], [2, 0]);
      await storage.delete('raw/good.csv');
      await landAgo(storage, 'good.csv', 20, minutes(0, 9));
      const third = await reconcileRaw({ storage, host: AT_NOON }, given, OPTIONS);
      assert.deepEqual([third.waiting, third.taken.committed, third.taken.duplicates], [1, 4, 5]);
    }),
  );

  it(
    'says of each instance how much of it is in and since when, also of one that never sent anything',
    onLocalLake(async (storage) => {
      await landAgo(storage, 'eu/old.csv', 300, minutes(0, 5));
      await landAgo(storage, 'eu/new.csv', 60, minutes(5, 5));
      await landAgo(storage, 'eu/bad.csv', 20, 'no header of ours\n1\n');
      await landAgo(storage, 'other.csv', 90, minutes(10, 5));
      await landAgo(storage, 'excluded/x.csv', 20, minutes(15, 5));
      const given = settings({ instances: 'eu/=acme-eu,us/=acme-us', exclude: 'excluded/**' });
      const expected = [
        { instance: 'acme-eu', files: 2, newestAt: new Date(NOW - 60 * MINUTE) },
        { instance: 'acme-us', files: 0, newestAt: null },
      ];
      const taking = await reconcileRaw({ storage, host: AT_NOON }, given, OPTIONS);
      const finding = await reconcileRaw({ storage, host: AT_NOON }, given, OPTIONS);
      assert.deepEqual([taking.taken.ingested, finding.taken.ingested], [3, 0]);
      for (const { freshness } of [taking, finding]) assert.deepEqual(freshness, expected);
    }),
  );

  it(
    'expects files of no instance where none is named, and counts none whose content is not in',
    onLocalLake(async (storage) => {
      const nothing = [{ instance: null, files: 0, newestAt: null }];
      assert.deepEqual((await reconcileRaw({ storage, host: AT_NOON }, settings(), OPTIONS)).freshness, nothing);
      await landAgo(storage, 'young.csv', 5, minutes(0, 5));
      assert.deepEqual((await reconcileRaw({ storage, host: AT_NOON }, settings(), OPTIONS)).freshness, nothing);
    }),
  );

  it('looks at no file that is in where the listing tells ETags', async () => {
    await using emulator = await startEmulator({ containers: ['raw', 'curated', 'quarantine', 'evidence'] });
    const storage = driverOn(emulator);
    for (let file = 0; file < 20; file++) await land(storage, `${file}.csv`, minutes(file, 1));
    await land(storage, 'bad.csv', 'no header of ours\n1\n');
    const options = { ...OPTIONS, settleMs: 0 };
    const host = { ...HOST, now: () => Date.now() + MINUTE };
    const first = await reconcileRaw({ storage, host }, settings(), options);
    assert.deepEqual([first.taken.ingested, first.taken.rejected], [20, 1]);
    emulator.requests.length = 0;
    const second = await reconcileRaw({ storage, host }, settings(), options);
    assert.deepEqual([second.recorded, second.waiting], [21, 0]);
    const looked = emulator.requests.filter(({ path, method }) => path.startsWith('raw/') && method === 'HEAD');
    assert.deepEqual(looked, []);
    assert.ok(emulator.requests.length < 20, `${emulator.requests.length} requests`);
  });
});

/** Names that can be no lake path; the settings leave the second one out. */
const ODD = ['raw/a-odd\\name.csv', 'raw/excluded/odd\\name.csv'];

/** A store whose raw zone holds such names, or links in their place. */
async function withOddNames(kind: string, body: (storage: Storage) => Promise<void>): Promise<void> {
  if (kind === 'an account') {
    await using emulator = await startEmulator({ containers: ['raw', 'curated', 'quarantine', 'evidence'] });
    for (const path of ODD) emulator.store.put(emulator.account, path, Buffer.from(minutes(50, 5)));
    await body(driverOn(emulator));
    return;
  }
  await onLocalLake(async (storage, root) => {
    await mkdir(join(root, 'raw/excluded'), { recursive: true });
    for (const path of ODD) {
      if (kind === 'a folder') await writeFile(join(root, path), minutes(50, 5));
      else await symlink('b-good.csv', join(root, path.replace('\\', '-')));
    }
    await body(storage);
  })();
}

describe('a name in raw that can be no lake path', () => {
  for (const kind of ['an account', 'a folder', 'a folder, as a link']) {
    it(`is its own outcome in each reconciliation, and the others go in (${kind})`, async () => {
      await withOddNames(kind, async (storage) => {
        await land(storage, 'b-good.csv', minutes(0, 5));
        const given = settings({ exclude: 'excluded/**' });
        const lines: string[] = [];
        const emit = emitTo((line) => lines.push(line));
        const host = { ...HOST, now: () => Date.now() + 60 * MINUTE };
        const { signal } = new AbortController();
        const invocation = { settings: given, storage, host, emit, signal, deadline: Number.MAX_SAFE_INTEGER };
        for (const isIn of [false, true]) {
          lines.length = 0;
          await reconcile({ ...invocation, [Symbol.dispose]: () => undefined });
          const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
          const files = logged
            .filter(({ event }) => event === 'file')
            .map((file) => `${file['outcome']} ${file['reason']}`);
          assert.deepEqual(files.sort(), [...(isIn ? [] : ['ingested null']), 'rejected unreadable']);
          assert.ok(!lines.join('').includes('odd'), 'no name of a file');
          const [found] = logged.filter(({ event }) => event === 'reconciliation');
          const counts = ['listed', 'excluded', 'recorded', 'waiting', 'ingested', 'rejected', 'failed', 'left'];
          const expected = isIn ? [3, 1, 1, 1, 0, 1, 0, 0] : [3, 1, 0, 2, 1, 1, 0, 0];
          assert.deepEqual(
            counts.map((name) => found?.[name]),
            expected,
          );
          assert.deepEqual(await messages(storage), minuteMessages(0, 5));
        }
      });
    });
  }

  it('does not hide that the store fails, so that nothing else goes in', async () => {
    await withOddNames('a folder', async (storage) => {
      await land(storage, 'b-good.csv', minutes(0, 5));
      const broken = faulty(storage, ({ operation, path }) =>
        operation === 'read' && path.startsWith('raw/') ? 'fails' : 'passes',
      );
      const host = { ...HOST, now: () => Date.now() + 60 * MINUTE };
      const result = await reconcileRaw({ storage: broken, host }, settings(), OPTIONS);
      assert.deepEqual([result.taken.files, result.failed, result.unreadable.length], [0, 1, 2]);
      assert.match(String(result.error), /b-good/);
    });
  });
});
