import * as z from 'zod';
import { WAYS } from '../settings/index.ts';
import { ROLES } from '../source/index.ts';
import type { BracketRecord, JsonValue } from '../table/index.ts';

/**
 * What commits of this program record of themselves in their `commitInfo`, beside what Delta has there: every key once, in
 * the order in which it is written. Types are inferred, so that a writer that misspells or leaves out a key does not compile.
 *
 * A record is read of lakes that earlier versions wrote and of logs that strangers forge. What a reader goes by is checked;
 * a key that came later has its default where it is absent.
 */

const COUNT = z.number().int().nonnegative();

/** A key that commits of ours have, and without which the rest of a record is still checked: null where it is absent. */
function orNull<T extends z.ZodType>(schema: T) {
  return schema.optional().transform((value) => value ?? null);
}

/** A key that no reader goes by: people read it, and other programs. Where it cannot be read, it is as if it were not there. */
function told<T extends z.ZodType>(schema: T, absent: z.output<T>) {
  return schema.catch(absent as never);
}

const QUARANTINE_FILE = z.object({ path: z.string(), rows: COUNT, size: COUNT, sha256: z.string() });

const FILE = z.object({ path: z.string(), rows: COUNT, sha256: z.string() });
const FILES = z.array(FILE);

/** What a raw file's path held before: then it is there no more, where it was something else. */
const EARLIER = z.object({
  etag: z.string(),
  size: COUNT,
  sha256: z.string().optional(),
  replaced: z.boolean(),
});

/** Where one of the exports that are joined in a file begins. */
const PART = z.object({ row: COUNT, offset: COUNT, records: COUNT, identity_columns: z.array(z.string()) });

/** What was read, and how. */
const READ = {
  path: z.string(),
  etag: z.string(),
  ingest_id: z.string(),
  landed_at: z.string(),
  /** Stored bytes. */
  size: COUNT,
  instance: z.string().nullable(),
  /** By which way it came: where a commit does not say so, there was the exporter's alone. */
  way: z.enum(WAYS).default('exporter'),
  /** The source settings by their names in the settings schema. */
  settings: z.record(z.string(), z.custom<JsonValue>()),
  settings_hash: z.string(),
  /** Commits of the first versions do not name them. */
  reader_version: COUNT.default(1),
  decoder_version: COUNT.default(1),
};

/** How a document of it is written: the file, or an entry of an archive. */
const RECOGNISED = z.object({
  format: z.enum(['csv', 'json_lines', 'json', 'log']),
  encoding: z.string(),
  delimiter: z.string().nullable(),
  time_format: z.string(),
  columns: z.partialRecord(z.enum(ROLES), z.string()).nullable(),
  leading_lines: COUNT,
});

/** How many of its good records are of which hour, and how many of them became rows: an entry an hour from the first on, in UTC. */
const HOURS = z
  .object({ from: z.iso.datetime(), records: z.array(COUNT), committed: z.array(COUNT) })
  .refine(({ records, committed }) => records.length === committed.length);

/** What became of its records: rows = committed + duplicates + quarantined + withheld, and outside_scope. */
const COUNTS = {
  rows: COUNT,
  committed: COUNT,
  duplicates: COUNT,
  quarantined: COUNT,
  withheld: COUNT.default(0),
};

const INGESTED = z.object({
  ...READ,
  /** Of the stored bytes, in hex, as all of them here. */
  sha256: z.string(),
  outcome: z.literal('ingested'),
  /** Commits of the readers before version 3 have none. */
  recognised: z.array(RECOGNISED).optional(),
  ...COUNTS,
  /** Systems of Nexthink that its rows are of: where a commit does not say so, there was one alone. */
  source_systems: told(z.array(z.string()).default(['infinity']), ['infinity']),
  /** Left out where there is no good record, where the hours are more than 1,000, and by versions that did not count them. */
  hours: told(HOURS.optional(), undefined),
  /** Which only a commit about some days has. */
  outside_scope: COUNT.optional(),
  statuses: told(z.record(z.string(), COUNT), {}),
  quarantine_reasons: told(z.record(z.string(), COUNT), {}),
  identity_columns: told(z.array(z.string()), []),
  identity_columns_changed: told(z.boolean(), false),
  identity_values_changed: told(z.boolean(), false),
  /** False where it is left out. */
  time_reading_changed: told(z.boolean().optional(), undefined),
  resynchronised: told(COUNT, 0),
  decompressed_bytes: told(COUNT, 0),
  unterminated_last_record: told(z.boolean(), false),
  suspected_truncated: told(z.boolean(), false),
  repeated_headers: told(COUNT.optional(), undefined),
  /** Entries of an archive that nobody means as exports. */
  left_out: told(COUNT.optional(), undefined),
  parts: told(z.array(PART).optional(), undefined),
  quarantine: QUARANTINE_FILE.nullable(),
  /** Names of the files of bad rows that this one takes the place of, where the raw file was read again. */
  supersedes: z.array(z.string()).optional(),
  earlier: told(EARLIER.optional(), undefined),
  /** Where the first version named data files. */
  files: FILES.optional(),
});

