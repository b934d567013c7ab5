import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Storage } from '../../src/storage/index.ts';
import { encodeCheckpoint } from '../../src/table/checkpoint-encoder.ts';
import { writtenFields } from '../../src/table/checkpoint-schema.ts';
import {
  type Action,
  type AddFile,
  CorruptLog,
  commitPath,
  openTable,
  type RemoveFile,
  refresh,
  type Snapshot,
  UnsupportedTable,
} from '../../src/table/index.ts';
import { checkpointPath, readCommit } from '../../src/table/log.ts';
import { replay, stateAfter } from '../../src/table/snapshot.ts';
import { EVENTS, fileNamed, foreignFirst, hiding, newTable, onLake, putLog, recording, removalOf } from './lake.ts';

const ADD = { add: fileNamed('a') };

describe('a snapshot', () => {
  it(
    'of a folder without a log is none',
    onLake(async (storage) => {
      assert.equal(await openTable(storage, EVENTS.path), null);
      await storage.create(`${EVENTS.path}/event_date=2026-01-02/part-0.parquet`, new Uint8Array(3));
      await storage.create(`${EVENTS.path}/_delta_log/.tmp`, new Uint8Array(3));
      assert.equal(await openTable(storage, EVENTS.path), null);
    }),
  );

  it(
    'of mapped columns is refused as such, whatever its partition values are called',
    onLake(async (storage) => {
      const configuration = { 'delta.columnMapping.mode': 'name' };
      const add = { ...fileNamed('a'), partitionValues: { 'col-1': '2026-01-02' } };
      await putLog(storage, 0, [...foreignFirst({}, { configuration }), { add }]);
      await assert.rejects(openTable(storage, EVENTS.path), UnsupportedTable);
    }),
  );

  it(
    'leaves out what else lies in the log folder',
    onLake(async (storage) => {
      await newTable(storage);
      for (const name of [
        '_last_checkpoint',
        '00000000000000000000.crc',
        '00000000000000000009.checkpoint.0000000001.0000000002.parquet',
        '00000000000000000009.checkpoint.parquet.tmp',
        '00000000000000000000.00000000000000000007.compacted.json',
        '00000000000000000008.json.tmp',
        '_staged_commits/00000000000000000001.x.json',
        '_sidecars/00000000000000000001.json',
        '9.json',
      ]) {
        await storage.create(`${EVENTS.path}/_delta_log/${name}`, new TextEncoder().encode('not a commit'));
      }
      assert.equal((await openTable(storage, EVENTS.path))?.version, 0);
    }),
  );

  it(
    'is the newest state, over more commits than are read at once',
    onLake(async (storage) => {
      await putLog(storage, 0, foreignFirst({}));
      for (let version = 1; version <= 40; version += 1) {
        await putLog(storage, version, [
          { txn: { appId: `source ${version % 3}`, version, lastUpdated: version } },
          { add: fileNamed(`part-${version}`) },
        ]);
      }
      const snapshot = await openTable(storage, EVENTS.path);
      assert.equal(snapshot?.version, 40);
      assert.equal(snapshot.files.size, 40);
      assert.deepEqual(Object.fromEntries(snapshot.transactions), {
        'source 0': { version: 39, lastUpdated: 39 },
        'source 1': { version: 40, lastUpdated: 40 },
        'source 2': { version: 38, lastUpdated: 38 },
      });
    }),
  );

  it(
    'is refreshed by reading newer commits only, and stays itself',
    onLake(async (storage) => {
      const before = await newTable(storage);
      await putLog(storage, 1, [ADD]);
      await putLog(storage, 2, [{ txn: { appId: 'a', version: 1 } }]);
      const read: string[] = [];
      const after = await refresh(recording(storage, read), before);
      assert.deepEqual(read.sort(), [commitPath(EVENTS.path, 1), commitPath(EVENTS.path, 2), 'list']);
      assert.deepEqual([after.version, after.files.size, after.transactions.size], [2, 1, 1]);
      assert.deepEqual([before.version, before.files.size, before.transactions.size], [0, 0, 0]);
      assert.equal(await refresh(storage, after), after);
    }),
  );

  it(
    'does not take a commit that the listing missed for a gap',
    onLake(async (storage) => {
      await newTable(storage);
      await putLog(storage, 1, [ADD]);
      await putLog(storage, 2, [{ txn: { appId: 'a', version: 1 } }]);
      const snapshot = await openTable(hiding(storage, commitPath(EVENTS.path, 1)), EVENTS.path);
      assert.deepEqual([snapshot?.version, snapshot?.files.size], [2, 1]);
    }),
  );
});

