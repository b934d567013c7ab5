import { afterCommit, type Host, MOST_TRIES, type ReadingPlan, UNCHANGED } from '../lake/index.ts';
import type { Storage } from '../storage/index.ts';
import { LostRace, type Snapshot } from '../table/index.ts';
import { appendStaging, isSettled } from './append.ts';
import type { Batch, BatchOptions } from './batch.ts';
import { sourceReport } from './report.ts';
import { Staging } from './staging.ts';

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
    const staging = new Staging(storage, host, current, options);
    const source = await staging.reject(plan, explanation);
    const reports = [sourceReport({ source, identity: UNCHANGED, erasedMayReturn: false })];
    if (isSettled(current, source)) return { snapshot: current, reports };
    const append = await appendStaging(storage, host, current, staging, options.signal);
    current = append.snapshot;
    if (append.outcome === 'overtaken') continue;
    const head = await afterCommit(storage, host, current, options.observer);
    options.observer?.onCommit?.({ version: current.version, files: 1, conflicts: append.conflicts, head });
    return { snapshot: current, reports };
  }
  throw new LostRace(
    current.path,
    `${plan.source.path}: lost the race for a version ${MOST_TRIES} times; run it again`,
  );
}