const REJECTED = z.object({
  ...READ,
  /** A rejected file was not always read to its end. */
  sha256: z.string().optional(),
  outcome: z.literal('rejected'),
  reason: z.string().default(''),
  /** The last record that was looked at, and where it begins. */
  record: told(COUNT, 0),
  offset: told(COUNT, 0),
  explanation: told(z.string(), ''),
  /** What it was compared with, where it was rejected for the ids of its events: names what was remembered then. */
  compared_with: z.string().optional(),
  ...COUNTS,
  quarantine: QUARANTINE_FILE.nullable(),
  earlier: told(EARLIER.optional(), undefined),
});

const SOURCE = z.discriminatedUnion('outcome', [INGESTED, REJECTED]);

const COMPACTION = z.object({
  kind: z.literal('compact'),
  before: told(z.string(), ''),
  days: told(COUNT, 0),
  rows: orNull(COUNT),
  files_before: told(COUNT, 0),
  files_after: told(COUNT, 0),
  bytes_before: told(COUNT, 0),
  bytes_after: told(COUNT, 0),
});

const REPLAY = z.object({
  kind: z.literal('replay'),
  /** Its days, both included; an end that is open is null. */
  from: z.string().nullable().default(null),
  to: z.string().nullable().default(null),
  carried_over: COUNT.default(0),
  rows_before: orNull(COUNT),
  rows_after: orNull(COUNT),
  /** Events that it did not find again. */
  vanished: COUNT.default(0),
  dropped: told(COUNT, 0),
  appeared: told(COUNT, 0),
  /** Data files that could not be read. */
  damaged: told(z.array(z.string()), []),
  /** Versions in which another engine removed rows that it put back. */
  made_good: told(z.array(COUNT), []),
  /** Raw files that it did not read. */
  skipped: z.array(z.object({ path: z.string(), reason: told(z.string(), '') })).default([]),
});

const RETENTION = z.object({
  kind: z.literal('retain'),
  /** The first day that is kept. */
  before: z.string().default(''),
  files: told(COUNT, 0),
  rows: orNull(COUNT),
});

const ERASURE = z.object({
  kind: z.literal('erase'),
  rows: orNull(COUNT),
  files: told(COUNT, 0),
  /** The list of erased events. */
  erased: orNull(QUARANTINE_FILE),
});

/** One content of a raw path that is out, or back. */
const WITHDRAWN_FILE = z.object({
  path: z.string(),
  etag: z.string(),
  size: COUNT,
  /** Null where nobody can tell it any more. */
  sha256: z.string().nullable(),
  /** Null where no commit had said what became of it. */
  ingest_id: z.string().nullable(),
  /** Rows of it that the table had before, or has again. */
  rows: COUNT,
  /** Its records in quarantine. */
  quarantined: COUNT,
  /** Whether its content is out under every other name, too. */
  anywhere: z.boolean(),
});

const WITHDRAWAL = z.object({
  kind: z.literal('withdraw'),
  /** Whether it takes withdrawals back. */
  undo: z.boolean(),
  reason: told(z.string(), ''),
  withdrawn: z.array(WITHDRAWN_FILE),
  rows_before: COUNT,
  rows_after: COUNT,
  carried_over: COUNT,
  /** Rows of the same events that other raw files hold: theirs since then, or theirs until then. */
  passed_on: z.array(z.object({ path: z.string(), ingest_id: z.string(), rows: COUNT })),
  /** Raw files that may hold some of the events, and could not be read again. */
  skipped: z.array(z.object({ path: z.string(), reason: told(z.string(), '') })),
});

const CHANGE = z.discriminatedUnion('kind', [COMPACTION, REPLAY, RETENTION, ERASURE, WITHDRAWAL]);

/** A step of a change that is no append; the table's own commits have it. */
const BRACKET = z.object({
  id: told(z.string(), ''),
  kind: z.string(),
  step: z.enum(['unlock', 'lock']),
  reason: told(z.string(), ''),
}) satisfies z.ZodType<BracketRecord>;

/** The commit of another engine that one of ours accepts. */
const ACCEPTED = z.object({ version: COUNT, sha256: z.string(), reason: z.string() });

