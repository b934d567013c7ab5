import { z } from 'zod';
import { type RecordedData, recordedFiles } from '../lake/index.ts';
import type { AddFile, CommitInfo } from '../table/index.ts';

const COUNT = z.number().int().nonnegative();
const STORED_FILE = z.object({ path: z.string(), rows: COUNT, size: COUNT, sha256: z.string() });

const SOURCE = z.object({
  path: z.string(),
  etag: z.string(),
  ingest_id: z.string(),
  landed_at: z.string(),
  size: COUNT,
  /** Of the stored bytes; a rejected file was not always read to its end. */
  sha256: z.string().optional(),
  instance: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  settings_hash: z.string(),
  /** Commits of the first versions do not name them. */
  reader_version: COUNT.default(1),
  decoder_version: COUNT.default(1),
  outcome: z.enum(['ingested', 'rejected']),
  /** Why it was rejected. */
  reason: z.string().optional(),
  rows: COUNT,
  committed: COUNT,
  duplicates: COUNT,
  quarantined: COUNT,
  withheld: COUNT.default(0),
  outside_scope: COUNT.default(0),
  quarantine: STORED_FILE.nullable(),
});

const CHANGE = z.looseObject({
  kind: z.enum(['compact', 'replay', 'retain', 'erase']),
  rows: COUNT.optional(),
  carried_over: COUNT.optional(),
  rows_before: COUNT.optional(),
  rows_after: COUNT.optional(),
  /** The first day that a retention keeps. */
  before: z.string().optional(),
  /** The days of a replay, both included; an end that is open is null. */
  from: z.string().nullish(),
  to: z.string().nullish(),
  erased: STORED_FILE.optional(),
  /** Events that a replay did not find again, and raw files that it did not read. */
  vanished: COUNT.optional(),
  skipped: z.array(z.looseObject({ path: z.string() })).optional(),
});

/** The commit of another engine that one of ours accepts. */
const ACCEPTED = z.object({ version: COUNT, sha256: z.string(), reason: z.string() });

const RECORD = z.object({
  sources: z.array(SOURCE).default([]),
  change: CHANGE.optional(),
  bracket: z.object({ kind: z.string(), step: z.enum(['unlock', 'lock']) }).optional(),
  accepted: ACCEPTED.optional(),
});

export type StoredFile = z.infer<typeof STORED_FILE>;
export type SourceRecord = z.infer<typeof SOURCE>;
export type ChangeRecord = z.infer<typeof CHANGE>;

/** What a commit of ours recorded. */
export interface CommitRecord {
  readonly sources: readonly SourceRecord[];
  /** Rows and SHA-256 of each data file the commit adds, by path. */
  readonly files: ReadonlyMap<string, RecordedData>;
  readonly change: ChangeRecord | null;
  readonly bracket: { readonly kind: string; readonly step: 'unlock' | 'lock' } | null;
  /** What it accepts, and when it says that was; null where it accepts nothing. */
  readonly accepted: (z.infer<typeof ACCEPTED> & { readonly time: Date | null }) | null;
}

/** What a commit of ours, which adds these files, recorded; a text that says why, where that cannot be read. */
export function commitRecord(info: CommitInfo, adds: readonly AddFile[]): CommitRecord | string {
  const parsed = RECORD.safeParse(info);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'cannot be read'}`;
  }
  const files = recordedFiles(info, adds);
  if (typeof files === 'string') return files;
  const { sources, change = null, bracket = null, accepted } = parsed.data;
  const time = new Date(typeof info.timestamp === 'number' ? info.timestamp : Number.NaN);
  const when = Number.isNaN(time.getTime()) ? null : time;
  return { sources, files, change, bracket, accepted: accepted === undefined ? null : { ...accepted, time: when } };
}
