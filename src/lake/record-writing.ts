import { CATALOGUE_VERSION } from '../catalogue/index.ts';
import { DECODER_VERSION } from '../decode/index.ts';
import { recordedSettings } from '../settings/index.ts';
import { READER_VERSION } from '../source/index.ts';
import { type Attempt, type JsonValue, type Provenance, provenance, type Snapshot, type Told } from '../table/index.ts';
import type { DataFile } from './data-files.ts';
import { type EarlierContent, isReplaced } from './earlier-contents.ts';
import { type EventHours, hourText } from './event-hours.ts';
import type { IdentityChange } from './identities.ts';
import type { ReadingPlan } from './reading-plan.ts';
import { recognisedRecord } from './recognised-record.ts';
import type {
  AcceptedRecord,
  ByRecord,
  CompactionRecord,
  ComparisonRecord,
  EarlierRecord,
  ErasureRecord,
  FileRecord,
  HoursRecord,
  IngestedRecord,
  Ledger,
  PartRecord,
  RecordParts,
  RejectedRecord,
  ReplayRecord,
  RestatedRecord,
  RetentionRecord,
  SourceRecord,
  VacuumRecord,
  WithdrawalRecord,
} from './record-schema.ts';
import type { IngestedSource, RejectedSource, SourceOutcome } from './source-outcome.ts';

/** The documented cap of one export: a file of exactly this many records was perhaps cut off. */
const EXPORT_CAP = 1_000_000;
/** What the name of a landed result has in it where Nexthink said that it was cut. */
const TRUNCATED = '.truncated.';
/** Up to this many files are named where people read the history; of more, only the number is given. */
const MOST_NAMED = 3;

/**
 * What log and evidence say of a rejected file beyond its reason and place. They are kept for good and nothing can be erased
 * from them, so they quote nothing of it: what was found, which may be a record with names in it, is in the quarantine alone.
 */
const EXPLAINED_IN_QUARANTINE = 'what was expected, what was found and what to do: see the quarantine file';

/** A `commitInfo` of ours with these parts of a record. */
type WithParts<K extends keyof RecordParts> = Provenance & { readonly [P in K]: NonNullable<RecordParts[P]> };

/** Who made a change, where that is known. */
type MadeBy = Pick<RecordParts, 'by'>;

function madeBy(by: ByRecord | null): MadeBy {
  return by === null ? {} : { by: { ...by } };
}

/** A raw file, and what is to be said of its events' ids. */
export interface JudgedSource {
  readonly source: SourceOutcome;
  readonly identity: IdentityChange;
  /** Whether its rows may be such as were erased, under other ids than those that are withheld. */
  readonly erasedMayReturn: boolean;
  /** What its path held before; null or left out where nothing is known of that. */
  readonly earlier?: EarlierContent | null;
  /** Names what a rejected file was compared with; left out where it was with nothing. */
  readonly comparedWith?: string;
}

/**
 * What a commit records of a raw file: what was read, with which settings, and what came of each record: rows = committed
 * + duplicates + quarantined + withheld, and outside_scope, which only a commit about some days has.
 */
export function sourceRecord({
  source,
  identity: change,
  earlier = null,
  comparedWith = '',
}: Pick<JudgedSource, 'source' | 'identity' | 'earlier' | 'comparedWith'>): SourceRecord {
  const before = earlier === null ? {} : { earlier: earlierRecord(source, earlier) };
  return source.outcome === 'ingested'
    ? { ...ingestedRecord(source, change), ...before }
    : { ...rejectedRecord(source, comparedWith), ...before };
}

function rejectedRecord(
  { plan, sha256, reason, record, offset, quarantine }: RejectedSource,
  comparedWith: string,
): RejectedRecord {
  return {
    ...identity(plan),
    ...(sha256 !== null && { sha256 }),
    outcome: 'rejected',
    reason,
    record,
    offset,
    explanation: EXPLAINED_IN_QUARANTINE,
    ...(reason === 'identity_differs' && { compared_with: comparedWith }),
    rows: 0,
    committed: 0,
    duplicates: 0,
    quarantined: 0,
    withheld: 0,
    quarantine: { ...quarantine },
  };
}

