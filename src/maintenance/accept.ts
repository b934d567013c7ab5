import { contentOf, readEvidence } from '../evidence/index.ts';
import {
  acceptanceInfo,
  afterCommit,
  type ByRecord,
  type CommitObserver,
  pastCommit,
  removalsInDoubt,
} from '../lake/index.ts';
import { type LakeContext, type Storage, sha256Hex } from '../storage/index.ts';
import {
  type CommitInfo,
  commitInfoOf,
  commitPath,
  commitWithRetries,
  isForeignDataChange,
  type Snapshot,
  TableError,
} from '../table/index.ts';

/** A version that cannot be accepted: it is none, or another engine changed no data in it. */
export class NotAcceptable extends TableError {}

export interface AcceptOptions {
  /** The commit that is acknowledged. */
  readonly version: number;
  /** Why, for the log, where it stays for good. */
  readonly reason: string;
  /** Who accepts it; left out where nobody knows. */
  readonly by?: ByRecord | null;
  readonly observer?: CommitObserver;
}

/** What an acceptance put on record. */
export interface Acceptance {
  readonly snapshot: Snapshot;
  /** The version that was accepted, and the SHA-256 of its log file, in hex. */
  readonly accepted: number;
  readonly sha256: string;
  /** Of that commit, in the words of who wrote it. */
  readonly operation: string | null;
  readonly engine: string | null;
  /** Whether a replay has yet to put the rows back: until then the acceptance stands for nothing. */
  readonly needsReplay: boolean;
}

/**
 * Acknowledges by a commit, which changes no row, that another engine changed data in a version. A verification then notes
 * that change and does not call it a problem, as long as a replay after it has put back what raw files give.
 * @throws NotAcceptable, storage errors and TableError
 */
export async function acceptChange(
  context: LakeContext,
  snapshot: Snapshot,
  { version, reason, by, observer }: AcceptOptions,
): Promise<Acceptance> {
  const { storage, host } = context;
  const { info, sha256 } = await foreignChange(storage, snapshot, version);
  const operation = typeof info?.operation === 'string' ? info.operation : null;
  const engine = typeof info?.engineInfo === 'string' ? info.engineInfo : null;
  const accepted = await commitWithRetries(context, snapshot, {
    subject: `accepting version ${version}`,
    next: async (current) => {
      const attempt = { now: host.now(), txnId: host.randomId() };
      return { actions: [{ commitInfo: acceptanceInfo(current, attempt, { version, sha256, reason }, by ?? null) }] };
    },
  });
  await afterCommit(context, accepted.snapshot, observer);
  const needsReplay = removalsInDoubt(accepted.snapshot).includes(version);
  return { snapshot: accepted.snapshot, accepted: version, sha256, operation, engine, needsReplay };
}

/** The commit to be accepted. @throws NotAcceptable */
async function foreignChange(
  storage: Storage,
  { path, version: head }: Snapshot,
  version: number,
): Promise<{ readonly info: CommitInfo | null; readonly sha256: string }> {
  const refused = (found: string): NotAcceptable =>
    new NotAcceptable(
      path,
      `expected a version in which another engine changed data, found ${found}; verify names those that can be accepted (foreign_data_change)`,
    );
  if (version > head) throw refused(`none: version ${head} is the newest`);
  const { actions } = await pastCommit(storage, path, version);
  if (!isForeignDataChange(actions)) throw refused(`that version ${version} is no such change`);
  const logged = await contentOf(storage, commitPath(path, version));
  const sha256 = logged === null ? (await readEvidence(storage, path, version))?.commit.sha256 : sha256Hex(logged);
  if (sha256 === undefined) throw refused(`neither the log file nor the evidence of version ${version}`);
  return { info: commitInfoOf(actions), sha256 };
}
