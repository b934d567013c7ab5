import { existingTables } from '../asking/index.ts';
import { type CommitObserver, openEventsToWrite, prepareTables, statesOf, type TableState } from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import { type Storage, systemHost } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { openLakeHere } from './interruption.ts';

/**
 * Makes sure, without writing, that a lake is there and takes commits of this program.
 * @throws UsageError without a table, OutdatedProgram where it takes a newer program, TableError where one is gone
 */
export async function checkTables(settings: Settings): Promise<void> {
  const storage = openLakeHere(settings);
  await existingTables(storage, settings);
  await openEventsToWrite(storage);
}

/** The tables as a change finds them: only read for a dry run, else ready to be written. @throws UsageError without a table */
export async function tablesToChange(
  settings: Settings,
  dryRun: boolean,
  observer: CommitObserver,
): Promise<{ readonly storage: Storage; readonly events: Snapshot; readonly tables: readonly TableState[] }> {
  const storage = openLakeHere(settings);
  const found = await existingTables(storage, settings);
  const tables = dryRun ? found : await prepareTables({ storage, host: systemHost }, observer);
  return { storage, events: tables.events, tables: statesOf(tables) };
}

/** What a change did in each table as one object: what it did in the first, and beside it what it did in others. */
export function asOneReport<Report extends object>(reports: readonly Report[]): object {
  const [first, ...others] = reports;
  return { ...first, ...(others.length > 0 && { other_tables: others }) };
}

/** How many there are. */
export async function countOf(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of items) count++;
  return count;
}
