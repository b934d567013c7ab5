import { openEventsToWrite, outcomeOf, readingPlan, rejectedAppId, sourceFile, withdrawals } from '../lake/index.ts';
import { inclusion, type Settings } from '../settings/index.ts';
import {
  comparePaths,
  type FileInfo,
  type LakeContext,
  type ListedFile,
  pathInZone,
  RAW,
  type Storage,
  type UnreadableFile,
} from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { Attempts } from './attempts.ts';
import { type Freshness, FreshnessByInstance } from './freshness.ts';
import { type FileReport, type Totals, totalsOf, unreadableReport } from './report.ts';
import { ingestPaths } from './run.ts';
import { SecondReadings } from './second-reading.ts';
import { Taking, type TakingOptions } from './taking.ts';

/**
 * What a reconciliation found and did. Files: listed = excluded + recorded + waiting; waiting = settling + taken + unreadable +
 * failed + left.
 */
export interface Reconciliation {
  readonly listed: number;
  /** Files that the settings leave out. */
  readonly excluded: number;
  /** Files that the log names as they are. */
  readonly recorded: number;
  readonly waiting: number;
  /** Waiting files that changed too recently. */
  readonly settling: number;
  /** Waiting files that somebody's hand was laid on, and what came of them. */
  readonly taken: Totals;
  /** What can be no file of a lake (a link, a name that is no path), as it stands in the zone: nothing can be on record of it. */
  readonly unreadable: readonly FileReport[];
  readonly failed: number;
  /** Waiting files left for the next run: time was up, or the store failed. */
  readonly left: number;
  /** Age of the oldest waiting file when this began, in milliseconds; null where none waited. */
  readonly oldestWaitingMs: number | null;
  /** What is in of each Nexthink instance after this. */
  readonly freshness: readonly Freshness[];
  /** The first of the errors that files failed with; null where none did. */
  readonly error: unknown;
}

/**
 * Takes in the raw files that the log lacks and no event announced, oldest first, once they have settled. Where the
 * store's listing tells ETags, a file that is in costs nothing; elsewhere it is looked at. A file that fails, takes too
 * long or kills the process does not keep the others from being taken in: it comes last the next time, and after
 * `mostTries` it is recorded as unreadable. What can be no file of a lake is passed over, and is part of the result.
 * @throws storage errors of the listing, TableError; what was committed before stands
 */
export async function reconcileRaw(
  context: LakeContext,
  settings: Settings,
  options: TakingOptions,
): Promise<Reconciliation> {
  const { storage, host } = context;
  const freshness = new FreshnessByInstance(settings);
  const found = await findWaiting(storage, settings, freshness);
  const now = host.now();
  const waiting = found.waiting.toSorted(byAge);
  const settled = waiting.filter(({ lastModified }) => now - lastModified.getTime() >= options.settleMs);
  const attempts = await Attempts.load(context, waiting);
  const taking = new Taking(context, settings, attempts, options);
  await taking.take(settled);
  const { reports, failed, unsettled } = taking;
  const error = taking.error ?? (await readAgain(context, settings, found, options));
  const unreadable = found.faults.map(unreadableReport);
  for (const file of settled) if (reports.get(file.path)?.outcome === 'ingested') freshness.add(file);
  const settling = waiting.length - settled.length + unsettled;
  const [oldest] = waiting;
  return {
    listed: found.listed,
    excluded: found.excluded,
    recorded: found.recorded,
    waiting: waiting.length + unreadable.length,
    settling,
    taken: totalsOf([...reports.values()]),
    unreadable,
    failed,
    left: waiting.length - settling - reports.size - failed,
    oldestWaitingMs: oldest === undefined ? null : Math.max(0, now - oldest.lastModified.getTime()),
    freshness: freshness.all,
    error,
  };
}

/**
 * Reads files again that are in and have records in quarantine which may be good by now: so many of them, once all that waited
 * are in. Gives the error that this ended with; null where it did not.
 */
async function readAgain(
  context: LakeContext,
  settings: Settings,
  { snapshot, ingested }: Awaited<ReturnType<typeof findWaiting>>,
  { deadline, signal, observer }: TakingOptions,
): Promise<unknown> {
  const isOver = () => signal?.aborted === true || context.host.now() >= deadline;
  if (ingested.length === 0 || isOver()) return null;
  try {
    const readings = await SecondReadings.load(context.storage);
    if (readings.isEmpty) return null;
    const due: FileInfo[] = [];
    for (const file of ingested) {
      const info = file.etag === undefined ? await context.storage.head(file.path) : { ...file, etag: file.etag };
      const plan = info === null ? null : readingPlan(settings, sourceFile(info), snapshot);
      if (info !== null && plan !== null && !readings.hasFailed(plan) && readings.claim(plan)) due.push(info);
    }
    if (due.length === 0) return null;
    const pace = { commitMs: Number.POSITIVE_INFINITY, fileMs: Number.POSITIVE_INFINITY, until: deadline };
    await ingestPaths(context, settings, due, {
      named: false,
      isQuietOfSkipped: true,
      pace,
      ...(observer !== undefined && { observer }),
      ...(signal !== undefined && { signal }),
    });
    return null;
  } catch (error) {
    return error;
  }
}

/** What the raw zone holds, against the log; files that are in are counted for their instances. */
async function findWaiting(storage: Storage, settings: Settings, freshness: FreshnessByInstance) {
  // Before anything is noted of the files that are tried.
  const snapshot = await openEventsToWrite(storage);
  const isIncluded = inclusion(settings);
  const waiting: ListedFile[] = [];
  const ingested: ListedFile[] = [];
  let [listed, excluded, recorded] = [0, 0, 0];
  const faults: UnreadableFile[] = [];
  const isCounted = ({ path }: { readonly path: string }): boolean => {
    listed++;
    if (isIncluded(pathInZone(path))) return true;
    excluded++;
    return false;
  };
  const onFault = (fault: UnreadableFile) => {
    if (isCounted(fault)) faults.push(fault);
  };
  for await (const file of storage.list(RAW, { onFault })) {
    if (!isCounted(file)) continue;
    const fate = snapshot === null ? null : await fateOf(storage, snapshot, file, settings);
    if (fate === null) waiting.push(file);
    else recorded++;
    if (fate === 'ingested') {
      freshness.add(file);
      ingested.push(file);
    }
  }
  return { snapshot, listed, excluded, recorded, waiting, ingested, faults };
}

/**
 * What the log says became of a file as it is now, or that it is gone; null where it says nothing. A path that the log
 * never named needs no look at the file.
 */
async function fateOf(storage: Storage, snapshot: Snapshot, file: ListedFile, settings: Settings) {
  const { transactions } = snapshot;
  const isNamed = transactions.has(file.path) || transactions.has(rejectedAppId(file.path));
  const mayBeOut = withdrawals(snapshot).some(({ path, size }) => path === file.path || size === file.size);
  if (!isNamed && !mayBeOut) return null;
  const current = file.etag === undefined ? await storage.head(file.path) : { ...file, etag: file.etag };
  if (current === null) return 'gone';
  return await outcomeOf(storage, snapshot, readingPlan(settings, sourceFile(current), snapshot));
}

function byAge(a: ListedFile, b: ListedFile): number {
  return a.lastModified.getTime() - b.lastModified.getTime() || comparePaths(a.path, b.path);
}