/** What the path held before, and whether that is something else: then it is there no more. */
function earlierRecord(source: SourceOutcome, earlier: EarlierContent): EarlierRecord {
  const { etag, size, sha256 } = earlier;
  return { etag, size, ...(sha256 !== null && { sha256 }), replaced: isReplaced(earlier, source) };
}

/** What a commit records of each data file that it adds. The rows of one may come from several raw files. */
export function fileRecords(files: readonly DataFile[]): FileRecord[] {
  return files.map(({ add, rows, sha256 }) => ({ path: add.path, rows, sha256 }));
}

/** The `commitInfo` of an append: `sources` has one record per raw file, `files` one per data file. */
export function appendInfo(
  on: Snapshot,
  attempt: Attempt,
  given: { readonly files: readonly DataFile[]; readonly sources: readonly JudgedSource[]; readonly ledger: Ledger },
): WithParts<'catalogueVersion' | 'files' | 'sources' | 'ledger'> {
  const { files, sources, ledger } = given;
  const told = {
    operation: 'WRITE',
    operationParameters: { mode: 'Append', partitionBy: '["event_date"]' },
    operationMetrics: { numFiles: String(files.length), ...sumsOf(sources) },
    userMetadata: inWords(sources),
  };
  return {
    ...provenance(on, attempt, told),
    catalogueVersion: CATALOGUE_VERSION,
    files: fileRecords(files),
    sources: sources.map((each) => sourceRecord(each)),
    ledger,
  };
}

/** The `commitInfo` of the publication of a catalogue, in one file. */
export function catalogueInfo(
  on: Snapshot,
  attempt: Attempt,
  catalogueVersion: string,
  file: FileRecord,
): WithParts<'catalogueVersion' | 'files'> {
  return { ...provenance(on, attempt, replacedBy(file)), catalogueVersion, files: [file] };
}

/** What other engines are told of a small table that is replaced as a whole, by one file. */
function replacedBy({ rows }: FileRecord) {
  return {
    operation: 'WRITE',
    operationParameters: { mode: 'Overwrite', partitionBy: '[]' },
    operationMetrics: { numFiles: '1', numOutputRows: String(rows) },
  };
}

/** The `commitInfo` of a comparison with what the source counted, in one file. */
export function comparisonInfo(
  on: Snapshot,
  attempt: Attempt,
  compared: ComparisonRecord,
  file: FileRecord,
): WithParts<'compared' | 'files'> {
  const told = {
    ...replacedBy(file),
    userMetadata: `compared ${compared.hours} hours with what the source counted: ${compared.findings} findings`,
  };
  return { ...provenance(on, attempt, told), compared, files: [file] };
}

/** The `commitInfo` of a compaction. */
export function compactionInfo(
  on: Snapshot,
  attempt: Attempt,
  change: CompactionRecord,
  files: readonly DataFile[],
): WithParts<'change' | 'files'> {
  const { before, days, rows, files_before, files_after, bytes_before, bytes_after } = change;
  const told = {
    operation: 'OPTIMIZE',
    operationParameters: { predicate: JSON.stringify([`event_date < '${before}'`]), zOrderBy: '[]' },
    isolationLevel: 'SnapshotIsolation',
    operationMetrics: {
      numRemovedFiles: String(files_before),
      numRemovedBytes: String(bytes_before),
      numAddedFiles: String(files_after),
      numAddedBytes: String(bytes_after),
      numOutputRows: String(rows),
    },
    userMetadata: `compacted ${files_before} files of ${days} days into ${files_after}`,
  };
  return { ...provenance(on, attempt, told), change, files: fileRecords(files) };
}

