import {
  afterCommit,
  clearOfTaken,
  type EarlierContent,
  EarlierContents,
  isIngested,
  QuarantineTaken,
  type ReadingPlan,
  UNCHANGED,
  withdrawalOf,
  withdrawalOfContent,
} from '../lake/index.ts';
import { FileNotFound, type LakeContext, PreconditionFailed, type Storage, UnreadableFile } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { appendStaged, isOnRecord, type Stager } from './append.ts';
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
  withdrawnReport,
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
  context: LakeContext,
  snapshot: Snapshot,
  plans: readonly ReadingPlan[],
  options: BatchOptions,
): Promise<Batch> {
  const batch = new WaitingFiles(context, plans, options);
  let current = snapshot;
  for (;;) {
    const append = await appendStaged(context, current, batch, options.signal);
    current = append.snapshot;
    if (append.outcome === 'nothing') break;
    const head = await afterCommit(context, current, options.observer);
    const { sources, conflicts } = append;
    options.observer?.onCommit?.({ version: current.version, files: sources.length, conflicts, head });
    for (const each of sources) batch.reports.add(sourceReport(each));
    if (!batch.goOn()) break;
  }
  return { snapshot: current, reports: plans.flatMap(({ source }) => batch.reports.get(source.path) ?? []) };
}

/** The files of a batch that wait to be staged; as many go into a staging as the pace has time for. */
class WaitingFiles implements Stager {
  readonly reports: Reports;
  readonly #context: LakeContext;
  readonly #options: BatchOptions;
  readonly #earlier: EarlierContents;
  #waiting: readonly ReadingPlan[];
  /** Those that come after the staging. */
  #later: readonly ReadingPlan[] = [];
  #clock: StagingClock;

  constructor(context: LakeContext, plans: readonly ReadingPlan[], options: BatchOptions) {
    this.reports = new Reports(options.onSettled);
    this.#context = context;
    this.#options = options;
    this.#earlier = options.earlier ?? new EarlierContents(context.storage);
    this.#waiting = plans;
    this.#clock = this.#newClock();
  }

  get subject(): string {
    return `taking in ${this.#waiting[0]?.source.path}`;
  }

  /** Turns to the files after the staging, which was committed; says whether there are any, and time for them. */
  goOn(): boolean {
    this.#waiting = this.#later;
    return this.#waiting.length > 0 && !this.#clock.isOver;
  }

  async stage(snapshot: Snapshot): Promise<Staging | null> {
    for (;;) {
      for (const { source } of this.#waiting) {
        const withdrawal = await withdrawalOfContent(this.#context.storage, snapshot, source);
        if (withdrawal !== null) this.reports.add(withdrawnReport(source.path, withdrawal));
        else if (isIngested(snapshot, source)) this.reports.add(takenInReport(source.path, snapshot));
      }
      this.#waiting = this.#waiting.filter(({ source }) => !this.reports.has(source.path));
      const clock = this.#newClock();
      this.#clock = clock;
      const onPiece = (mayLeave: boolean): void => clock.piece(mayLeave, staging.sources.length === 0);
      const staging: Staging = new Staging(this.#context, snapshot, { ...this.#options, onPiece });
      const filled = await fill(
        this.#context.storage,
        staging,
        this.#waiting,
        this.reports,
        clock,
        this.#options.observer,
      );
      if (filled.isWhole) {
        this.#later = filled.next;
        if (staging.sources.length === 0) return null;
        await this.#compareWithEarlier(staging, snapshot);
        return staging;
      }
      // Each time there is a file less, or one whose quarantine file is out of the way: that ends by itself.
      await staging.discard();
      this.#waiting = filled.next;
    }
  }

  onOvertaken(staging: Staging, snapshot: Snapshot): void {
    for (const source of staging.sources) {
      // One that was withdrawn is reported as that.
      if (withdrawalOf(snapshot, source.plan.source) !== null) continue;
      if (source.outcome === 'rejected' && isOnRecord(snapshot, source)) {
        this.reports.add(sourceReport({ source, identity: UNCHANGED, erasedMayReturn: false }));
      }
    }
  }

  #newClock(): StagingClock {
    return new StagingClock(this.#context.host, this.#options.pace ?? UNHURRIED, this.#options.signal);
  }

  /** Finds out what the paths of a staging's files held before. */
  async #compareWithEarlier(staging: Staging, snapshot: Snapshot): Promise<void> {
    try {
      for (const { plan } of staging.sources) {
        const { path } = plan.source;
        const content = this.#options.unread?.get(path) ?? (await this.#earlier.before(snapshot, plan.source));
        if (content !== null) staging.earlier.set(path, content);
      }
    } catch (error) {
      await staging.discard();
      throw error;
    }
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
