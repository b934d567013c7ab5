import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { StorageFault } from '../../src/storage/index.ts';
import {
  type Action,
  CorruptLog,
  checkpointAfterCommit,
  openTable,
  UnsupportedTable,
  writeCheckpoint,
} from '../../src/table/index.ts';
import { readLastCheckpoint } from '../../src/table/last-checkpoint.ts';
import { checkpointPath, commitPath } from '../../src/table/log.ts';
import { replay } from '../../src/table/snapshot.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { EVENTS, fileNamed, NOW, recording, removalOf, stateOf } from './lake.ts';
import { checkpointOf, commitActions, FIRST, fullState, stateAfter } from './states.ts';

const TABLE = EVENTS.path;
const HINT = `${TABLE}/_delta_log/_last_checkpoint`;
const WEEK = 7 * 86_400_000;

describe('a checkpoint', () => {
  it('holds any state, and gives it back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(commitActions, { maxLength: 8 }), async (commits) => {
        const snapshot = stateAfter(30, commits.flat());
        const storage = await checkpointOf(snapshot);
        assert.deepEqual(stateOf(await openTable(storage, TABLE)), stateOf(snapshot));
      }),
      { numRuns: 60 },
    );
  });

  it('is the same bytes whatever way the state came about', async () => {
    const commits = [[{ add: fileNamed('b') }], [{ add: fileNamed('a') }, removalOf(fileNamed('b'), true)]];
    const whole = stateAfter(2, [{ add: fileNamed('a') }, removalOf(fileNamed('b'), true)]);
    const first = replay(TABLE, null, [{ version: 0, actions: FIRST }]);
    const stepwise = commits.reduce((state, actions, index) => {
      return replay(TABLE, state, [{ version: index + 1, actions }]);
    }, first);
    const path = checkpointPath(TABLE, 2);
    assert.deepEqual((await checkpointOf(whole)).content(path), (await checkpointOf(stepwise)).content(path));
  });

  it('leaves out files that were removed longer ago than the table wants to know', async () => {
    const removed = (name: string, ago: number): Action => {
      const remove = { path: name, dataChange: true, deletionTimestamp: NOW.getTime() - ago };
      return { remove };
    };
    const snapshot = stateAfter(10, [removed('old', WEEK + 1), removed('recent', WEEK), removed('new', 0)]);
    assert.equal(snapshot.tombstones.size, 3);
    const opened = await openTable(await checkpointOf(snapshot), TABLE);
    assert.deepEqual([...(opened?.tombstones.keys() ?? [])].sort(), ['new', 'recent']);
  });

  it('is not written of a state that it cannot hold, nor of a table that we cannot write', async () => {
    for (const [snapshot, expected] of [
      [stateAfter(10, [{ txn: { appId: 'lone \ud800', version: 1 } }]), /txn\.appId: .* is no string/],
      [stateAfter(10, [{ txn: { appId: 'a', version: 2n ** 63n } }]), /txn\.version: .* is no long/],
      [stateAfter(10, [{ add: fileNamed('a', { size: 0.5 }) }]), /add\.size: .* is no long/],
      [{ ...fullState(10), protocol: { minReaderVersion: 1, minWriterVersion: 8 } }, UnsupportedTable],
    ] as const) {
      const storage = new MemoryStorage();
      await assert.rejects(writeCheckpoint(storage, snapshot, NOW), expected);
      assert.deepEqual(storage.paths(), []);
    }
  });
});

