import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { recordedHashes } from '../../src/lake/recorded-hashes.ts';
import { type Compaction, type CompactOptions, compactTable } from '../../src/maintenance/compact.ts';
import { snappy } from '../../src/parquet/index.ts';
import { readAll, type Storage, StorageFault } from '../../src/storage/index.ts';
import { type Commit, commitInfoOf, commitPath, writeCheckpoint } from '../../src/table/index.ts';
import { readCommits } from '../../src/table/log.ts';
import { goodExports } from '../ingest/exports.ts';
import { queryWithDuckdb, type Row, readWithArrow } from '../parquet/readers.ts';
import {
  byOrigin,
  EVENTS,
  HOST,
  ingest,
  LANDED_AT,
  messages,
  minuteMessages,
  minutes,
  onLocalLake,
  outcomes,
  snapshotOf,
  tableRows,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { type Call, type Fate, faulty, watched } from '../support/store-faults.ts';
import { duckdb, hyparquetWriter, rewriteForeign } from './foreign-files.ts';

/** Three exports that overlap, each ingested on its own: two days of two small files each, 40 and 30 rows. */
async function lake(): Promise<MemoryStorage> {
  const storage = new MemoryStorage(4096);
  for (const [first, count] of [
    [1400, 20],
    [1415, 40],
    [1436, 34],
  ] as const) {
    storage.put(`raw/${first}.csv`, minutes(first, count), LANDED_AT);
    await ingest(storage);
  }
  return storage;
}

async function compact(storage: Storage, options: Partial<CompactOptions> = {}): Promise<Compaction> {
  return compactTable({ storage, host: HOST }, await snapshotOf(storage), { codec: snappy, dryRun: false, ...options });
}

/** Every row as arrow-rs reads it from the live files. */
async function rowsOf(storage: MemoryStorage): Promise<Row[]> {
  const paths = [...(await snapshotOf(storage)).files.keys()];
  return paths.flatMap((path) => readWithArrow(storage.content(`${EVENTS}/${path}`))).sort(byOrigin);
}

function liveFiles(storage: Storage): Promise<string[]> {
  return snapshotOf(storage).then(({ files }) => [...files.keys()].sort());
}

/** Data files in the folder, whether the table names them or not. */
function storedFiles(storage: MemoryStorage): string[] {
  return storage.paths(`${EVENTS}/event_date=`);
}

async function lastCommit(storage: Storage): Promise<Commit> {
  const { version } = await snapshotOf(storage);
  return (await readCommits(storage, EVENTS, version))[0]!;
}

/** A store that does something of its own right before the first commit of others that it passes on. */
function interrupted(storage: MemoryStorage, before: () => Promise<unknown>): Storage {
  let done = false;
  return faulty(storage, async ({ operation, path }): Promise<Fate> => {
    if (!done && operation === 'create' && path.startsWith(`${EVENTS}/_delta_log/`)) {
      done = true;
      await before();
    }
    return 'passes';
  });
}

async function putCommit(storage: MemoryStorage, actions: readonly object[]): Promise<void> {
  const { version } = await snapshotOf(storage);
  const lines = [{ commitInfo: { operation: 'OTHER', engineInfo: 'another' } }, ...actions];
  storage.put(commitPath(EVENTS, version + 1), lines.map((line) => JSON.stringify(line)).join('\n'));
}

describe('compaction', () => {
  it('leaves one file a day, and every row as it was', async () => {
    const storage = await lake();
    const before = await rowsOf(storage);
    const { days, outcome, refused, daysLeft } = await compact(storage);
    assert.deepEqual([outcome, refused, daysLeft], ['compacted', [], 0]);
    assert.deepEqual(
      days.map(({ eventDate, filesBefore, filesAfter, rows }) => [eventDate, filesBefore, filesAfter, rows]),
      [
        ['2026-03-01', 2, 1, 40],
        ['2026-03-02', 2, 1, 30],
      ],
    );
    assert.equal((await liveFiles(storage)).length, 2);
    assert.deepEqual(await rowsOf(storage), before);
  });

  it('says in its commit what it did, and changes no data', async () => {
    const storage = await lake();
    const before = await liveFiles(storage);
    const { days } = await compact(storage);
    const { actions } = await lastCommit(storage);
    const info = commitInfoOf(actions);
    const adds = actions.flatMap((action) => ('add' in action ? [action.add] : []));
    const removes = actions.flatMap((action) => ('remove' in action ? [action.remove] : []));
    assert.equal(actions.length, 1 + adds.length + removes.length);
    assert.deepEqual(removes.map(({ path }) => path).sort(), before);
    assert.ok([...adds, ...removes].every(({ dataChange }) => dataChange === false));
    assert.deepEqual([info?.operation, info?.isBlindAppend], ['OPTIMIZE', false]);
    const sum = (pick: (day: (typeof days)[number]) => number | null) =>
      days.reduce((total, day) => total + (pick(day) ?? Number.NaN), 0);
    assert.deepEqual(info?.['change'], {
      kind: 'compact',
      before: new Date().toISOString().slice(0, 10),
      days: 2,
      rows: 70,
      files_before: 4,
      files_after: 2,
      bytes_before: sum(({ bytesBefore }) => bytesBefore),
      bytes_after: sum(({ bytesAfter }) => bytesAfter),
    });
    const files = info?.['files'] as unknown as { path: string; rows: number; sha256: string }[];
    assert.deepEqual(
      files.map(({ path }) => path),
      adds.map(({ path }) => path),
    );
    for (const { path, rows, sha256 } of files) {
      const content = storage.content(`${EVENTS}/${path}`);
      assert.equal(createHash('sha256').update(content).digest('hex'), sha256);
      assert.equal(readWithArrow(content).length, rows);
    }
    assert.ok(
      storage
        .paths('evidence/audit_events/')
        .at(-1)
        ?.includes(String((await snapshotOf(storage)).version)),
    );
  });

  it('finds nothing to do the second time', async () => {
    const storage = await lake();
    await compact(storage);
    const stored = storage.paths();
    assert.equal((await compact(storage)).outcome, 'nothing to do');
    assert.deepEqual(storage.paths(), stored);
  });

  it(
    'is read by DuckDB as before',
    onLocalLake(async (storage, root) => {
      for (const [index, first] of [0, 10, 1430].entries()) {
        await storage.create(`raw/${index}.csv`, Buffer.from(minutes(first, 40)));
        await ingest(storage);
      }
      const read = async (): Promise<Row[]> => {
        const files = (await liveFiles(storage)).map((path) => `'${root}/${EVENTS}/${path}'`).join();
        return queryWithDuckdb('', () => `SELECT * FROM read_parquet([${files}]) ORDER BY event_uid`);
      };
      const before = await read();
      assert.equal(before.length, 90);
      assert.equal((await compact(storage)).outcome, 'compacted');
      assert.deepEqual(await read(), before);
    }),
  );

  it('keeps every row of any exports, in however many runs they came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(goodExports(12), { minLength: 2, maxLength: 4 }), async (exports) => {
        const storage = new MemoryStorage();
        for (const [index, { stored, extension }] of exports.entries()) {
          storage.put(`raw/${index}${extension}`, stored, LANDED_AT);
          await ingest(storage);
        }
        const before = await rowsOf(storage);
        await compact(storage);
        assert.deepEqual(await rowsOf(storage), before);
        const days = [...(await snapshotOf(storage)).files.values()].map(({ partitionValues }) => partitionValues);
        assert.equal(new Set(days.map((values) => values['event_date'])).size, days.length);
      }),
      { numRuns: 12 },
    );
  });

  it('keeps values outside the closed lists, as another catalogue or engine writes them', async () => {
    const storage = await lake();
    const values = { family: () => 'of tomorrow', severity: () => '\ufeffhigh', source_file: () => 'raw/x' };
    await rewriteForeign(storage, await snapshotOf(storage), hyparquetWriter({ values }));
    const before = await rowsOf(storage);
    assert.equal(before[0]?.['family'], 'of tomorrow');
    assert.equal((await compact(storage)).outcome, 'compacted');
    assert.deepEqual(await rowsOf(storage), before);
  });

  it('takes in files of another engine under the path that its log spells', async () => {
    const storage = await lake();
    await rewriteForeign(storage, await snapshotOf(storage), duckdb('CODEC zstd'), (path) => encodeURI(path));
    const spelled = [...(await snapshotOf(storage)).files.values()].map(({ rawPath }) => rawPath);
    assert.ok(spelled.every((path) => path?.includes('%20')));
    const before = await messages(storage);
    await compact(storage);
    assert.deepEqual(await messages(storage), before);
    const text = storage.content(commitPath(EVENTS, (await snapshotOf(storage)).version)).toString();
    for (const path of spelled) assert.ok(text.includes(`"path":"${path}"`));
  });

  it('leaves a file that it could not carry over without loss, and says so', async () => {
    const storage = await lake();
    const snapshot = await snapshotOf(storage);
    const more = { elements: { note: { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const } };
    const [first] = snapshot.files.values();
    await rewriteForeign(storage, { ...snapshot, files: new Map([['', first!]]) }, hyparquetWriter(more));
    const { refused, days, outcome } = await compact(storage);
    assert.equal(outcome, 'compacted');
    assert.deepEqual(
      refused.map(({ path }) => path),
      [`event_date=2026-03-01/theirs ${snapshot.version}-0.parquet`],
    );
    assert.match(refused[0]?.message ?? '', /column "note" is none of ours/);
    assert.deepEqual(
      days.map(({ eventDate }) => eventDate),
      ['2026-03-02'],
    );
    assert.deepEqual(await messages(storage), minuteMessages(1400, 70));
  });
});

