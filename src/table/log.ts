import { FileNotFound, readAll, type Storage } from '../storage/index.ts';
import { parseActions } from './action-lines.ts';
import type { Commit } from './actions.ts';
import { CorruptLog } from './errors.ts';

/** Commits read at the same time: on a remote store one read is mostly waiting. */
const PARALLEL_READS = 16;

/** The lake path of a commit. */
export function commitPath(table: string, version: number): string {
  return `${table}/_delta_log/${String(version).padStart(20, '0')}.json`;
}

/** One commit. Throws FileNotFound if there is none of that version, CorruptLog if it cannot be read. */
export async function readCommit(storage: Storage, table: string, version: number): Promise<Commit> {
  const file = commitPath(table, version);
  const text = new TextDecoder().decode(await readAll(storage, file));
  return { version, actions: parseActions(table, file, text) };
}

/**
 * Every commit from `first` on, up to the head, without gaps. `head` is the newest version known to exist, which the
 * listing may not show yet. Empty if there is none.
 * @throws CorruptLog
 */
export async function readCommits(storage: Storage, table: string, first: number, head = -1): Promise<Commit[]> {
  const last = Math.max(head, await listedHead(storage, table, first));
  const commits: Commit[] = [];
  for (let next = first; next <= last; next += PARALLEL_READS) {
    const versions = Array.from({ length: Math.min(PARALLEL_READS, last - next + 1) }, (_, index) => next + index);
    commits.push(...(await Promise.all(versions.map((version) => readListed(storage, table, version, last)))));
  }
  return commits;
}

async function listedHead(storage: Storage, table: string, first: number): Promise<number> {
  const options = first === 0 ? {} : { after: commitPath(table, first - 1) };
  let head = -1;
  for await (const { path } of storage.list(`${table}/_delta_log/`, options)) {
    const digits = /\/_delta_log\/(\d{20})\.json$/.exec(path)?.[1];
    if (digits !== undefined) head = Number(digits);
  }
  return head;
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
