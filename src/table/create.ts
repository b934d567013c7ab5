import type { Storage } from '../storage/index.ts';
import { serialiseActions } from './action-lines.ts';
import { type Action, ENGINE } from './actions.ts';
import { putCommit } from './commit.ts';
import { CorruptLog } from './errors.ts';
import { extendTable } from './extend.ts';
import { commitPath } from './log.ts';
import { openTable } from './open.ts';
import { checkWritable, PROTOCOL } from './protocol.ts';
import { checkDefinition, schemaString, type TableDefinition } from './schema.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Opens the table, and makes it first where there is none. `id` is a UUID never used before; it becomes the table's id
 * unless somebody else makes the table first. A table that lacks something of the definition is extended by it.
 * @throws InvalidCommit for an impossible definition, SchemaConflict, UnsupportedTable, CorruptLog
 */
export async function createTable(
  storage: Storage,
  definition: TableDefinition,
  { now, id }: { readonly now: Date; readonly id: string },
): Promise<Snapshot> {
  checkDefinition(definition);
  const attempt = { now, txnId: id };
  const existing = await openWritable(storage, definition.path);
  if (existing !== null) return extendTable(storage, existing, definition, attempt);
  const content = Buffer.from(serialiseActions(firstActions(definition, now.getTime(), id)));
  await putCommit(storage, commitPath(definition.path, 0), content);
  const created = await openWritable(storage, definition.path);
  if (created === null) throw new CorruptLog(definition.path, 'the table vanished right after it was made');
  return extendTable(storage, created, definition, attempt);
}

async function openWritable(storage: Storage, path: string): Promise<Snapshot | null> {
  const snapshot = await openTable(storage, path);
  if (snapshot !== null) checkWritable(snapshot.path, snapshot.protocol, snapshot.metadata);
  return snapshot;
}

function firstActions(definition: TableDefinition, timestamp: number, id: string): Action[] {
  const { name, columns, partitionColumns, configuration } = definition;
  return [
    {
      commitInfo: {
        timestamp,
        operation: 'CREATE TABLE',
        operationParameters: { partitionBy: JSON.stringify(partitionColumns) },
        isBlindAppend: true,
        engineInfo: ENGINE,
        txnId: id,
      },
    },
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
