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
import type { Snapshot } from '../table/index.ts';
import { type Freshness, FreshnessByInstance } from './freshness.ts';
import { freshnessWhereNothingWaits, noteNothingWaits, rawStateOf } from './nothing-waits.ts';
import { fateOf } from './raw-fate.ts';
import { type FileReport, totalsOf, unreadableReport } from './report.ts';
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

/** Files of the first commit, at most. */
const FIRST_FILES = 16;

/**
 * Takes in the raw files that the log lacks and no event announced, as {@link takeWaiting} does. Where the store's listing
 * tells ETags, a file that is in costs nothing; elsewhere it is looked at. What can be no file of a lake is passed over, and
 * is part of the result. Where nothing has come since it last found that nothing waits, a listing is all that is asked for.
 * @throws storage errors of the listing, TableError; what was committed before stands
 */
export async function reconcileRaw(
  context: LakeContext,
  settings: Settings,
  options: TakingOptions,
): Promise<Reconciliation> {
  const listing = await listRaw(context.storage, settings);
  const state = rawStateOf(listing.files, settings);
  const known = await freshnessWhereNothingWaits(context, state);
  if (known !== null) return reconciliation(listing, NOTHING_WAITS, known);
  const found = await judge(context.storage, settings, listing.files);
  const taking = { ...options, firstFiles: FIRST_FILES };
  const { reports, ...taken } = await takeWaiting(context, settings, found.waiting, taking);
  const again = taken.error === null ? await readAgain(context, settings, found, options) : null;
  const freshness = new FreshnessByInstance(settings);
  for (const file of found.ingested) freshness.add(file);
  for (const file of found.waiting) if (reports.get(file.path)?.outcome === 'ingested') freshness.add(file);
  const isIdle = found.waiting.length === 0 && again === 'nothing due';
  // What cannot be noted is found again the next time.
  if (isIdle && state !== null && found.snapshot !== null)
    await noteNothingWaits(context, state, found.snapshot, freshness.all).catch(() => undefined);
  const error = taken.error ?? (again instanceof Failed ? again.error : null);
  return reconciliation(listing, { ...taken, error }, freshness.all);
}

const NOTHING_WAITS: Omit<TakenWaiting, 'reports'> = {
  ...{ waiting: 0, settling: 0, failed: 0, left: 0 },
  taken: totalsOf([]),
  oldestWaitingMs: null,
  error: null,
};

function reconciliation(
  { files, faults, excluded }: RawListing,
  taken: Omit<TakenWaiting, 'reports'>,
  freshness: readonly Freshness[],
): Reconciliation {
  return {
    listed: files.length + faults.length + excluded,
    excluded,
    recorded: files.length - taken.waiting,
    ...taken,
    waiting: taken.waiting + faults.length,
    unreadable: faults.map(unreadableReport),
    freshness,
  };
}

/** What reading files again ended with. */
class Failed {
  readonly error: unknown;
  constructor(error: unknown) {
    this.error = error;
  }
}

/**
 * Reads files again that are in and have records in quarantine which may be good by now: so many of them, once all that waited
 * are in.
 */
async function readAgain(
  context: LakeContext,
  settings: Settings,
  { snapshot, ingested }: Judged,
  { deadline, signal, observer }: TakingOptions,
): Promise<'nothing due' | 'some' | Failed> {
  if (signal?.aborted === true || context.host.now() >= deadline) return 'some';
  if (ingested.length === 0) return 'nothing due';
  try {
    const readings = await SecondReadings.load(context.storage);
    if (readings.isEmpty) return 'nothing due';
    const due: FileInfo[] = [];
    for (const file of ingested) {
      const info = file.etag === undefined ? await context.storage.head(file.path) : { ...file, etag: file.etag };
      const plan = info === null ? null : readingPlan(settings, sourceFile(info), snapshot);
      if (info !== null && plan !== null && !readings.hasFailed(plan) && readings.claim(plan)) due.push(info);
    }
    if (due.length === 0) return 'nothing due';
    const pace = { commitMs: Number.POSITIVE_INFINITY, fileMs: Number.POSITIVE_INFINITY, until: deadline };
    await ingestPaths(context, settings, due, {
      named: false,
      isQuietOfSkipped: true,
      pace,
      ...(observer !== undefined && { observer }),
      ...(signal !== undefined && { signal }),
    });
    return 'some';
  } catch (error) {
    return new Failed(error);
  }
}

/** What the raw zone holds. */
interface RawListing {
  /** Files that the settings include. */
  readonly files: readonly ListedFile[];
  readonly excluded: number;
  /** What can be no file of a lake, where the settings include it. */
  readonly faults: readonly UnreadableFile[];
}

async function listRaw(storage: Storage, settings: Settings): Promise<RawListing> {
  const isIncluded = inclusion(settings);
  const files: ListedFile[] = [];
  const faults: UnreadableFile[] = [];
  let excluded = 0;
  const note = <T extends { readonly path: string }>(found: T, included: T[]): void => {
    if (isIncluded(pathInZone(found.path))) included.push(found);
    else excluded++;
  };
  const onFault = (fault: UnreadableFile) => note(fault, faults);
  for await (const file of storage.list(RAW, { onFault, anyOrder: true })) note(file, files);
  return { files, excluded, faults };
}

/** Raw files against the log. */
interface Judged {
  readonly snapshot: Snapshot | null;
  readonly waiting: readonly ListedFile[];
  readonly ingested: readonly ListedFile[];
}

async function judge(storage: Storage, settings: Settings, files: readonly ListedFile[]): Promise<Judged> {
  // Before anything is noted of the files that are tried.
  const snapshot = await openEventsToWrite(storage);
  const waiting: ListedFile[] = [];
  const ingested: ListedFile[] = [];
  for (const file of files) {
    const fate = await fateOf(storage, snapshot, file, settings);
    if (fate === null) waiting.push(file);
    if (fate === 'ingested') ingested.push(file);
  }
  return { snapshot, waiting, ingested };
}
