import type { Storage } from '../storage/index.ts';
import { readCheckpoint } from './checkpoint-reader.ts';
import { CorruptLog } from './errors.ts';
import { type LastCheckpoint, readLastCheckpoint } from './last-checkpoint.ts';
import { type ListedCheckpoint, type LogListing, listLog, readCommits, readRange, refuseStrays } from './log.ts';
import { replay, type Snapshot } from './snapshot.ts';

/**
 * The newest state of the table at `path`, from its newest checkpoint that can be relied on and the commits after it;
 * null if there is no table.
 * @throws CorruptLog, UnsupportedTable
 */
export async function openTable(storage: Storage, path: string): Promise<Snapshot | null> {
  const hint = await readLastCheckpoint(storage, path);
  if (hint !== null) {
    const recent = await listLog(storage, path, hint.version);
    refuseStrays(path, recent);
    const snapshot = await newestState(storage, path, recent.checkpoints, recent.head, hint);
    if (!(snapshot instanceof CorruptLog)) return snapshot;
  }
  return openFromListing(storage, path, hint, await listLog(storage, path, 0));
}

/** The newest state of the snapshot's table; reads only the commits after it. Throws as `openTable` does. */
export async function refresh(storage: Storage, snapshot: Snapshot): Promise<Snapshot> {
  return replay(snapshot.path, snapshot, await readCommits(storage, snapshot.path, snapshot.version + 1));
}

async function openFromListing(
  storage: Storage,
  path: string,
  hint: LastCheckpoint | null,
  listing: LogListing,
): Promise<Snapshot | null> {
  const { head, checkpoints } = listing;
  refuseStrays(path, listing);
  if (head < 0) return null;
  const snapshot = await newestState(storage, path, checkpoints, head, hint);
  if (!(snapshot instanceof CorruptLog)) return snapshot;
  try {
    return replay(path, null, await readRange(storage, path, 0, head));
  } catch (error) {
    if (!(error instanceof CorruptLog) || checkpoints.length === 0) throw error;
    throw new CorruptLog(path, `${snapshot.detail}; nor can it be opened without: ${error.detail}`, {
      cause: snapshot,
    });
  }
}

/** The state from the first of the checkpoints that leads to the head; what is wrong with the newest where none does. */
async function newestState(
  storage: Storage,
  path: string,
  checkpoints: readonly ListedCheckpoint[],
  head: number,
  hint: LastCheckpoint | null,
): Promise<Snapshot | CorruptLog> {
  let first: CorruptLog | null = null;
  for (const checkpoint of checkpoints) {
    const rows = checkpoint.version === hint?.version ? hint.size : undefined;
    try {
      const base = await readCheckpoint(storage, path, checkpoint, rows);
      return replay(path, base, await readRange(storage, path, checkpoint.version + 1, head));
    } catch (error) {
      if (!(error instanceof CorruptLog)) throw error;
      first ??= error;
    }
  }
  return first ?? new CorruptLog(path, 'there is no checkpoint');
}
