import { FileNotFound, PreconditionFailed, type Storage, UnreadableFile } from '../storage/index.ts';
import { LostRace, type Snapshot } from '../table/index.ts';
import { appendDraft, isSettled } from './append.ts';
import { MOST_TRIES } from './back-off.ts';
import { Draft, type DraftOptions } from './draft.ts';
import { type EarlierContent, EarlierContents } from './earlier-contents.ts';
import type { Host } from './host.ts';
import { UNCHANGED } from './identities.ts';
import type { Observer } from './observer.ts';
import { clearOfTaken, QuarantineTaken } from './quarantine.ts';
import { readAhead } from './read-ahead.ts';
import type { ReadingPlan } from './reading-plan.ts';
import { emptyReport, type FileReport, STILL_CHANGING, takenInReport, unreadableReport } from './report.ts';
import { settleCommit } from './settle-commit.ts';
import { sourceReport } from './source-entry.ts';
import { isIngested } from './source-file.ts';

export interface BatchOptions extends DraftOptions {
  readonly observer?: Observer;
  /** What is known of contents before, from other batches of the run. */
  readonly earlier?: EarlierContents;
  /** Files that were looked at before and have changed since, by path: their contents were never read. */
  readonly unread?: ReadonlyMap<string, EarlierContent>;
}

/** The table after a batch, and what became of each file, in the order given. */
export interface Batch {
  readonly snapshot: Snapshot;
  readonly reports: readonly FileReport[];
}

/**
 * Takes raw files into the table by one commit, exactly once: read, publish data files, commit; again from the start
 * where another writer was first with some of the same events. A file that changed since its plan was made is skipped.
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
  const reports = new Map<string, FileReport>();
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
      reports.set(source.path, takenInReport(source.path, current));
    }
    waiting = waiting.filter(({ source }) => !reports.has(source.path));
    const draft = new Draft(storage, host, current, options);
    const next = await fill(storage, draft, waiting, reports, options.observer);
    if (next !== null) {
      // Each time there is a file less, or one whose quarantine file is out of the way: that ends by itself.
      await draft.discard();
      waiting = next;
      continue;
    }
    if (draft.sources.length === 0) return finished(current);
    await compareWithEarlier(draft, current, options.earlier ?? new EarlierContents(storage), options.unread);
    const append = await appendDraft(storage, host, current, draft);
    current = append.snapshot;
    races++;
    conflicts += append.conflicts;
    if (append.outcome === 'committed') {
      for (const each of append.sources) reports.set(each.source.plan.source.path, sourceReport(each));
      const head = await settleCommit(storage, host, current, options.observer);
      options.observer?.onCommit?.({ version: current.version, files: append.sources.length, conflicts, head });
      return finished(current);
    }
    for (const source of draft.sources) {
      if (source.outcome === 'rejected' && isSettled(current, source)) {
        reports.set(source.plan.source.path, sourceReport({ source, identity: UNCHANGED, erasedMayReturn: false }));
      }
    }
    await draft.discard();
  }
  throw new LostRace(
    current.path,
    `${waiting[0]?.source.path}: other writers committed the same events ${MOST_TRIES} times while it was read; ` +
      'run it again when they are done',
  );
}

/** Finds out what the paths of a draft's files held before. */
async function compareWithEarlier(
  draft: Draft,
  snapshot: Snapshot,
  earlier: EarlierContents,
  unread: BatchOptions['unread'],
): Promise<void> {
  for (const { plan } of draft.sources) {
    const { path } = plan.source;
    const content = unread?.get(path) ?? (await earlier.before(snapshot, plan.source));
    if (content !== null) draft.earlier.set(path, content);
  }
}

/**
 * Reads the files into a draft. Null when it is whole; otherwise the plans to begin anew with. A file that changed
 * meanwhile gets its report.
 */
async function fill(
  storage: Storage,
  draft: Draft,
  plans: readonly ReadingPlan[],
  reports: Map<string, FileReport>,
  observer: Observer | undefined,
): Promise<readonly ReadingPlan[] | null> {
  try {
    for (const { plan, stored } of readAhead(storage, plans)) {
      const { path, size } = plan.source;
      observer?.onFile?.(path, size, plan.source);
      try {
        await draft.add(plan, (bytes, rows) => observer?.onProgress?.(bytes, rows), stored);
      } catch (error) {
        const isGone = error instanceof PreconditionFailed || error instanceof FileNotFound;
        if (isGone && error.path === path) {
          reports.set(path, emptyReport(path, 'skipped', STILL_CHANGING, error.message));
          if (draft.isSpoiled) return plans;
        } else if (error instanceof UnreadableFile && error.path === path) {
          reports.set(path, unreadableReport(error));
          if (draft.isSpoiled) return plans;
        } else if (error instanceof QuarantineTaken && plan.quarantineSuffix === '') {
          return await clearOfTaken(storage, plans, plan);
        } else throw error;
      }
    }
    await draft.finish();
    return null;
  } catch (error) {
    await draft.discard();
    throw error;
  }
}
