import * as z from 'zod';
import { type Action, type AddFile, type CommitInfo, commitInfoOf, isOurs, type JsonValue } from '../table/index.ts';
import { hourOf } from './event-hours.ts';
import {
  type AcceptedRecord,
  type ByRecord,
  type ChangeRecord,
  type FileRecord,
  type Ledger,
  SCHEMA,
  type SourceRecord,
} from './record-schema.ts';

/** Rows and SHA-256, in hex, of a data file as the commit that adds it recorded them. */
export type RecordedData = Omit<FileRecord, 'path'>;

/** What a commit of ours recorded. */
export interface CommitRecord {
  readonly sources: readonly SourceRecord[];
  /** Rows and SHA-256 of each data file the commit adds, by path. */
  readonly files: ReadonlyMap<string, RecordedData>;
  readonly change: ChangeRecord | null;
  readonly bracket: { readonly kind: string; readonly step: 'unlock' | 'lock' } | null;
  /** What it accepts, and when it says that was; null where it accepts nothing. */
  readonly accepted: (AcceptedRecord & { readonly time: Date | null }) | null;
  /** Who made the change, where that is on record. */
  readonly by: ByRecord | null;
}

/** What a commit of ours, which adds these files, recorded; a text that says why, where that cannot be read. */
export function commitRecord(info: CommitInfo, adds: readonly AddFile[]): CommitRecord | string {
  const parsed = SCHEMA.record.safeParse(info);
  if (!parsed.success) return fault(parsed.error);
  const files = recordedFiles(info, adds);
  if (typeof files === 'string') return files;
  const { sources, change = null, bracket = null, accepted, by = null } = parsed.data;
  const time = timeOf(info.timestamp);
  return { sources, files, change, bracket, accepted: accepted === undefined ? null : { ...accepted, time }, by };
}

/** What a commit of ours recorded of the files it adds, by path; a text that says why, where that cannot be read. */
export function recordedFiles(info: CommitInfo, adds: readonly AddFile[]): ReadonlyMap<string, RecordedData> | string {
  const parsed = SCHEMA.namedFiles.safeParse(info);
  if (!parsed.success) return fault(parsed.error);
  const { files, sources, sha256, operationMetrics } = parsed.data;
  const named = [...files, ...sources.flatMap((source) => source.files)];
  const recorded = new Map(named.map((file) => [file.path, { rows: file.rows, sha256: file.sha256 }]));
  const [only] = adds;
  if (sha256 !== undefined && only !== undefined && adds.length === 1) {
    recorded.set(only.path, { rows: Number(operationMetrics?.numOutputRows), sha256 });
  }
  return recorded;
}

/** The ledger that a commit has; null where it has none, as those of the first versions. */
export function recordedLedger(info: CommitInfo | null): Ledger | null {
  return SCHEMA.ledger.safeParse(info?.['ledger']).data ?? null;
}

/** What decides how a raw file that was taken in is read again; the rest of its record is of no matter then. */
const TAKEN_IN = SCHEMA.ingested
  .pick({
    outcome: true,
    path: true,
    etag: true,
    ingest_id: true,
    landed_at: true,
    size: true,
    sha256: true,
    instance: true,
    way: true,
    recognised: true,
    settings: true,
    reader_version: true,
    rows: true,
    quarantined: true,
  })
  .extend({ landed_at: z.iso.datetime().transform((text) => new Date(text)) });

export type TakenIn = Readonly<z.output<typeof TAKEN_IN>>;

/** The raw files that a commit of ours took in, as far as its record can be read. */
export function takenIn(actions: readonly Action[]): TakenIn[] {
  return sourcesOf(actions).flatMap((each) => TAKEN_IN.safeParse(each).data ?? []);
}

/** What a commit of ours says of each raw file, as far as it can be read. */
export function recordedOutcomes(actions: readonly Action[]): SourceRecord[] {
  return sourcesOf(actions).flatMap((each) => SCHEMA.source.safeParse(each).data ?? []);
}

/** The `ingest_id`s of raw files of whose events some went to another file that holds them, or came from it, by a commit of ours. */
export function rowsPassedOn(actions: readonly Action[]): string[] {
  const info = commitInfoOf(actions);
  const { data } = SCHEMA.withdrawal.safeParse(info?.['change']);
  return isOurs(info) ? (data?.passed_on ?? []).map(({ ingest_id: ingestId }) => ingestId) : [];
}

