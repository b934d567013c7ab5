import { FileNotFound, type Storage } from '../storage/index.ts';
import { serialiseActions } from './action-lines.ts';
import type { Action, Commit } from './actions.ts';
import { checkCommit } from './commit-rules.ts';
import { commitPath, readCommits } from './log.ts';
import { readAtMost } from './log-files.ts';
import { replay, type Snapshot } from './snapshot.ts';

/** What is unique to one commit: its time in milliseconds, and an id never used before. */
export interface Attempt {
  readonly now: number;
  readonly txnId: string;
}

/**
 * What became of one try. On a conflict `winners` are all commits after the given snapshot and `snapshot` is the state
 * they lead to; nothing of ours is in it.
 */
export type CommitOutcome =
  | { readonly outcome: 'committed'; readonly version: number; readonly snapshot: Snapshot }
  | { readonly outcome: 'conflict'; readonly snapshot: Snapshot; readonly winners: readonly Commit[] };

/**
 * Tries once to make `actions` the version after `snapshot`; they begin with a commitInfo whose txnId is unique to
 * the attempt. A lost answer is recovered: a version that holds exactly our bytes is ours.
 * Source: Delta protocol, "Delta Log Entries" (a log file is never overwritten).
 * @throws UnsupportedTable, InvalidCommit, CorruptLog; the store's error if it failed and no such version is there
 */
export async function commit(storage: Storage, snapshot: Snapshot, actions: readonly Action[]): Promise<CommitOutcome> {
  checkCommit(snapshot, actions);
  const version = snapshot.version + 1;
  const file = commitPath(snapshot.path, version);
  const ours = Buffer.from(serialiseActions(actions));
  if (await putCommit(storage, file, ours)) {
    return { outcome: 'committed', version, snapshot: replay(snapshot.path, snapshot, [{ version, actions }]) };
  }
  const winners = await readCommits(storage, snapshot.path, version, version);
  return { outcome: 'conflict', snapshot: replay(snapshot.path, snapshot, winners), winners };
}

/** The commits of others after the snapshot, and the state that they lead to. @throws CorruptLog */
export async function winnersSince(
  storage: Storage,
  snapshot: Snapshot,
): Promise<{ readonly snapshot: Snapshot; readonly winners: readonly Commit[] }> {
  const winners = await readCommits(storage, snapshot.path, snapshot.version + 1);
  return { snapshot: replay(snapshot.path, snapshot, winners), winners };
}

/**
 * Puts a log file if its version is free, and says whether it now holds `content`. The store may have done it and
 * still say "exists" (it retried by itself) or fail (the answer was lost), so the file decides.
 */
export async function putCommit(storage: Storage, file: string, content: Uint8Array): Promise<boolean> {
  try {
    if ((await storage.create(file, content)) === 'created') return true;
  } catch (error) {
    const found = await contentOf(storage, file, content.length).catch(() => null);
    if (found === null) throw error;
    return Buffer.compare(found, content) === 0;
  }
  const found = await contentOf(storage, file, content.length);
  return found !== null && Buffer.compare(found, content) === 0;
}

/** What a file of at most so many bytes holds, and nothing of a larger one; null where there is none. */
async function contentOf(storage: Storage, file: string, size: number): Promise<Uint8Array | null> {
  try {
    return (await readAtMost(storage, file, size)) ?? new Uint8Array();
  } catch (error) {
    if (error instanceof FileNotFound) return null;
    throw error;
  }
}