describe('a log that cannot be relied on', () => {
  const rejected = async (storage: Storage, expected: RegExp): Promise<void> => {
    await assert.rejects(openTable(storage, EVENTS.path), (error) => {
      return error instanceof CorruptLog && error.table === EVENTS.path && expected.test(error.message);
    });
  };

  it(
    'has a gap',
    onLake(async (storage) => {
      await newTable(storage);
      await putLog(storage, 2, [ADD]);
      await rejected(storage, /gap: curated\/events\/_delta_log\/0{19}1\.json is missing, version 2 is there/);
    }),
  );

  it(
    'has a version from beyond all numbers',
    onLake(async (storage) => {
      await newTable(storage);
      await storage.create(`${EVENTS.path}/_delta_log/${'9'.repeat(20)}.json`, new Uint8Array(0));
      await rejected(storage, /9{20}\.json names a version that no log reaches/);
    }),
  );

  it(
    'does not begin at version 0',
    onLake(async (storage) => {
      await putLog(storage, 5, [ADD]);
      await rejected(storage, /the log does not begin at version 0/);
    }),
  );

  it(
    'has a line that cannot be read',
    onLake(async (storage) => {
      await newTable(storage);
      await putLog(storage, 1, [ADD, '{"add":']);
      await rejected(storage, /_delta_log\/0{19}1\.json, line 2 cannot be read/);
    }),
  );

  it(
    'holds commits that do not fit the table',
    onLake(async (storage) => {
      const spelled = { ...fileNamed('a~'), path: fileNamed('a~').path.replace('~', '%7E') };
      const vector = { storageType: 'u', pathOrInlineDv: 'ab^-aqEH.-t@S}K{vb[*k^', offset: 4 };
      for (const [actions, expected] of [
        [[{ protocol: { minReaderVersion: 3, minWriterVersion: 7 } }], /version 2: protocol: expected readerFeatures/],
        [
          [{ add: { ...fileNamed('b'), deletionVector: vector } }],
          /version 2: .* has a deletion vector, and .* not list/,
        ],
        [[{ remove: { path: 'b', dataChange: true, deletionVector: vector } }], /version 2: b has a deletion vector/],
        [[{ remove: { path: spelled.path, dataChange: true } }], /version 2: expected .*a~.* found .*a%7E.* two files/],
        [[{ add: spelled }], /version 2: expected .*a~.* found .*a%7E/],
        [[{ add: { ...fileNamed('b'), partitionValues: {} } }], /of \[event_date\], found \[\]/],
        [[{ add: { ...fileNamed('b'), partitionValues: { event_date: '', code: '1' } } }], /found \[event_date,code\]/],
      ] as const) {
        await storage.delete(commitPath(EVENTS.path, 2));
        await newTable(storage);
        await putLog(storage, 1, [{ add: fileNamed('a~') }]);
        await putLog(storage, 2, actions);
        await rejected(storage, expected);
      }
    }),
  );

  it(
    'begins without protocol or metaData',
    onLake(async (storage) => {
      const [protocol, metadata] = foreignFirst({});
      await putLog(storage, 0, [protocol]);
      await rejected(storage, /version 0 has no metaData action/);
      await putLog(storage, 0, [metadata]);
      await rejected(storage, /version 0 has no protocol action/);
    }),
  );
});