/** Every `ingest_id` that a commit of ours names. */
export function namedIngestIds(actions: readonly Action[]): string[] {
  const named = SCHEMA.ingested.pick({ ingest_id: true });
  return sourcesOf(actions).flatMap((each) => named.safeParse(each).data?.ingest_id ?? []);
}

/** What raw files held, whatever became of them, as far as a commit of ours says it. */
export function recordedContents(actions: readonly Action[]) {
  const content = SCHEMA.ingested.pick({ path: true, etag: true, size: true, sha256: true }).partial({ sha256: true });
  return sourcesOf(actions).flatMap((each) => content.safeParse(each).data ?? []);
}

const TOLD = SCHEMA.ingested
  .pick({
    outcome: true,
    path: true,
    etag: true,
    ingest_id: true,
    instance: true,
    way: true,
    committed: true,
    hours: true,
  })
  .transform(({ ingest_id: ingestId, hours = null, ...source }) => ({
    ...source,
    ingestId,
    hours: hours && { first: hourOf(hours.from), records: hours.records, committed: hours.committed },
  }));

/** What a commit of ours that only adds rows says of the raw files that it took in, as far as it can be read. */
export function toldSources(actions: readonly Action[]): readonly z.output<typeof TOLD>[] {
  if (commitInfoOf(actions)?.['change'] !== undefined) return [];
  return sourcesOf(actions).flatMap((each) => TOLD.safeParse(each).data ?? []);
}

function sourcesOf(actions: readonly Action[]): readonly JsonValue[] {
  const info = commitInfoOf(actions);
  const sources = info?.['sources'];
  return isOurs(info) && Array.isArray(sources) ? sources : [];
}

const { ingested, bracket, accepted, vacuumed } = SCHEMA;

/** What people are shown of a record: each key by itself, since nothing in a commitInfo can be relied on to be of any type. */
const SHOWN_SOURCE = z.object({
  path: ingested.shape.path.catch(''),
  ingest_id: ingested.shape.ingest_id.catch(''),
  outcome: z.string().catch(''),
  way: z.string().catch('exporter'),
  rows: ingested.shape.rows.catch(0),
  committed: ingested.shape.committed.catch(0),
  duplicates: ingested.shape.duplicates.catch(0),
  quarantined: ingested.shape.quarantined.catch(0),
  withheld: ingested.shape.withheld.catch(0),
  recognised: ingested.shape.recognised.catch(undefined),
});
const SHOWN_BRACKET = z.object({
  kind: bracket.shape.kind.catch(''),
  step: z.string().catch(''),
  reason: bracket.shape.reason,
});
const SHOWN_ACCEPTED = z.object({
  version: accepted.shape.version.catch(0),
  sha256: accepted.shape.sha256.catch(''),
  reason: accepted.shape.reason.catch(''),
});
const SHOWN_VACUUM = z.object({
  files: vacuumed.shape.files.catch(0),
  bytes: vacuumed.shape.bytes.catch(0),
  days: vacuumed.shape.days.catch(0),
  reason: vacuumed.shape.reason.catch(''),
});
const SHOWN = z.object({
  timestamp: z.number().nullable().catch(null),
  operation: z.string().nullable().catch(null),
  engineInfo: z.string().nullable().catch(null),
  sources: z.array(SHOWN_SOURCE.catch(SHOWN_SOURCE.parse({}))).catch([]),
  change: z.record(z.string(), z.custom<JsonValue>()).nullable().catch(null),
  bracket: SHOWN_BRACKET.nullable().catch(null),
  accepted: SHOWN_ACCEPTED.nullable().catch(null),
  vacuumed: SHOWN_VACUUM.nullable().catch(null),
  by: SCHEMA.by.nullable().catch(null),
});

/** What a commit says of one raw file. Commits of the first version say nothing of withheld rows. */
export type ShownSource = Readonly<z.output<typeof SHOWN_SOURCE>>;

/** What a commit says of itself to people, as far as it can be read; null where it does not say it. */
export function shownRecord(info: CommitInfo | null) {
  const { timestamp, operation, engineInfo: engine, ...parts } = SHOWN.parse(info ?? {});
  return { time: timeOf(timestamp), operation, engine, ...parts };
}

function timeOf(timestamp: unknown): Date | null {
  const time = new Date(typeof timestamp === 'number' ? timestamp : Number.NaN);
  return Number.isNaN(time.getTime()) ? null : time;
}

function fault({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'cannot be read'}`;
}
