import { prepareTables, systemHost } from '../ingest/index.ts';
import type { CommitObserver } from '../ingest/settle-commit.ts';
import type { Settings } from '../settings/index.ts';
import { openLake, type Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { existingTables } from './existing-tables.ts';

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
