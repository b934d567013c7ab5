import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { StorageFault } from '../../src/storage/index.ts';
import { serialiseActions } from '../../src/table/action-lines.ts';
import {
  type Commit,
  CorruptLog,
  commit,
  openTable,
  refresh,
  type Snapshot,
  writeCheckpoint,
} from '../../src/table/index.ts';
import { jsonChecksum } from '../../src/table/last-checkpoint.ts';
import { checkpointPath, commitPath } from '../../src/table/log.ts';
import { replay } from '../../src/table/snapshot.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { EVENTS, fileNamed, info, NOW, recording, stateOf } from './lake.ts';
import { commitActions, FIRST } from './states.ts';

const TABLE = EVENTS.path;
const HINT = `${TABLE}/_delta_log/_last_checkpoint`;

/** A log of so many commits after the first, each with a file and a source, and checkpoints of some of its versions. */
async function logOf(
  length: number,
  checkpoints: readonly number[],
): Promise<{ storage: MemoryStorage; head: Snapshot }> {
  const storage = new MemoryStorage();
  const commits: Commit[] = [{ version: 0, actions: FIRST }];
  for (let version = 1; version <= length; version++) {
    commits.push({
      version,
      actions: [{ add: fileNamed(`f${version}`) }, { txn: { appId: `s${version % 3}`, version } }],
    });
  }
  for (const { version, actions } of commits) putCommit(storage, version, actions);
  for (const version of checkpoints) {
    await writeCheckpoint(storage, replay(TABLE, null, commits.slice(0, version + 1)), NOW);
  }
  return { storage, head: replay(TABLE, null, commits) };
}

function putCommit(storage: MemoryStorage, version: number, actions: Commit['actions']): void {
  // A bigint is for the log a number of so many digits.
  const parts = actions.map((action) => {
    if (!('txn' in action) || typeof action.txn.version === 'number') return serialiseActions([action]);
    const line = serialiseActions([{ txn: { ...action.txn, version: 0 } }]);
    return line.replace('"version":0', `"version":${action.txn.version}`);
  });
  storage.put(commitPath(TABLE, version), parts.join(''));
}

async function opens(storage: MemoryStorage, expected: Snapshot): Promise<string[]> {
  const calls: string[] = [];
  assert.deepEqual(stateOf(await openTable(recording(storage, calls), TABLE)), stateOf(expected));
  return calls.map((call) => call.slice(call.lastIndexOf('/') + 1).replace(/^0+(?=\d)/, ''));
}

function dropCommits(storage: MemoryStorage, from: number, to: number): void {
  for (let version = from; version <= to; version++) storage.files.delete(commitPath(TABLE, version));
}

describe('opening a table', () => {
  it('from a checkpoint and the commits after it is the same as from all commits', async () => {
    const commits = fc.array(commitActions, { minLength: 1, maxLength: 10 });
    const choices = fc.tuple(fc.array(fc.nat(10), { maxLength: 3 }), fc.boolean(), fc.boolean());
    await fc.assert(
      fc.asyncProperty(commits, choices, async (later, [versions, hinted, cleaned]) => {
        const log = [FIRST, ...later].map((actions, version) => ({ version, actions }));
        const head = replay(TABLE, null, log);
        const storage = new MemoryStorage();
        for (const { version, actions } of log) putCommit(storage, version, actions);
        const checkpoints = versions.filter((version) => version < log.length);
        for (const version of checkpoints) {
          await writeCheckpoint(storage, replay(TABLE, null, log.slice(0, version + 1)), NOW);
        }
        if (!hinted) storage.files.delete(HINT);
        if (cleaned && checkpoints.length > 0) dropCommits(storage, 0, Math.max(...checkpoints));
        assert.deepEqual(stateOf(await openTable(storage, TABLE)), stateOf(head));
      }),
      { numRuns: 80 },
    );
  });

  it('reads the newest checkpoint and later commits only', async () => {
    const { storage, head } = await logOf(23, [10, 20]);
    assert.deepEqual(await opens(storage, head), [
      '_last_checkpoint',
      'list',
      '20.checkpoint.parquet',
      '21.json',
      '22.json',
      '23.json',
    ]);
  });

  it('goes on with commits and refreshes as ever', async () => {
    const { storage } = await logOf(20, [20]);
    dropCommits(storage, 0, 20);
    const opened = await openTable(storage, TABLE);
    assert.ok(opened);
    const add = { ...fileNamed('new'), partitionValues: { event_date: '1' } };
    const outcome = await commit(storage, opened, [info('a'), { add }]);
    assert.equal(outcome.outcome, 'committed');
    const refreshed = await refresh(storage, opened);
    assert.deepEqual(stateOf(refreshed), stateOf(outcome.snapshot));
    assert.deepEqual([opened.files.size, refreshed.files.size], [20, 21]);
    assert.deepEqual(stateOf(await openTable(storage, TABLE)), stateOf(refreshed));
  });
});

