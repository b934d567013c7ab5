import assert from 'node:assert/strict';
import {
  Bool,
  type DataType,
  Field,
  Int32,
  Int64,
  List,
  Map_,
  Struct,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { Compression, Table as WasmTable, WriterPropertiesBuilder, writeParquet } from 'parquet-wasm';
import { describe, it } from 'vitest';
import { asLogged } from '../../src/table/action-lines.ts';
import { writeCheckpoint } from '../../src/table/checkpoint.ts';
import {
  type Action,
  type AddFile,
  CorruptLog,
  openTable,
  type Snapshot,
  UnsupportedTable,
} from '../../src/table/index.ts';
import { checkpointPath } from '../../src/table/log.ts';
import { replay } from '../../src/table/snapshot.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { foreignCheckpoint, type Shape } from './foreign-checkpoint.ts';
import { EVENTS, fileNamed, foreignFirst, NOW, removalOf, stateOf } from './lake.ts';

const TABLE = EVENTS.path;
const LOG = `${TABLE}/_delta_log/`;

function inRegion(name: string, rest: Partial<AddFile> = {}): AddFile {
  return fileNamed(name, { partitionValues: { event_date: '2026-01-02', region: 'eu' }, ...rest });
}

const ACTIONS: readonly Action[] = [
  ...(foreignFirst(
    {},
    { partitionColumns: ['event_date', 'region'], configuration: { a: 'b', c: 'd' }, createdTime: 5 },
  ) as Action[]),
  { txn: { appId: 'streaming 😀', version: 12, lastUpdated: NOW.getTime() } },
  { txn: { appId: 'no time', version: 9007199254740993n } },
  {
    add: inRegion('a', {
      path: 'region=a b/ü',
      rawPath: 'region=a%20b/%C3%BC',
      tags: { t: 'u' },
      stats: '{"numRecords":1}',
    }),
  },
  { add: inRegion('b', { partitionValues: { event_date: '2026-01-02', region: '' }, tags: {} }) },
  removalOf(fileNamed('c'), false),
  { remove: { path: 'd', dataChange: true } },
  ...Array.from({ length: 40 }, (_, index) => ({ add: inRegion(`part-${index % 10}-${index}`, { stats: 'same' }) })),
];
const ROWS = ACTIONS.map((action) => asLogged(action) as Readonly<Record<string, object>>);

function expected(actions: readonly Action[] = ACTIONS): Snapshot {
  return replay(TABLE, null, [{ version: 10, actions }]);
}

function logWith(bytes: Uint8Array, path = checkpointPath(TABLE, 10)): MemoryStorage {
  const storage = new MemoryStorage();
  storage.put(path, bytes);
  return storage;
}

async function reads(bytes: Uint8Array, snapshot = expected()): Promise<void> {
  assert.deepEqual(stateOf(await openTable(logWith(bytes), TABLE)), stateOf(snapshot));
}

describe('a checkpoint of another writer', () => {
  const shapes: Record<string, Shape> = {
    'in its plainest shape': {},
    'with Zstandard': { codec: 'ZSTD' },
    'with gzip': { codec: 'GZIP' },
    uncompressed: { codec: 'UNCOMPRESSED' },
    'with dictionary pages': { dictionary: true },
    'with dictionary pages and Zstandard': { dictionary: true, codec: 'ZSTD' },
    'with the map names of arrow-rs': { map: ['entries', 'keys', 'values'] },
    'with other names in maps and lists': { map: ['m', 'k', 'v'], list: ['bag', 'array_element'] },
    'in many row groups': { groupRows: 7 },
    'with columns that we do not know': {
      more: [
        { schema: [{ name: 'domainMetadata', repetition_type: 'OPTIONAL', num_children: 1 }, text('domain')] },
        { schema: [text('plain')] },
        {
          within: 'add',
          schema: [
            { name: 'stats_parsed', repetition_type: 'OPTIONAL', num_children: 2 },
            { name: 'numRecords', type: 'INT64', repetition_type: 'OPTIONAL' },
            { name: 'minValues', repetition_type: 'OPTIONAL', num_children: 1 },
            text('user_name'),
          ],
        },
      ],
    },
    'without columns that nobody fills': {
      without: ['metaData.name', 'metaData.description', 'protocol.readerFeatures', 'protocol.writerFeatures'],
    },
  };
  for (const [what, shape] of Object.entries(shapes)) {
    it(`${what} is read`, () => reads(foreignCheckpoint(ROWS, shape)));
  }

  it('with rows of kinds that we do not know is read', async () => {
    const more = [
      { schema: [{ name: 'domainMetadata', repetition_type: 'OPTIONAL', num_children: 1 } as const, text('domain')] },
    ];
    await reads(foreignCheckpoint([...ROWS, { domainMetadata: { domain: 'd' } }], { more }));
  });

  it('without tombstones, sources and optional columns is read as if they had never been', async () => {
    const bytes = foreignCheckpoint(ROWS, {
      without: ['remove', 'txn', 'add.tags', 'metaData.createdTime', 'metaData.configuration'],
    });
    const actions = ACTIONS.filter((action) => !('remove' in action || 'txn' in action)).map((action): Action => {
      if (!('add' in action)) return action;
      const { tags, ...add } = action.add;
      return { add };
    });
    const state = expected(actions);
    const { createdTime, ...metadata } = state.metadata;
    await reads(bytes, { ...state, metadata: { ...metadata, configuration: {} } });
  });

  it('with statistics as a struct only has them, and the next checkpoint keeps them', async () => {
    const optional = { repetition_type: 'OPTIONAL' } as const;
    const bounds = (name: string) => [
      { name, num_children: 5, ...optional },
      { name: 'event_time', type: 'INT64', converted_type: 'TIMESTAMP_MICROS', ...optional } as const,
      { name: 'min_day', type: 'INT32', converted_type: 'DATE', ...optional } as const,
      { name: 'large', type: 'INT64', ...optional } as const,
      { name: 'ratio', type: 'DOUBLE', ...optional } as const,
      text('user_name'),
    ];
    const schema = [
      { name: 'stats_parsed', num_children: 4, ...optional },
      { name: 'numRecords', type: 'INT64', ...optional } as const,
      ...bounds('minValues'),
      ...bounds('maxValues'),
      { name: 'nullCount', num_children: 1, ...optional },
      { name: 'user_name', type: 'INT64', ...optional } as const,
    ];
    const times = [Date.UTC(2026, 0, 2, 3, 4, 5, 678), Date.UTC(2026, 0, 2, 3, 4, 5, 679)] as const;
    const at = (time: number) => ({
      event_time: BigInt(time) * 1000n + 999n,
      min_day: Math.floor(time / 86_400_000),
    });
    const parsed = {
      numRecords: 7,
      minValues: { ...at(times[0]), user_name: 'Zoë', large: 2n ** 53n, ratio: Number.NaN },
      maxValues: { ...at(times[1]), user_name: 'Zoë', large: 12n, ratio: 0.5 },
      nullCount: { user_name: 2n },
    };
    const rows = ROWS.map((row, index) =>
      'add' in row && index % 2 === 0 ? { add: { ...row['add'], stats_parsed: parsed } } : row,
    );
    const bytes = foreignCheckpoint(rows, { without: ['add.stats'], more: [{ within: 'add', schema }] });
    const storage = logWith(bytes);
    const opened = await openTable(storage, TABLE);
    const expectation = {
      numRecords: 7,
      minValues: { event_time: '2026-01-02T03:04:05.678Z', min_day: '2026-01-02', user_name: 'Zoë' },
      maxValues: {
        event_time: '2026-01-02T03:04:05.679Z',
        min_day: '2026-01-02',
        large: 12,
        ratio: 0.5,
        user_name: 'Zoë',
      },
      nullCount: { user_name: 2 },
    };
    const found = [...(opened?.files.values() ?? [])].map(({ stats }) => stats);
    assert.equal(found.length, 42);
    assert.ok(found.includes(undefined));
    for (const stats of found) if (stats !== undefined) assert.deepEqual(JSON.parse(stats), expectation);
    const next = new MemoryStorage();
    await writeCheckpoint(next, { ...opened!, protocol: { minReaderVersion: 1, minWriterVersion: 2 } }, NOW);
    const again = [...((await openTable(next, TABLE))?.files.values() ?? [])].map(({ stats }) => stats);
    assert.deepEqual(again.sort(), found.sort());
  });

  it('with a struct for statistics that holds none has no statistics', async () => {
    const schema = [{ name: 'stats_parsed', repetition_type: 'OPTIONAL', num_children: 1 } as const, text('x')];
    const bytes = foreignCheckpoint(ROWS, { without: ['add.stats'], more: [{ within: 'add', schema }] });
    const opened = await openTable(logWith(bytes), TABLE);
    assert.ok([...(opened?.files.values() ?? [])].every((file) => !('stats' in file)));
    assert.equal(opened?.files.size, 42);
  });

  it('may leave out dataChange, which means nothing there', async () => {
    const bytes = foreignCheckpoint(ROWS, { without: ['add.dataChange', 'remove.dataChange'] });
    const unchanged = ACTIONS.map((action): Action => {
      if ('add' in action) return { add: { ...action.add, dataChange: false } };
      return 'remove' in action ? { remove: { ...action.remove, dataChange: false } } : action;
    });
    await reads(bytes, expected(unchanged));
  });

  it('by arrow-rs is read: data pages V1, dictionaries, Zstandard, statistics', () => reads(arrowCheckpoint()));

  it('in several parts is read, and is none while a part is missing', async () => {
    const parts = [ROWS.slice(0, 9), ROWS.slice(9, 30), ROWS.slice(30)];
    const path = (index: number) => `${LOG}${'10'.padStart(20, '0')}.checkpoint.${digits(index)}.${digits(3)}.parquet`;
    const storage = new MemoryStorage();
    for (const [index, rows] of parts.entries()) {
      assert.equal(await openTable(storage, TABLE), null);
      storage.put(path(index + 1), foreignCheckpoint(rows));
    }
    assert.deepEqual(stateOf(await openTable(storage, TABLE)), stateOf(expected()));
    // Another writer's attempt, in two parts, of which one came.
    storage.put(`${LOG}${'10'.padStart(20, '0')}.checkpoint.${digits(1)}.${digits(2)}.parquet`, 'x');
    assert.deepEqual(stateOf(await openTable(storage, TABLE)), stateOf(expected()));
  });
});

describe('a checkpoint that we cannot read', () => {
  const v2 = (error: unknown) =>
    error instanceof UnsupportedTable &&
    error.feature === 'v2Checkpoint' &&
    /DROP FEATURE v2Checkpoint/.test(error.message);

  it('is of the second kind by its name', async () => {
    const name = `${LOG}${'10'.padStart(20, '0')}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11`;
    await assert.rejects(openTable(logWith(foreignCheckpoint(ROWS), `${name}.parquet`), TABLE), v2);
    await assert.rejects(openTable(logWith(Buffer.from('{}\n'), `${name}.json`), TABLE), v2);
  });

  it('is of the second kind by what it leads to', async () => {
    for (const name of ['sidecar', 'checkpointMetadata']) {
      const inner =
        name === 'sidecar' ? text('path') : ({ name: 'version', type: 'INT64', repetition_type: 'OPTIONAL' } as const);
      const more = [{ schema: [{ name, repetition_type: 'OPTIONAL', num_children: 1 } as const, inner] }];
      // The bare column means nothing: some writers always have it.
      await reads(foreignCheckpoint(ROWS, { more }));
      const row = { [name]: name === 'sidecar' ? { path: 'x' } : { version: 1 } };
      await assert.rejects(openTable(logWith(foreignCheckpoint([...ROWS, row], { more })), TABLE), v2);
    }
  });

  const whole = foreignCheckpoint(ROWS);
  const cases: [string, Uint8Array, RegExp][] = [
    ['empty', new Uint8Array(0), /cannot be relied on/],
    ['cut off', whole.subarray(0, whole.length - 9), /cannot be relied on/],
    ['something else', Buffer.from('{"add":{}}'.repeat(20)), /cannot be relied on/],
    ['without protocol', foreignCheckpoint(ROWS.slice(1)), /it has no protocol action/],
    ['without metadata', foreignCheckpoint(ROWS, { without: ['metaData'] }), /it has no metaData action/],
    [
      'without the size of files',
      foreignCheckpoint(ROWS, { without: ['add.size'] }),
      /add\.size: expected a whole number/,
    ],
    ['with a file without a path', foreignCheckpoint([...ROWS, { add: { size: 1 } }]), /add\.path: expected a string/],
    ['with a file twice', foreignCheckpoint([...ROWS, ...ROWS.slice(4, 5)]), /two actions for file region=a b\/ü/],
    [
      'with a file that is removed as well',
      foreignCheckpoint([...ROWS, { remove: { path: 'region=a%20b/%C3%BC', dataChange: false } }]),
      /two actions for file region=a b\/ü/,
    ],
    ['with a source twice', foreignCheckpoint([...ROWS, ...ROWS.slice(2, 3)]), /two actions for txn streaming/],
    ['with two protocols', foreignCheckpoint([...ROWS, ...ROWS.slice(0, 1)]), /two actions for protocol/],
    [
      'with two actions in a row',
      foreignCheckpoint([{ ...ROWS[0], ...ROWS[4] }, ...ROWS.slice(1)]),
      /a row holds two actions/,
    ],
    [
      'with a path outside',
      foreignCheckpoint([...ROWS, { add: { ...ROWS[4]?.['add'], path: '../x' } }]),
      /names, without/,
    ],
    [
      'with a file of another partitioning',
      foreignCheckpoint([...ROWS, { add: { ...ROWS[4]?.['add'], path: 'x', partitionValues: { code: '1' } } }]),
      /x: expected partitionValues of \[event_date,region\], found \[code\]/,
    ],
    ['with a deletion vector that the protocol does not list', withVector(ROWS), /does not list deletionVectors/],
    ['with a map that is none', withTextFor('partitionValues'), /add\.partitionValues: expected a map/],
  ];
  for (const [what, bytes, expectation] of cases) {
    it(`is ${what}; the error names the file and the way out`, async () => {
      await assert.rejects(
        openTable(logWith(bytes), TABLE),
        (error) =>
          error instanceof CorruptLog &&
          expectation.test(error.message) &&
          error.message.includes(checkpointPath(TABLE, 10)) &&
          /restore it from a copy/.test(error.message),
      );
    });
  }

  it('is one that ends anywhere before its end', async () => {
    for (let length = 0; length < whole.length; length += 61) {
      await assert.rejects(openTable(logWith(whole.subarray(0, length)), TABLE), CorruptLog, `${length} bytes`);
    }
  });
});

/** The rows, of which one file more has a deletion vector. */
function withVector(rows: typeof ROWS): Uint8Array {
  const schema = [
    { name: 'deletionVector', repetition_type: 'OPTIONAL', num_children: 2 } as const,
    text('storageType'),
    text('pathOrInlineDv'),
  ];
  const deletionVector = { storageType: 'u', pathOrInlineDv: 'ab^-aqEH.-t@S}K{vb[*k^', offset: 4 };
  const add = { ...rows[4]?.['add'], path: 'x', deletionVector };
  return foreignCheckpoint([...rows, { add }], { more: [{ within: 'add', schema }] });
}

function text(name: string) {
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' } as const;
}

function digits(number: number): string {
  return String(number).padStart(10, '0');
}

/** A checkpoint in which a column of `add` holds text where another shape is due. */
function withTextFor(column: string): Uint8Array {
  const rows = ROWS.map((row) => ('add' in row ? { add: { ...row['add'], [column]: undefined } } : row));
  return foreignCheckpoint(rows, { without: [`add.${column}`], more: [{ within: 'add', schema: [text(column)] }] });
}

/** The checkpoint through apache-arrow and parquet-wasm, dictionaries and all. */
function arrowCheckpoint(): Uint8Array {
  const field = (name: string, type: DataType) => new Field(name, type, true);
  const pair = () => new Struct([new Field('key', new Utf8(), false), field('value', new Utf8())]);
  const map = () => new Map_(new Field('entries', pair(), false));
  const list = () => new List(field('item', new Utf8()));
  const struct = (fields: Readonly<Record<string, DataType>>) =>
    new Struct(Object.entries(fields).map(([name, type]) => field(name, type)));
  const [utf8, long, int, flag] = [new Utf8(), new Int64(), new Int32(), new Bool()];
  const types = {
    txn: struct({ appId: utf8, version: long, lastUpdated: long }),
    add: struct({
      path: utf8,
      partitionValues: map(),
      size: long,
      modificationTime: long,
      dataChange: flag,
      stats: utf8,
      tags: map(),
    }),
    remove: struct({
      path: utf8,
      deletionTimestamp: long,
      dataChange: flag,
      extendedFileMetadata: flag,
      partitionValues: map(),
      size: long,
    }),
    metaData: struct({
      id: utf8,
      format: struct({ provider: utf8, options: map() }),
      schemaString: utf8,
      partitionColumns: list(),
      createdTime: long,
      configuration: map(),
    }),
    protocol: struct({ minReaderVersion: int, minWriterVersion: int }),
  };
  const columns = Object.entries(types).map(([name, type]) => [
    name,
    vectorFromArray(
      ROWS.map((row) => arrowValue(row[name], type)),
      type,
    ),
  ]);
  const table = new Table(Object.fromEntries(columns));
  const properties = new WriterPropertiesBuilder().setCompression(Compression.ZSTD).setDictionaryEnabled(true).build();
  return writeParquet(WasmTable.fromIPCStream(tableToIPC(table, 'stream')), properties);
}

function arrowValue(value: unknown, type: DataType): unknown {
  if (value === undefined || value === null) return null;
  if (type instanceof Map_) return new Map(Object.entries(value));
  if (type instanceof Int64) return BigInt(value as number);
  if (!(type instanceof Struct)) return value;
  return Object.fromEntries(
    type.children.map((child) => [child.name, arrowValue(Reflect.get(value as object, child.name), child.type)]),
  );
}
