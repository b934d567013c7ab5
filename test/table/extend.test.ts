import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Storage } from '../../src/storage/index.ts';
import {
  commitInfoOf,
  extendTable,
  openTable,
  SchemaConflict,
  type Snapshot,
  type TableColumn,
  type TableDefinition,
} from '../../src/table/index.ts';
import { readCommit } from '../../src/table/log.ts';
import { EVENTS, fileNamed, foreignFirst, HOST, NOW, newTable, onLake, putLog, stateOf } from './lake.ts';

const ATTEMPT = { now: NOW.getTime(), txnId: 'attempt' };

const NOTE: TableColumn = { name: 'note', type: 'string', nullable: true, comment: 'Later' };

function extend(storage: Storage, snapshot: Snapshot, change: Partial<TableDefinition>): Promise<Snapshot> {
  return extendTable({ storage, host: HOST }, snapshot, { ...EVENTS, ...change }, ATTEMPT);
}

function fieldsOf(snapshot: Snapshot): { name: string; type: unknown; nullable: boolean; metadata: object }[] {
  return JSON.parse(snapshot.metadata.schemaString).fields;
}

/** A table whose schema another writer changed. */
async function foreignTable(storage: Storage, change: (fields: object[]) => object[], rest: object = {}) {
  const first = await newTable(storage);
  const fields = change(JSON.parse(first.metadata.schemaString).fields);
  const schemaString = JSON.stringify({ type: 'struct', fields });
  await putLog(storage, 1, [{ metaData: { ...first.metadata, schemaString, ...rest } }]);
  const snapshot = await openTable(storage, EVENTS.path);
  assert.ok(snapshot);
  return snapshot;
}

describe('extending a table', () => {
  it(
    'that has all of the definition commits nothing',
    onLake(async (storage) => {
      const snapshot = await newTable(storage);
      assert.equal(await extend(storage, snapshot, {}), snapshot);
      // Order of the columns is the table's own matter.
      assert.equal(await extend(storage, snapshot, { columns: EVENTS.columns.toReversed() }), snapshot);
    }),
  );

  it(
    'adds columns at the end, comments and properties, in one commit that says so',
    onLake(async (storage) => {
      const before = await newTable(storage);
      const columns = [
        { ...NOTE, name: 'first', comment: '' },
        ...EVENTS.columns.map((column) => ({
          ...column,
          comment: column.name === 'code' ? 'Audit code' : column.comment,
        })),
        NOTE,
      ];
      const configuration = { ...EVENTS.configuration, 'delta.checkpointInterval': '50', 'our.own': 'x' };
      const after = await extend(storage, before, { columns, configuration });
      assert.equal(after.version, 1);
      assert.deepEqual(fieldsOf(after), [
        ...fieldsOf(before).map((field) =>
          field.name === 'code' ? { ...field, metadata: { comment: 'Audit code' } } : field,
        ),
        { name: 'first', type: 'string', nullable: true, metadata: {} },
        { name: 'note', type: 'string', nullable: true, metadata: { comment: 'Later' } },
      ]);
      assert.deepEqual(after.metadata.configuration, configuration);
      const { schemaString: _, configuration: __, ...rest } = before.metadata;
      assert.deepEqual({ ...after.metadata, ...rest }, after.metadata, 'id, name and times stay');
      const { actions } = await readCommit(storage, EVENTS.path, 1);
      assert.deepEqual(
        actions.map((action) => Object.keys(action).join()),
        ['commitInfo', 'metaData'],
      );
      const info = commitInfoOf(actions);
      assert.deepEqual([info?.txnId, info?.readVersion], ['attempt', 0]);
      assert.ok(Object.values(info?.operationParameters ?? {}).every((value) => typeof value === 'string'));
      assert.deepEqual(stateOf(await openTable(storage, EVENTS.path)), stateOf(after));
      assert.equal(await extend(storage, after, { columns, configuration }), after);
    }),
  );

  it(
    'keeps what others added: columns of any type, metadata, properties, files, sources',
    onLake(async (storage) => {
      const theirs = {
        name: 'theirs',
        type: { type: 'array', elementType: 'string' },
        nullable: true,
        metadata: { x: 1 },
      };
      const before = await foreignTable(
        storage,
        (fields) => [
          theirs,
          ...fields.map((field) => ({ ...field, metadata: { 'their.key': [1], comment: 'Theirs' } })),
        ],
        { configuration: { ...EVENTS.configuration, 'their.property': 'y' }, description: 'Theirs' },
      );
      await putLog(storage, 2, [{ add: fileNamed('a') }, { txn: { appId: 's', version: 1 } }]);
      // Our snapshot is one commit behind: the extension has to be made on top of what won.
      const after = await extend(storage, before, { columns: [...EVENTS.columns, NOTE] });
      assert.equal(after.version, 3);
      const [first, second, ...rest] = fieldsOf(after);
      assert.deepEqual(first, theirs);
      assert.deepEqual(second?.metadata, { 'their.key': [1], comment: 'When it happened' });
      assert.deepEqual(rest[0]?.metadata, { 'their.key': [1], comment: 'Theirs' }, 'we have no comment on code');
      assert.equal(rest.at(-1)?.name, 'note');
      assert.equal(after.metadata.configuration['their.property'], 'y');
      assert.equal(after.metadata.description, 'Theirs');
      assert.deepEqual([after.files.size, after.transactions.size], [1, 1]);
    }),
  );

  it(
    'does not lock a table that a change in progress has unlocked',
    onLake(async (storage) => {
      const snapshot = await foreignTable(storage, (fields) => fields, {
        configuration: { ...EVENTS.configuration, 'delta.appendOnly': 'false' },
      });
      const configuration = { ...EVENTS.configuration, 'delta.appendOnly': 'true' };
      assert.equal(await extend(storage, snapshot, { configuration }), snapshot);
    }),
  );

  it(
    'is done once by many at a time',
    onLake(async (storage) => {
      const before = await newTable(storage);
      const after = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          extendTable(
            { storage, host: HOST },
            before,
            { ...EVENTS, columns: [...EVENTS.columns, NOTE] },
            { now: NOW.getTime(), txnId: `t${index}` },
          ),
        ),
      );
      assert.deepEqual(
        after.map(({ version }) => version),
        Array.from({ length: 6 }, () => 1),
      );
    }),
  );
});

