import {
  afterCommit,
  clearOfTaken,
  type EarlierContent,
  EarlierContents,
  type Host,
  isIngested,
  MOST_TRIES,
  QuarantineTaken,
  type ReadingPlan,
  UNCHANGED,
} from '../lake/index.ts';
import { FileNotFound, PreconditionFailed, type Storage, UnreadableFile } from '../storage/index.ts';
import { LostRace, type Snapshot } from '../table/index.ts';
import { appendStaging, isSettled } from './append.ts';
import type { Observer } from './observer.ts';
import { FileLeft, type Pace, StagingClock, UNHURRIED } from './pace.ts';
import { readAhead } from './read-ahead.ts';
import {
  emptyReport,
  type FileReport,
  STILL_CHANGING,
  sourceReport,
  takenInReport,
  unreadableReport,
} from './report.ts';
import { Staging, type StagingOptions } from './staging.ts';

export interface BatchOptions extends Omit<StagingOptions, 'onPiece'> {
  readonly observer?: Observer;
  /** What is known of contents before, from other batches of the run. */
  readonly earlier?: EarlierContents;
  /** Files that were looked at before and have changed since, by path: their contents were never read. */
  readonly unread?: ReadonlyMap<string, EarlierContent>;
  /** Once it is aborted, reading ends, nothing is committed any more, and the staging is removed. */
  readonly signal?: AbortSignal;
  readonly pace?: Pace;
  /** Told at once of what became of a file, so that it is known of files that went in before another one fails. */
  readonly onSettled?: (report: FileReport) => void;
}

/** The table after a batch, and what became of each file that was not left, in the order given. */
export interface Batch {
  readonly snapshot: Snapshot;
  readonly reports: readonly FileReport[];
}

/**
 * Takes raw files into the table by one commit, or by several where the pace asks for that, exactly once: read, publish
 * data files, commit; again from the start where another writer was first with some of the same events. A file that
 * changed since its plan was made is skipped.
 * @param plans of different paths
 * @throws storage errors and TableError, with nothing visible; safe to run again
 */
export async function ingestBatch(
  storage: Storage,
  host: Host,
  snapshot: Snapshot,
  plans: readonly ReadingPlan[],
  options: BatchOptions,
): Promise<Batch> {
  const reports = new Reports(options.onSettled);
  const finished = (current: Snapshot): Batch => ({
    snapshot: current,
    reports: plans.flatMap(({ source }) => reports.get(source.path) ?? []),
  });
  let waiting = plans;
  let current = snapshot;
  let conflicts = 0;
  for (let races = 0; races < MOST_TRIES; ) {
    for (const { source } of waiting) {
      if (!isIngested(current, source)) continue;
      reports.add(takenInReport(source.path, current));
    }
    waiting = waiting.filter(({ source }) => !reports.has(source.path));
    const clock = new StagingClock(host, options.pace ?? UNHURRIED, options.signal);
    const onPiece = (mayLeave: boolean): void => clock.piece(mayLeave, staging.sources.length === 0);
    const staging: Staging = new Staging(storage, host, current, { ...options, onPiece });
    const filled = await fill(storage, staging, waiting, reports, clock, options.observer);
    if (!filled.isWhole) {
      // Each time there is a file less, or one whose quarantine file is out of the way: that ends by itself.
      await staging.discard();
      waiting = filled.next;
      continue;
    }
    if (staging.sources.length === 0) return finished(current);
    const { earlier = new EarlierContents(storage), unread } = options;
    await compareWithEarlier(staging, current, earlier, unread).catch(async (error: unknown) => {
      await staging.discard();
      throw error;
    });
    const append = await appendStaging(storage, host, current, staging, options.signal);
    current = append.snapshot;
    races++;
    conflicts += append.conflicts;
    if (append.outcome === 'committed') {
      const head = await afterCommit(storage, host, current, options.observer);
      options.observer?.onCommit?.({ version: current.version, files: append.sources.length, conflicts, head });
      for (const each of append.sources) reports.add(sourceReport(each));
      if (filled.next.length === 0 || clock.isOver) return finished(current);
      waiting = filled.next;
      [races, conflicts] = [0, 0];
      continue;
    }
    for (const source of staging.sources) {
      if (source.outcome === 'rejected' && isSettled(current, source)) {
        reports.add(sourceReport({ source, identity: UNCHANGED, erasedMayReturn: false }));
      }
    }
    await staging.discard();
  }
  throw new LostRace(
    current.path,
    `${waiting[0]?.source.path}: other writers committed the same events ${MOST_TRIES} times while it was read; ` +
      'run it again when they are done',
  );
}

/** Finds out what the paths of a staging's files held before. */
async function compareWithEarlier(
  staging: Staging,
  snapshot: Snapshot,
  earlier: EarlierContents,
  unread: BatchOptions['unread'],
): Promise<void> {
  for (const { plan } of staging.sources) {
    const { path } = plan.source;
    const content = unread?.get(path) ?? (await earlier.before(snapshot, plan.source));
    if (content !== null) staging.earlier.set(path, content);
  }
}

/** What became of the files of a batch, by path. */
class Reports extends Map<string, FileReport> {
  readonly #onSettled: ((report: FileReport) => void) | undefined;

  constructor(onSettled: ((report: FileReport) => void) | undefined) {
    super();
    this.#onSettled = onSettled;
  }

  add(report: FileReport): void {
    this.set(report.path, report);
    this.#onSettled?.(report);
  }
}

/** Whether a staging is whole, and the plans to go on with: after its commit, or anew. */
interface Filled {
  readonly isWhole: boolean;
  readonly next: readonly ReadingPlan[];
}

/**
 * Reads files into a staging until all are read, or it is time for a commit. A file that changed meanwhile gets its report;
 * one that takes too long is left without any.
 */
async function fill(
  storage: Storage,
  staging: Staging,
  plans: readonly ReadingPlan[],
  reports: Reports,
  clock: StagingClock,
  observer: Observer | undefined,
): Promise<Filled> {
  let dealtWith = 0;
  try {
    for (const { plan, stored } of readAhead(storage, plans, () => dealtWith === 0 || !clock.isDue)) {
      const { path, size } = plan.source;
      observer?.onFile?.(path, size, plan.source);
      clock.beginFile();
      try {
        await staging.add(plan, (bytes, rows) => observer?.onProgress?.(bytes, rows), stored);
      } catch (error) {
        const isGone = error instanceof PreconditionFailed || error instanceof FileNotFound;
        if (isGone && error.path === path) {
          reports.add(emptyReport(path, 'skipped', STILL_CHANGING, error.message));
          if (staging.isSpoiled) return { isWhole: false, next: plans };
        } else if (error instanceof UnreadableFile && error.path === path) {
          reports.add(unreadableReport(error));
          if (staging.isSpoiled) return { isWhole: false, next: plans };
        } else if (error instanceof QuarantineTaken && plan.quarantineSuffix === '') {
          return { isWhole: false, next: await clearOfTaken(storage, plans, plan) };
        } else if (!(error instanceof FileLeft)) throw error;
        else if (staging.sources.length > 0) break;
      }
      dealtWith++;
    }
    await staging.finish();
    return { isWhole: true, next: plans.slice(dealtWith) };
  } catch (error) {
    await staging.discard();
    throw error;
  }
}
