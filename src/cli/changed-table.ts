import { openTables, prepareTables, systemHost } from '../ingest/index.ts';
import type { CommitObserver } from '../ingest/settle-commit.ts';
import type { Settings } from '../settings/index.ts';
import { openLake, type Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { UsageError } from './usage-error.ts';

/** audit_events as a change finds it: only read for a dry run, else ready to be written. @throws UsageError without a table */
export async function tableToChange(
  settings: Settings,
  dryRun: boolean,
  observer: CommitObserver,
): Promise<{ readonly storage: Storage; readonly events: Snapshot }> {
  const storage = openLake(settings);
  const found = await openTables(storage);
  if (found === null) throw new UsageError(`there is no table in ${settings.lake} yet; ingest something first`);
  const { events } = dryRun ? found : await prepareTables(storage, systemHost, observer);
  return { storage, events };
}
