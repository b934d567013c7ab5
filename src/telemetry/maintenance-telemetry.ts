import type { Reconciliation } from '../ingest/index.ts';
import type { Maintenance } from '../maintenance/index.ts';
import { tableName } from '../table/index.ts';
import type { NewestVerification } from '../verify/index.ts';
import type { Emit } from './emit.ts';

/** Logs what a reconciliation found and did, and how fresh each instance is. Times in milliseconds since 1970. */
export function emitReconciliation(emit: Emit, result: Reconciliation, begun: number, ended: number): void {
  const { listed, excluded, recorded, waiting, settling, taken, failed, left, oldestWaitingMs } = result;
  const rejected = taken.rejected + result.unreadable.length;
  emit('reconciliation', {
    ...{ listed, excluded, recorded, waiting, settling, failed, left },
    ...{ ingested: taken.ingested, rejected, skipped: taken.skipped, rows: taken.rows },
    oldest_waiting_seconds: oldestWaitingMs === null ? null : oldestWaitingMs / 1000,
    duration_ms: ended - begun,
  });
  for (const { instance, files, newestAt } of result.freshness) {
    const newest = newestAt === null ? null : Math.max(0, ended - newestAt.getTime()) / 1000;
    emit('freshness', { instance, files, newest_seconds: newest });
  }
}

/** What became of several compactions is said by the first of these that became of one. */
const COMPACTION_OUTCOMES = ['overtaken', 'compacted', 'nothing to do', 'dry run'] as const;

/** Logs what a maintenance did, and where the chains end. */
export function emitMaintenance(emit: Emit, result: Maintenance, durationMs: number): void {
  const { closedBracket, checkpoints, compactions, vacuum, heads, failures } = result;
  const results = (compactions ?? []).map(({ result: each }) => each);
  const days = results.flatMap((each) => each.days);
  const outcome = COMPACTION_OUTCOMES.find((each) => results.some((compaction) => compaction.outcome === each));
  const tables = vacuum?.tables ?? [];
  emit('maintenance', {
    closed_bracket: closedBracket,
    checkpoints: checkpoints ?? 0,
    compaction: outcome?.replaceAll(' ', '_') ?? 'failed',
    days: days.length,
    days_left: results.reduce((sum, { daysLeft }) => sum + daysLeft, 0),
    refused: results.reduce((sum, { refused }) => sum + refused.length, 0),
    files_before: days.reduce((sum, { filesBefore }) => sum + filesBefore, 0),
    files_after: days.reduce((sum, { filesAfter }) => sum + filesAfter, 0),
    vacuumed_files: tables.reduce((sum, { files }) => sum + files.length, 0),
    vacuumed_bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
    failed_steps: failures.length,
    duration_ms: durationMs,
  });
  for (const [path, head] of heads) {
    if (head !== null) emit('chain_head', { table: tableName(path), version: head.version, head: head.sha256 });
  }
}

/** Logs what a verification found, problems by kind. @param recorded whether the lake has a record of it */
export function emitVerification(emit: Emit, result: NewestVerification, durationMs: number, recorded: boolean): void {
  const { problems, counts, filesLeft } = result;
  const { commits, data_files, data_bytes, quarantine_files } = counts;
  emit('verification', {
    ...{ commits, data_files, data_bytes, quarantine_files },
    files_left: filesLeft,
    problems: problems.length,
    recorded,
    duration_ms: durationMs,
  });
  const kinds = Map.groupBy(problems, ({ kind }) => kind);
  for (const [kind, found] of kinds) emit('problem', { kind, count: found.length });
}
