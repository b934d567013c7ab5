import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { type Host, readAll } from '../../src/storage/index.ts';
import {
  auditEventsProperties,
  commitPath,
  createTable,
  InvalidCommit,
  openTable,
  type TableColumn,
  UnsupportedTable,
} from '../../src/table/index.ts';
import { EVENTS, foreignFirst, HOST, NOW, onLake, putLog, stateOf } from './lake.ts';

const ID = '6f0d2c1e-0000-4000-a000-000000000001';

function hostOf(id: string): Host {
  return { ...HOST, randomId: () => id.replaceAll('-', '') };
}

describe('creating a table', () => {
  it(
    'writes version 0, byte for byte',
    onLake(async (storage) => {
      const definition = {
        name: 'audit_events',
        path: 'curated/audit_events',
        columns: [
          { name: 'event_time', type: 'timestamp', nullable: false, comment: 'UTC – always' },
          { name: 'code', type: 'integer', nullable: true, comment: '' },
          { name: 'event_date', type: 'date', nullable: false, comment: '' },
        ] satisfies TableColumn[],
        partitionColumns: ['event_date'],
        configuration: auditEventsProperties,
      };
      const snapshot = await createTable({ storage, host: hostOf(ID) }, definition);
      const log = new TextDecoder().decode(await readAll(storage, commitPath(definition.path, 0)));
      assert.equal(
        log,
        String.raw`{"commitInfo":{"timestamp":1767225600000,"operation":"CREATE TABLE","operationParameters":{"partitionBy":"[\"event_date\"]"},"isBlindAppend":true,"engineInfo":"nexthink-audit-lake","txnId":"${ID}"}}
{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
{"metaData":{"id":"${ID}","name":"audit_events","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"event_time\",\"type\":\"timestamp\",\"nullable\":false,\"metadata\":{\"comment\":\"UTC \u2013 always\"}},{\"name\":\"code\",\"type\":\"integer\",\"nullable\":true,\"metadata\":{}},{\"name\":\"event_date\",\"type\":\"date\",\"nullable\":false,\"metadata\":{}}]}","partitionColumns":["event_date"],"configuration":{"delta.appendOnly":"true","delta.enableExpiredLogCleanup":"false","delta.checkpointInterval":"100","delta.dataSkippingStatsColumns":"event_time,code,event_name,family,action,actor_name,user_id,user_name,ip_address,object_id,decode_status,source_file","delta.checkpoint.writeStatsAsStruct":"false","delta.parquet.compression.codec":"snappy","delta.parquet.format.version":"1.0.0","delta.enableDeletionVectors":"false"},"createdTime":1767225600000}}
`,
      );
      assert.deepEqual(stateOf(await openTable(storage, definition.path)), stateOf(snapshot));
      assert.equal(snapshot.version, 0);
    }),
  );

  it(
    'is done once by many at a time; all see the same table',
    onLake(async (storage) => {
      const snapshots = await Promise.all(
        Array.from({ length: 8 }, () => createTable({ storage, host: HOST }, EVENTS)),
      );
      assert.equal(new Set(snapshots.map(({ metadata }) => metadata.id)).size, 1);
      assert.ok(snapshots.every(({ version }) => version === 0));
    }),
  );

  it(
    'opens a table that is there, as it is',
    onLake(async (storage) => {
      await createTable({ storage, host: hostOf(ID) }, EVENTS);
      const again = await createTable({ storage, host: { ...HOST, now: () => 0 } }, EVENTS);
      assert.equal(again.metadata.id, ID);
      assert.equal(again.metadata.createdTime, NOW.getTime());
      assert.equal(again.version, 0);
    }),
  );

  it(
    'extends a table that an earlier version made',
    onLake(async (storage) => {
      const first = await createTable({ storage, host: hostOf(ID) }, EVENTS);
      const columns = [...EVENTS.columns, { name: 'later', type: 'string', nullable: true, comment: '' } as const];
      const extended = await createTable({ storage, host: HOST }, { ...EVENTS, columns });
      assert.deepEqual([extended.version, extended.metadata.id], [1, ID]);
      assert.ok(extended.metadata.schemaString.includes('"later"') && !first.metadata.schemaString.includes('"later"'));
    }),
  );

  it(
    'refuses a table there that cannot be written',
    onLake(async (storage) => {
      await putLog(storage, 0, foreignFirst({ minWriterVersion: 8 }));
      await assert.rejects(createTable({ storage, host: hostOf(ID) }, EVENTS), UnsupportedTable);
    }),
  );

  it(
    'refuses columns that readers could not tell apart, and partition columns that are none',
    onLake(async (storage) => {
      const twice = [...EVENTS.columns, { name: 'CODE', type: 'string', nullable: true, comment: '' } as const];
      await assert.rejects(
        createTable({ storage, host: HOST }, { ...EVENTS, columns: twice }),
        /column CODE is there twice/,
      );
      await assert.rejects(
        createTable({ storage, host: HOST }, { ...EVENTS, partitionColumns: ['day'] }),
        InvalidCommit,
      );
      assert.equal(await openTable(storage, EVENTS.path), null);
    }),
  );
});
