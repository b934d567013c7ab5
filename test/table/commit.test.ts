import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { readAll, type Storage, StorageFault } from '../../src/storage/index.ts';
import {
  type Action,
  type AddFile,
  type CommitOutcome,
  CorruptLog,
  commit,
  commitInfoOf,
  commitPath,
  createTable,
  openTable,
  type Snapshot,
  UnsupportedTable,
} from '../../src/table/index.ts';
import { EVENTS, fileNamed, foreignFirst, HOST, hiding, info, newTable, onLake, putLog, stateOf } from './lake.ts';

/** What an append is made of. */
function append(name: string, rest: Partial<AddFile> = {}): Action[] {
  return [info(`attempt of ${name}`), { add: fileNamed(name, rest) }];
}

function committed(outcome: CommitOutcome): Snapshot {
  assert.equal(outcome.outcome, 'committed');
  return outcome.snapshot;
}

describe('a commit', () => {
  it(
    'is the next version, byte for byte, and its snapshot is what opening gives',
    onLake(async (storage) => {
      const base = await newTable(storage);
      const outcome = await commit(storage, base, [
        info('attempt'),
        { txn: { appId: 'raw/ü.csv', version: 3904112374423551, lastUpdated: 7 } },
        { add: fileNamed('part-0') },
      ]);
      assert.equal(outcome.outcome === 'committed' && outcome.version, 1);
      assert.equal(
        new TextDecoder().decode(await readAll(storage, `${EVENTS.path}/_delta_log/00000000000000000001.json`)),
        String.raw`{"commitInfo":{"timestamp":1767225600000,"operation":"WRITE","txnId":"attempt"}}
{"txn":{"appId":"raw/\u00fc.csv","version":3904112374423551,"lastUpdated":7}}
{"add":{"path":"event_date=2026-01-02/part-0.snappy.parquet","partitionValues":{"event_date":"2026-01-02"},"size":10,"modificationTime":1767225600000,"dataChange":true}}
`,
      );
      assert.deepEqual(stateOf(await openTable(storage, EVENTS.path)), stateOf(outcome.snapshot));
      assert.deepEqual(outcome.snapshot.transactions.get('raw/ü.csv'), { version: 3904112374423551, lastUpdated: 7 });
    }),
  );

  it(
    'that comes second is told every winner up to the head',
    onLake(async (storage) => {
      const base = await newTable(storage);
      const one = committed(await commit(storage, base, append('one')));
      const two = committed(await commit(storage, one, append('two')));
      const late = await commit(storage, base, append('late'));
      assert.ok(late.outcome === 'conflict');
      assert.deepEqual(
        late.winners.map(({ version, actions }) => [version, commitInfoOf(actions)?.txnId]),
        [
          [1, 'attempt of one'],
          [2, 'attempt of two'],
        ],
      );
      assert.deepEqual(stateOf(late.snapshot), stateOf(two));
      assert.deepEqual([...committed(await commit(storage, late.snapshot, append('late'))).files.keys()].length, 3);
    }),
  );

  it(
    'is told of the winner even where the listing does not show it yet',
    onLake(async (storage) => {
      const base = await newTable(storage);
      const one = committed(await commit(storage, base, append('one')));
      const late = await commit(hiding(storage, commitPath(EVENTS.path, 1)), base, append('late'));
      assert.ok(late.outcome === 'conflict' && late.winners.length === 1);
      assert.deepEqual(stateOf(late.snapshot), stateOf(one));
    }),
  );

  it(
    'by each of many writers gets in exactly once, over their retries',
    onLake(async (storage) => {
      const base = await newTable(storage);
      const names = Array.from({ length: 10 }, (_, index) => `writer-${index}`);
      const versions = await Promise.all(
        names.map(async (name) => {
          for (let snapshot = base; ; ) {
            const result = await commit(storage, snapshot, append(name));
            if (result.outcome === 'committed') return result.version;
            snapshot = result.snapshot;
          }
        }),
      );
      assert.deepEqual(
        versions.sort((a, b) => a - b),
        names.map((_, index) => index + 1),
      );
      const head = await openTable(storage, EVENTS.path);
      assert.deepEqual(
        [...(head?.files.keys() ?? [])].sort(),
        names.map((name) => fileNamed(name).path),
      );
    }),
  );

  it(
    'stops when a winner asks for what we cannot do',
    onLake(async (storage) => {
      const base = await newTable(storage);
      await putLog(storage, 1, [foreignFirst({ minReaderVersion: 4, minWriterVersion: 7, writerFeatures: [] })[0]]);
      await assert.rejects(commit(storage, base, append('a')), UnsupportedTable);
      await putLog(storage, 1, [foreignFirst({ minWriterVersion: 8 })[0]]);
      const outcome = await commit(storage, base, append('a'));
      assert.equal(outcome.outcome, 'conflict');
      await assert.rejects(commit(storage, outcome.snapshot, append('a')), UnsupportedTable);
    }),
  );

  it(
    'stops at a winner that cannot be read',
    onLake(async (storage) => {
      const base = await newTable(storage);
      await putLog(storage, 1, ['{"add"']);
      await assert.rejects(commit(storage, base, append('a')), CorruptLog);
    }),
  );
});

