import type { FileReport, Observer } from '../ingest/index.ts';
import { type CommitObserver, type ReplacedContent, replacedId, type SourceFile } from '../lake/index.ts';
import { instanceOf, type Settings } from '../settings/index.ts';
import { type Host, pathInZone, StorageError } from '../storage/index.ts';
import { tableName } from '../table/index.ts';
import type { Emit } from './emit.ts';

/** A file that is being read. */
interface Reading {
  readonly source: SourceFile;
  readonly since: number;
  attempts: number;
}

/** Logs what becomes of each file and each commit. One observer serves one run, or several tries of it. */
export function ingestTelemetry(
  functionName: string,
  host: Pick<Host, 'now'>,
  { instances }: Pick<Settings, 'instances'>,
  emit: Emit,
): Observer {
  const readings = new Map<string, Reading>();
  return {
    onFile: (path, _, source) => {
      const { since, attempts } = readings.get(path) ?? { since: host.now(), attempts: 0 };
      readings.set(path, { source, since, attempts: attempts + 1 });
    },
    onReport: (report) => {
      const reading = readings.get(report.path);
      readings.delete(report.path);
      const instance = instanceOf(pathInZone(report.path), instances) ?? null;
      const facts = timesOf(reading, host.now());
      emit('file', { function: functionName, instance, ...countsOf(report), ...facts });
      for (const [reason, rows] of Object.entries(report.quarantineReasons)) {
        emit('quarantined', { ingest_id: facts.ingest_id, reason, rows });
      }
    },
    onCommit: ({ version, files, conflicts, head }) => {
      emit('commit', { version, files, conflicts, head: head?.sha256 ?? null });
    },
    ...commitTelemetry(functionName, emit),
  };
}

/** Logs what a commit could do without and did not get. */
export function commitTelemetry(functionName: string, emit: Emit): CommitObserver {
  return {
    onCheckpointFailure: (error) => emitFailure(emit, functionName, 'checkpoint', error, false),
    onEvidenceFailure: (error) => emitFailure(emit, functionName, 'evidence', error, false),
    onEvidenceRewritten: (table, commits) => {
      emit('evidence_rewritten', { table: tableName(table), commits });
    },
  };
}

/** Logs that something failed: the class of the error, never its text, which may quote a file. */
export function emitFailure(emit: Emit, functionName: string, step: string, error: unknown, retried: boolean): void {
  emit('failure', {
    function: functionName,
    step,
    error: error instanceof Error ? error.constructor.name : typeof error,
    operation: error instanceof StorageError && error.path !== '' ? error.operation : null,
    retried,
  });
}

/** Logs that a content of a file was replaced before anybody read it, as it was put on record. */
export function emitReplaced(
  emit: Emit,
  functionName: string,
  { instances }: Pick<Settings, 'instances'>,
  content: ReplacedContent,
): void {
  const { path, how, size, found } = content;
  emit('raw_replaced_unread', {
    function: functionName,
    instance: instanceOf(pathInZone(path), instances) ?? null,
    record: replacedId(content),
    how,
    bytes: size,
    found_bytes: found.size,
    noticed_after_seconds: Math.max(0, Date.parse(content.noticed_at) - Date.parse(content.written_at)) / 1000,
  });
}

function countsOf(report: FileReport) {
  const { outcome, reason, rows, committed, duplicates, quarantined, withheld, statuses, warnings } = report;
  return {
    ...{ outcome, reason, rows, committed, duplicates, quarantined, withheld },
    ...statuses,
    possible_new_field: report.possibleNewFields,
    suspected_truncated: warnings.includes('suspected_truncated'),
    identity_columns_changed: warnings.includes('identity_columns_changed'),
    identity_values_changed: warnings.includes('identity_values_changed'),
    time_reading_changed: warnings.includes('time_reading_changed'),
    erased_may_return: warnings.includes('erased_may_return'),
    raw_replaced: warnings.includes('raw_replaced'),
    unterminated_last_record: warnings.includes('unterminated_last_record'),
    joined_exports: warnings.includes('joined_exports'),
    many_days: warnings.includes('many_days'),
    time_precision_differs: warnings.includes('time_precision_differs'),
    time_zone_assumed: warnings.includes('time_zone_assumed'),
    actor_not_named: warnings.includes('actor_not_named'),
    mostly_unreadable: warnings.includes('mostly_unreadable'),
    read_again: warnings.includes('read_again'),
    no_records: warnings.includes('no_records'),
  };
}

function timesOf(reading: Reading | undefined, now: number) {
  if (reading === undefined) return { ingest_id: null, bytes: 0, duration_ms: 0, attempts: 0, lag_seconds: null };
  const { source, since, attempts } = reading;
  return {
    ingest_id: source.ingestId,
    bytes: source.size,
    duration_ms: now - since,
    attempts,
    lag_seconds: Math.max(0, now - source.landedAt.getTime()) / 1000,
  };
}
