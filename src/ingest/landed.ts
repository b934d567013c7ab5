import { openEventsToWrite, settingDifference } from '../lake/index.ts';
import { inclusion, isLanded, type Settings } from '../settings/index.ts';
import { type LakeContext, type ListedFile, pathInZone, RAW, type Storage, utcDay } from '../storage/index.ts';
import { fateOf } from './raw-fate.ts';
import type { TakingOptions } from './taking.ts';
import { type TakenWaiting, takeWaiting } from './waiting.ts';

/**
 * What a look at the landed files found and did. Files: listed = recorded + waiting. Among those left are such as wait for a setting
 * to be put right: the reconciliation tells of them, which comes less often.
 */
export interface LandedTaking extends Omit<TakenWaiting, 'reports'> {
  /** Landed files of the days that were looked at. */
  readonly listed: number;
  /** Files that the log names as they are. */
  readonly recorded: number;
}

/** Days before today whose folders are looked at: clocks differ, and what is landed at midnight has the day before in its path. */
const DAYS_BACK = 1;
const DAY_MS = 86_400_000;
const DAY_FOLDER = /^\d{4}-\d\d-\d\d$/;

/**
 * Takes in what was landed lately and the log lacks: at once, since it is whole, and many files to a commit. Only folders of
 * days from yesterday on are looked at, so that this costs no more after years; whatever is in older ones the reconciliation
 * takes in, as it does everything that fails here.
 * @param options `settleMs` is for landed files without bytes alone
 * @throws storage errors, TableError; what was committed before stands
 */
export async function takeLanded(
  context: LakeContext,
  settings: Settings,
  options: TakingOptions,
): Promise<LandedTaking> {
  const enter = entersFrom(context.host.now());
  const listed = await listLanded(context.storage, settings, enter);
  // Before anything is noted of the files that are tried.
  const snapshot = listed.length === 0 ? null : await openEventsToWrite(context.storage);
  const waiting: ListedFile[] = [];
  let held = 0;
  for (const file of listed) {
    if ((await fateOf(context.storage, snapshot, file, settings)) !== null) continue;
    if (snapshot !== null && settingDifference(settings, snapshot, file.path) !== null) held++;
    else waiting.push(file);
  }
  const isOurs = (path: string) => isLanded(pathInZone(path), settings) && foldersOf(path).every(enter);
  const { reports: _, ...taken } = await takeWaiting(context, settings, waiting, options, isOurs);
  const waits = { waiting: taken.waiting + held, left: taken.left + held };
  return { listed: listed.length, recorded: listed.length - waits.waiting, ...taken, ...waits };
}

/** What can be no file is for the reconciliation, which tells of it. */
async function listLanded(
  storage: Storage,
  settings: Settings,
  enter: (folder: string) => boolean,
): Promise<ListedFile[]> {
  const isIncluded = inclusion(settings);
  const found: ListedFile[] = [];
  for (const prefix of [settings.nqlPrefix, settings.webhookPrefix, settings.classicPrefix]) {
    for await (const file of storage.list(`${RAW}${prefix}`, { enter, onFault: () => undefined }))
      if (isIncluded(pathInZone(file.path))) found.push(file);
  }
  return found;
}

/** Whether a folder is gone into, by its path: one of a day that is over for long is not. @param now milliseconds since 1970 */
function entersFrom(now: number): (folder: string) => boolean {
  const first = utcDay(now - DAYS_BACK * DAY_MS);
  return (folder) => {
    const name = folder.slice(folder.lastIndexOf('/', folder.length - 2) + 1, -1);
    return !DAY_FOLDER.test(name) || name >= first;
  };
}

/** Every folder that a path is in, with the slash at its end. */
function foldersOf(path: string): string[] {
  return [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1));
}
