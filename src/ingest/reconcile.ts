import { openEventsToWrite, readingPlan, sourceFile } from '../lake/index.ts';
import { inclusion, type Settings } from '../settings/index.ts';
import {
  type FileInfo,
  type LakeContext,
  type ListedFile,
  pathInZone,
  RAW,
  type Storage,
  type UnreadableFile,
} from '../storage/index.ts';
import { type Freshness, FreshnessByInstance } from './freshness.ts';
import { fateOf } from './raw-fate.ts';
import { type FileReport, unreadableReport } from './report.ts';
import { ingestPaths } from './run.ts';
import { SecondReadings } from './second-reading.ts';
import type { TakingOptions } from './taking.ts';
import { type TakenWaiting, takeWaiting } from './waiting.ts';

/**
 * What a reconciliation found and did. Files: listed = excluded + recorded + waiting; waiting = settling + taken + unreadable +
 * failed + left.
 */
export interface Reconciliation extends Omit<TakenWaiting, 'reports'> {
  readonly listed: number;
  /** Files that the settings leave out, counts of the trail among them. */
  readonly excluded: number;
  /** Files that the log names as they are. */
  readonly recorded: number;
  /** What can be no file of a lake (a link, a name that is no path), as it stands in the zone: nothing can be on record of it. */
  readonly unreadable: readonly FileReport[];
  /** What is in of each Nexthink instance after this. */
  readonly freshness: readonly Freshness[];
}

/**
 * Takes in the raw files that the log lacks and no event announced, as {@link takeWaiting} does. Where the store's listing
 * tells ETags, a file that is in costs nothing; elsewhere it is looked at. What can be no file of a lake is passed over, and
 * is part of the result.
 * @throws storage errors of the listing, TableError; what was committed before stands
 */
export async function reconcileRaw(
  context: LakeContext,
  settings: Settings,
  options: TakingOptions,
): Promise<Reconciliation> {
  const freshness = new FreshnessByInstance(settings);
  const found = await findWaiting(context.storage, settings, freshness);
  const { reports, ...taken } = await takeWaiting(context, settings, found.waiting, options);
  const error = taken.error ?? (await readAgain(context, settings, found, options));
  const unreadable = found.faults.map(unreadableReport);
  for (const file of found.waiting) if (reports.get(file.path)?.outcome === 'ingested') freshness.add(file);
  return {
    listed: found.listed,
    excluded: found.excluded,
    recorded: found.recorded,
    ...taken,
    waiting: taken.waiting + unreadable.length,
    unreadable,
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
    const fate = await fateOf(storage, snapshot, file, settings);
    if (fate === null) waiting.push(file);
    else recorded++;
    if (fate === 'ingested') {
      freshness.add(file);
      ingested.push(file);
    }
  }
  return { snapshot, listed, excluded, recorded, waiting, ingested, faults };
}
