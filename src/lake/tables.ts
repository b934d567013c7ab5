import { EVENT_TABLE_COLUMNS } from '../events/index.ts';
import { CODES_TABLE, EVENTS_TABLE, type Host, type Storage } from '../storage/index.ts';
import {
  auditEventsProperties,
  closeOpenBracket,
  createTable,
  openTable,
  type Snapshot,
  type TableDefinition,
} from '../table/index.ts';
import { type CommitObserver, writeEvidence } from './after-commit.ts';
import { publishCodes } from './codes-table.ts';
import { recoverTransactions } from './recorded-transactions.ts';
import { restateTransactions } from './restatement.ts';

const EVENTS: TableDefinition = {
  name: 'audit_events',
  path: EVENTS_TABLE,
  columns: EVENT_TABLE_COLUMNS,
  partitionColumns: ['event_date'],
  configuration: auditEventsProperties,
};

/** The two tables of a lake. */
export interface Tables {
  readonly events: Snapshot;
  readonly codes: Snapshot;
}

/**
 * Opens both tables for writing; makes them where they are not, and brings audit_codes up to the catalogue. A change of
 * audit_events that was interrupted is closed, what another engine dropped of its `txn`s is put back, and evidence that a
 * run before left unwritten is written.
 * @throws LostTransactions, TableError, storage errors
 */
export async function prepareTables(storage: Storage, host: Host, observer: CommitObserver = {}): Promise<Tables> {
  const found = await createTable(storage, host, EVENTS);
  const closed = await closeOpenBracket(storage, host, found);
  const events = await restateTransactions(storage, host, closed);
  const codes = await publishCodes(storage, host, observer);
  for (const snapshot of [events, codes]) await writeEvidence(storage, snapshot, observer);
  return { events, codes };
}

/**
 * Opens both tables for reading, with every `txn` of this program's; null where nothing was ever ingested.
 * @throws LostTransactions, TableError, storage errors
 */
export async function openTables(storage: Storage): Promise<Tables | null> {
  const [events, codes] = await Promise.all([openEvents(storage), openTable(storage, CODES_TABLE)]);
  return events === null || codes === null ? null : { events, codes };
}

/** The same of audit_events alone, which knows every raw file; null where there is no such table. */
export async function openEvents(storage: Storage): Promise<Snapshot | null> {
  const events = await openTable(storage, EVENTS_TABLE);
  return events && (await recoverTransactions(storage, events)).snapshot;
}

/**
 * The same for whoever asks for the tables' rows and nothing else: a `txn` may be missing.
 * @throws TableError, storage errors
 */
export async function openTablesAsTheyStand(storage: Storage): Promise<Tables | null> {
  const [events, codes] = await Promise.all([openTable(storage, EVENTS_TABLE), openTable(storage, CODES_TABLE)]);
  return events === null || codes === null ? null : { events, codes };
}
