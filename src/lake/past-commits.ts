import { readEvidence } from '../evidence/index.ts';
import { FileNotFound, type Storage } from '../storage/index.ts';
import { type Action, readCommit, type Snapshot } from '../table/index.ts';

/** Commits read at the same time: on a remote store one read is mostly waiting. */
const PARALLEL_READS = 16;

/** What is known of one version. */
export interface PastCommit {
  readonly version: number;
  /** None where nothing is known. From evidence, files come without their statistics. */
  readonly actions: readonly Action[];
  /** Where it was read: the evidence where the log has been cleaned up; null where neither has it. */
  readonly from: 'log' | 'evidence' | null;
}

/**
 * The commits of a table, newest first; each is read when it is asked for, or a little before.
 * @throws CorruptLog, BrokenEvidence, storage errors
 */
export async function* pastCommits(storage: Storage, { path, version: head }: Snapshot): AsyncGenerator<PastCommit> {
  for (let newest = head; newest >= 0; newest -= PARALLEL_READS) {
    const versions = Array.from({ length: Math.min(PARALLEL_READS, newest + 1) }, (_, index) => newest - index);
    const commits = await Promise.allSettled(versions.map((version) => pastCommit(storage, path, version)));
    for (const commit of commits) {
      if (commit.status === 'rejected') throw commit.reason;
      yield commit.value;
    }
  }
}

/** One version. Throws as {@link pastCommits} does. */
export async function pastCommit(storage: Storage, table: string, version: number): Promise<PastCommit> {
  try {
    return { ...(await readCommit(storage, table, version)), from: 'log' };
  } catch (error) {
    if (!(error instanceof FileNotFound)) throw error;
  }
  const evidence = await readEvidence(storage, table, version);
  return { version, actions: evidence?.actions ?? [], from: evidence === null ? null : 'evidence' };
}
