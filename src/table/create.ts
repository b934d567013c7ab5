import { type LakeContext, type Storage, uuid } from '../storage/index.ts';
import { serialiseActions } from './action-lines.ts';
import { type Action, ENGINE, type Provenance } from './actions.ts';
import { type Attempt, putCommit } from './commit.ts';
import { CorruptLog } from './errors.ts';
import { extendTable } from './extend.ts';
import { commitPath } from './log.ts';
import { openTable } from './open.ts';
import { checkWritable, PROTOCOL } from './protocol.ts';
import { checkDefinition, schemaString, type TableDefinition } from './schema.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Opens the table, and makes it first where there is none. A table that lacks something of the definition is extended by
 * it.
 * @throws InvalidCommit for an impossible definition, SchemaConflict, UnsupportedTable, CorruptLog
 */
export async function createTable(context: LakeContext, definition: TableDefinition): Promise<Snapshot> {
  const { storage, host } = context;
  checkDefinition(definition);
  const attempt = { now: host.now(), txnId: uuid(host) };
  const existing = await openWritable(storage, definition.path);
  if (existing !== null) return extendTable(context, existing, definition, attempt);
  const content = Buffer.from(serialiseActions(firstActions(definition, attempt)));
  await putCommit(storage, commitPath(definition.path, 0), content);
  const created = await openWritable(storage, definition.path);
  if (created === null) throw new CorruptLog(definition.path, 'the table vanished right after it was made');
  return extendTable(context, created, definition, attempt);
}

async function openWritable(storage: Storage, path: string): Promise<Snapshot | null> {
  const snapshot = await openTable(storage, path);
  if (snapshot !== null) checkWritable(snapshot.path, snapshot.protocol, snapshot.metadata);
  return snapshot;
}

function firstActions(definition: TableDefinition, { now: timestamp, txnId: id }: Attempt): Action[] {
  const { name, columns, partitionColumns, configuration } = definition;
  const commitInfo: Provenance = {
    timestamp,
    operation: 'CREATE TABLE',
    operationParameters: { partitionBy: JSON.stringify(partitionColumns) },
    isBlindAppend: true,
    engineInfo: ENGINE,
    txnId: id,
  };
  return [
    { commitInfo },
    { protocol: PROTOCOL },
    {
      metaData: {
        id,
        name,
        format: { provider: 'parquet', options: {} },
        schemaString: schemaString(columns),
        partitionColumns,
        configuration,
        createdTime: timestamp,
      },
    },
  ];
}
