import { isUtf8 } from 'node:buffer';
import { type IngestedRecord, recordedPlan } from '../lake/index.ts';
import { RejectedFile } from '../source/index.ts';
import {
  AccessDenied,
  digestOf,
  FileArchived,
  type FileInfo,
  FileNotFound,
  InvalidPath,
  PreconditionFailed,
  type Storage,
  StorageError,
  UnreadableFile,
} from '../storage/index.ts';
import type { RawAccount, RawRecordAccount, RawState, RecordedRawAccount } from './event-account.ts';
import { type FoundRecord, findRecord } from './raw-search.ts';

/** What a row says of the record that it is of. */
export interface RowOrigin {
  readonly uid: string;
  /** Lake path of the raw file. */
  readonly path: string;
  readonly number: number;
  /** The row's columns. */
  readonly event: Readonly<Record<string, unknown>>;
}

/**
 * Finds the raw record of a row, and says what has become of its raw file.
 * @param readings what commits recorded of the file, newest first
 * @throws storage errors that are not about this file
 */
export async function rawAccount(
  storage: Storage,
  origin: RowOrigin,
  readings: readonly IngestedRecord[],
): Promise<Omit<RawAccount, 'may_also_be_in'>> {
  const { path, number } = origin;
  const [latest] = readings;
  const recorded = latest === undefined ? null : recordedRaw(latest);
  const found = await contentNow(storage, path);
  const about = { path, record_number: number, recorded };
  if ('state' in found) {
    const why = found.detail === null ? '' : `: ${found.detail}`;
    const says = sentenceOf(found.state, recorded) + why;
    return { ...about, state: found.state, says, read_otherwise: false, now: null, record: null };
  }
  const { info, sha256 } = found;
  const now = { size: info.size, sha256, etag: info.etag };
  const state = recorded === null ? 'not_recorded' : recorded.sha256 === sha256 ? 'as_recorded' : 'altered';
  const { record, isOtherwise, why } = await recordIn(storage, origin, readings, info);
  const says = why === null ? sentenceOf(state, recorded) : `${sentenceOf(state, recorded)}; ${why}`;
  return { ...about, state, says, read_otherwise: isOtherwise, now, record };
}

function sentenceOf(state: RawState, recorded: RecordedRawAccount | null): string {
  switch (state) {
    case 'as_recorded':
      return 'the raw file is, byte for byte, what the commit recorded';
    case 'altered':
      return 'the raw file is not what the commit recorded: another content stands under its path; restore it from a copy';
    case 'gone':
      return recorded === null
        ? 'the raw file is not there, and no commit tells of it'
        : 'the raw file is not there any more (its retention, an erasure, or a hand): which content it had is proved by the SHA-256 that the commit recorded, and a copy can be held against it';
    case 'archived':
      return 'the raw file is in the archive tier, where nobody can read it; rehydrate it (az storage blob set-tier --tier Hot) and ask again';
    case 'unreadable':
      return 'the raw file cannot be read';
    case 'not_recorded':
      return 'no commit tells that this raw file went into the table: another engine wrote the row, or somebody changed where it says that it came from';
  }
}

/** What the file is now; or why nobody can tell. */
async function contentNow(
  storage: Storage,
  path: string,
): Promise<
  | { readonly info: FileInfo; readonly sha256: string }
  | { readonly state: 'gone' | 'archived' | 'unreadable'; readonly detail: string | null }
> {
  try {
    const info = await storage.head(path);
    const digest = info && (await digestOf(storage, path, { ifMatch: info.etag }));
    return info === null || digest === null ? { state: 'gone', detail: null } : { info, sha256: digest.sha256 };
  } catch (error) {
    if (error instanceof FileNotFound || error instanceof InvalidPath) return { state: 'gone', detail: null };
    if (error instanceof FileArchived) return { state: 'archived', detail: null };
    if (error instanceof UnreadableFile || error instanceof AccessDenied) {
      return { state: 'unreadable', detail: error.detail };
    }
    throw error;
  }
}

/** The record by the newest reading that gives the event, else by the newest of all; or why there is none. */
interface RecordOutcome {
  readonly record: RawRecordAccount | null;
  /** Whether that is so because an older version of the reader read such a file otherwise. */
  readonly isOtherwise: boolean;
  readonly why: string | null;
}

async function recordIn(
  storage: Storage,
  origin: RowOrigin,
  readings: readonly IngestedRecord[],
  info: FileInfo,
): Promise<RecordOutcome> {
  const outcomes: RecordOutcome[] = [];
  for (const reading of distinct(readings)) {
    const outcome = await recordBy(storage, origin, reading, info);
    if (outcome.record?.gives_event === true) return outcome;
    outcomes.push(outcome);
  }
  const unknown = 'how it was read is not on record, so its records cannot be told apart';
  return outcomes.find(({ record }) => record !== null) ?? outcomes[0] ?? { ...NOTHING, why: unknown };
}