/** A vacuum that somebody asked for: how many files it is about to delete, their bytes, and how long they have been unused. */
const VACUUMED = z.object({ files: COUNT, bytes: COUNT, days: z.number(), reason: z.string() });

/** A comparison of the table with what the source counted: the files of counts, and what came of it. */
const COMPARISON = z.object({
  counts: z.array(z.object({ path: z.string(), sha256: z.string() })),
  /** The version of audit_events that was compared. */
  table_version: COUNT,
  hours: told(COUNT, 0),
  findings: told(COUNT, 0),
  explained: told(COUNT, 0),
});

/** Who made a change: whoever signed in to the account, with the id of its object there; or the name of an account of a machine, which anybody may claim. */
const BY = z.object({ name: z.string(), kind: z.enum(['principal', 'claimed']), id: z.string().optional() });

/**
 * What another engine had dropped: how many `txn`s were put back, and which removals of rows are noted; and of how many
 * instances that was taken over which an older version remembered of the ids of events.
 */
const RESTATED = z.object({
  transactions: COUNT,
  removals: z.array(z.string()),
  identities: COUNT.optional(),
});

/** The `txn`s of this program that the table holds after the commit: how many, and which day is the first kept. */
const LEDGER = z.object({ transactions: z.number(), retained_from: z.number().nullable() });

/** The whole record. */
const RECORD = z.object({
  catalogueVersion: told(z.string().optional(), undefined),
  change: CHANGE.optional(),
  files: FILES.default([]),
  sources: z.array(SOURCE).default([]),
  ledger: told(LEDGER.optional(), undefined),
  bracket: BRACKET.optional(),
  accepted: ACCEPTED.optional(),
  vacuumed: told(VACUUMED.optional(), undefined),
  by: told(BY.optional(), undefined),
  compared: told(COMPARISON.optional(), undefined),
  restated: told(RESTATED.optional(), undefined),
});

/** What a commit names of its data files, whatever else it says: in the first version, its sources named them. */
const NAMED_FILES = z.object({
  files: RECORD.shape.files,
  sources: z.array(z.object({ files: FILES.default([]) })).default([]),
  /** How the first version named the one file of audit_codes; its rows stand in the metrics. */
  sha256: z.string().optional(),
  operationMetrics: z.looseObject({ numOutputRows: z.string().optional() }).optional(),
});

export const SCHEMA = {
  record: RECORD,
  namedFiles: NAMED_FILES,
  ingested: INGESTED,
  source: SOURCE,
  withdrawal: WITHDRAWAL,
  ledger: LEDGER,
  bracket: BRACKET,
  accepted: ACCEPTED,
  vacuumed: VACUUMED,
  by: BY,
} as const;

/** A file of the quarantine, as a commit names it. */
export type QuarantineFile = Readonly<z.output<typeof QUARANTINE_FILE>>;
export type FileRecord = Readonly<z.output<typeof FILE>>;
export type EarlierRecord = Readonly<z.output<typeof EARLIER>>;
export type RecognisedRecord = Readonly<z.output<typeof RECOGNISED>>;
export type HoursRecord = Readonly<z.output<typeof HOURS>>;
export type PartRecord = Readonly<z.output<typeof PART>>;
export type IngestedRecord = Readonly<z.output<typeof INGESTED>>;
export type RejectedRecord = Readonly<z.output<typeof REJECTED>>;
export type SourceRecord = IngestedRecord | RejectedRecord;
export type CompactionRecord = Readonly<z.output<typeof COMPACTION>>;
export type ReplayRecord = Readonly<z.output<typeof REPLAY>>;
export type RetentionRecord = Readonly<z.output<typeof RETENTION>>;
export type ErasureRecord = Readonly<z.output<typeof ERASURE>>;
export type WithdrawalRecord = Readonly<z.output<typeof WITHDRAWAL>>;
export type WithdrawnRecord = Readonly<z.output<typeof WITHDRAWN_FILE>>;
export type ChangeRecord = CompactionRecord | ReplayRecord | RetentionRecord | ErasureRecord | WithdrawalRecord;
export type AcceptedRecord = Readonly<z.output<typeof ACCEPTED>>;
export type ByRecord = Readonly<z.output<typeof BY>>;
export type VacuumRecord = Readonly<z.output<typeof VACUUMED>>;
export type ComparisonRecord = Readonly<z.output<typeof COMPARISON>>;
export type RestatedRecord = Readonly<z.output<typeof RESTATED>>;
export type Ledger = Readonly<z.output<typeof LEDGER>>;
export type RecordParts = Readonly<z.output<typeof RECORD>>;