describe('a lost answer', () => {
  for (const [loss, answer] of [
    ['an error', () => Promise.reject(new StorageFault('create', 'x', 'the connection broke'))],
    ['"exists", after a retry of its own', () => Promise.resolve('exists' as const)],
  ] as const) {
    it(
      `is recognised as our commit when the store says ${loss}`,
      onLake(async (storage) => {
        const base = await newTable(storage);
        const lossy = creating(storage, async (path, content) => {
          assert.equal(await storage.create(path, content), 'created');
          return answer();
        });
        const ours = committed(await commit(lossy, base, append('ours')));
        assert.deepEqual(stateOf(await openTable(storage, EVENTS.path)), stateOf(ours));
        assert.equal(ours.version, 1);
      }),
    );

    it(
      `is a conflict when the store says ${loss}, and the version is somebody else's`,
      onLake(async (storage) => {
        const base = await newTable(storage);
        const theirs = committed(await commit(storage, base, append('theirs')));
        const outcome = await commit(creating(storage, answer), base, append('ours'));
        assert.equal(outcome.outcome, 'conflict');
        assert.deepEqual(stateOf(outcome.snapshot), stateOf(theirs));
      }),
    );
  }

  it(
    'is no success when a commit of the same txnId holds other actions',
    onLake(async (storage) => {
      const base = await newTable(storage);
      committed(await commit(storage, base, [info('same'), { add: fileNamed('before') }]));
      const outcome = await commit(storage, base, [info('same'), { add: fileNamed('after') }]);
      assert.equal(outcome.outcome, 'conflict');
      assert.deepEqual([...outcome.snapshot.files.keys()], [fileNamed('before').path]);
    }),
  );

  it(
    'is an error, and the store’s own, when nothing was written',
    onLake(async (storage) => {
      const base = await newTable(storage);
      const failure = new StorageFault('create', 'x', 'the disk is full');
      const broken = creating(storage, () => Promise.reject(failure));
      await assert.rejects(commit(broken, base, append('a')), (error) => error === failure);
      assert.equal((await openTable(storage, EVENTS.path))?.version, 0);
      committed(await commit(storage, base, append('a')));
    }),
  );

  it(
    'does not keep a table from being made',
    onLake(async (storage) => {
      const lossy = creating(storage, async (path, content) => {
        await storage.create(path, content);
        throw new StorageFault('create', path, 'the connection broke');
      });
      const made = await createTable({ storage: lossy, host: { ...HOST, randomId: () => '0'.repeat(32) } }, EVENTS);
      assert.equal(made.metadata.id, '00000000-0000-4000-a000-000000000000');
      assert.ok((await storage.head(commitPath(EVENTS.path, 0))) !== null);
    }),
  );
});

/** The store with another `create`. */
function creating(
  storage: Storage,
  create: (path: string, content: Uint8Array) => Promise<'created' | 'exists'>,
): Storage {
  return Object.assign(Object.create(storage) as Storage, {
    create,
    list: storage.list.bind(storage),
    read: storage.read.bind(storage),
  });
}
