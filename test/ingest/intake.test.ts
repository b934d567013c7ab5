import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { BacklogLook } from '../../src/ingest/backlog.ts';
import { Intake, type Observer } from '../../src/ingest/index.ts';
import { AccessDenied, type Storage } from '../../src/storage/index.ts';
import { Interrupted, interruptible } from '../../src/storage/interruptible.ts';
import { wrapStorage } from '../../src/storage/wrapped.ts';
import { HOST, messages, minuteMessages, minutes, settings, snapshotOf } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { watched } from '../support/store-faults.ts';

/** A world in which no time passes, so that nothing is committed for having taken long. */
const NOW = Date.now();
const STILL = { ...HOST, now: () => NOW };

function lakeOf(files: number): MemoryStorage {
  const storage = new MemoryStorage();
  for (let file = 0; file < files; file++) put(storage, file);
  return storage;
}

function put(storage: MemoryStorage, file: number, landedAt = NOW): void {
  storage.put(`raw/${String(file).padStart(3, '0')}.csv`, minutes(file * 5, 5), new Date(landedAt + file));
}

/** Announces a file, and gives what its own observer was told of. */
async function announce(
  intake: Intake,
  storage: Storage,
  file: number,
  signal = new AbortController().signal,
): Promise<string[]> {
  const path = `raw/${String(file).padStart(3, '0')}.csv`;
  const told: string[] = [];
  const observer: Observer = { onReport: (report) => told.push(`${report.path} ${report.outcome}`) };
  const info = await storage.head(path);
  await intake.take({ context: { storage, host: STILL }, file: info ?? path, observer, signal });
  return told;
}

/** A store on which something happens before a data file is written. */
function atDataFile(storage: MemoryStorage, what: () => void): Storage {
  return wrapStorage(storage, {
    create: (path, content, options) => {
      if (path.includes('/event_date=')) what();
      return storage.create(path, content, options);
    },
  });
}

/** What whoever announced a file is told: of its own first, then of those beside it. */
function toldOf(own: number) {
  return (file: number, index: number) =>
    index > 0 && file === own ? [] : [`raw/${String(file).padStart(3, '0')}.csv ingested`];
}

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);

