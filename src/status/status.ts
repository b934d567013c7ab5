import { eventDays, tablesIfAny } from '../asking/index.ts';
import { type CoverageSummary, coverageSummary } from '../coverage/index.ts';
import {
  coverageRows,
  type IdentityState,
  type ReplacedContent,
  rememberedIdentities,
  replacedContents,
  statesOf,
} from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import { comparePaths, QUARANTINE, type Storage, StorageError, VERIFICATIONS } from '../storage/index.ts';
import { type AddFile, LEAST_WRITER, PROGRAM_VERSION, recordedRows, type Snapshot } from '../table/index.ts';
import { type PastVerification, pastVerifications } from '../verify/index.ts';
import { type DecodeStatuses, decodeStatuses } from './decode-statuses.ts';
import { daysWithEvents, type EventDays } from './event-days.ts';
import { freshnessOf, type InstanceFreshness } from './freshness.ts';
import { rawZone } from './raw-status.ts';
import { takenIn } from './taken-in.ts';
import { type WaitingFile, waitingFiles } from './waiting.ts';
import { type WaysStatus, waysStatus } from './ways.ts';

/** What a lake holds, as plain data: `status --json` prints it, and pages show it. Times are ISO 8601 in UTC, sizes bytes. */
export interface LakeStatus {
  /** The version of the program that says so. */
  readonly program_version: string;
  /** When it was asked. */
  readonly asked_at: string;
  readonly raw_files: number;
  readonly raw_bytes: number;
  /** Raw files that the next run takes in or tries again. */
  readonly waiting: readonly string[];
  /** The same with why they wait. */
  readonly waiting_files: readonly WaitingFile[];
  readonly rejected: readonly string[];
  /** The same with why they were rejected; null where the commits that were read do not tell. */
  readonly rejected_files: readonly { readonly path: string; readonly reason: string | null }[];
  /** Raw files that were withdrawn, or hold what was. */
  readonly withdrawn: readonly string[];
  /** Contents of raw files that another one took the place of before anybody read them; null where that cannot be read. Left out where there are none. */
  readonly replaced_unread?: readonly ReplacedContent[] | null;
  /** What stands in the raw zone and cannot be read: links, impossible names, files that this user may not read. */
  readonly unreadable: readonly string[];
  readonly table_version: number | null;
  readonly data_files: number;
  /** Null where some file's statistics do not say how many it has. */
  readonly rows: number | null;
  readonly bytes: number;
  readonly first_event_date: string | null;
  readonly last_event_date: string | null;
  /** The days that have events, and the gaps between them; null where there are none. */
  readonly event_days: EventDays | null;
  readonly decode_statuses: DecodeStatuses;
  readonly quarantine_files: number;
  /** Records that are no audit records, by reason, as the commits of these versions tell it; null where there is no table. */
  readonly quarantine: QuarantineStatus | null;
  /** What is newest of each instance. */
  readonly freshness: readonly InstanceFreshness[];
  /** The last verifications on record, newest first; null where they cannot be read. */
  readonly last_verifications: readonly PastVerification[] | null;
  /** What the lake remembers of each Nexthink instance: what its events' ids depend on. */
  readonly instances: readonly InstanceStatus[];
  /** By which ways raw files came; null where there is no table. */
  readonly ways: WaysStatus | null;
  /** Every table of the lake, in the order of their list. */
  readonly tables: readonly TableStatus[];
  /** How complete its hours are, as they were compared last; null where they never were. */
  readonly coverage: CoverageSummary | null;
}

/** What is in quarantine. */
export interface QuarantineStatus {
  readonly rows_by_reason: Readonly<Record<string, number>>;
  readonly files_by_reason: Readonly<Record<string, number>>;
  /** The versions of audit_events whose commits tell it: where the first is not 0, older ones were not read. */
  readonly from_versions: readonly [number, number];
}

/** What the lake remembers of an instance. */
export interface InstanceStatus {
  readonly instance: string | null;
  /** Left out for its exports. */
  readonly family?: Exclude<IdentityState['family'], 'exports'>;
  /** Of times without offset; null where no file had any. */
  readonly time_zone: string | null;
  /** Patterns that times were read by, where `auto` does not do. */
  readonly time_formats: readonly string[];
  /** Digits of the second's fraction; null where that is not known. */
  readonly time_digits: number | null;
  /** The same of what came by each way, where there are several, and whether any of it names an actor. */
  readonly ways?: IdentityState['ways'];
  /** The columns that enter the ids, with their names in the header; null where that is not known. */
  readonly columns: Readonly<Record<string, string | null>> | null;
  readonly prefixes: readonly string[];
}

export interface TableStatus {
  readonly table: string;
  readonly version: number;
  readonly data_files: number;
  readonly rows: number | null;
  readonly bytes: number;
  /** The least version of this program that may write to it, where it asks for one. */
  readonly min_writer_version?: string;
}

/** Verifications that are told of. */
const TOLD_VERIFICATIONS = 3;