describe('a table that a later commit made readable again', () => {
  const protocol = (...features: string[]) => ({
    protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: features, writerFeatures: features },
  });
  const vector = { storageType: 'u', pathOrInlineDv: 'ab^-aqEH.-t@S}K{vb[*k^', offset: 4 };
  const [, metaData] = foreignFirst({});

  it(
    'is opened, also from the checkpoint before',
    onLake(async (storage) => {
      await putLog(storage, 0, [protocol('someFutureFeature'), metaData]);
      await assert.rejects(openTable(storage, EVENTS.path), UnsupportedTable);
      const before = stateAfter(EVENTS.path, null, [await readCommit(storage, EVENTS.path, 0)]);
      const bytes = encodeCheckpoint(writtenFields(before.protocol), [
        [{ protocol: before.protocol }, { metaData: before.metadata }],
      ]);
      await storage.create(checkpointPath(EVENTS.path, 0), bytes);
      await putLog(storage, 1, [protocol('checkpointProtection')]);
      assert.equal((await openTable(storage, EVENTS.path))?.version, 1);
      await storage.delete(commitPath(EVENTS.path, 0));
      assert.equal((await openTable(storage, EVENTS.path))?.version, 1);
    }),
  );

  it(
    'is opened once its files have no deletion vectors any more',
    onLake(async (storage) => {
      const file = fileNamed('a');
      await putLog(storage, 0, [protocol('deletionVectors'), metaData, { add: file }]);
      const opened = await openTable(storage, EVENTS.path);
      assert.equal(opened?.files.size, 1);
      const marked = { add: { ...file, deletionVector: vector } };
      await putLog(storage, 1, [removalOf(file, true), marked]);
      const refused = (error: unknown) =>
        error instanceof UnsupportedTable &&
        error.feature === 'deletionVectors' &&
        /APPLY \(PURGE\)/.test(error.message);
      await assert.rejects(openTable(storage, EVENTS.path), refused);
      await assert.rejects(refresh(storage, opened), refused);
      await putLog(storage, 2, [
        { remove: { path: file.path, dataChange: false, deletionVector: vector } },
        { add: fileNamed('b', { dataChange: false }) },
      ]);
      const purged = await refresh(storage, opened);
      assert.deepEqual([...purged.files.keys()], [fileNamed('b').path]);
      assert.deepEqual([...((await openTable(storage, EVENTS.path))?.files.keys() ?? [])], [fileNamed('b').path]);
    }),
  );
});

describe('replay', () => {
  it('agrees with a naive reading of the log, newest first, wherever it is split', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const action: fc.Arbitrary<Action> = fc.oneof(
      fc.tuple(name, fc.nat(99)).map(([path, size]) => ({ add: fileNamed(path, { size }) })),
      name.map((path) => removalOf(fileNamed(path), true)),
      fc.tuple(name, fc.nat(9)).map(([appId, version]) => ({ txn: { appId, version, lastUpdated: version } })),
      name.map((value) => ({ metaData: metadataNamed(value) })),
      fc.constant({ commitInfo: { operation: 'WRITE' } }),
    );
    const rest = fc.array(fc.uniqueArray(action, { selector: key, maxLength: 5 }), { maxLength: 12 });
    fc.assert(
      fc.property(rest, fc.nat(12), (later, split) => {
        const first: Action[] = [
          { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
          { metaData: metadataNamed('x') },
        ];
        const commits = [first, ...later].map((actions, version) => ({ version, actions }));
        const whole = replay('t', null, commits);
        const base = replay('t', null, commits.slice(0, split + 1));
        const frozen = contents(base);
        assert.deepEqual(contents(replay('t', base, commits.slice(split + 1))), contents(whole));
        assert.deepEqual(contents(base), frozen, 'the base changed');
        assert.deepEqual(contents(whole), naive(commits.map(({ actions }) => actions)));
      }),
    );
  });
});

function metadataNamed(name: string) {
  return {
    id: 'x',
    name,
    format: { provider: 'parquet', options: {} },
    schemaString: '{"type":"struct","fields":[]}',
    partitionColumns: ['event_date'],
    configuration: {},
  };
}

function key(action: Action): string {
  if ('add' in action) return action.add.path;
  if ('remove' in action) return action.remove.path;
  if ('txn' in action) return `txn ${action.txn.appId}`;
  return Object.keys(action).join();
}

/** Comparable contents of a snapshot. */
function contents({ version, metadata, files, transactions, tombstones }: Snapshot): unknown {
  const sources = [...transactions].map(([appId, progress]) => ({ appId, ...progress }));
  return {
    version,
    name: metadata.name,
    files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    removed: [...tombstones.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    sources: sources.sort((a, b) => (a.appId < b.appId ? -1 : 1)),
  };
}

/** The second opinion: of each key, the last line in the log that has it. */
function naive(commits: readonly (readonly Action[])[]): unknown {
  const lines = commits.flat().reverse();
  const newest = lines.filter((action, index) => lines.findIndex((other) => key(other) === key(action)) === index);
  const files = newest.flatMap((action): AddFile[] => ('add' in action ? [action.add] : []));
  const removed = newest.flatMap((action): RemoveFile[] => ('remove' in action ? [action.remove] : []));
  const sources = newest.flatMap((action) => ('txn' in action ? [action.txn] : []));
  const name = newest.flatMap((action) => ('metaData' in action ? [action.metaData.name] : []))[0];
  return {
    version: commits.length - 1,
    name,
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
    removed: removed.sort((a, b) => (a.path < b.path ? -1 : 1)),
    sources: sources.sort((a, b) => (a.appId < b.appId ? -1 : 1)),
  };
}