describe('publishing a checkpoint', () => {
  it('comes with a hint that says how much is in it', async () => {
    const storage = await checkpointOf(fullState());
    const hint = JSON.parse(storage.content(HINT).toString());
    const { checksum, ...rest } = hint;
    const sizeInBytes = storage.content(checkpointPath(TABLE, 20)).length;
    assert.deepEqual(rest, { version: 20, size: 7, sizeInBytes, numOfAddFiles: 2 });
    assert.match(checksum, /^[0-9a-f]{32}$/);
  });

  it('can be done by many writers at once, also by clocks that differ', async () => {
    const snapshot = fullState();
    const storage = new MemoryStorage();
    const clocks = Array.from({ length: 8 }, (_, index) => new Date(NOW.getTime() + index * WEEK));
    await Promise.all(clocks.map((now) => writeCheckpoint(storage, snapshot, now)));
    assert.deepEqual(storage.paths(), [checkpointPath(TABLE, 20), HINT]);
    const opened = await openTable(storage, TABLE);
    assert.ok(opened, 'the hint counts what the winner wrote');
    assert.deepEqual(opened.files.size, 2);
  });

  it('survives a crash before the hint', async () => {
    const storage = new MemoryStorage();
    const snapshot = fullState();
    const broken = failingAt(storage, HINT);
    await assert.rejects(writeCheckpoint(broken, snapshot, NOW), StorageFault);
    assert.deepEqual(storage.paths(), [checkpointPath(TABLE, 20)]);
    assert.deepEqual(stateOf(await openTable(storage, TABLE)), stateOf(snapshot));
    await writeCheckpoint(storage, snapshot, NOW);
    assert.equal((await readLastCheckpoint(storage, TABLE))?.version, 20);
  });

  it('does not name one that is there and cannot be read', async () => {
    const storage = new MemoryStorage();
    storage.put(checkpointPath(TABLE, 20), 'half a check');
    await assert.rejects(
      writeCheckpoint(storage, fullState(), NOW),
      (error) => error instanceof CorruptLog && error.message.includes(checkpointPath(TABLE, 20)),
    );
    assert.deepEqual(storage.paths(), [checkpointPath(TABLE, 20)]);
  });
});

describe('after a commit', () => {
  const fail = (error: unknown) => assert.fail(String(error));
  const turns = async (configuration: Record<string, string>): Promise<number[]> => {
    const written: number[] = [];
    for (let version = 0; version <= 40; version++) {
      const storage = new MemoryStorage();
      const state = stateAfter(version, []);
      const snapshot = { ...state, metadata: { ...state.metadata, configuration } };
      await checkpointAfterCommit(storage, snapshot, NOW, fail);
      if (storage.paths().length > 0) written.push(version);
    }
    return written;
  };

  it('a checkpoint is due by the table’s interval', async () => {
    assert.deepEqual(await turns({ 'delta.checkpointInterval': '20' }), [20, 40]);
    assert.deepEqual(await turns({}), [10, 20, 30, 40]);
    assert.deepEqual(await turns({ 'delta.checkpointInterval': '0' }), [10, 20, 30, 40]);
    assert.deepEqual(await turns({ 'delta.checkpointInterval': 'often' }), [10, 20, 30, 40]);
    assert.deepEqual(await turns(EVENTS.configuration), []);
  });

  it('its failure is told and thrown at nobody', async () => {
    const storage = new MemoryStorage();
    const told: unknown[] = [];
    await checkpointAfterCommit(failingAt(storage, checkpointPath(TABLE, 10)), fullState(10), NOW, (error) => {
      told.push(error);
    });
    assert.equal(told.length, 1);
    assert.ok(told[0] instanceof StorageFault);
    assert.deepEqual(storage.paths(), []);
  });
});

describe('a log of 1,000 commits', () => {
  it('opens from the checkpoint alone, without the commits before it', async () => {
    const storage = new MemoryStorage();
    let snapshot = replay(TABLE, null, [{ version: 0, actions: FIRST }]);
    storage.put(commitPath(TABLE, 0), '');
    for (let version = 1; version <= 1000; version++) {
      const actions = [
        { add: fileNamed(`part-${version}`) },
        { txn: { appId: `s${version}`, version, lastUpdated: 1 } },
      ];
      snapshot = replay(TABLE, snapshot, [{ version, actions }]);
      storage.put(commitPath(TABLE, version), 'a commit that nobody needs to read');
    }
    await writeCheckpoint(storage, snapshot, NOW);
    const calls: string[] = [];
    assert.deepEqual(stateOf(await openTable(recording(storage, calls), TABLE)), stateOf(snapshot));
    assert.deepEqual(calls, [HINT, 'list', checkpointPath(TABLE, 1000)]);
    for (const path of storage.paths(`${TABLE}/_delta_log/0`)) if (path.endsWith('.json')) await storage.delete(path);
    assert.deepEqual(stateOf(await openTable(storage, TABLE)), stateOf(snapshot));
  });
});

/** The store, unable to write one file. */
function failingAt(storage: MemoryStorage, failing: string): MemoryStorage {
  const broken = Object.create(storage) as MemoryStorage;
  const fault = new StorageFault('create', failing, 'the connection broke');
  broken.create = (path, content) => (path === failing ? Promise.reject(fault) : storage.create(path, content));
  broken.replace = (path, content) => (path === failing ? Promise.reject(fault) : storage.replace(path, content));
  return broken;
}
