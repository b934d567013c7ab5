import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { compactTable } from '../../src/maintenance/compact.ts';
import { type HistoryEntry, history } from '../../src/maintenance/history.ts';
import { snappy } from '../../src/parquet/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { CorruptLog, commitPath, writeCheckpoint } from '../../src/table/index.ts';
import { EVENTS, HOST, ingest, LANDED_AT, minutes, snapshotOf } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { watched } from '../support/store-faults.ts';

/** Two good exports that overlap, one of them with a broken row, and a file that is none; then a compaction. */
async function lake(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  storage.put('raw/a.csv', minutes(0, 20), LANDED_AT);
  await ingest(storage);
  storage.put('raw/b.csv', `${minutes(10, 20)}broken\n`, LANDED_AT);
  storage.put('raw/c.csv', 'no export\n', LANDED_AT);
  await ingest(storage);
  await compactTable({ storage, host: HOST }, await snapshotOf(storage), { codec: snappy, dryRun: false });
  return storage;
}

async function entries(storage: Storage): Promise<HistoryEntry[]> {
  const found: HistoryEntry[] = [];
  for await (const entry of history(storage, await snapshotOf(storage))) found.push(entry);
  return found;
}

describe('the history of a table', () => {
  it('says, newest first, what came in from where and what else was done', async () => {
    const storage = await lake();
    const found = await entries(storage);
    const { version } = await snapshotOf(storage);
    assert.deepEqual(
      found.map((entry) => entry.version),
      Array.from({ length: version + 1 }, (_, index) => version - index),
    );
    const [compaction, ...earlier] = found;
    assert.deepEqual([compaction?.operation, compaction?.filesAdded, compaction?.filesRemoved], ['OPTIMIZE', 1, 2]);
    assert.deepEqual([compaction?.change?.['kind'], compaction?.change?.['rows']], ['compact', 30]);
    const none = { way: 'exporter', rows: 0, committed: 0, duplicates: 0, quarantined: 0, withheld: 0 };
    const sources = earlier
      .flatMap((entry) => entry.sources)
      .map(({ ingest_id: id, recognised, ...source }) => {
        assert.match(id, /^[0-9a-f]{16}$/);
        assert.deepEqual(
          recognised?.map(({ delimiter }) => delimiter),
          source.outcome === 'ingested' ? [','] : undefined,
        );
        return source;
      });
    assert.deepEqual(
      sources.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      [
        { ...none, path: 'raw/a.csv', outcome: 'ingested', rows: 20, committed: 20 },
        { ...none, path: 'raw/b.csv', outcome: 'ingested', rows: 21, committed: 10, duplicates: 10, quarantined: 1 },
        { ...none, path: 'raw/c.csv', outcome: 'rejected' },
      ],
    );
    assert.deepEqual(found.at(-1)?.operation, 'CREATE TABLE');
    assert.ok(found.every(({ from, engine, time }) => from === 'log' && engine === 'nexthink-audit-lake' && time));
  });

  it('goes on in the evidence where another engine cleaned up the log, and says where neither knows', async () => {
    const storage = await lake();
    const before = await entries(storage);
    const snapshot = await snapshotOf(storage);
    await writeCheckpoint(storage, snapshot, new Date());
    for (let version = 0; version < snapshot.version; version++) await storage.delete(commitPath(EVENTS, version));
    await storage.delete(storage.paths('evidence/audit_events/')[0] ?? '');
    const after = await entries(storage);
    assert.deepEqual(
      after.map(({ from }) => from),
      before.map(({ version }) => (version === snapshot.version ? 'log' : version === 0 ? null : 'evidence')),
    );
    const told = ({ from: _, ...entry }: HistoryEntry) => entry;
    assert.deepEqual(after.slice(0, -1).map(told), before.slice(0, -1).map(told));
  });

  it('takes what other engines write as it is', async () => {
    const storage = await lake();
    const { version } = await snapshotOf(storage);
    const infos = [
      { operation: 7, timestamp: 'yesterday', engineInfo: null, sources: 'many', change: [], bracket: 'open' },
      { timestamp: 1e300, sources: [null, 5, { path: {}, rows: '4' }] },
    ];
    storage.put(commitPath(EVENTS, version + 1), JSON.stringify({ commitInfo: infos[0] }));
    storage.put(commitPath(EVENTS, version + 2), JSON.stringify({ commitInfo: infos[1] }));
    storage.put(commitPath(EVENTS, version + 3), JSON.stringify({ unheardOf: {} }));
    const [bare, second, first] = await entries(storage);
    for (const entry of [bare, second, first]) {
      const { time, operation, engine, change, bracket } = entry!;
      assert.deepEqual([time, operation, engine, change, bracket], [null, null, null, null, null]);
    }
    assert.deepEqual(first?.sources, []);
    assert.deepEqual(
      second?.sources.map(({ path, rows }) => [path, rows]),
      [
        ['', 0],
        ['', 0],
        ['', 0],
      ],
    );
  });

  it('names a version that cannot be read', async () => {
    const storage = await lake();
    const snapshot = await snapshotOf(storage);
    storage.put(commitPath(EVENTS, 1), '{"add":');
    await assert.rejects(async () => {
      for await (const _ of history(storage, snapshot));
    }, CorruptLog);
  });

  it('is read no further than it is asked for', async () => {
    const storage = await lake();
    const { version, ...rest } = await snapshotOf(storage);
    for (let next = version + 1; next <= 200; next++) storage.put(commitPath(EVENTS, next), '{"unheardOf":{}}');
    const { storage: noted, calls } = watched(storage);
    let left = 20;
    for await (const entry of history(noted, { ...rest, version: 200 })) {
      assert.equal(entry.version, 180 + left);
      if (--left === 0) break;
    }
    assert.equal(calls.length, 32);
  });
});
