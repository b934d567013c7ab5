import type { Settings } from '../settings/index.ts';
import { byPath, type LakeContext, type ListedFile } from '../storage/index.ts';
import { Attempts } from './attempts.ts';
import { type FileReport, type Totals, totalsOf } from './report.ts';
import { isWhole } from './settling.ts';
import { Taking, type TakingOptions } from './taking.ts';

/** What came of the raw files that the log lacked: waiting = settling + taken + failed + left. */
export interface TakenWaiting {
  readonly waiting: number;
  /** Waiting files that changed too recently. */
  readonly settling: number;
  /** Waiting files that somebody's hand was laid on, and what came of them. */
  readonly taken: Totals;
  readonly failed: number;
  /** Waiting files left for the next run: time was up, or the store failed. */
  readonly left: number;
  /** Age of the oldest waiting file when this began, in milliseconds; null where none waited. */
  readonly oldestWaitingMs: number | null;
  /** The first of the errors that files failed with; null where none did. */
  readonly error: unknown;
  /** What came of each file that was taken, by path. */
  readonly reports: ReadonlyMap<string, FileReport>;
}

/**
 * Takes waiting raw files in, oldest first, as far as they are whole. One that fails, takes too long or kills the process does
 * not keep the others from being taken in: it comes last the next time, and after `mostTries` it is recorded as unreadable.
 * @param isOurs whether a raw path is one that would be among those that wait here; of others it is not known whether they do
 * @throws storage errors, TableError; what was committed before stands
 */
export async function takeWaiting(
  context: LakeContext,
  settings: Settings,
  files: readonly ListedFile[],
  options: TakingOptions,
  isOurs: (path: string) => boolean = () => true,
): Promise<TakenWaiting> {
  const now = context.host.now();
  const waiting = files.toSorted(byAge);
  const whole = waiting.filter((file) => isWhole(file, settings, options.settleMs, now));
  const attempts = await Attempts.load(context, waiting, isOurs);
  const taking = new Taking(context, settings, attempts, options);
  await taking.take(whole);
  const { reports, failed, unsettled, error } = taking;
  const settling = waiting.length - whole.length + unsettled;
  const [oldest] = waiting;
  return {
    waiting: waiting.length,
    settling,
    taken: totalsOf([...reports.values()]),
    failed,
    left: waiting.length - settling - reports.size - failed,
    oldestWaitingMs: oldest === undefined ? null : Math.max(0, now - oldest.lastModified.getTime()),
    error,
    reports,
  };
}

function byAge(a: ListedFile, b: ListedFile): number {
  return a.lastModified.getTime() - b.lastModified.getTime() || byPath(a, b);
}