describe('a _last_checkpoint', () => {
  const withChecksum = (hint: Record<string, number>) => JSON.stringify({ ...hint, checksum: jsonChecksum(hint) });

  for (const [what, text, checkpoint] of [
    ['that is absent', null, '20.checkpoint.parquet'],
    ['that is empty', '', '20.checkpoint.parquet'],
    ['that is no JSON', '{"version":', '20.checkpoint.parquet'],
    [
      'that was changed',
      '{"version":10,"size":3,"checksum":"00000000000000000000000000000000"}',
      '20.checkpoint.parquet',
    ],
    ['that is old', withChecksum({ version: 10, size: 15 }), '20.checkpoint.parquet'],
    ['that names a version without a checkpoint', withChecksum({ version: 15 }), '20.checkpoint.parquet'],
    ['that names a version that never was', withChecksum({ version: 4000 }), '20.checkpoint.parquet'],
    ['that says too many parts', withChecksum({ version: 20, parts: 7 }), '20.checkpoint.parquet'],
    ['that counts wrong', withChecksum({ version: 20, size: 4711 }), '10.checkpoint.parquet'],
  ] as const) {
    it(`${what} does no harm`, async () => {
      const { storage, head } = await logOf(22, [10, 20]);
      if (text === null) storage.files.delete(HINT);
      else storage.put(HINT, text);
      const calls = await opens(storage, head);
      assert.ok(calls.includes(checkpoint), calls.join());
    });
  }
});

describe('a checkpoint that is damaged', () => {
  const break20 = (storage: MemoryStorage) => {
    const path = checkpointPath(TABLE, 20);
    storage.put(path, storage.content(path).subarray(0, 500));
  };

  it('gives way to an older one', async () => {
    const { storage, head } = await logOf(22, [10, 20]);
    break20(storage);
    dropCommits(storage, 0, 10);
    assert.ok((await opens(storage, head)).includes('10.checkpoint.parquet'));
  });

  it('gives way to the full log', async () => {
    const { storage, head } = await logOf(22, [20]);
    break20(storage);
    assert.ok((await opens(storage, head)).includes('0.json'));
  });

  it('that lost rows is found by the count in _last_checkpoint', async () => {
    const { storage, head } = await logOf(22, [20]);
    const short = await logOf(20, []);
    const first = short.head.files.keys().next().value ?? '';
    const files = new Map([...short.head.files].filter(([path]) => path !== first));
    const other = new MemoryStorage();
    await writeCheckpoint(other, { ...short.head, files }, NOW);
    storage.put(checkpointPath(TABLE, 20), other.content(checkpointPath(TABLE, 20)));
    await opens(storage, head);
    dropCommits(storage, 0, 3);
    await assert.rejects(openTable(storage, TABLE), /it has 24 actions, and _last_checkpoint says 25/);
  });

  for (const [what, from, to] of [
    ['does not begin at version 0', 0, 0],
    ['has a gap', 12, 12],
    ['has none of its commits', 0, 20],
  ] as const) {
    it(`is named where the log ${what}`, async () => {
      const { storage } = await logOf(22, [20]);
      break20(storage);
      dropCommits(storage, from, to);
      await assert.rejects(openTable(storage, TABLE), (error) => {
        assert.ok(error instanceof CorruptLog);
        assert.match(error.message, /the checkpoint .*0{18}20\.checkpoint\.parquet cannot be relied on/);
        assert.match(error.message, new RegExp(`nor can it be opened without: .*${from}\\.json is missing`));
        return true;
      });
    });
  }

  it('is not what a store is that fails', async () => {
    const { storage } = await logOf(22, [20]);
    const fault = new StorageFault('read', 'x', 'the connection broke');
    const broken = Object.create(storage) as MemoryStorage;
    broken.read = async function* (path, options) {
      if (path.endsWith('.parquet')) throw fault;
      yield* storage.read(path, options);
    };
    await assert.rejects(openTable(broken, TABLE), (error) => error === fault);
  });

  it('does not hide a gap in the commits after it', async () => {
    const { storage } = await logOf(23, [20]);
    dropCommits(storage, 22, 22);
    await assert.rejects(openTable(storage, TABLE), /the log has a gap: .*22\.json is missing, version 23 is there/);
  });

  it('does not turn the table back to an earlier version', async () => {
    const { storage } = await logOf(9, []);
    storage.put(checkpointPath(TABLE, 20), 'half');
    await assert.rejects(openTable(storage, TABLE), CorruptLog);
  });

  it('that vanished after it was listed gives way too', async () => {
    const { storage, head } = await logOf(22, [10, 20]);
    const vanishing = Object.create(storage) as MemoryStorage;
    vanishing.list = async function* (prefix, options) {
      const listed = [];
      for await (const file of storage.list(prefix, options)) listed.push(file);
      storage.files.delete(checkpointPath(TABLE, 20));
      yield* listed;
    };
    vanishing.read = (path, options) => storage.read(path, options);
    assert.deepEqual(stateOf(await openTable(vanishing, TABLE)), stateOf(head));
  });
});