describe('a data file that was altered after it was committed', () => {
  it('is never taken over: it stays, and is named', async () => {
    const storage = await lake();
    const [first, ...others] = (await snapshotOf(storage)).files.keys();
    const path = `${EVENTS}/${first}`;
    const content = storage.content(path);
    const at = content.indexOf('Created dashboard');
    assert.ok(at > 0);
    storage.put(path, Buffer.concat([content.subarray(0, at), Buffer.from('D'), content.subarray(at + 1)]));
    const { refused, outcome } = await compact(storage);
    assert.deepEqual([outcome, refused.map((file) => file.path)], ['compacted', [first]]);
    assert.match(refused[0]?.message ?? '', /its content is not what its commit recorded \(SHA-256\)/);
    const live = await liveFiles(storage);
    assert.ok(live.includes(first ?? ''));
    assert.equal(live.length, others.length);
  });

  it('is found out where another engine cleaned up the log, by the evidence', async () => {
    const storage = await lake();
    const snapshot = await snapshotOf(storage);
    await writeCheckpoint(storage, snapshot, new Date());
    for (let version = 0; version < snapshot.version; version++) await storage.delete(commitPath(EVENTS, version));
    const hashes = await recordedHashes(storage, snapshot, snapshot.files.keys());
    for (const path of snapshot.files.keys()) {
      const content = storage.content(`${EVENTS}/${path}`);
      assert.equal(hashes.get(path), createHash('sha256').update(content).digest('hex'));
    }
  });
});

