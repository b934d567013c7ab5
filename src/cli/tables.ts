import { type CommitObserver, openTables, prepareTables, type Tables } from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import { openLake, type Storage, systemHost } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { UsageError } from './failure.ts';

/** Both tables, only to be read. @throws UsageError where there are none yet */
export async function existingTables(storage: Storage, { lake }: Pick<Settings, 'lake'>): Promise<Tables> {
  const tables = await openTables(storage);
  if (tables === null) throw new UsageError(`there is no table in ${lake} yet; ingest something first`);
  return tables;
}

/** audit_events as a change finds it: only read for a dry run, else ready to be written. @throws UsageError without a table */
export async function tableToChange(
  settings: Settings,
  dryRun: boolean,
  observer: CommitObserver,
): Promise<{ readonly storage: Storage; readonly events: Snapshot }> {
  const storage = openLake(settings);
  const found = await existingTables(storage, settings);
  const { events } = dryRun ? found : await prepareTables(storage, systemHost, observer);
  return { storage, events };
}

/** The first and the last day of which audit_events has events, `YYYY-MM-DD`; null where it has none. */
export function eventDays({ files }: Pick<Snapshot, 'files'>): readonly [string, string] | null {
  const days = [...files.values()].map((file) => file.partitionValues['event_date'] ?? '').sort();
  const [first, last] = [days.at(0), days.at(-1)];
  return first === undefined || last === undefined ? null : [first, last];
}
