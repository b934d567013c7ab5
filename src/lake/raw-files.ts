import { inclusion, type Settings } from '../settings/index.ts';
import {
  comparePaths,
  type ListedFile,
  type ListOptions,
  pathInZone,
  RAW,
  type Storage,
  UnreadableFile,
} from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { type ReadingPlan, readingPlan } from './reading-plan.ts';
import { type RecordedOutcome, recordedOutcome, rejectedPath, sourceFile } from './source-file.ts';
import { openEvents } from './tables.ts';
import { withdrawalOfContent } from './withdrawals.ts';

/**
 * Every file of the raw zone that the settings include, in the order of their paths unless any will do, and between them the
 * faults of what can be no file of it.
 */
export async function* rawFiles(
  storage: Storage,
  settings: Settings,
  { anyOrder = false }: Pick<ListOptions, 'anyOrder'> = {},
): AsyncGenerator<ListedFile | UnreadableFile> {
  const isIncluded = inclusion(settings);
  const faults: UnreadableFile[] = [];
  const onFault = (fault: UnreadableFile) => faults.push(fault);
  for await (const file of storage.list(RAW, { onFault, anyOrder })) {
    for (const found of [...faults.splice(0), file]) if (isIncluded(pathInZone(found.path))) yield found;
  }
  for (const fault of faults) if (isIncluded(pathInZone(fault.path))) yield fault;
}

/** The paths of the files among {@link rawFiles}. */
export async function* rawPaths(storage: Storage, settings: Settings): AsyncGenerator<string> {
  for await (const file of rawFiles(storage, settings)) if (!(file instanceof UnreadableFile)) yield file.path;
}

/** The raw files that stand rejected in the log. */
export async function rejectedPaths(storage: Storage): Promise<string[]> {
  const transactions = (await openEvents(storage))?.transactions ?? new Map<string, unknown>();
  const paths = [...transactions.keys()].flatMap((appId) => rejectedPath(appId) ?? []);
  return paths.filter((path) => !transactions.has(path)).sort(comparePaths);
}

/**
 * What the log says of a listed raw file as it is now, read with these settings. Where the store's listing tells ETags, that
 * costs no look at the file.
 */
export async function rawFileState(
  storage: Storage,
  snapshot: Snapshot,
  settings: Settings,
  file: ListedFile,
): Promise<RecordedOutcome | 'waiting'> {
  const info = file.etag === undefined ? await storage.head(file.path) : { ...file, etag: file.etag };
  if (info === null) return 'waiting';
  return (await outcomeOf(storage, snapshot, readingPlan(settings, sourceFile(info), snapshot))) ?? 'waiting';
}

/**
 * The same of a raw file that was looked at, read by this plan. One of which nothing is on record may hold what was withdrawn
 * under another name or ETag: it is read for that only where it is exactly as long.
 * @throws storage errors
 */
export async function outcomeOf(
  storage: Storage,
  snapshot: Snapshot,
  plan: Pick<ReadingPlan, 'source' | 'settingsHash' | 'instance' | 'way'>,
): Promise<RecordedOutcome | null> {
  const recorded = recordedOutcome(snapshot, plan);
  if (recorded !== null) return recorded;
  return (await withdrawalOfContent(storage, snapshot, plan.source)) === null ? null : 'withdrawn';
}
