import { CATALOGUE_VERSION } from '../catalogue/index.ts';
import { DECODER_VERSION } from '../decode/index.ts';
import { READER_VERSION } from '../source/index.ts';
import { type CommitInfo, ENGINE, type JsonValue } from '../table/index.ts';
import type { DataFile } from './data-files.ts';
import { type EarlierContent, isReplaced } from './earlier-contents.ts';
import type { IdentityChange } from './identities.ts';
import type { ReadingPlan } from './reading-plan.ts';
import type { IngestedSource, SourceOutcome } from './source-outcome.ts';

/** The documented cap of one export: a file of exactly this many records was perhaps cut off. */
const EXPORT_CAP = 1_000_000;
/** Up to this many files are named where people read the history; of more, only the number is given. */
const MOST_NAMED = 3;

/**
 * What log and evidence say of a rejected file beyond its reason and place. They are kept for good and nothing can be erased
 * from them, so they quote nothing of it: what was found, which may be a record with names in it, is in the quarantine alone.
 */
const EXPLAINED_IN_QUARANTINE = 'what was expected, what was found and what to do: see the quarantine file';

/** What a commit records of a raw file or of a data file. */
export type Entry = { readonly [name: string]: JsonValue };

/** A raw file, and what is to be said of its events' ids. */
export interface JudgedSource {
  readonly source: SourceOutcome;
  readonly identity: IdentityChange;
  /** Whether its rows may be such as were erased, under other ids than those that are withheld. */
  readonly erasedMayReturn: boolean;
  /** What its path held before; null or left out where nothing is known of that. */
  readonly earlier?: EarlierContent | null;
}

/**
 * What a commit records of a raw file: what was read, with which settings, and what came of each record: rows = committed
 * + duplicates + quarantined + withheld, and outside_scope, which only a commit about some days has.
 */
export function sourceEntry({
  source,
  identity: change,
  earlier,
}: Pick<JudgedSource, 'source' | 'identity' | 'earlier'>): Entry {
  return { ...readEntry(source, change), ...earlierEntry(source, earlier) };
}

function readEntry(source: SourceOutcome, change: IdentityChange): Entry {
  if (source.outcome === 'ingested') return ingestedEntry(source, change);
  const { plan, sha256, reason, record, offset, quarantine } = source;
  return {
    ...identity(plan),
    ...(sha256 !== null && { sha256 }),
    outcome: 'rejected',
    reason,
    record,
    offset,
    explanation: EXPLAINED_IN_QUARANTINE,
    rows: 0,
    committed: 0,
    duplicates: 0,
    quarantined: 0,
    withheld: 0,
    quarantine: { ...quarantine },
  };
}

/** What the path held before, and whether that is something else: then it is there no more. */
function earlierEntry(source: SourceOutcome, earlier: EarlierContent | null = null): Entry {
  if (earlier === null) return {};
  const { etag, size, sha256 } = earlier;
  const isOther = isReplaced(earlier, source);
  return { earlier: { etag, size, ...(sha256 !== null && { sha256 }), replaced: isOther } };
}

/** What a commit records of each data file that it adds. The rows of one may come from several raw files. */
export function fileEntries(files: readonly DataFile[]): Entry[] {
  return files.map(({ add, rows, sha256 }) => ({ path: add.path, rows, sha256 }));
}

/** The `commitInfo` of an append: `sources` has one entry per raw file, `files` one per data file. */
export function appendInfo(given: {
  readonly now: number;
  readonly readVersion: number;
  readonly txnId: string;
  readonly files: readonly DataFile[];
  readonly sources: readonly JudgedSource[];
}): CommitInfo {
  const { now, readVersion, txnId, files, sources } = given;
  return {
    timestamp: now,
    operation: 'WRITE',
    operationParameters: { mode: 'Append', partitionBy: '["event_date"]' },
    readVersion,
    isolationLevel: 'Serializable',
    // The table was read first: its ids were compared. Claiming a blind append would let other writers ignore this one.
    isBlindAppend: false,
    operationMetrics: { numFiles: String(files.length), ...sumsOf(sources) },
    userMetadata: inWords(sources),
    engineInfo: ENGINE,
    txnId,
    catalogueVersion: CATALOGUE_VERSION,
    files: fileEntries(files),
    sources: sources.map((each) => sourceEntry(each)),
  };
}

function ingestedEntry(source: IngestedSource, identityChange: IdentityChange): Entry {
  const { plan, counts, parts, header, quarantine, outsideScope } = source;
  return {
    ...identity(plan),
    sha256: source.sha256,
    outcome: 'ingested',
    rows: counts.records,
    committed: source.committed,
    duplicates: source.duplicates,
    quarantined: counts.bad,
    withheld: source.withheld,
    ...(outsideScope !== null && { outside_scope: outsideScope }),
    statuses: source.statuses,
    quarantine_reasons: source.quarantineReasons,
    identity_columns: (parts[0]?.header ?? header).identityColumns,
    identity_columns_changed: identityChange.columns,
    identity_values_changed: identityChange.values,
    resynchronised: counts.resynchronised,
    decompressed_bytes: counts.decompressedBytes,
    unterminated_last_record: counts.unterminatedLastRecord,
    suspected_truncated: isAtCap(source),
    ...(counts.repeatedHeaders > 0 && { repeated_headers: counts.repeatedHeaders }),
    ...(parts.length > 1 && { parts: partEntries(source) }),
    quarantine: quarantine === null ? null : { ...quarantine },
  };
}

/** Whether some export in the file has exactly as many records as an export can have. */
export function isAtCap(source: Pick<IngestedSource, 'parts' | 'counts'>): boolean {
  return recordsOfParts(source).includes(EXPORT_CAP);
}

function recordsOfParts({ parts, counts }: Pick<IngestedSource, 'parts' | 'counts'>): readonly number[] {
  return parts.map(({ row }, index) => (parts[index + 1]?.row ?? counts.records + 1) - row);
}

/** Where each of the exports that are joined in a file begins: its first record's number, and its offset in bytes. */
function partEntries(source: Pick<IngestedSource, 'parts' | 'counts'>): Entry[] {
  const records = recordsOfParts(source);
  return source.parts.map(({ row, offset, header }, index) => ({
    row,
    offset,
    records: records[index]!,
    identity_columns: header.identityColumns,
  }));
}

function identity({ source, instance, settings, settingsHash }: ReadingPlan): Entry {
  return {
    path: source.path,
    etag: source.etag,
    ingest_id: source.ingestId,
    landed_at: source.landedAt.toISOString(),
    size: source.size,
    instance,
    settings: JSON.parse(JSON.stringify(settings)) as JsonValue,
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
