import { LAKE_TABLES, openTables, type Tables } from '../lake/index.ts';
import { UsageError } from '../present/index.ts';
import type { Settings } from '../settings/index.ts';
import { CURATED, EVENTS_TABLE, EVIDENCE, type Storage, StorageError } from '../storage/index.ts';
import { openTable, type Snapshot, TableError } from '../table/index.ts';

/** The tables, only to be read. @throws UsageError where there were never any, TableError where one is gone */
export async function existingTables(
  storage: Storage,
  { lake }: Pick<Settings, 'lake'>,
  open: typeof openTables = openTables,
): Promise<Tables> {
  const tables = await tablesIfAny(storage, { lake }, open);
  if (tables !== null) return tables;
  throw new UsageError(`there is no table in ${lake} yet; make one with: audit-lake ingest FILE --lake ${lake}`);
}

/** The same; null where there were never any. */
export async function tablesIfAny(
  storage: Storage,
  { lake }: Pick<Settings, 'lake'>,
  open: typeof openTables = openTables,
): Promise<Tables | null> {
  const tables = await open(storage);
  if (tables !== null) return tables;
  const isThere = await Promise.all(LAKE_TABLES.map(async ({ path }) => (await openTable(storage, path)) !== null));
  const [gone] = LAKE_TABLES.filter(({ isOriginal }, index) => isOriginal && isThere[index] === false);
  const traces = [CURATED, EVIDENCE].map((zone) => isAnyIn(storage, zone));
  if (!isThere.includes(true) && !(await Promise.all(traces)).includes(true)) return null;
  const path = gone?.path ?? EVENTS_TABLE;
  const remedy =
    path === EVENTS_TABLE
      ? ' before anything is ingested; audit-lake verify names the files that are missing'
      : `, or have it written anew: audit-lake ingest --lake ${lake}`;
  const expected = `expected its log in ${path}/_delta_log/, found none; restore ${path} from a copy${remedy}`;
  throw new TableError(path, expected);
}

/** Whether a zone holds anything, as far as this user may look. */
async function isAnyIn(storage: Storage, zone: string): Promise<boolean> {
  try {
    for await (const _ of storage.list(zone, { onFault: () => undefined })) return true;
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
  }
  return false;
}

/** The first and the last day of which audit_events has events, `YYYY-MM-DD`; null where it has none. */
export function eventDays({ files }: Pick<Snapshot, 'files'>): readonly [string, string] | null {
  const days = [...files.values()].map((file) => file.partitionValues['event_date'] ?? '').sort();
  const [first, last] = [days.at(0), days.at(-1)];
  return first === undefined || last === undefined ? null : [first, last];
}