describe('files that are announced to one process at the same time', () => {
  it('share a commit, each once, and each is told of its own', async () => {
    const storage = lakeOf(40);
    const intake = new Intake(settings());
    const told = await Promise.all(numbers(40).map((file) => announce(intake, storage, file)));
    assert.deepEqual(
      told.map((each) => each.length === 1 && each[0]?.endsWith('.csv ingested')),
      numbers(40).map(() => true),
    );
    assert.deepEqual(await messages(storage), minuteMessages(0, 200));
    // The table, the first that came, and those that came while it was taken in.
    assert.ok((await snapshotOf(storage)).version <= 3);
  });

  it('cost a lone one no more than its own requests, however many were there before', async () => {
    const costs: number[] = [];
    for (const before of [5, 60]) {
      const { storage, calls } = watched(lakeOf(before + 1));
      const intake = new Intake(settings());
      await Promise.all(numbers(before).map((file) => announce(intake, storage, file)));
      const from = calls.length;
      await announce(intake, storage, before);
      costs.push(calls.length - from);
    }
    assert.deepEqual(costs, [10, 10]);
  });

  it('are taken in once where they are announced again, and as they are by then', async () => {
    const storage = lakeOf(6);
    const intake = new Intake(settings());
    const events = [...numbers(6), ...numbers(6), ...numbers(6)];
    const told = (await Promise.all(events.map((file) => announce(intake, storage, file)))).flat();
    assert.equal(told.filter((each) => each.endsWith('ingested')).length, 6);
    assert.equal(told.filter((each) => each.endsWith('skipped')).length, 12);
    storage.put('raw/003.csv', minutes(15, 9), new Date());
    assert.deepEqual(await announce(intake, storage, 3), ['raw/003.csv ingested']);
    assert.deepEqual(await messages(storage), minuteMessages(0, 30));
  });

  it('fail alone where one of them cannot be read, and the others are in', async () => {
    const inner = lakeOf(12);
    const storage = wrapStorage(inner, {
      async *read(path, options) {
        if (path === 'raw/005.csv') throw new AccessDenied('read', path, 'the test denies it');
        yield* inner.read(path, options);
      },
    });
    const intake = new Intake(settings());
    const ended = await Promise.allSettled(numbers(12).map((file) => announce(intake, storage, file)));
    const failed = ended.flatMap(({ status }, file) => (status === 'rejected' ? [file] : []));
    assert.deepEqual(failed, [5]);
    assert.equal((await messages(inner)).length, 55);
    // It is kept apart from then on.
    put(inner, 12);
    await Promise.all([assert.rejects(announce(intake, storage, 5)), announce(intake, storage, 12)]);
    assert.equal((await messages(inner)).length, 60);
  });

  it('go on where the one in whose name they are taken in is interrupted', async () => {
    const storage = lakeOf(8);
    const intake = new Intake(settings());
    const first = new AbortController();
    const others: Promise<string[]>[] = [];
    const inTheMiddle = atDataFile(storage, () => {
      if (others.length > 0) return;
      others.push(...numbers(7, 1).map((file) => announce(intake, storage, file)));
      first.abort(new Interrupted('time is over'));
    });
    const stopped = interruptible(inTheMiddle, first.signal);
    await assert.rejects(announce(intake, stopped, 0, first.signal), Interrupted);
    await Promise.all(others);
    assert.deepEqual(await messages(storage), minuteMessages(5, 35));
    assert.deepEqual(await announce(intake, storage, 0), ['raw/000.csv ingested']);
    assert.deepEqual(await messages(storage), minuteMessages(0, 40));
  });

  it('bring in what waits beside them where they come late, as far as it is settled, many to a commit', async () => {
    const storage = new MemoryStorage();
    const hour = 3_600_000;
    for (let file = 0; file < 60; file++) put(storage, file, NOW - hour);
    for (let file = 60; file < 70; file++) put(storage, file);
    const intake = new Intake(settings(), 1);
    assert.deepEqual(await announce(intake, storage, 7), [7, ...numbers(60)].flatMap(toldOf(7)));
    assert.deepEqual(await messages(storage), minuteMessages(0, 300));
    // The table, the announced one, the others.
    assert.equal((await snapshotOf(storage)).version, 2);
    assert.deepEqual(storage.paths('quarantine/attempts/'), []);
    assert.deepEqual(await announce(intake, storage, 8), ['raw/008.csv skipped']);
    assert.deepEqual(await announce(intake, storage, 60), ['raw/060.csv ingested']);
    assert.deepEqual(await messages(storage), minuteMessages(0, 305));
  });

  it('leave to others what these have begun', async () => {
    const storage = new MemoryStorage();
    for (let file = 0; file < 20; file++) put(storage, file, NOW - 3_600_000);
    const files = [1, 2].map((file) => ({ path: `raw/${file}.csv`, size: 1, modified: '', etag: null }));
    const mark = { begun_at: new Date(NOW).toISOString(), files, tries: 1, counted: 0, error: null };
    storage.put('quarantine/attempts/theirs.json', JSON.stringify(mark));
    assert.deepEqual(await announce(new Intake(settings(), 1), storage, 7), ['raw/007.csv ingested']);
    storage.files.delete('quarantine/attempts/theirs.json');
    assert.equal((await announce(new Intake(settings(), 1), storage, 7)).length, 20);
  });

  it('look in vain ever more seldom', () => {
    const look = new BacklogLook();
    const late = {
      files: ['raw/a.csv', { path: 'raw/b.csv', etag: '', size: 1, lastModified: new Date(0) }],
      conflicts: 0,
    };
    const looks = numbers(2_000).filter(() => {
      const isDue = look.isDue(late, 0, 3_600_000);
      if (isDue) look.note(100, 0);
      return isDue;
    });
    assert.ok(looks.length < 20, String(looks.length));
  });

  it('are none of a process that stops', async () => {
    const storage = lakeOf(5);
    const intake = new Intake(settings());
    const stop = new AbortController();
    const stopped = interruptible(
      atDataFile(storage, () => stop.abort(new Interrupted('it stops'))),
      stop.signal,
    );
    const events = numbers(5).map((file) => assert.rejects(announce(intake, stopped, file, stop.signal), Interrupted));
    await Promise.all(events);
    const left = storage.paths('curated/audit_events/event_date=');
    assert.deepEqual(left, [], 'what was not committed is cleared away');
  });
});
