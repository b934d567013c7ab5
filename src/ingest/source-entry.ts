import type { CommitInfo, JsonValue } from '../table/index.ts';
import type { Draft, ReadingPlan } from './draft.ts';
import type { QuarantineFile } from './quarantine.ts';
import type { FileReport, Warning } from './report.ts';

/** The documented cap of one export: a file of exactly this many records was perhaps cut off. */
const EXPORT_CAP = 1_000_000;

/** What a commit records of a raw file: what was read, with which settings, and what came of each record. */
export function ingestedEntry(plan: ReadingPlan, draft: Draft): { readonly [name: string]: JsonValue } {
  const { counts, header, quarantine } = draft;
  return {
    ...identity(plan),
    sha256: draft.sha256,
    outcome: 'ingested',
    rows: counts.records,
    committed: draft.committed,
    duplicates: draft.duplicates,
    quarantined: counts.bad,
    statuses: draft.statuses,
    quarantine_reasons: draft.quarantineReasons,
    identity_columns: header.identityColumns,
    resynchronised: counts.resynchronised,
    decompressed_bytes: counts.decompressedBytes,
    unterminated_last_record: counts.unterminatedLastRecord,
    suspected_truncated: counts.records === EXPORT_CAP,
    files: draft.files.written.map(({ add, sha256, rows }) => ({ path: add.path, rows, sha256 })),
    quarantine: quarantine === null ? null : { ...quarantine },
  };
}

/** What a commit records of a raw file that is no export. */
export function rejectedEntry(
  plan: ReadingPlan,
  rejection: { readonly reason: string; readonly explanation: string },
  quarantine: QuarantineFile,
): { readonly [name: string]: JsonValue } {
  return {
    ...identity(plan),
    outcome: 'rejected',
    reason: rejection.reason,
    explanation: rejection.explanation,
    rows: 0,
    committed: 0,
    duplicates: 0,
    quarantined: 0,
    quarantine: { ...quarantine },
  };
}

/** The report of a file whose draft was committed. */
export function ingestedReport(plan: ReadingPlan, draft: Draft, identityChanged: boolean): FileReport {
  const { counts } = draft;
  const warnings: Warning[] = [];
  if (counts.records === EXPORT_CAP) warnings.push('suspected_truncated');
  if (identityChanged) warnings.push('identity_columns_changed');
  if (counts.unterminatedLastRecord) warnings.push('unterminated_last_record');
  return {
    path: plan.source.path,
    outcome: 'ingested',
    reason: null,
    explanation: null,
    rows: counts.records,
    committed: draft.committed,
    duplicates: draft.duplicates,
    quarantined: counts.bad,
    statuses: draft.statuses,
    families: draft.families,
    quarantineReasons: draft.quarantineReasons,
    warnings,
  };
}

/** The `commitInfo` of an append. */
export function appendInfo(given: {
  readonly now: number;
  readonly readVersion: number;
  readonly txnId: string;
  readonly catalogueVersion: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly sources: readonly { readonly [name: string]: JsonValue }[];
}): CommitInfo {
  const { now, readVersion, txnId, catalogueVersion, metrics, sources } = given;
  return {
    timestamp: now,
    operation: 'WRITE',
    operationParameters: { mode: 'Append', partitionBy: '["event_date"]' },
    readVersion,
    isolationLevel: 'Serializable',
    // The table was read first: its ids were compared. Claiming a blind append would let other writers ignore this one.
    isBlindAppend: false,
    operationMetrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, String(value)])),
    userMetadata: sources.map(({ path, outcome }) => `${outcome}: ${path}`).join('; '),
    engineInfo: 'nexthink-audit-lake',
    txnId,
    catalogueVersion,
    sources,
  };
}

function identity({ source, instance, settings, settingsHash }: ReadingPlan): { readonly [name: string]: JsonValue } {
  return {
    path: source.path,
    etag: source.etag,
    ingest_id: source.ingestId,
    landed_at: source.landedAt.toISOString(),
    size: source.size,
    instance,
    settings: JSON.parse(JSON.stringify(settings)) as JsonValue,
    settings_hash: settingsHash,
  };
}