describe('the days that are compacted', () => {
  it('are over: neither today nor later ones', async () => {
    const today = new Date(Date.now()).toISOString().slice(0, 10);
    const storage = new MemoryStorage();
    for (const minute of ['00', '01']) {
      const csv = `time,code,message\n${today}T00:${minute}:00Z,92042,"x"\n2026-03-01T00:${minute}:00Z,92042,"x"\n`;
      storage.put(`raw/${minute}.csv`, csv, new Date());
      await ingest(storage);
    }
    const later = await compact(storage, { before: '9999-01-01' });
    assert.deepEqual(
      later.days.map(({ eventDate }) => eventDate),
      ['2026-03-01'],
    );
  });

  it('end where they are told to', async () => {
    const storage = await lake();
    const { days } = await compact(storage, { before: '2026-03-02' });
    assert.deepEqual(
      days.map(({ eventDate }) => eventDate),
      ['2026-03-01'],
    );
  });

  it('end when time is up, and the next run goes on', async () => {
    const storage = await lake();
    let now = 0;
    const host = { ...HOST, now: () => Date.now() + now };
    const snapshot = await snapshotOf(storage);
    const options = { codec: snappy, dryRun: false, deadline: Date.now() + 3_600_000 };
    const observer = { onDay: () => (now = 7_200_000) };
    const first = await compactTable({ storage, host }, snapshot, { ...options, observer });
    assert.deepEqual([first.outcome, first.days.length, first.daysLeft], ['compacted', 1, 1]);
    const late = await compactTable({ storage, host }, first.snapshot, options);
    assert.deepEqual([late.outcome, late.daysLeft], ['nothing to do', 1]);
    assert.equal((await compact(storage)).days.length, 1);
    assert.equal((await liveFiles(storage)).length, 2);
  });

  it('are only named in a dry run', async () => {
    const storage = await lake();
    const { storage: noted, calls } = watched(storage);
    const { days, outcome } = await compact(noted, { dryRun: true });
    assert.equal(outcome, 'dry run');
    assert.deepEqual(
      days.map(({ eventDate, rows, filesBefore, filesAfter }) => [eventDate, rows, filesBefore, filesAfter]),
      [
        ['2026-03-01', 40, 2, 1],
        ['2026-03-02', 30, 2, 1],
      ],
    );
    assert.ok(calls.every(({ operation }) => ['list', 'head', 'read'].includes(operation)));
  });
});

