import { afterCommit, type ReadingPlan, UNCHANGED } from '../lake/index.ts';
import type { Host, Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { appendStaged, isSettled } from './append.ts';
import type { Batch, BatchOptions } from './batch.ts';
import { type FileReport, sourceReport } from './report.ts';
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
  let reports: readonly FileReport[] = [];
  const stage = async (current: Snapshot): Promise<Staging | null> => {
    const staging = new Staging(storage, host, current, options);
    const source = await staging.reject(plan, explanation);
    reports = [sourceReport({ source, identity: UNCHANGED, erasedMayReturn: false })];
    return isSettled(current, source) ? null : staging;
  };
  const stager = { subject: `rejecting ${plan.source.path}`, stage };
  const append = await appendStaged(storage, host, snapshot, stager, options.signal);
  const { snapshot: after, conflicts } = append;
  if (append.outcome === 'committed') {
    const head = await afterCommit(storage, host, after, options.observer);
    options.observer?.onCommit?.({ version: after.version, files: 1, conflicts, head });
  }
  return { snapshot: after, reports };
}
