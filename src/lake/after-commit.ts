import { type ChainHead, sealCommits } from '../evidence/index.ts';
import type { LakeContext, Storage } from '../storage/index.ts';
import { checkpointAfterCommit, type Snapshot } from '../table/index.ts';

/** Told of what a commit could do without; nothing is lost by it, and the next run makes up for it. */
export interface CommitObserver {
  /** A checkpoint could not be written; the table is whole without it. */
  onCheckpointFailure?(error: unknown): void;
  /** The evidence of a commit could not be written; the next run writes it. */
  onEvidenceFailure?(error: unknown): void;
  /** The evidence of so many commits of a table had been removed; it was written anew from what the log says today. */
  onEvidenceRewritten?(table: string, commits: number): void;
  /** audit_codes holds a newer catalogue than this program has, and keeps it. */
  onNewerCatalogue?(): void;
}

/**
 * What follows a commit of ours, whose version is the snapshot's: its evidence, and a checkpoint if it is its turn. Never
 * throws, since the commit stands without them: failures go to the observer.
 * @returns the end of the chain; null where the evidence could not be written
 */
export async function afterCommit(
  context: LakeContext,
  snapshot: Snapshot,
  observer: CommitObserver = {},
): Promise<ChainHead | null> {
  const { storage, host } = context;
  const head = await writeEvidence(storage, snapshot, observer);
  await checkpointAfterCommit(storage, snapshot, new Date(host.now()), (error) =>
    observer.onCheckpointFailure?.(error),
  );
  return head;
}

/** Writes the evidence that a run before left unwritten because it ended in the middle. Never throws, as above. */
export async function writeEvidence(
  storage: Storage,
  snapshot: Snapshot,
  observer: CommitObserver = {},
): Promise<ChainHead | null> {
  try {
    const { head, filled, isRewritten } = await sealCommits(storage, snapshot);
    if (isRewritten) observer.onEvidenceRewritten?.(snapshot.path, filled);
    return head;
  } catch (error) {
    observer.onEvidenceFailure?.(error);
    return null;
  }
}
