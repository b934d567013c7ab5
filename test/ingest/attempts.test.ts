import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { reconcileRaw } from '../../src/ingest/index.ts';
import { rejectedPaths } from '../../src/lake/index.ts';
import { readAll, type Storage, StorageFault, UnreadableFile } from '../../src/storage/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { HOST, ingest, messages, minuteMessages, minutes, onlyReport, settings, sources } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { type Fate, faulty } from '../support/store-faults.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 5, 2);
const AT_NOON = { ...HOST, now: () => NOW };
const OPTIONS = { settleMs: 15 * MINUTE, deadline: NOW + 10 * MINUTE, mostTries: 3 };
const MARKS = 'quarantine/attempts/';

/** A lake whose oldest raw files bear these names, and then come some good ones. */
function lakeOf(names: readonly string[], good: number): MemoryStorage {
  const storage = new MemoryStorage(512);
  for (const [index, name] of names.entries()) {
    storage.put(`raw/${name}`, minutes(5_000 + index * 50, 50), new Date(NOW - (500 - index) * MINUTE));
  }
  for (let file = 0; file < good; file++) {
    storage.put(`raw/good-${file}.csv`, minutes(file * 5, 5), new Date(NOW - (300 - file) * MINUTE));
  }
  return storage;
}

/** A store on which these raw files cannot be read. */
function unreadable(storage: Storage, isBroken: (path: string) => boolean, transient = false): Storage {
  return faulty(storage, ({ operation, path }) => {
    if (operation !== 'read' || !isBroken(path)) return 'passes';
    if (path === 'raw/d.csv') throw new UnreadableFile('read', path, 'a pipe stands in its place');
    throw new StorageFault('read', path, 'the file is in the archive tier', { code: 'BlobArchived', transient });
  });
}

async function assertVerified(storage: Storage): Promise<void> {
  const { problems } = await verifyLake(storage, settings(), { deep: false, head: null });
  assert.deepEqual(problems, []);
}

