import { EVENT_TABLE_COLUMNS } from '../events/index.ts';
import { EVENTS_TABLE, type LakeContext, type Storage } from '../storage/index.ts';
import {
  auditEventsProperties,
  checkWritable,
  closeOpenBracket,
  createTable,
  openTable,
  type Snapshot,
} from '../table/index.ts';
import { type CommitObserver, writeEvidence } from './after-commit.ts';
import { CODES } from './codes-table.ts';
import { COVERAGE } from './coverage-table.ts';
import { withIdentities } from './identity-takeover.ts';
import type { LakeTable } from './lake-table.ts';
import { recoverTransactions } from './recorded-transactions.ts';
import { restateTransactions } from './restatement.ts';
import type { TABLE_NAMES } from './table-names.ts';

const EVENTS = {
  name: 'audit_events',
  path: EVENTS_TABLE,
  columns: EVENT_TABLE_COLUMNS,
  partitionColumns: ['event_date'],
  dayColumn: 'event_date',
  configuration: auditEventsProperties,
  isAppendOnly: true,
  isOriginal: true,
  prepare: async (context) => {
    const found = await createTable(context, EVENTS);
    const closed = await closeOpenBracket(context, found);
    return restateTransactions(context, closed);
  },
} as const satisfies LakeTable;

/**
 * The tables of a lake, in the order in which they are made and looked at: all that goes through every table goes through
 * this list. A table that does not say whose its columns are does not compile.
 */
export const TABLES = { events: EVENTS, codes: CODES, coverage: COVERAGE } as const satisfies Readonly<
  Record<string, LakeTable>
>;

/** The tables of a lake without their keys. One that {@link TABLE_NAMES} lacks does not compile. */
export const LAKE_TABLES: readonly (LakeTable & { readonly name: (typeof TABLE_NAMES)[number] })[] =
  Object.values(TABLES);

type Key = keyof typeof TABLES;

/** The name of a table of the lake. */
export type LakeTableName = (typeof TABLES)[Key]['name'];

/** The tables of a lake as they stand; null is one that came with a later version than the last that wrote to it. */
export type Tables = {
  readonly [K in Key]: (typeof TABLES)[K]['isOriginal'] extends true ? Snapshot : Snapshot | null;
};

/** A table of the lake and its state. */
export interface TableState {
  readonly table: LakeTable;
  readonly snapshot: Snapshot;
}

/** The tables that are there, in the order of the list. */
export function statesOf(tables: Tables): TableState[] {
  return keys().flatMap((key) => (tables[key] === null ? [] : [{ table: TABLES[key], snapshot: tables[key] }]));
}

/**
 * Opens every table for writing; makes those that are not there, and brings audit_codes up to the catalogue. A change of
 * audit_events that was interrupted is closed, what another engine dropped of its `txn`s is put back, and evidence that a
 * run before left unwritten is written.
 * @throws LostTransactions, TableError, storage errors
 */
export async function prepareTables(context: LakeContext, observer: CommitObserver = {}): Promise<Tables> {
  const { storage } = context;
  const prepared: Partial<Record<Key, Snapshot | null>> = {};
  for (const key of keys()) prepared[key] = await TABLES[key].prepare(context, observer);
  const tables = prepared as Tables;
  for (const { snapshot } of statesOf(tables)) await writeEvidence(storage, snapshot, observer);
  return tables;
}

/**
 * Opens the tables for reading, with every `txn` of this program's; null where nothing was ever ingested.
 * @throws LostTransactions, TableError, storage errors
 */
export async function openTables(storage: Storage): Promise<Tables | null> {
  const tables = await openTablesAsTheyStand(storage);
  return tables && { ...tables, events: await withAllTransactions(storage, tables.events) };
}

/** The same of audit_events alone, which knows every raw file; null where there is no such table. */
export async function openEvents(storage: Storage): Promise<Snapshot | null> {
  const events = await openTable(storage, EVENTS_TABLE);
  return events && (await withAllTransactions(storage, events));
}

/** A snapshot with every `txn` that the next run would put back or take over. */
async function withAllTransactions(storage: Storage, events: Snapshot): Promise<Snapshot> {
  return await withIdentities(storage, (await recoverTransactions(storage, events)).snapshot);
}

/**
 * The same, once it is sure that every table takes commits of this program: for whoever writes beside the tables first.
 * @throws LostTransactions, TableError saying which table does not, storage errors
 */
export async function openEventsToWrite(storage: Storage): Promise<Snapshot | null> {
  const events = await openEvents(storage);
  const others = LAKE_TABLES.filter(({ path }) => path !== EVENTS_TABLE);
  for (const snapshot of [events, ...(await Promise.all(others.map(({ path }) => openTable(storage, path))))]) {
    if (snapshot !== null) checkWritable(snapshot.path, snapshot.protocol, snapshot.metadata);
  }
  return events;
}

/**
 * The same for whoever asks for the tables' rows and nothing else: a `txn` may be missing.
 * @throws TableError, storage errors
 */
export async function openTablesAsTheyStand(storage: Storage): Promise<Tables | null> {
  const opened = await Promise.all(
    keys().map(async (key) => [key, await openTable(storage, TABLES[key].path)] as const),
  );
  if (opened.some(([key, snapshot]) => snapshot === null && TABLES[key].isOriginal)) return null;
  return Object.fromEntries(opened) as Tables;
}

function keys(): readonly Key[] {
  return Object.keys(TABLES) as Key[];
}
