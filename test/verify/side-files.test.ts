import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, it } from 'vitest';
import { encodeCheckpoint } from '../../src/table/checkpoint-encoder.ts';
import { decodeCheckpoint } from '../../src/table/checkpoint-reader.ts';
import { writtenFields } from '../../src/table/checkpoint-schema.ts';
import { type Action, openTable, parseActions, type Snapshot, writeCheckpoint } from '../../src/table/index.ts';
import { checkpointPath } from '../../src/table/log.ts';
import { nameJudge } from '../../src/verify/zone-names.ts';
import { EVENTS, ingest, minutes } from '../support/lake.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { lake, log, notes, problems, verify } from './lake.ts';

const FOLDER = `${EVENTS}/_delta_log`;
const HINT = `${FOLDER}/_last_checkpoint`;
const padded = (version: number) => String(version).padStart(20, '0');

/** Seven versions, with checkpoints of versions 4 and 6, the newer one an hour younger. */
let whole: MemoryStorage;
let snapshot: Snapshot;

beforeAll(async () => {
  whole = await lake();
  for (const [version, hour] of [
    [5, 1],
    [6, 2],
  ] as const) {
    if (version === 6) {
      whole.put('raw/later.csv', minutes(9000, 3));
      await ingest(whole);
    }
    const opened = await openTable(whole, EVENTS);
    assert.ok(opened?.version === version);
    snapshot = opened;
    await writeCheckpoint(whole, opened, new Date());
    for (const path of [checkpointPath(EVENTS, version), HINT]) {
      whole.put(path, whole.content(path), new Date(Date.UTC(2026, 5, 2, hour)));
    }
  }
});

/** What verification finds in the lake with more or other files. */
async function found(files: Readonly<Record<string, string | Uint8Array>>, time?: Date): Promise<string[]> {
  const storage = whole.copy();
  for (const [path, content] of Object.entries(files)) storage.put(path, content, time);
  return problems(await verify(storage));
}

const state = () => decodeCheckpoint(whole.content(checkpointPath(EVENTS, 6))).actions;
const encoded = (actions: readonly Action[]) => encodeCheckpoint(writtenFields(snapshot.protocol), [actions]);
const withoutOneAdd = (actions: readonly Action[]) => {
  const last = actions.findLastIndex((action) => 'add' in action);
  return actions.filter((_, index) => index !== last);
};

describe('verifying _last_checkpoint', () => {
  const hint = (fields: object) => ({ [HINT]: JSON.stringify(fields) });

  it('finds nothing in what this program writes', async () => {
    assert.deepEqual(await found({}), []);
  });

  for (const [name, fields] of [
    ['a checkpoint that is not there', { version: 4, size: 10 }],
    ['a version beyond the log', { version: 99, size: 10 }],
    ['an older checkpoint than the one that was there', { version: 5 }],
    ['parts that are not there', { version: 6, parts: 2 }],
    ['another number of actions', { version: 6, size: 3 }],
    ['another schema of the checkpoint', { version: 6, checkpointSchema: { type: 'struct', fields: [] } }],
    ['actions of its own', { version: 6, v2Checkpoint: { path: 'x', nonFileActions: [] } }],
    ['no version', { size: 10 }],
    ['a false checksum', { version: 6, checksum: 'd41d8cd98f00b204e9800998ecf8427e' }],
  ] as const) {
    it(`finds one that names ${name}`, async () => {
      assert.deepEqual(
        (await found(hint(fields), new Date('2026-07-01'))).filter((problem) => problem.startsWith('hint')),
        [`hint_differs ${HINT}`],
      );
    });
  }

  it('notes one that a run left behind, since it is older than the checkpoint that it does not name', async () => {
    const storage = whole.copy();
    storage.put(HINT, '{"version":5}', new Date(Date.UTC(2026, 5, 2, 1)));
    const result = await verify(storage);
    assert.deepEqual(problems(result), []);
    assert.deepEqual(
      notes(result).filter((note) => note.startsWith('hint')),
      [`hint_behind ${HINT}`],
    );
  });
});

