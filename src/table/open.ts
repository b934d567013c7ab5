import type { Storage } from '../storage/index.ts';
import { readCheckpoint } from './checkpoint-reader.ts';
import { CorruptLog, TableError, UnsupportedTable } from './errors.ts';
import { type LastCheckpoint, readLastCheckpoint } from './last-checkpoint.ts';
import { type ListedCheckpoint, type LogListing, listLog, readCommits, readVersions, refuseStrays } from './log.ts';
import { readable, replay, type Snapshot, stateAfter } from './snapshot.ts';

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
    if (!(snapshot instanceof TableError)) return readable(snapshot);
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
  if (!(snapshot instanceof TableError)) return readable(snapshot);
  return readable(await stateOfCommits(storage, path, listing, snapshot));
}

/** The state from the first commit on; `fault` says why no checkpoint leads to it. */
async function stateOfCommits(
  storage: Storage,
  path: string,
  { head, checkpoints }: LogListing,
  fault: TableError,
): Promise<Snapshot> {
  try {
    return stateAfter(path, null, await readVersions(storage, path, 0, head));
  } catch (error) {
    if (!(error instanceof CorruptLog) || checkpoints.length === 0) throw error;
    if (fault instanceof UnsupportedTable) throw fault;
    throw new CorruptLog(path, `${fault.detail}; nor can it be opened without: ${error.detail}`, {
      cause: fault,
    });
  }
}

/** The state, whether or not it can be read, from the first of the checkpoints that leads to the head; what is wrong with the newest where none does. */
async function newestState(
  storage: Storage,
  path: string,
  checkpoints: readonly ListedCheckpoint[],
  head: number,
  hint: LastCheckpoint | null,
): Promise<Snapshot | TableError> {
  let first: TableError | null = null;
  for (const checkpoint of checkpoints) {
    const rows = checkpoint.version === hint?.version ? hint.size : undefined;
    try {
      const base = await readCheckpoint(storage, path, checkpoint, rows);
      return stateAfter(path, base, await readVersions(storage, path, checkpoint.version + 1, head));
    } catch (error) {
      if (!(error instanceof CorruptLog) && !(error instanceof UnsupportedTable)) throw error;
      first ??= error;
    }
  }
  return first ?? new CorruptLog(path, 'there is no checkpoint');
}