describe('attempts', () => {
  it('let unreadable files hold nobody up, and make each of them its outcome after so many tries', async () => {
    const memory = lakeOf(['a.csv', 'b.csv', 'c.csv', 'd.csv'], 20);
    let isBroken = true;
    const storage = unreadable(memory, (path) => isBroken && /\/[a-d]\.csv$/.test(path));
    const first = await reconcileRaw({ storage, host: AT_NOON }, settings(), OPTIONS);
    assert.deepEqual([first.taken.ingested, first.failed, first.left], [20, 4, 0]);
    assert.deepEqual(await messages(memory), minuteMessages(0, 100));
    assert.equal(memory.paths(MARKS).length, 4);
    for (let runs = 0; runs < 5; runs++) await reconcileRaw({ storage, host: AT_NOON }, settings(), OPTIONS);
    const last = await reconcileRaw({ storage, host: AT_NOON }, settings(), OPTIONS);
    assert.deepEqual([last.recorded, last.waiting, last.error], [24, 0, null]);
    assert.deepEqual(await rejectedPaths(memory), ['raw/a.csv', 'raw/b.csv', 'raw/c.csv', 'raw/d.csv']);
    const rejected = (await sources(memory)).filter(({ outcome }) => outcome === 'rejected');
    assert.deepEqual(new Set(rejected.map(({ reason }) => reason)), new Set(['unreadable']));
    const record = JSON.parse(memory.content(memory.paths('quarantine/files/')[0] ?? '').toString('utf8')) as object;
    assert.match(JSON.stringify(record), /3 tries did not get there.*StorageFault BlobArchived.*ingest --rejected/);
    assert.deepEqual(memory.paths(MARKS), [], 'nothing is left of files that have their outcome');
    await assertVerified(memory);

    // Changed, it is tried again; asked for by name, so is the one that is as it was.
    isBroken = false;
    memory.put('raw/b.csv', minutes(5_050, 49), new Date(NOW - 100 * MINUTE));
    const again = await reconcileRaw({ storage, host: AT_NOON }, settings(), OPTIONS);
    assert.deepEqual([again.waiting, again.taken.ingested], [1, 1]);
    assert.equal(onlyReport(await ingest(memory, {}, ['raw/a.csv'])).outcome, 'ingested');
    await assertVerified(memory);
  });

  it('blame no file for what other files suffer from too, or what may pass', async () => {
    const memory = lakeOf(['a.csv', 'b.csv'], 4);
    await ingest(memory);
    for (const path of memory.paths('raw/')) memory.put(path, `${memory.content(path)}`, new Date(NOW - 60 * MINUTE));
    const busy = lakeOf(['a.csv', 'b.csv'], 4);
    const broken = unreadable(busy, (path) => path.startsWith('raw/'), true);
    const full = faulty(busy, ({ operation, path }) => {
      if (operation !== 'create' || !path.includes('event_date=')) return 'passes';
      throw new StorageFault('create', path, 'the disk is full');
    });
    for (const storage of [broken, full]) {
      for (let runs = 0; runs < 8; runs++) {
        const { failed } = await reconcileRaw({ storage, host: AT_NOON }, settings(), OPTIONS);
        assert.equal(failed, 3);
      }
    }
    const healed = await reconcileRaw({ storage: busy, host: AT_NOON }, settings(), OPTIONS);
    assert.deepEqual([healed.taken.ingested, healed.taken.rejected, healed.left], [6, 0, 0]);
    assert.deepEqual(busy.paths(MARKS), []);
  });

  it('count a file that kills whoever reads it: the mark is there before', async () => {
    const memory = lakeOf(['killer.csv'], 6);
    memory.put('raw/killer.csv', minutes(5_000, 50), new Date(NOW - 298.5 * MINUTE));
    /** A process that is gone once it has read from the killer: nothing that it asks for is answered any more. */
    const run = async (): Promise<'killed' | 'ended'> => {
      const { promise: death, resolve: die } = Promise.withResolvers<'killed'>();
      let isDead = false;
      const mortal = faulty(memory, async ({ operation, path }): Promise<Fate> => {
        if (operation === 'read' && path === 'raw/killer.csv') {
          isDead = true;
          die('killed');
        }
        return isDead ? await new Promise<Fate>(() => undefined) : 'passes';
      });
      const ended = reconcileRaw({ storage: mortal, host: AT_NOON }, settings(), OPTIONS).then(() => 'ended' as const);
      return await Promise.race([death, ended]);
    };
    const fates: string[] = [];
    while (fates.at(-1) !== 'ended') {
      fates.push(await run());
      assert.ok(fates.length < 10);
      // The third run knows enough to leave it to the end.
      if (fates.length === 3) assert.deepEqual(await messages(memory), minuteMessages(0, 30));
    }
    assert.equal(fates.length, 5, 'killed with others, three times alone, and then put on record');
    assert.deepEqual(await rejectedPaths(memory), ['raw/killer.csv']);
    assert.deepEqual((await reconcileRaw({ storage: memory, host: AT_NOON }, settings(), OPTIONS)).waiting, 0);
    assert.deepEqual(memory.paths(MARKS), []);
    await assertVerified(memory);
  });

  it('leave a slow file to the end, and give it up where no invocation is long enough for it', async () => {
    const memory = lakeOf(['slow.csv'], 8);
    // In pieces of half a KiB, each of which takes its reader seconds.
    memory.put('raw/slow.csv', minutes(5_000, 5_000), new Date(NOW - 400 * MINUTE));
    for (let run = 1; run <= 4; run++) {
      let now = NOW;
      const controller = new AbortController();
      let current = '';
      const observer = {
        onFile: (path: string) => {
          current = path;
        },
      };
      const host = {
        ...HOST,
        now: () => {
          if (current === 'raw/slow.csv') now += 5_000;
          if (now > NOW + 28 * MINUTE) controller.abort(new Error('the invocation is over'));
          return now;
        },
      };
      const options = { ...OPTIONS, deadline: NOW + 10 * MINUTE, signal: controller.signal, observer };
      const { taken, failed } = await reconcileRaw({ storage: memory, host }, settings(), options);
      if (run === 1) assert.equal(taken.ingested, 8, 'the others are in');
      assert.deepEqual(await messages(memory), minuteMessages(0, 40));
      assert.equal(failed, run === 4 ? 0 : 1);
    }
    assert.deepEqual(await rejectedPaths(memory), ['raw/slow.csv']);
  });

  it('ended in the middle, keep what was read up to about a second before', async () => {
    const memory = lakeOf([], 60);
    let now = NOW;
    const controller = new AbortController();
    const storage = faulty(memory, ({ operation, path }) => {
      if (operation === 'read' && path.startsWith('raw/')) {
        now += 100;
        if (now > NOW + 4_000) controller.abort(new Error('the app stops'));
      }
      return 'passes';
    });
    const host = { ...HOST, now: () => now };
    const options = { ...OPTIONS, signal: controller.signal };
    const { taken, error } = await reconcileRaw({ storage, host }, settings(), options);
    assert.match(String(error), /the app stops/);
    assert.ok(taken.ingested >= 20, `${taken.ingested} files`);
    assert.equal((await messages(memory)).length, taken.committed);
    assert.deepEqual(memory.paths(MARKS), [], 'no file is to blame for that');
    const files = new Set((await sources(memory)).map(({ path }) => path));
    assert.equal(files.size, taken.ingested);
    await reconcileRaw({ storage: memory, host: AT_NOON }, settings(), OPTIONS);
    assert.deepEqual(await messages(memory), minuteMessages(0, 300));
    await assertVerified(memory);
  });

  it('hold paths, times and numbers, and nothing that a file says', async () => {
    const memory = lakeOf(['a.csv'], 1);
    const storage = unreadable(memory, (path) => path === 'raw/a.csv');
    await reconcileRaw({ storage, host: AT_NOON }, settings(), OPTIONS);
    const [mark = '', ...others] = memory.paths(MARKS);
    assert.deepEqual(others, []);
    assert.match(mark, /^quarantine\/attempts\/[0-9a-f]{32}\.json$/);
    assert.deepEqual(JSON.parse(Buffer.from(await readAll(memory, mark)).toString('utf8')), {
      begun_at: new Date(NOW).toISOString(),
      files: [
        {
          path: 'raw/a.csv',
          size: memory.content('raw/a.csv').length,
          modified: new Date(NOW - 500 * MINUTE).toISOString(),
          etag: null,
        },
      ],
      tries: 1,
      counted: 1,
      error: 'StorageFault BlobArchived',
    });
    await assertVerified(unreadable(memory, () => false)).catch((error: Error) =>
      assert.match(error.message, /raw_not_ingested/),
    );
  });
});