describe('verifying version checksums', () => {
  const path = `${FOLDER}/${padded(6)}.crc`;
  const adds = () => [...snapshot.files.values()];
  const content = () => ({
    tableSizeBytes: adds().reduce((sum, { size }) => sum + size, 0),
    numFiles: snapshot.files.size,
    numMetadata: 1,
    numProtocol: 1,
    metadata: snapshot.metadata,
    protocol: snapshot.protocol,
    allFiles: adds(),
    setTransactions: [...snapshot.transactions].map(([appId, each]) => ({ appId, ...each })),
    fileSizeHistogram: { sortedBinBoundaries: [] },
  });

  it('finds nothing in one that holds the state of its version', async () => {
    assert.deepEqual(await found({ [path]: JSON.stringify(content()) }), []);
    assert.deepEqual(await found({ [path]: '{"numFiles":null}' }), []);
  });

  for (const [name, change] of [
    ['another number of files', () => ({ numFiles: 1 })],
    ['another size', () => ({ tableSizeBytes: 1 })],
    ['another schema', () => ({ metadata: { ...snapshot.metadata, schemaString: '{"type":"struct","fields":[]}' } })],
    ['another protocol', () => ({ protocol: { minReaderVersion: 1, minWriterVersion: 1 } })],
    ['fewer files', () => ({ allFiles: adds().slice(1) })],
    ['false statistics', () => ({ allFiles: adds().map((add) => ({ ...add, stats: '{"numRecords":1}' })) })],
    ['another transaction', () => ({ setTransactions: [{ appId: 'raw/x.csv', version: 1 }] })],
    ['files that are no list', () => ({ allFiles: 'all' })],
  ] as const) {
    it(`finds one with ${name}`, async () => {
      assert.deepEqual(await found({ [path]: JSON.stringify({ ...content(), ...change() }) }), [
        `side_file_differs ${path}`,
      ]);
    });
  }

  it('finds one that is no JSON, and one of a version that the log has not', async () => {
    const beyond = `${FOLDER}/${padded(7)}.crc`;
    assert.deepEqual(await found({ [path]: 'spam' }), [`side_file_differs ${path}`]);
    assert.deepEqual(await found({ [path]: '['.repeat(100_000) }), [`side_file_differs ${path}`]);
    assert.deepEqual(await found({ [beyond]: '{}' }), [`side_file_differs ${beyond}`]);
  });
});

describe('verifying compacted logs', () => {
  const path = `${FOLDER}/${padded(1)}.${padded(3)}.compacted.json`;
  const lines = () =>
    [1, 2, 3].flatMap((version) =>
      whole
        .content(log(version))
        .toString()
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('{"commitInfo"')),
    );

  it('finds nothing in one that says what its commits do', async () => {
    assert.deepEqual(await found({ [path]: lines().join('\n') }), []);
  });

  it('finds one that leaves a file out, removes one, adds one, or forgets that a file was taken in', async () => {
    const all = lines();
    const add = all.find((line) => line.startsWith('{"add"')) ?? '';
    const [action] = parseActions(EVENTS, path, add);
    assert.ok(action !== undefined && 'add' in action);
    const remove = JSON.stringify({ remove: { path: action.add.path, dataChange: true, deletionTimestamp: 1 } });
    for (const changed of [
      all.filter((line) => line !== add),
      [...all.filter((line) => line !== add), remove],
      [...all, add.replace('.parquet', '.planted')],
      all.filter((line) => !line.startsWith('{"txn"')),
      all.map((line) => line.replace(/"size":\d+/, '"size":1')),
      ['spam'],
    ]) {
      assert.deepEqual(await found({ [path]: changed.join('\n') }), [`side_file_differs ${path}`]);
    }
  });

  it('finds one of versions that the log has not', async () => {
    for (const [first, last] of [
      [6, 7],
      [8, 9],
      [3, 1],
    ] as const) {
      const beyond = `${FOLDER}/${padded(first)}.${padded(last)}.compacted.json`;
      assert.deepEqual(await found({ [beyond]: '' }), [`side_file_differs ${beyond}`]);
    }
  });
});