/** What a change within a bracket tells and records; the order of the keys is that of the log. */
export type ChangeInfo = Required<Omit<Told, 'isolationLevel'>> &
  (
    | (Pick<WithParts<'catalogueVersion' | 'files' | 'sources'>, 'catalogueVersion' | 'files' | 'sources'> & {
        readonly change: ReplayRecord | WithdrawalRecord;
      })
    | { readonly change: RetentionRecord }
    | { readonly change: ErasureRecord; readonly files: FileRecord[] }
  );

/** The `commitInfo` of a change within a bracket. */
export function changeInfo(
  on: Snapshot,
  attempt: Attempt,
  given: ChangeInfo,
  ledger: Ledger,
  by: ByRecord | null,
): WithParts<'change' | 'ledger'> & MadeBy {
  const { timestamp, readVersion, isolationLevel, isBlindAppend, engineInfo, txnId } = provenance(on, attempt, given);
  return { timestamp, ...given, ledger, ...madeBy(by), readVersion, isolationLevel, isBlindAppend, engineInfo, txnId };
}

/** The `commitInfo` of an acceptance of another engine's change. */
export function acceptanceInfo(
  on: Snapshot,
  attempt: Attempt,
  accepted: AcceptedRecord,
  by: ByRecord | null,
): WithParts<'accepted'> & MadeBy {
  const { version, reason } = accepted;
  const told = { operation: 'ACCEPT CHANGE', operationParameters: { version: String(version) } };
  return {
    ...provenance(on, attempt, told),
    userMetadata: `accepted version ${version}: ${reason}`,
    accepted,
    ...madeBy(by),
  };
}

/** The `commitInfo` of a vacuum that somebody asked for; it stands in the log before a file is deleted. */
export function vacuumInfo(
  on: Snapshot,
  attempt: Attempt,
  vacuumed: VacuumRecord,
  by: ByRecord | null,
): WithParts<'vacuumed'> & MadeBy {
  const { files, bytes, days, reason } = vacuumed;
  const told = {
    operation: 'VACUUM START',
    operationParameters: { defaultRetentionMillis: String(days * 86_400_000) },
    operationMetrics: { numFilesToDelete: String(files), sizeOfDataToDelete: String(bytes) },
    userMetadata: `vacuum: ${reason}`,
  };
  return { ...provenance(on, attempt, told), vacuumed, ...madeBy(by) };
}

/** The `commitInfo` of what puts back, and notes, what another engine dropped, and takes over what an older version remembered. */
export function restatementInfo(
  on: Snapshot,
  attempt: Attempt,
  restated: RestatedRecord,
  ledger: Ledger,
): WithParts<'restated' | 'ledger'> {
  const { transactions, removals, identities = 0 } = restated;
  const words = [
    ...(transactions > 0 ? [`put back ${transactions} txn that another engine had dropped or set anew`] : []),
    ...(removals.length > 0
      ? [`noted ${removals.length} commits of other engines that removed rows: replay puts them back`]
      : []),
    ...(identities > 0 ? [`took over what event_uid depends on, of ${identities} instances`] : []),
  ];
  const told = { operation: 'RESTATE TRANSACTIONS', operationParameters: {} };
  return { ...provenance(on, attempt, told), userMetadata: words.join('; '), restated, ledger };
}