describe('an ingestion after a compaction', () => {
  it('knows the events again', async () => {
    const storage = await lake();
    await compact(storage);
    storage.put('raw/again.csv', minutes(1410, 80), LANDED_AT);
    assert.deepEqual(outcomes(await ingest(storage, {}, ['raw/again.csv'])), ['again.csv: ingested 20/60/0']);
    assert.deepEqual(await messages(storage), minuteMessages(1400, 90));
    assert.equal((await compact(storage)).outcome, 'compacted');
    assert.deepEqual(await messages(storage), minuteMessages(1400, 90));
  });
});

describe('a compaction that meets another writer', () => {
  it('goes on where events were appended meanwhile', async () => {
    const storage = await lake();
    storage.put('raw/meanwhile.csv', minutes(1390, 30), LANDED_AT);
    const { outcome } = await compact(interrupted(storage, () => ingest(storage)));
    assert.equal(outcome, 'compacted');
    assert.deepEqual(await messages(storage), minuteMessages(1390, 80));
    assert.equal((await liveFiles(storage)).length, 3);
  });

  it('gives way to another compaction, and leaves none of its files', async () => {
    const storage = await lake();
    const { outcome, explanation, snapshot } = await compact(interrupted(storage, () => compact(storage)));
    assert.equal(outcome, 'overtaken');
    assert.match(explanation ?? '', /version \d+ removed event_date=.* run it again/);
    assert.equal(snapshot.version, (await snapshotOf(storage)).version);
    assert.deepEqual(await messages(storage), minuteMessages(1400, 70));
    assert.equal(storedFiles(storage).length, 4 + 2);
  });

  it('and of many at once one wins', async () => {
    const storage = await lake();
    const results = await Promise.all([1, 2, 3].map(() => compact(storage)));
    assert.deepEqual(results.map(({ outcome }) => outcome).sort(), ['compacted', 'overtaken', 'overtaken']);
    assert.deepEqual(await messages(storage), minuteMessages(1400, 70));
  });

  it('gives way where one of its files was removed', async () => {
    const storage = await lake();
    const [path, file] = [...(await snapshotOf(storage)).files][0]!;
    const { partitionValues, size } = file;
    const remove = { path, dataChange: true, deletionTimestamp: 1, extendedFileMetadata: true, partitionValues, size };
    const { outcome } = await compact(interrupted(storage, () => putCommit(storage, [{ remove }])));
    assert.equal(outcome, 'overtaken');
    assert.equal((await liveFiles(storage)).includes(path), false);
    assert.equal((await liveFiles(storage)).length, 3);
  });

  it('gives way where the schema or the protocol changed, and goes on where only properties did', async () => {
    const changed = async (alter: (storage: MemoryStorage) => Promise<object>): Promise<Compaction['outcome']> => {
      const storage = await lake();
      const { outcome } = await compact(interrupted(storage, async () => putCommit(storage, [await alter(storage)])));
      assert.deepEqual(await messages(storage), minuteMessages(1400, 70));
      return outcome;
    };
    const metadata = async (storage: MemoryStorage) => (await snapshotOf(storage)).metadata;
    assert.equal(
      await changed(async (storage) => {
        const { schemaString, ...rest } = await metadata(storage);
        const schema = JSON.parse(schemaString) as { fields: object[] };
        const fields = [...schema.fields, { name: 'note', type: 'string', nullable: true, metadata: {} }];
        return { metaData: { ...rest, schemaString: JSON.stringify({ ...schema, fields }) } };
      }),
      'overtaken',
    );
    assert.equal(await changed(async () => ({ protocol: { minReaderVersion: 1, minWriterVersion: 1 } })), 'overtaken');
    assert.equal(
      await changed(async (storage) => {
        const { configuration, ...rest } = await metadata(storage);
        return { metaData: { ...rest, configuration: { ...configuration, 'delta.appendOnly': 'false' } } };
      }),
      'compacted',
    );
  });
});