describe('verifying every checkpoint of a version', () => {
  it('finds a second one, in parts, that lacks a file', async () => {
    const [first, ...rest] = withoutOneAdd(state());
    const part = (number: number) =>
      `${FOLDER}/${padded(6)}.checkpoint.${String(number).padStart(10, '0')}.0000000002.parquet`;
    const files = (actions: readonly Action[]) => ({ [part(1)]: encoded([first!]), [part(2)]: encoded(actions) });
    const problemsFound = await found(files(rest));
    assert.ok(problemsFound.includes(`checkpoint_differs ${part(1)}`), problemsFound.join('\n'));
    assert.deepEqual(await found(files(state().slice(1))), []);
  });

  it('finds one in one piece beside the parts that the program reads', async () => {
    const storage = whole.copy();
    const single = checkpointPath(EVENTS, 5);
    storage.put(single, encoded(withoutOneAdd(decodeCheckpoint(whole.content(single)).actions)));
    assert.deepEqual(problems(await verify(storage)), [`checkpoint_differs ${single}`]);
  });

  it('reads those of the second kind', async () => {
    const path = `${FOLDER}/${padded(6)}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json`;
    const text = (actions: readonly Action[]) =>
      [{ checkpointMetadata: { version: 6 } }, ...actions].map((action) => JSON.stringify(action)).join('\n');
    const inside = await found({ [path]: text(state()) });
    assert.ok(!inside.some((problem) => problem.startsWith('checkpoint')), inside.join('\n'));
    const lacking = await found({ [path]: text(withoutOneAdd(state())) });
    assert.ok(lacking.includes(`checkpoint_differs ${path}`), lacking.join('\n'));
  });

  it('reads the files beside those of the second kind', async () => {
    const path = `${FOLDER}/${padded(6)}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json`;
    const beside = `${FOLDER}/_sidecars/a.parquet`;
    const files = (actions: readonly Action[]) => {
      const main = actions.filter((action) => !('add' in action));
      const sidecar = { sidecar: { path: 'a.parquet', sizeInBytes: 1, modificationTime: 1 } };
      return {
        [path]: [{ checkpointMetadata: { version: 6 } }, sidecar, ...main]
          .map((each) => JSON.stringify(each))
          .join('\n'),
        [beside]: encoded(actions.filter((action) => 'add' in action)),
      };
    };
    const inside = await found(files(state()));
    assert.ok(!inside.some((problem) => problem.startsWith('checkpoint')), inside.join('\n'));
    const lacking = await found(files(withoutOneAdd(state())));
    assert.ok(lacking.includes(`checkpoint_differs ${path}`), lacking.join('\n'));
    const gone = await found({ [path]: files(state())[path] ?? '' });
    assert.ok(gone.includes(`checkpoint_unreadable ${path}`), gone.join('\n'));
  });

  it('finds parsed columns that say other than the texts beside them', async () => {
    const honest = await parsedCheckpoint((_, add) => add);
    assert.deepEqual(await found({ [checkpointPath(EVENTS, 5)]: honest }), []);
    for (const change of [
      (parsed: Parsed) => ({ ...parsed, maxCode: 1 }),
      (parsed: Parsed) => ({ ...parsed, minTime: '2027-01-01T00:00:00Z' }),
      (parsed: Parsed) => ({ ...parsed, day: '2026-01-01' }),
    ]) {
      const checkpoint = await parsedCheckpoint((parsed) => change(parsed));
      assert.deepEqual(await found({ [checkpointPath(EVENTS, 5)]: checkpoint }), [
        `checkpoint_differs ${checkpointPath(EVENTS, 5)}`,
      ]);
    }
  });
});

interface Parsed {
  readonly maxCode: number;
  readonly minTime: string;
  readonly day: string;
}

const ADD = `STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT,
  dataChange BOOLEAN, stats VARCHAR, stats_parsed STRUCT(numRecords BIGINT, minValues STRUCT(event_time TIMESTAMPTZ, code INTEGER),
  maxValues STRUCT(code INTEGER)), partitionValues_parsed STRUCT(event_date DATE))`;
