import { afterCommit, type ByRecord, type CommitObserver, sortQuarantine, vacuumInfo } from '../lake/index.ts';
import { byPath, type LakeContext, type ListedFile } from '../storage/index.ts';
import {
  checkReadable,
  checkWritable,
  commitWithRetries,
  DELETED_FILE_RETENTION,
  intervalMs,
  refresh,
  type Snapshot,
  TableError,
} from '../table/index.ts';

const DAY_MS = 86_400_000;

/** No write and no read takes longer; whoever asks for less risks files that a commit is about to name. */
export const LEAST_RETENTION_MS = 7 * DAY_MS;

export interface VacuumOptions {
  /** Milliseconds that a file must have stood unchanged and unnamed; not below what the table allows, its default. */
  readonly olderThan?: number;
  /** Says what would be removed, and removes nothing. */
  readonly dryRun: boolean;
  /** Why and by whom, for the log; left out by what runs by itself every night, which leaves no trace there. */
  readonly asked?: { readonly reason: string; readonly by: ByRecord | null };
  readonly observer?: CommitObserver;
}

/** What a vacuum of one table removed, or would remove. */
export interface Vacuum {
  /** The table's folder in the lake. */
  readonly table: string;
  /** Milliseconds. */
  readonly retention: number;
  /** In the order of their paths. */
  readonly files: readonly ListedFile[];
  readonly bytes: number;
}

/**
 * Removes the data files of a table that belong to no version within the retention: those that were removed from the
 * table, and those that writers left behind when they were cut off. Whatever is younger stays: a commit may be about to
 * name it, and names are used once, so age is what protects it. Names that begin with `_` or `.` are not touched.
 * Quarantine files that no commit names are left alone too: the name of one is taken up again by the run that completes
 * the work.
 * Source: Delta protocol, "Add File and Remove File".
 * @throws TableError where what is live cannot be told for sure, or the retention is too short; storage errors
 */
export async function vacuumTable(context: LakeContext, snapshot: Snapshot, options: VacuumOptions): Promise<Vacuum> {
  const { storage, host } = context;
  const { olderThan, dryRun } = options;
  // What another program relies on is looked at and not removed.
  const check = dryRun ? checkReadable : checkWritable;
  check(snapshot.path, snapshot.protocol, snapshot.metadata);
  const retention = retentionOf(snapshot, olderThan);
  const limit = host.now() - retention;
  const folder = `${snapshot.path}/`;
  const old: ListedFile[] = [];
  // What is no file, a link say, is not for us to remove.
  for await (const file of storage.list(folder, { onFault: () => undefined, anyOrder: true })) {
    const isHidden = file.path
      .slice(folder.length)
      .split('/')
      .some((name) => /^[_.]/.test(name));
    if (!isHidden && file.lastModified.getTime() < limit) old.push(file);
  }
  // Another engine may have restored an old file since; from here on nobody who keeps to the retention does.
  const current = await refresh(storage, snapshot);
  check(current.path, current.protocol, current.metadata);
  const named = namedFiles(current, limit);
  const files = old.filter(({ path }) => !named.has(comparable(path.slice(folder.length)))).sort(byPath);
  const vacuum = { table: snapshot.path, retention, files, bytes: files.reduce((sum, { size }) => sum + size, 0) };
  if (dryRun || files.length === 0) return vacuum;
  await record(context, current, vacuum, options);
  for (const { path } of files) await storage.delete(path);
  return vacuum;
}

/** Puts on record what is about to be deleted, where somebody asked for it. */
async function record(
  context: LakeContext,
  snapshot: Snapshot,
  { retention, files, bytes }: Vacuum,
  { asked, observer }: VacuumOptions,
): Promise<void> {
  if (asked === undefined) return;
  const record = { files: files.length, bytes, days: retention / DAY_MS, reason: asked.reason };
  const committed = await commitWithRetries(context, snapshot, {
    subject: 'recording the vacuum',
    next: async (current) => {
      const attempt = { now: context.host.now(), txnId: context.host.randomId() };
      return { actions: [{ commitInfo: vacuumInfo(current, attempt, record, asked.by) }] };
    },
  });
  await afterCommit(context, committed.snapshot, observer);
}

/** Milliseconds; what the table's property says or what is asked for, whichever is longer than the least. */
function retentionOf({ path, metadata }: Snapshot, olderThan: number | undefined): number {
  const property = metadata.configuration[DELETED_FILE_RETENTION];
  const stated = property === undefined ? LEAST_RETENTION_MS : intervalMs(property);
  if (stated === null) {
    const found = `${DELETED_FILE_RETENTION} is ${JSON.stringify(property)}`;
    throw new TableError(path, `${found}, expected an interval such as "interval 7 days"; set it and run again`);
  }
  const least = Math.max(stated, LEAST_RETENTION_MS);
  if (olderThan !== undefined && olderThan < least) {
    const days = Math.ceil(least / DAY_MS);
    throw new TableError(path, `files are kept for ${days} days at least (${DELETED_FILE_RETENTION}); ask for no less`);
  }
  return olderThan ?? least;
}

/** Every file that a reader may still look for, in each way that its path in the log can be meant. */
function namedFiles({ files, tombstones }: Snapshot, limit: number): ReadonlySet<string> {
  const named = new Set<string>();
  const name = (path: string) => named.add(comparable(path));
  for (const { path, rawPath } of files.values()) [path, rawPath ?? path].forEach(name);
  for (const { path, rawPath, deletionTimestamp = 0 } of tombstones.values()) {
    if (deletionTimestamp >= limit) [path, rawPath ?? path].forEach(name);
  }
  return named;
}

/** One form for spellings of a path that some file systems take for the same. */
function comparable(path: string): string {
  return path.normalize('NFC');
}

/** What a vacuum of the lake removed. */
export interface LakeVacuum {
  readonly tables: readonly Vacuum[];
  /** Files that cut-off writes left in the store's own keeping; null in a dry run, which cannot see them. */
  readonly abandoned: number | null;
}

/** Vacuums the tables, and what writers and withdrawals that were cut off left undone. Throws as {@link vacuumTable} does. */
export async function vacuumLake(
  context: LakeContext,
  snapshots: readonly Snapshot[],
  options: VacuumOptions,
): Promise<LakeVacuum> {
  const { storage, host } = context;
  const tables: Vacuum[] = [];
  for (const snapshot of snapshots) tables.push(await vacuumTable(context, snapshot, options));
  if (options.dryRun) return { tables, abandoned: null };
  for (const snapshot of snapshots) await sortQuarantine(storage, snapshot);
  return { tables, abandoned: await storage.removeAbandoned(new Date(host.now() - LEAST_RETENTION_MS)) };
}
