import { EVENT_TABLE_COLUMNS } from '../events/index.ts';
import type { Storage } from '../storage/index.ts';
import { auditEventsProperties, createTable, openTable, type Snapshot, type TableDefinition } from '../table/index.ts';
import { publishCodes } from './codes-table.ts';
import { type Host, uuid } from './host.ts';

/** The zone that raw files land in. */
export const RAW = 'raw/';

const EVENTS: TableDefinition = {
  name: 'audit_events',
  path: 'curated/audit_events',
  columns: EVENT_TABLE_COLUMNS,
  partitionColumns: ['event_date'],
  configuration: auditEventsProperties,
};

/** The two tables of a lake. */
export interface Tables {
  readonly events: Snapshot;
  readonly codes: Snapshot;
}

/** Opens both tables for writing; makes them where they are not, and brings audit_codes up to the catalogue. */
export async function prepareTables(storage: Storage, host: Host): Promise<Tables> {
  const events = await createTable(storage, EVENTS, { now: new Date(host.now()), id: uuid(host) });
  return { events, codes: await publishCodes(storage, host) };
}

/** Opens both tables for reading; null where nothing was ever ingested. */
export async function openTables(storage: Storage): Promise<Tables | null> {
  const [events, codes] = await Promise.all([
    openTable(storage, EVENTS.path),
    openTable(storage, 'curated/audit_codes'),
  ]);
  return events === null || codes === null ? null : { events, codes };
}
