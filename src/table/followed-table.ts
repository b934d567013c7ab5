import type { Storage } from '../storage/index.ts';
import { type Commit, commitInfoOf, isOurs } from './actions.ts';
import { checkpointInterval } from './checkpoint.ts';
import { CorruptLog } from './errors.ts';
import { type LogListing, listLog, readVersions } from './log.ts';
import { replay, type Snapshot } from './snapshot.ts';

/** The state of a table, and what its log held when that was read. */
export interface FollowedTable {
  readonly snapshot: Snapshot;
  /** The commits from the place of the newest checkpoint on, each with what tells its file from another one in its place. */
  readonly commits: ReadonlyMap<number, string>;
}

/**
 * Looks at the log that a snapshot was read from, so that it can be brought up later; null where not every commit is there
 * that would tell whether it is still the same. One listing.
 * @throws storage errors
 */
export async function followTable(storage: Storage, snapshot: Snapshot): Promise<FollowedTable | null> {
  return following(snapshot, await listLog(storage, snapshot.path, firstFollowed(snapshot)));
}

/**
 * Brings a table up by the commits since: one listing, and a read for each of them. Null where the log is not the one that was
 * read, with more behind it (a file is gone or another one, a version is missing, something stands there that is no commit), and
 * where anything came but what this program appended: then it is to be opened anew, which says what is wrong.
 * @throws storage errors
 */
export async function bringUp(storage: Storage, { snapshot, commits }: FollowedTable): Promise<FollowedTable | null> {
  const { path, version } = snapshot;
  const listing = await listLog(storage, path, firstFollowed(snapshot));
  for (const [each, identity] of commits) if (listing.commits.get(each) !== identity) return null;
  try {
    const since = await readVersions(storage, path, version + 1, listing.head);
    if (!since.every(isAppend)) return null;
    return following(replay(path, snapshot, since), listing);
  } catch (error) {
    if (error instanceof CorruptLog) return null;
    throw error;
  }
}

function following(snapshot: Snapshot, { commits, strays }: LogListing): FollowedTable | null {
  if (strays.length > 0) return null;
  const followed = new Map<number, string>();
  for (let version = firstFollowed(snapshot); version <= snapshot.version; version++) {
    const identity = commits.get(version);
    if (identity === undefined) return null;
    followed.set(version, identity);
  }
  return { snapshot, commits: followed };
}

function firstFollowed(snapshot: Snapshot): number {
  return snapshot.version - (snapshot.version % checkpointInterval(snapshot));
}

/** Whether a commit of this program does nothing but add files and set `txn`s. */
function isAppend({ actions }: Commit): boolean {
  const isAdding = actions.every((action) => 'add' in action || 'txn' in action || 'commitInfo' in action);
  return isAdding && isOurs(commitInfoOf(actions));
}
