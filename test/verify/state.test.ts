import assert from 'node:assert/strict';
import { beforeAll, describe, it } from 'vitest';
import { encodeCheckpoint } from '../../src/table/checkpoint-encoder.ts';
import { decodeCheckpoint } from '../../src/table/checkpoint-reader.ts';
import { writtenFields } from '../../src/table/checkpoint-schema.ts';
import { type Action, commitPath, openTable, type Snapshot, writeCheckpoint } from '../../src/table/index.ts';
import { checkpointPath } from '../../src/table/log.ts';
import { statisticsDiffer } from '../../src/verify/statistics-match.ts';
import { EVENTS, ingest, minutes } from '../support/lake.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { lake, problems, verify } from './lake.ts';

const CHECKPOINT = checkpointPath(EVENTS, 5);

let whole: MemoryStorage;
let snapshot: Snapshot;

beforeAll(async () => {
  whole = await lake();
  const opened = await openTable(whole, EVENTS);
  assert.ok(opened);
  snapshot = opened;
  await writeCheckpoint(whole, snapshot, new Date());
  whole.put('raw/later.csv', minutes(9000, 3));
  await ingest(whole);
});

/** The lake with its checkpoint changed, row by row, in a way that every reader takes. */
function withCheckpoint(change: (action: Action) => Action | null): MemoryStorage {
  const storage = whole.copy();
  const actions = decodeCheckpoint(storage.content(CHECKPOINT)).actions.map(change);
  const kept = actions.filter((action) => action !== null);
  storage.put(CHECKPOINT, encodeCheckpoint(writtenFields(snapshot.protocol), [kept]));
  storage.files.delete(`${EVENTS}/_delta_log/_last_checkpoint`);
  return storage;
}

describe('verifying the state that readers see', () => {
  it('finds nothing where checkpoints hold what the commits add up to', async () => {
    assert.deepEqual(problems(await verify(withCheckpoint((action) => action))), []);
    assert.equal((await verify(whole)).counts.checkpoints, 1);
  });

  for (const [name, change] of [
    ['lacks files', (action) => ('add' in action && action.add.path.includes('2026-03-01') ? null : action)],
    ['has a file of another size', (action) => ('add' in action ? { add: { ...action.add, size: 1 } } : action)],
    [
      'has wrong bounds, which hide rows',
      (action) =>
        'add' in action
          ? { add: { ...action.add, stats: action.add.stats?.replaceAll('2026', '2027') ?? '' } }
          : action,
    ],
    [
      'has a file in another partition',
      (action) =>
        'add' in action ? { add: { ...action.add, partitionValues: { event_date: '2026-01-01' } } } : action,
    ],
    [
      'forgot that a file was ingested',
      (action) => ('txn' in action && action.txn.appId === 'raw/day.csv' ? null : action),
    ],
    [
      'is of another schema',
      (action) => ('metaData' in action ? { metaData: { ...action.metaData, name: 'other' } } : action),
    ],
  ] as [string, (action: Action) => Action | null][]) {
    it(`finds a checkpoint that ${name}`, async () => {
      const found = problems(await verify(withCheckpoint(change)));
      assert.deepEqual(found.slice(0, 2), [`checkpoint_differs ${CHECKPOINT}`, `state_differs ${EVENTS}/_delta_log/`]);
    });
  }

  it('finds wrong bounds in the only checkpoint of a log whose beginning is gone', async () => {
    const storage = withCheckpoint((action) =>
      'add' in action
        ? { add: { ...action.add, stats: action.add.stats?.replaceAll('2026-', '2027-') ?? '' } }
        : action,
    );
    for (let version = 0; version <= 5; version++) storage.files.delete(commitPath(EVENTS, version));
    const found = problems(await verify(storage)).filter((problem) => problem.startsWith('statistics_wrong'));
    assert.deepEqual(found, [...snapshot.files.keys()].map((path) => `statistics_wrong ${EVENTS}/${path}`).sort());
  });

  it('finds a checkpoint that names a file which no commit added', async () => {
    const storage = withCheckpoint((action) => action);
    const { actions } = decodeCheckpoint(storage.content(CHECKPOINT));
    const [first] = actions.flatMap((action) => ('add' in action ? [action] : []));
    assert.ok(first);
    const planted = { add: { ...first.add, path: `${first.add.path}.planted` } };
    storage.put(CHECKPOINT, encodeCheckpoint(writtenFields(snapshot.protocol), [[...actions, planted]]));
    assert.equal(problems(await verify(storage))[0], `checkpoint_differs ${CHECKPOINT}`);
  });

  it('finds a checkpoint that cannot be read', async () => {
    const storage = whole.copy();
    storage.put(CHECKPOINT, storage.content(CHECKPOINT).subarray(0, 100));
    assert.equal(problems(await verify(storage))[0], `checkpoint_unreadable ${CHECKPOINT}`);
  });
});

describe('statistics of one file in commit and checkpoint', () => {
  const stats = (values: object) =>
    JSON.stringify({ numRecords: 3, minValues: { event_time: '2026-03-01T00:00:00.123Z', code: 1, ...values } });

  it('may be written in another way, or left out', () => {
    assert.equal(statisticsDiffer(stats({}), undefined), false);
    assert.equal(statisticsDiffer(stats({}), stats({})), false);
    assert.equal(statisticsDiffer(stats({}), '{"numRecords":3}'), false);
    assert.equal(
      statisticsDiffer(stats({}), ` ${stats({ event_time: '2026-03-01T00:00:00.123000+00:00', user_name: null })}`),
      false,
    );
  });

  it('may not say anything else or more', () => {
    for (const other of [stats({ code: 2 }), stats({ user_name: 'li' }), '{"numRecords":4}', 'spam', '7']) {
      assert.equal(statisticsDiffer(stats({}), other), true, other);
    }
  });
});
