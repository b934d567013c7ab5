import type { LakeContext } from '../storage/index.ts';
import { ENGINE, type Metadata, type Provenance } from './actions.ts';
import type { Attempt } from './commit.ts';
import { commitWithRetries } from './commit-retries.ts';
import { SchemaConflict } from './errors.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { APPEND_ONLY } from './properties.ts';
import { schemaField, schemaFields, type TableColumn, type TableDefinition } from './schema.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Brings an existing table up to the definition in one commit, and in none where it is. Only ever adds: nullable columns
 * that are missing go to the end; comments and properties of the definition are set; all else stays, also columns and
 * properties of others. `delta.appendOnly` stays as it is: lifting it is a change in progress, and closed by its author.
 * Source: Delta protocol, "Change Metadata".
 * @throws SchemaConflict where adding is not enough; UnsupportedTable, InvalidCommit, CorruptLog
 */
export async function extendTable(
  context: LakeContext,
  snapshot: Snapshot,
  definition: TableDefinition,
  { now, txnId }: Attempt,
): Promise<Snapshot> {
  const extension = await commitWithRetries(context, snapshot, {
    subject: 'extending the table',
    next: async (current) => {
      const metaData = extended(current, definition);
      if (metaData === null) return null;
      const commitInfo: Provenance = {
        timestamp: now,
        operation: 'UPDATE SCHEMA',
        operationParameters: { schema: metaData.schemaString, properties: JSON.stringify(metaData.configuration) },
        readVersion: current.version,
        isBlindAppend: false,
        engineInfo: ENGINE,
        txnId,
      };
      return { actions: [{ commitInfo }, { metaData }] };
    },
  });
  return extension.snapshot;
}

/** The metadata with what the definition adds; null if that is nothing. */
function extended({ path, metadata }: Snapshot, definition: TableDefinition): Metadata | null {
  const partitioned = JSON.stringify(metadata.partitionColumns);
  if (partitioned !== JSON.stringify(definition.partitionColumns)) {
    const expected = JSON.stringify(definition.partitionColumns);
    throw conflict(path, `expected it to be partitioned by ${expected}, found ${partitioned}`);
  }
  const schema = JSON.parse(metadata.schemaString) as JsonObject;
  const fields = schemaFields(schema);
  const kept = fields.map((field) => extendedField(path, field, definition.columns));
  const names = new Set(fields.map(({ name }) => name));
  const added = definition.columns.filter(({ name }) => !names.has(name));
  for (const column of added) checkAddition(path, column);
  const schemaString = JSON.stringify({ ...schema, fields: [...kept, ...added.map(schemaField)] });
  const { [APPEND_ONLY]: _, ...properties } = definition.configuration;
  const configuration = { ...metadata.configuration, ...properties };
  const changed =
    schemaString !== JSON.stringify(schema) ||
    Object.entries(properties).some(([key, value]) => metadata.configuration[key] !== value);
  return changed ? { ...metadata, schemaString, configuration } : null;
}

/** A field of the table with our comment on it, where it is a column of ours. */
function extendedField(path: string, field: JsonObject, columns: readonly TableColumn[]): JsonObject {
  const { name, type, nullable, metadata } = field;
  const folded = String(name).toLowerCase();
  const ours = columns.find((column) => column.name.toLowerCase() === folded);
  if (ours === undefined) {
    if (nullable !== false) return field;
    throw conflict(path, `column ${name} must not be null, and this program does not fill it`);
  }
  if (ours.name !== name) throw conflict(path, `column ${ours.name}: found ${name}, and names ignore case`);
  if (ours.type !== type) throw conflict(path, `column ${name}: expected type ${ours.type}, found ${typeText(type)}`);
  if (ours.nullable && nullable === false) {
    throw conflict(path, `column ${name}: expected one that may be null, found that it must not`);
  }
  const known = isObject(metadata) ? metadata : {};
  if (ours.comment === '' || known['comment'] === ours.comment) return field;
  return { ...field, metadata: { ...known, comment: ours.comment } };
}

/** Rows that are there have no value for a new column. */
function checkAddition(path: string, { name, type, nullable }: TableColumn): void {
  if (!nullable) throw conflict(path, `column ${name}: expected type ${type} in every row, found no such column`);
}

function typeText(type: JsonValue | undefined): string {
  return typeof type === 'string' ? type : JSON.stringify(type ?? null);
}

function conflict(path: string, detail: string): SchemaConflict {
  const wayOut =
    'columns are only ever added here; change it back with the engine that changed it, or name another folder';
  return new SchemaConflict(path, `${detail}; ${wayOut}`);
}