/**
 * What a lake holds, what waits and why, and when it was verified last. Opens no data file: what is told of rows is from the log.
 * @param now milliseconds since 1970
 * @returns null where there is neither a table nor a raw file
 * @throws TableError where a table is gone, BrokenEvidence, storage errors
 */
export async function lakeStatus(storage: Storage, settings: Settings, now: number): Promise<LakeStatus | null> {
  const tables = await tablesIfAny(storage, settings);
  const snapshot = tables?.events ?? null;
  const raw = await rawZone(storage, settings, snapshot);
  if (snapshot === null && raw.files === 0) return null;
  const waiting = await waitingFiles(storage, settings, snapshot, raw.waiting, now);
  const size = sizeOf([...(snapshot?.files.values() ?? [])]);
  const told = snapshot === null ? null : await takenIn(storage, snapshot, size.rows);
  const days = snapshot === null ? null : eventDays(snapshot);
  const replaced = await ifReadable(() => replacedUnread(storage));
  const rejected = raw.rejected.map((path) => ({ path, reason: told?.rejections.get(path) ?? null }));
  return {
    program_version: PROGRAM_VERSION,
    asked_at: new Date(now).toISOString(),
    raw_files: raw.files,
    raw_bytes: raw.bytes,
    waiting: waiting.map(({ path }) => path),
    waiting_files: waiting,
    rejected: raw.rejected,
    rejected_files: rejected,
    withdrawn: raw.withdrawn,
    ...(replaced?.length !== 0 && { replaced_unread: replaced }),
    unreadable: raw.unreadable,
    table_version: snapshot?.version ?? null,
    ...size,
    first_event_date: days?.[0] ?? null,
    last_event_date: days?.[1] ?? null,
    event_days: snapshot === null ? null : daysWithEvents(snapshot),
    decode_statuses: snapshot === null || told === null ? { rows: null, from: null } : decodeStatuses(snapshot, told),
    quarantine_files: await filesInQuarantine(storage),
    quarantine: told && {
      rows_by_reason: told.badRows,
      files_by_reason: numberOfEach(rejected),
      from_versions: told.versions,
    },
    freshness: freshnessOf(settings, snapshot, raw, told),
    last_verifications: await ifReadable(() => pastVerifications(storage, TOLD_VERIFICATIONS)),
    instances:
      snapshot === null ? [] : [...rememberedIdentities(snapshot).values()].map(({ state }) => ofInstance(state)),
    ways: snapshot === null ? null : await waysStatus(storage, settings, snapshot),
    tables: (tables === null ? [] : statesOf(tables)).map(ofTable),
    coverage: tables?.coverage == null ? null : coverageSummary(await coverageRows(storage, tables.coverage)),
  };
}

/** Files of the quarantine that are about raw files, and not about verifications. */
async function filesInQuarantine(storage: Storage): Promise<number> {
  const options = { onFault: () => undefined, enter: (folder: string) => folder !== VERIFICATIONS };
  let files = 0;
  for await (const _ of storage.list(QUARANTINE, options)) files++;
  return files;
}

/** The oldest content first. */
async function replacedUnread(storage: Storage): Promise<ReplacedContent[]> {
  const contents = await replacedContents(storage);
  return contents.sort((a, b) => comparePaths(`${a.written_at} ${a.path}`, `${b.written_at} ${b.path}`));
}

/** What lies in the quarantine zone, which whoever asks may have no right to; null then. */
async function ifReadable<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StorageError) return null;
    throw error;
  }
}

function numberOfEach(rejected: LakeStatus['rejected_files']): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const { reason } of rejected) numbers[reason ?? 'not known'] = (numbers[reason ?? 'not known'] ?? 0) + 1;
  return numbers;
}

function ofTable({
  table,
  snapshot,
}: {
  readonly table: { readonly name: string };
  readonly snapshot: Snapshot;
}): TableStatus {
  const { version, files, metadata } = snapshot;
  const least = metadata.configuration[LEAST_WRITER];
  const size = sizeOf([...files.values()]);
  return { table: table.name, version, ...size, ...(least !== undefined && { min_writer_version: least }) };
}

function ofInstance({
  instance,
  family,
  timeZone,
  timeFormats,
  precision,
  columns,
  prefixes,
  ways,
}: IdentityState): InstanceStatus {
  const times = { time_zone: timeZone, time_formats: timeFormats, time_digits: precision?.written ?? null };
  const byWay = Object.keys(ways).length > 0 && { ways };
  return { instance, ...(family !== 'exports' && { family }), ...times, ...byWay, columns, prefixes };
}

function sizeOf(files: readonly AddFile[]): Pick<TableStatus, 'data_files' | 'rows' | 'bytes'> {
  return {
    data_files: files.length,
    rows: files.reduce<number | null>((sum, file) => added(sum, recordedRows(file)), 0),
    bytes: files.reduce((sum, file) => sum + file.size, 0),
  };
}

/** A sum of which a part may not be known. */
function added(sum: number | null, rows: number | null): number | null {
  return sum === null || rows === null ? null : sum + rows;
}