describe('a compaction that ends at any of its steps', () => {
  const run = async (fateOf: (call: Call) => Fate): Promise<{ storage: MemoryStorage; error: unknown }> => {
    const storage = start.copy();
    const error = await compact(faulty(storage, fateOf)).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    return { storage, error };
  };
  /** The table is as it was or compacted, and a rerun compacts it; what is left over are files that nobody names. */
  const check = async (storage: MemoryStorage): Promise<void> => {
    assert.deepEqual(await messages(storage), minuteMessages(1400, 70));
    assert.ok([2, 4].includes((await liveFiles(storage)).length));
    await compact(storage);
    assert.deepEqual(await messages(storage), minuteMessages(1400, 70));
    assert.equal((await liveFiles(storage)).length, 2);
    storage.put('raw/again.csv', minutes(1400, 70), LANDED_AT);
    assert.deepEqual(outcomes(await ingest(storage, {}, ['raw/again.csv'])), ['again.csv: ingested 0/70/0']);
  };
  let start = new MemoryStorage();

  it('leaves a whole table, and the next run completes it', async () => {
    start = await lake();
    const { storage, calls } = watched(start.copy());
    await compact(storage);
    assert.ok(calls.length > 15);
    for (let last = 0; last < calls.length; last++) {
      const { storage: left, error } = await run(({ number }) => (number > last ? 'fails' : 'passes'));
      // Evidence and checkpoint may be missing behind a commit.
      assert.ok(error === null || error instanceof StorageFault, String(error));
      await check(left);
    }
  });

  it('and so does one whose step was done and its answer lost', async () => {
    start = await lake();
    const { storage, calls } = watched(start.copy());
    await compact(storage);
    for (const { number, operation } of calls) {
      if (operation !== 'create') continue;
      const { storage: left } = await run((call) => (call.number === number ? 'answer lost' : 'passes'));
      await check(left);
    }
  });
});

describe('a table written by the first version', () => {
  it(
    'is compacted like any other, and knows its events again',
    onLocalLake(async (storage, root) => {
      await cp(new URL('../fixtures/tables/first-version', import.meta.url), root, { recursive: true });
      const before = await tableRows(storage);
      const { outcome, days } = await compact(storage);
      assert.equal(outcome, 'compacted');
      assert.deepEqual(
        days.map(({ filesBefore, filesAfter }) => [filesBefore, filesAfter]),
        [[2, 1]],
      );
      assert.deepEqual(await tableRows(storage), before);
      const again = Buffer.concat([await readAll(storage, 'raw/day-1.csv'), Buffer.from('\n')]);
      await storage.create('raw/again.csv', again);
      const [report] = (await ingest(storage, {}, ['raw/again.csv'])).reports;
      assert.equal(report?.committed, 0);
      assert.ok((report?.duplicates ?? 0) > 0);
    }),
  );
});
