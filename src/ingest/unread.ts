import { settleCommit } from '../lake/after-commit.ts';
import { MOST_TRIES } from '../lake/back-off.ts';
import type { Host } from '../lake/host.ts';
import { UNCHANGED } from '../lake/identities.ts';
import type { ReadingPlan } from '../lake/reading-plan.ts';
import type { Storage } from '../storage/index.ts';
import { LostRace, type Snapshot } from '../table/index.ts';
import { appendDraft, isSettled } from './append.ts';
import type { Batch, BatchOptions } from './batch.ts';
import { sourceReport } from './report.ts';
import { Draft } from './staging.ts';

/**
 * Records a raw file as rejected without reading it: it was tried often enough, and each try failed or killed whoever
 * tried. As any rejection it stands until the file, the settings or the readers change.
 * @param explanation for the record; nothing of the file's content
 * @throws storage errors and TableError, with nothing visible; safe to run again
 */
export async function rejectUnread(
  storage: Storage,
  host: Host,
  snapshot: Snapshot,
  plan: ReadingPlan,
  explanation: string,
  options: BatchOptions,
): Promise<Batch> {
  let current = snapshot;
  for (let races = 0; races < MOST_TRIES; races++) {
    const draft = new Draft(storage, host, current, options);
    const source = await draft.reject(plan, explanation);
    const reports = [sourceReport({ source, identity: UNCHANGED, erasedMayReturn: false })];
    if (isSettled(current, source)) return { snapshot: current, reports };
    const append = await appendDraft(storage, host, current, draft, options.signal);
    current = append.snapshot;
    if (append.outcome === 'overtaken') continue;
    const head = await settleCommit(storage, host, current, options.observer);
    options.observer?.onCommit?.({ version: current.version, files: 1, conflicts: append.conflicts, head });
    return { snapshot: current, reports };
  }
  throw new LostRace(
    current.path,
    `${plan.source.path}: lost the race for a version ${MOST_TRIES} times; run it again`,
  );
}