describe('a table that adding cannot make ours', () => {
  const retyped = (name: string, change: object) => (fields: object[]) =>
    fields.map((field) => ('name' in field && field.name === name ? { ...field, ...change } : field));

  for (const [what, change, definition, expected] of [
    [
      'has a column of another type',
      retyped('code', { type: 'long' }),
      {},
      /column code: expected type integer, found long/,
    ],
    [
      'has a nested column',
      retyped('user_name', { type: { type: 'array', elementType: 'string', containsNull: true } }),
      {},
      /column user_name: expected type string, found \{"type":"array"/,
    ],
    [
      'has a column in other letters',
      retyped('code', { name: 'Code' }),
      {},
      /column code: found Code, and names ignore case/,
    ],
    [
      'forbids nulls where ours has them',
      retyped('user_name', { nullable: false }),
      {},
      /column user_name: expected one that may be null/,
    ],
    [
      'asks for a column that we do not fill',
      (fields: object[]) => [...fields, { name: 'must', type: 'string', nullable: false, metadata: {} }],
      {},
      /column must must not be null/,
    ],
    [
      'lacks a column that has to be in every row',
      (fields: object[]) => fields,
      { columns: [...EVENTS.columns, { ...NOTE, nullable: false }] },
      /column note: expected type string in every row, found no such column/,
    ],
    [
      'is partitioned otherwise',
      (fields: object[]) => fields,
      { partitionColumns: [] },
      /partitioned by \[\], found \["event_date"\]/,
    ],
  ] as const) {
    it(
      `because it ${what} is refused, and nothing is written`,
      onLake(async (storage) => {
        const snapshot = await foreignTable(storage, change);
        await assert.rejects(
          extend(storage, snapshot, definition),
          (error) =>
            error instanceof SchemaConflict &&
            error.table === EVENTS.path &&
            expected.test(error.message) &&
            /change it back .* or name another folder/.test(error.message),
        );
        assert.equal((await openTable(storage, EVENTS.path))?.version, snapshot.version);
      }),
    );
  }

  it(
    'is not mended by a commit on a protocol that we cannot write',
    onLake(async (storage) => {
      const first = await newTable(storage);
      await putLog(storage, 1, [foreignFirst({ minWriterVersion: 8 })[0]]);
      await assert.rejects(extend(storage, first, { columns: [...EVENTS.columns, NOTE] }), /writer version 8/);
    }),
  );
});
