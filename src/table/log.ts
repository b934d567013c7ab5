import { FileNotFound, type ListedFile, type Storage, type StorageFault } from '../storage/index.ts';
import { parseCommit } from './action-lines.ts';
import type { Commit } from './actions.ts';
import { CorruptLog } from './errors.ts';
import { readLogFile } from './log-files.ts';

/** Commits read at the same time: on a remote store one read is mostly waiting. */
const PARALLEL_READS = 16;

/** `n.checkpoint.parquet`, or one part of so many; the protocol's second kind has an id in its name. */
const CLASSIC = /^(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet$/;
const V2 = /^(\d{20})\.checkpoint\.[0-9A-Fa-f-]{36}\.(?:parquet|json)$/;
const COMMIT = /^(\d{20})\.json$/;

/** A checkpoint that is there with all its parts. */
export interface ListedCheckpoint {
  readonly version: number;
  /** `classic` is one file or several parts; `v2` is the protocol's second kind. */
  readonly kind: 'classic' | 'v2';
  readonly files: readonly string[];
}

/** What a log folder holds from some version on. */
export interface LogListing {
  /** The newest version of which there is a commit or a checkpoint; -1 if there is none. */
  readonly head: number;
  /** The versions whose commits are there, in their order, each with what tells its file from another one in its place. */
  readonly commits: ReadonlyMap<number, string>;
  /** Newest first. */
  readonly checkpoints: readonly ListedCheckpoint[];
  /** Paths that name a version which no log reaches: beyond 2^53. */
  readonly strays: readonly string[];
}

/** The name of a table: the last segment of its lake path. */
export function tableName(table: string): string {
  return table.slice(table.lastIndexOf('/') + 1);
}

/** The lake path of a commit. */
export function commitPath(table: string, version: number): string {
  return `${logPrefix(table, version)}.json`;
}

/** The lake path of a checkpoint in one file. */
export function checkpointPath(table: string, version: number): string {
  return `${logPrefix(table, version)}.checkpoint.parquet`;
}

/** The commits and the complete checkpoints from version `from` on. */
export async function listLog(storage: Storage, table: string, from: number): Promise<LogListing> {
  const commits = new Map<number, string>();
  const parts = new Map<string, string[]>();
  const checkpoints: ListedCheckpoint[] = [];
  const strays: string[] = [];
  // The bare number sorts before every file of its version.
  // A link, say: other readers may follow it.
  const onFault = ({ path }: StorageFault) => strays.push(path);
  const options = from === 0 ? { onFault } : { after: logPrefix(table, from), onFault };
  const folder = `${table}/_delta_log/`;
  for await (const file of storage.list(folder, options)) {
    const { path } = file;
    const name = path.slice(folder.length);
    const commit = COMMIT.exec(name);
    const classic = CLASSIC.exec(name);
    const v2 = V2.exec(name);
    if (!isVersion(commit ?? classic ?? v2)) {
      strays.push(path);
    } else if (commit !== null) {
      commits.set(Number(commit[1]), identityOf(file));
    } else if (classic !== null) {
      const [, version, , count = '1'] = classic;
      const files = [...(parts.get(`${version} ${count}`) ?? []), path];
      parts.set(`${version} ${count}`, files);
      if (files.length === Number(count)) checkpoints.push({ version: Number(version), kind: 'classic', files });
    } else if (v2 !== null) {
      checkpoints.push({ version: Number(v2[1]), kind: 'v2', files: [path] });
    }
  }
  checkpoints.sort((a, b) => b.version - a.version);
  const head = [...commits.keys()].reduce(
    (newest, version) => Math.max(newest, version),
    checkpoints[0]?.version ?? -1,
  );
  return { head, commits, checkpoints, strays };
}

function identityOf({ size, lastModified, etag = '' }: ListedFile): string {
  return `${size} ${lastModified.getTime()} ${etag}`;
}

/** @throws CorruptLog for a listing with versions that no log reaches */
export function refuseStrays(table: string, { strays }: LogListing): void {
  const [stray] = strays;
  if (stray === undefined) return;
  const detail = `${stray} names a version that no log reaches, or is no file; it was put there by somebody, remove it`;
  throw new CorruptLog(table, detail);
}

/** One commit. Throws FileNotFound if there is none of that version, CorruptLog if it cannot be read. */
export async function readCommit(storage: Storage, table: string, version: number): Promise<Commit> {
  const file = commitPath(table, version);
  return { version, actions: parseCommit(table, file, await readLogFile(storage, table, file)) };
}

/**
 * Every commit from `first` on, up to the head, without gaps. `head` is the newest version known to exist, which the
 * listing may not show yet. Empty if there is none.
 * @throws CorruptLog
 */
export async function readCommits(storage: Storage, table: string, first: number, head = -1): Promise<Commit[]> {
  const listing = await listLog(storage, table, first);
  refuseStrays(table, listing);
  return readVersions(storage, table, first, Math.max(head, listing.head));
}

/**
 * The commits from `first` to `last`; empty if there is none between them.
 * @throws CorruptLog where one is missing
 */
export async function readVersions(storage: Storage, table: string, first: number, last: number): Promise<Commit[]> {
  const commits: Commit[] = [];
  for (let next = first; next <= last; next += PARALLEL_READS) {
    const versions = Array.from({ length: Math.min(PARALLEL_READS, last - next + 1) }, (_, index) => next + index);
    const read = await Promise.allSettled(versions.map((version) => readListed(storage, table, version, last)));
    for (const result of read) {
      // In order, so that the first of several faults is the one reported.
      if (result.status === 'rejected') throw result.reason;
      commits.push(result.value);
    }
  }
  return commits;
}

/** A listing may miss a file that came while it ran, so only a failed read proves a gap. */
async function readListed(storage: Storage, table: string, version: number, last: number): Promise<Commit> {
  try {
    return await readCommit(storage, table, version);
  } catch (error) {
    if (!(error instanceof FileNotFound)) throw error;
    const file = commitPath(table, version);
    const detail =
      version === 0
        ? `the log does not begin at version 0 (${file} is missing, version ${last} is there); restore the first commits`
        : `the log has a gap: ${file} is missing, version ${last} is there; restore the file before anything is written`;
    throw new CorruptLog(table, detail, { cause: error });
  }
}

function isVersion(name: RegExpExecArray | null): boolean {
  return name === null || Number.isSafeInteger(Number(name[1]));
}

function logPrefix(table: string, version: number): string {
  return `${table}/_delta_log/${String(version).padStart(20, '0')}`;
}
