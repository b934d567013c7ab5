import { type Storage, sha256Hex } from '../storage/index.ts';
import { type Action, commitInfoOf, commitPath, isOurs, parseCommit, type Snapshot } from '../table/index.ts';
import { evidenceBytes, evidenceVersions, logContentOf, PARALLEL_READS } from './chain.ts';
import { BrokenEvidence, EvidenceConflict, encodeEvidence, evidencePath } from './record.ts';

/** A run seals at its start and after each commit, so that one that ends in the middle leaves no more than a few. */
const MOST_UNSEALED = 8;

/** Counts commits without evidence, and tells a run that ended in the middle from evidence that was removed. */
export class Unsealed {
  /** All of them, and those that this program wrote: another engine may write as many as it likes between two runs. */
  count = 0;
  #ours = 0;
  /** Whether one of them is of the format that has had evidence from the start. */
  #hasHadEvidence = false;

  add(actions: readonly Action[]): void {
    const info = commitInfoOf(actions);
    this.count++;
    if (info === null || !isOurs(info)) return;
    this.#ours++;
    // The first version, which wrote no evidence, named data files by their sources.
    if (info['files'] !== undefined) this.#hasHadEvidence = true;
  }

  /** Whether these are more than any run leaves behind: their evidence was there and was removed. */
  get isRemoved(): boolean {
    return this.#ours > MOST_UNSEALED && this.#hasHadEvidence;
  }
}

/** The end of a chain: the newest version it covers, and the SHA-256 of that version's evidence in hex. */
export interface ChainHead {
  readonly version: number;
  readonly sha256: string;
}

/** What sealing a table came to. */
export interface Sealing {
  readonly head: ChainHead;
  /** Commits that had no evidence before. */
  readonly filled: number;
  /** Whether that is more than any run leaves behind: evidence was removed, and now says what the log says today. */
  readonly isRewritten: boolean;
}

/**
 * Makes sure that there is evidence of every version up to the snapshot's. What is missing after the newest evidence is
 * written in order, so that a crash leaves no hole. Ordinarily that is three reads and one write, however long the log is.
 * @throws EvidenceConflict where the snapshot's evidence is there with other content; BrokenEvidence where a commit that
 * lacks evidence is gone from the log; CorruptLog, StorageError
 */
export async function sealCommits(
  storage: Storage,
  { path: table, version: head }: Pick<Snapshot, 'path' | 'version'>,
): Promise<Sealing> {
  const [before, commit, existing] = await Promise.all([
    head === 0 ? null : evidenceBytes(storage, table, head - 1),
    logContentOf(storage, table, commitPath(table, head)),
    evidenceBytes(storage, table, head),
  ]);
  if (before !== null || head === 0) {
    const evidence = await seal(storage, table, head, commit, before, existing);
    return { head: chainHead(head, evidence), filled: existing === null ? 1 : 0, isRewritten: false };
  }
  const unsealed = new Unsealed();
  const newest = await newestBefore(storage, table, head);
  let last = newest === -1 ? null : await evidenceBytes(storage, table, newest);
  for (let next = newest + 1; next <= head; next += PARALLEL_READS) {
    const versions = Array.from({ length: Math.min(PARALLEL_READS, head - next + 1) }, (_, index) => next + index);
    const commits = await Promise.all(
      versions.map((version) => logContentOf(storage, table, commitPath(table, version))),
    );
    for (const [index, version] of versions.entries()) {
      const content = commits[index] ?? null;
      last = await seal(storage, table, version, content, last, version === head ? existing : null);
      if (content !== null && (version < head || existing === null))
        unsealed.add(parseCommit(table, commitPath(table, version), content));
    }
  }
  // The loop ran at least once, since `newest` is below `head`.
  return { head: chainHead(head, last!), filled: unsealed.count, isRewritten: unsealed.isRemoved };
}

/** Publishes the evidence of one version unless it is there, and gives its bytes; whoever was first wrote the same. */
async function seal(
  storage: Storage,
  table: string,
  version: number,
  commit: Uint8Array | null,
  previous: Uint8Array | null,
  existing: Uint8Array | null,
): Promise<Uint8Array> {
  const path = evidencePath(table, version);
  if (commit === null) {
    if (existing !== null) return existing;
    const detail = `${commitPath(table, version)} is gone, and ${path} was never written`;
    throw new BrokenEvidence(table, `${detail}; restore the log file, without which the chain cannot go on`);
  }
  const link = previous === null ? null : sha256Hex(previous);
  const content = encodeEvidence(table, version, commit, link);
  if (existing === null && (await storage.create(path, content)) === 'created') return content;
  const found = existing ?? (await logContentOf(storage, table, path));
  if (found === null || Buffer.compare(found, content) !== 0) {
    const detail = `${path} is there and does not follow from ${commitPath(table, version)} and the evidence before it`;
    throw new EvidenceConflict(table, `${detail}; run verify, which says what was changed`);
  }
  return content;
}

/** The newest version below `head` that has evidence; -1 if none has. */
async function newestBefore(storage: Storage, table: string, head: number): Promise<number> {
  const near = Array.from({ length: Math.min(PARALLEL_READS, head) }, (_, index) => head - 1 - index);
  const found = await Promise.all(near.map((version) => storage.head(evidencePath(table, version))));
  const first = found.findIndex((file) => file !== null);
  if (first !== -1) return near[first]!;
  let newest = -1;
  for await (const version of evidenceVersions(storage, table)) if (version < head) newest = version;
  return newest;
}

function chainHead(version: number, evidence: Uint8Array): ChainHead {
  return { version, sha256: sha256Hex(evidence) };
}