function ingestedRecord(source: IngestedSource, identityChange: IdentityChange): IngestedRecord {
  const { plan, counts, recognised, parts, header, quarantine, outsideScope, leftOut } = source;
  return {
    ...identity(plan),
    sha256: source.sha256,
    outcome: 'ingested',
    recognised: recognised.map(recognisedRecord),
    rows: counts.records,
    committed: source.committed,
    duplicates: source.duplicates,
    quarantined: counts.bad,
    withheld: source.withheld,
    source_systems: [...source.systems],
    ...(source.hours !== null && { hours: hoursRecord(source.hours) }),
    ...(outsideScope !== null && { outside_scope: outsideScope }),
    statuses: source.statuses,
    quarantine_reasons: source.quarantineReasons,
    identity_columns: [...(parts[0]?.header ?? header).identityColumns],
    identity_columns_changed: identityChange.columns,
    identity_values_changed: identityChange.values,
    ...(identityChange.times && { time_reading_changed: true }),
    resynchronised: counts.resynchronised,
    decompressed_bytes: counts.decompressedBytes,
    unterminated_last_record: counts.unterminatedLastRecord,
    suspected_truncated: isPerhapsTruncated(source),
    ...(counts.repeatedHeaders > 0 && { repeated_headers: counts.repeatedHeaders }),
    ...(leftOut.length > 0 && { left_out: leftOut.length }),
    ...(parts.length > 1 && { parts: partRecords(source) }),
    quarantine: quarantine === null ? null : { ...quarantine },
    ...(plan.supersedes.length > 0 && { supersedes: [...plan.supersedes] }),
  };
}

/**
 * Whether records of an export in the file are perhaps missing at its end: it has exactly as many as an export can have, or it
 * was landed as the result of a query of which Nexthink said that it was cut, as its name says.
 */
export function isPerhapsTruncated(source: Pick<IngestedSource, 'parts' | 'counts' | 'plan'>): boolean {
  return isNamedTruncated(source.plan) || recordsOfParts(source).includes(EXPORT_CAP);
}

function isNamedTruncated({ way, source: { path } }: Pick<ReadingPlan, 'way' | 'source'>): boolean {
  return way === 'nql' && path.slice(path.lastIndexOf('/') + 1).includes(TRUNCATED);
}

function hoursRecord({ first, records, committed }: EventHours): HoursRecord {
  return { from: hourText(first), records: [...records], committed: [...committed] };
}

function recordsOfParts({ parts, counts }: Pick<IngestedSource, 'parts' | 'counts'>): readonly number[] {
  return parts.map(({ row }, index) => (parts[index + 1]?.row ?? counts.records + 1) - row);
}

/** Where each of the exports that are joined in a file begins: its first record's number, and its offset in bytes. */
function partRecords(source: Pick<IngestedSource, 'parts' | 'counts'>): PartRecord[] {
  const records = recordsOfParts(source);
  return source.parts.map(({ row, offset, header }, index) => ({
    row,
    offset,
    records: records[index]!,
    identity_columns: [...header.identityColumns],
  }));
}

function identity({ source, instance, way, settings, settingsHash }: ReadingPlan) {
  return {
    path: source.path,
    etag: source.etag,
    ingest_id: source.ingestId,
    landed_at: source.landedAt.toISOString(),
    size: source.size,
    instance,
    way,
    settings: JSON.parse(JSON.stringify(recordedSettings(settings))) as Record<string, JsonValue>,
    settings_hash: settingsHash,
    reader_version: READER_VERSION,
    decoder_version: DECODER_VERSION,
  };
}

/** Other engines show these: strings only. */
function sumsOf(sources: readonly JudgedSource[]): Record<string, string> {
  const ingested = sources.flatMap(({ source }) => (source.outcome === 'ingested' ? [source] : []));
  const sum = (pick: (source: IngestedSource) => number) => String(ingested.reduce((all, each) => all + pick(each), 0));
  return {
    numOutputRows: sum(({ committed }) => committed),
    numDuplicates: sum(({ duplicates }) => duplicates),
    numQuarantined: sum(({ counts }) => counts.bad),
    numWithheld: sum(({ withheld }) => withheld),
  };
}

function inWords(sources: readonly JudgedSource[]): string {
  if (sources.length <= MOST_NAMED) {
    return sources.map(({ source }) => `${source.outcome}: ${source.plan.source.path}`).join('; ');
  }
  const rejected = sources.filter(({ source }) => source.outcome === 'rejected').length;
  const ingested = `ingested ${sources.length - rejected} files`;
  return rejected === 0 ? ingested : `${ingested}, rejected ${rejected}`;
}