const COLUMNS = `{txn: 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)', add: '${ADD}',
  remove: 'STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN)',
  metaData: 'STRUCT(id VARCHAR, name VARCHAR, format STRUCT(provider VARCHAR, options MAP(VARCHAR, VARCHAR)), schemaString VARCHAR,
    partitionColumns VARCHAR[], createdTime BIGINT, configuration MAP(VARCHAR, VARCHAR))',
  protocol: 'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER)'}`;

/** The checkpoint of version 5 as an engine writes it that repeats statistics and partitions in columns of their types. */
async function parsedCheckpoint(change: (parsed: Parsed, add: Parsed) => Parsed): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'checkpoint-'));
  try {
    const actions = decodeCheckpoint(whole.content(checkpointPath(EVENTS, 5))).actions.map((action) => {
      if (!('add' in action)) return action;
      const stats = JSON.parse(action.add.stats ?? '');
      const day = action.add.partitionValues['event_date'] ?? '';
      const own = { maxCode: stats.maxValues.code, minTime: stats.minValues.event_time, day };
      const { maxCode, minTime, day: parsedDay } = change(own, own);
      const minValues = { event_time: minTime, code: stats.minValues.code };
      const parsed = { numRecords: stats.numRecords, minValues, maxValues: { code: maxCode } };
      return { add: { ...action.add, stats_parsed: parsed, partitionValues_parsed: { event_date: parsedDay } } };
    });
    await writeFile(join(folder, 'a.json'), actions.map((action) => JSON.stringify(action)).join('\n'));
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(
      `COPY (SELECT * FROM read_json('${folder}/a.json', format = 'newline_delimited', columns = ${COLUMNS}))
       TO '${folder}/a.parquet' (FORMAT parquet)`,
    );
    connection.closeSync();
    return await readFile(join(folder, 'a.parquet'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('verifying the names of files', () => {
  for (const path of [
    `${FOLDER}/7.json`,
    `${FOLDER}/000000000000000000007.json`,
    `${FOLDER}/7.checkpoint.parquet`,
    `${FOLDER}/${padded(6)}.checkpoint.x.parquet`,
    `${FOLDER}/7.crc`,
    `${FOLDER}/1.3.compacted.json`,
    `${EVENTS}/_delta_index/a.index`,
    `${EVENTS}/metadata/v1.metadata.json`,
    `${EVENTS}/_symlink_format_manifest/event_date=2026-03-01/manifest`,
    `${EVENTS}/.hoodie/hoodie.properties`,
    `${EVENTS}/event_date=2026-03-01/_metadata`,
    'evidence/audit_events/00000000000000000001.json.bak',
    'evidence/audit_events/1.json',
    'evidence/audit_event/00000000000000000001.json',
    'evidence/note.txt',
    'quarantine/rows/planted.jsonl',
  ]) {
    it(`finds ${path}`, async () => {
      const kinds = (await found({ [path]: '{}' })).filter((problem) => problem.startsWith('unknown_name'));
      assert.deepEqual(kinds, [`unknown_name ${path}`]);
    });
  }

  it('notes names that nobody goes by, and passes over what engines leave', async () => {
    const storage = whole.copy();
    for (const path of [`${FOLDER}/readme.txt`, `${EVENTS}/_change_data/x.parquet`]) storage.put(path, 'x');
    for (const path of [`${FOLDER}/.${padded(6)}.json.crc`, `${EVENTS}/event_date=2026-03-01/.part.parquet.crc`]) {
      storage.put(path, 'x');
    }
    const result = await verify(storage);
    assert.deepEqual(problems(result), []);
    assert.deepEqual(
      result.notes.filter(({ kind }) => kind === 'unknown_name').map(({ explanation }) => explanation.split(':')[0]),
      [`${EVENTS}/_change_data/x.parquet and 1 more`],
    );
  });

  it('gives every file of a lake that this program wrote a place', () => {
    for (const path of whole.paths()) {
      if (path.startsWith('raw/')) continue;
      assert.ok(!['problem', 'foreign', 'hidden'].includes(nameJudge()(path).kind), path);
    }
  });
});