const NOTHING = { record: null, isOtherwise: false } as const;

/** The record as one reading of the file gives it. */
async function recordBy(
  storage: Storage,
  { uid, path, number, event }: RowOrigin,
  reading: IngestedRecord,
  info: FileInfo,
): Promise<RecordOutcome> {
  const plan = recordedPlan(reading);
  if (typeof plan === 'string') return { ...NOTHING, why: plan };
  const present = { ...plan, source: { ...plan.source, etag: info.etag } };
  const found = await findRecord(storage, present, number, uid).catch((error: unknown) => whyNot(error, path));
  if (typeof found === 'string') return { ...NOTHING, why: found };
  const isOtherwise = found.record?.uid !== uid && (found.readSince ?? 0) > reading.reader_version;
  const older = isOtherwise ? reading.reader_version : null;
  if (found.record !== null) {
    return { record: recordAccount(found.record, uid, number, event, older), isOtherwise, why: null };
  }
  const fewer = `read today it has fewer than ${number} records`;
  return { record: null, isOtherwise, why: older === null ? fewer : `${fewer}: ${readOtherwise(older)}` };
}

function whyNot(error: unknown, path: string): string {
  if (error instanceof RejectedFile) return `it cannot be read up to the record today: ${error.message}`;
  const isAbout = error instanceof StorageError && error.path === path;
  if (isAbout && (error instanceof PreconditionFailed || error instanceof FileNotFound)) {
    return 'it changed while it was read; ask again';
  }
  throw error;
}

/** Readings that would give the same are tried once. */
function distinct(readings: readonly IngestedRecord[]): IngestedRecord[] {
  const seen = new Set<string>();
  return readings.filter(({ settings_hash: hash, recognised, reader_version: version, instance }) => {
    const key = JSON.stringify([hash, recognised ?? null, version, instance]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function recordedRaw(record: IngestedRecord): RecordedRawAccount {
  const { sha256, size, etag, ingest_id, landed_at, way, instance, reader_version, decoder_version, settings } = record;
  const zone = settings['timeZone'];
  return {
    ...{ sha256, size, etag, ingest_id, landed_at, way, instance, reader_version, decoder_version },
    time_zone: typeof zone === 'string' ? zone : 'UTC',
  };
}

function recordAccount(
  found: FoundRecord,
  uid: string,
  number: number,
  event: RowOrigin['event'],
  older: number | null,
): RawRecordAccount {
  const { bytes, header, recognised, place } = found;
  const isText = isUtf8(bytes);
  const roles = Object.entries(header?.roles ?? {}).flatMap(([role, index]): [string, string][] => {
    const name = header?.names[index];
    return name === undefined ? [] : [[role, name]];
  });
  return {
    number: found.number,
    offset: place?.offset ?? 0,
    length: bytes.length,
    line: place?.line ?? null,
    packed: place?.packed ?? null,
    entry: place?.entry ?? null,
    format: recognised?.format ?? 'csv',
    encoding: recognised?.encoding ?? 'utf-8',
    delimiter: recognised?.delimiter ?? null,
    time_format: recognised?.timeFormat ?? 'auto',
    columns: header?.names ?? [],
    roles: Object.fromEntries(roles),
    text: isText ? bytes.toString('utf8') : null,
    base64: isText ? null : bytes.toString('base64'),
    gives_event: found.uid === uid,
    row_differs: found.uid === uid ? differences(found, event) : [],
    says: sentenceOfRecord(found, uid, number, older),
  };
}

/** The columns of a row that are texts of its record, and say something else. */
function differences({ cells }: FoundRecord, event: RowOrigin['event']): string[] {
  return Object.entries(cells ?? {}).flatMap(([name, value]) =>
    Object.hasOwn(event, name) && (event[name] ?? null) !== value ? [name] : [],
  );
}

/** @param older the version of the reader that read the file otherwise; null where that is not so */
function sentenceOfRecord(found: FoundRecord, uid: string, number: number, older: number | null): string {
  if (found.uid === uid) {
    return found.number === number
      ? 'read today as it was then, this record gives this very event: the same event_uid'
      : `read today as it was then, this record gives this very event; the row has it as record ${number}, for an older version counted otherwise`;
  }
  const what = found.uid === null ? `no audit record (${found.reason})` : `the event ${found.uid}`;
  return older === null
    ? `read today as it was then, this record gives ${what}, and no record of the file gives this event`
    : `today this record gives ${what}: ${readOtherwise(older)}`;
}

function readOtherwise(older: number): string {
  return `version ${older} of the reader took the row in and read such a file otherwise; replay reads it anew`;
}
