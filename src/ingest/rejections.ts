import * as z from 'zod';
import { afterCommit, type ReadingPlan, rejectionPath, type SourceFile, UNCHANGED } from '../lake/index.ts';
import { FileNotFound, type LakeContext, readAll, type Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { appendStaged, isOnRecord } from './append.ts';
import type { Batch, BatchOptions } from './batch.ts';
import { emptyReport, type FileReport, sourceReport } from './report.ts';
import { Staging } from './staging.ts';

/** What is read back of a rejection's quarantine file. */
const REJECTION = z.object({
  reason: z.string(),
  explanation: z.string(),
  details: z.string().nullable().default(null),
});

/** The report of a file that was rejected before and has not changed since, nor the settings. */
export async function rejectedBeforeReport(
  storage: Storage,
  source: SourceFile,
  settingsHash: string,
  named: boolean,
): Promise<FileReport> {
  const { reason, explanation, details } = await recordedRejection(storage, rejectionPath(source, settingsHash));
  return named
    ? { ...emptyReport(source.path, 'rejected', reason, explanation), details }
    : emptyReport(source.path, 'skipped', 'rejected_before', explanation);
}

/** What was put on record when a file was rejected; its record may have been deleted since. */
async function recordedRejection(storage: Storage, path: string): Promise<z.infer<typeof REJECTION>> {
  try {
    const text = Buffer.from(await readAll(storage, path)).toString('utf8');
    return REJECTION.parse(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof FileNotFound)) throw error;
    const explanation = `the record of the rejection, ${path}, is gone`;
    return { reason: 'rejected_before', explanation, details: null };
  }
}

/**
 * Records a raw file as rejected without reading it: it was tried often enough, and each try failed or killed whoever
 * tried. As any rejection it stands until the file, the settings or the readers change.
 * @param explanation for the record; nothing of the file's content
 * @throws storage errors and TableError, with nothing visible; safe to run again
 */
export async function rejectUnread(
  context: LakeContext,
  snapshot: Snapshot,
  plan: ReadingPlan,
  explanation: string,
  options: BatchOptions,
): Promise<Batch> {
  let reports: readonly FileReport[] = [];
  const stage = async (current: Snapshot): Promise<Staging | null> => {
    const staging = new Staging(context, current, options);
    const source = await staging.reject(plan, explanation);
    reports = [sourceReport({ source, identity: UNCHANGED, erasedMayReturn: false })];
    return isOnRecord(current, source) ? null : staging;
  };
  const stager = { subject: `rejecting ${plan.source.path}`, stage };
  const append = await appendStaged(context, snapshot, stager, options.signal);
  const { snapshot: after, conflicts } = append;
  if (append.outcome === 'committed') {
    const head = await afterCommit(context, after, options.observer);
    options.observer?.onCommit?.({ version: after.version, files: 1, conflicts, head });
  }
  return { snapshot: after, reports };
}
