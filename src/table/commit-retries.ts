import type { Host, LakeContext } from '../storage/index.ts';
import type { Action, Commit } from './actions.ts';
import { commit, winnersSince } from './commit.ts';
import { LostRace } from './errors.ts';
import type { Snapshot } from './snapshot.ts';
import { withLeastWriter } from './writer-version.ts';

const FIRST_DELAY_MS = 20;
const LONGEST_DELAY_MS = 500;

/** How often a commit is tried before the store is given up on; each failure means that somebody else's commit went in. */
export const MOST_TRIES = 100;

/** The actions of one try, on top of `on`; without it, of the snapshot that they were asked for. */
export interface Try {
  readonly actions: readonly Action[];
  readonly on?: Snapshot;
}

/** What is to be committed, made anew for each try. */
export interface Proposal {
  /** What loses the race, for the error: `compaction`, say. */
  readonly subject: string;
  /**
   * What to commit on top of a snapshot, with a commitInfo whose txnId is unique to the try; null where nothing is left to do.
   * `since` are the commits of others after the try before, in their order.
   */
  next(snapshot: Snapshot, since: readonly Commit[]): Promise<Try | null>;
  /** Told of what was committed; says whether more is to follow on top of it. */
  goesOn?(committed: Snapshot): boolean;
  /** Removes what was written for the commit, after a failure. Only called where no commit can ever have named it. */
  discard?(): Promise<void>;
}

/** The table after a proposal went in, or nothing was left of it to do. */
export interface Proposed {
  readonly outcome: 'committed' | 'nothing';
  readonly snapshot: Snapshot;
  /** Commits of others that were first. */
  readonly conflicts: number;
}

/**
 * Commits a proposal, or finds that nothing is left to do: each time that somebody else was first, it waits, looks where they
 * are by now, and tries again on top of that. All that is ever committed to an existing table goes through here.
 * @throws LostRace where others were first time and again; what the proposal throws; other TableErrors and storage errors,
 * after which nobody may know whether the commit went in
 */
export async function commitWithRetries(
  context: LakeContext,
  snapshot: Snapshot,
  proposal: Proposal,
): Promise<Proposed> {
  const { storage, host } = context;
  let current = snapshot;
  let since: readonly Commit[] = [];
  let conflicts = 0;
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const next = await orDiscarded(proposal, () => proposal.next(current, since));
    if (next === null) return { outcome: 'nothing', snapshot: current, conflicts };
    const base = next.on ?? current;
    const result = await commit(storage, base, withLeastWriter(base, next.actions));
    current = result.snapshot;
    since = [];
    if (result.outcome === 'committed') {
      if (proposal.goesOn?.(current) !== true) return { outcome: 'committed', snapshot: current, conflicts };
      continue;
    }
    // Whoever committed meanwhile would win again, so the next try begins where they are by now.
    const late = await orDiscarded(proposal, async () => {
      await backOff(host, attempt);
      return winnersSince(storage, result.snapshot);
    });
    since = [...result.winners, ...late.winners];
    conflicts += since.length;
    current = late.snapshot;
  }
  await proposal.discard?.();
  throw new LostRace(
    snapshot.path,
    `${proposal.subject} lost the race for a version ${MOST_TRIES} times; run it again when other writers are done`,
  );
}

/** Waits before something is tried again: twice as long each time, with jitter, so that writers do not meet again. */
export async function backOff(host: Host, attempt: number): Promise<void> {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 10));
  await host.sleep(ceiling * (0.5 + host.random() / 2));
}

/** Does a step while it is certain that no commit names what was written for one: where it fails, that is removed. */
async function orDiscarded<T>(proposal: Proposal, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    await proposal.discard?.();
    throw error;
  }
}
