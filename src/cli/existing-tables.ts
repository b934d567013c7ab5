import { openTables, type Tables } from '../ingest/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Storage } from '../storage/index.ts';
import { UsageError } from './usage-error.ts';

/** Both tables, only to be read. @throws UsageError where there are none yet */
export async function existingTables(storage: Storage, { lake }: Pick<Settings, 'lake'>): Promise<Tables> {
  const tables = await openTables(storage);
  if (tables === null) throw new UsageError(`there is no table in ${lake} yet; ingest something first`);
  return tables;
}
