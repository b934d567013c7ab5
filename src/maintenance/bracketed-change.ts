import {
  afterCommit,
  type ByRecord,
  type ChangeInfo,
  type CommitObserver,
  changeInfo,
  ledgerAfter,
  ownTransactions,
  removalTransactions,
} from '../lake/index.ts';
import type { LakeContext } from '../storage/index.ts';
import {
  type Action,
  type Attempt,
  type BracketOwner,
  backOff,
  type ChangeKind,
  type Commit,
  closeOpenBracket,
  commitWithRetries,
  lockActions,
  openBracket,
  readCommits,
  refresh,
  type Snapshot,
  unlockActions,
} from '../table/index.ts';

/** How often a change waits for another one to close its bracket, before it takes that one for interrupted. */
const MOST_WAITS = 8;

/** A change of an append-only table that is no append. It keeps its plan, data files included, until it is committed. */
export interface Change {
  readonly kind: ChangeKind;
  /** Why, for the log. */
  readonly reason: string;
  /** Who makes it; null where nobody knows. */
  readonly by: ByRecord | null;
  /** Makes the plan for a snapshot. All that takes long happens here, before the table is unlocked. False: nothing to do. */
  prepare(snapshot: Snapshot): Promise<boolean>;
  /**
   * Brings the plan up to the snapshot that the commits `since` led to; data files that are no longer wanted are removed.
   * False: nothing is left to do.
   */
  revise(snapshot: Snapshot, since: readonly Commit[]): Promise<boolean>;
  /** What the change commit says, beside what every commit does, and what it does on top of this snapshot. */
  commitOn(snapshot: Snapshot): { readonly record: ChangeInfo; readonly actions: readonly Action[] };
}

/** The table after a change; `version` is that of the change commit, null where there was nothing to do. */
export interface Changed {
  readonly snapshot: Snapshot;
  readonly version: number | null;
}

/**
 * Changes an append-only table in three commits: unlock, the change as a whole, lock. A crash leaves the change wholly
 * done or not at all, and the bracket to be closed by the next run. Other writers may go on meanwhile.
 * @throws storage errors and TableError; the table is then locked, or will be by the next run
 */
export async function bracketedChange(
  context: LakeContext,
  snapshot: Snapshot,
  change: Change,
  observer: CommitObserver = {},
): Promise<Changed> {
  const bracket = new Bracket(context, snapshot, change);
  try {
    const locked = await bracket.clear();
    const version = (await change.prepare(locked)) ? await bracket.carryOut(locked) : null;
    const result = { snapshot: await bracket.close(), version };
    await bracket.followUp(observer);
    return result;
  } catch (error) {
    // Whether the last commit went in may be unknown, so its data files stay; only the lock is put back where it can be.
    await bracket.close().catch(() => undefined);
    throw error;
  }
}

/** The commits of one change. */
class Bracket {
  readonly #context: LakeContext;
  readonly #change: Change;
  readonly #owner: BracketOwner;
  /** States that commits of this run led to: what follows a commit waits until the table is locked again. */
  readonly #ours: Snapshot[] = [];
  #current: Snapshot;

  constructor(context: LakeContext, snapshot: Snapshot, change: Change) {
    this.#current = snapshot;
    this.#context = context;
    this.#change = change;
    this.#owner = { id: context.host.randomId(), kind: change.kind };
  }

  /** The table, locked: another change that is under way gets time to end, an interrupted one is closed. */
  async clear(): Promise<Snapshot> {
    let current = this.#current;
    for (let waits = 0; waits < MOST_WAITS && openBracket(current) !== null; waits++) {
      await backOff(this.#context.host, waits);
      current = await refresh(this.#context.storage, current);
    }
    const closed = await closeOpenBracket(this.#context, current);
    if (closed !== current) this.#ours.push(closed);
    this.#current = closed;
    return closed;
  }

  /** Unlocks the table and commits the plan; the version of that commit, null where nothing is left to do. */
  async carryOut(planned: Snapshot): Promise<number | null> {
    this.#current = await refresh(this.#context.storage, planned);
    let revised = planned.version;
    let isDone = false;
    const { outcome } = await commitWithRetries(this.#context, this.#current, {
      subject: `the change (${this.#change.kind})`,
      next: async (found) => {
        this.#current = found;
        const open = openBracket(found);
        const current = open !== null && open.id !== this.#owner.id ? await this.clear() : found;
        if (current.version > revised) {
          const since = await readCommits(this.#context.storage, current.path, revised + 1, current.version);
          // A commit that came while these were read is no part of the snapshot: its turn is the next.
          const known = since.filter((each) => each.version <= current.version);
          if (!(await this.#change.revise(current, known))) return null;
          revised = current.version;
        }
        isDone = openBracket(current) !== null;
        return { on: current, actions: isDone ? this.#changeActions(current) : this.#unlock(current) };
      },
      goesOn: (committed) => {
        this.#committed(committed);
        revised = committed.version;
        return !isDone;
      },
    });
    return outcome === 'committed' ? revised : null;
  }

  /** Locks the table if it is this change that has it open. */
  async close(): Promise<Snapshot> {
    const closed = await commitWithRetries(this.#context, this.#current, {
      subject: `locking the table after the change (${this.#change.kind})`,
      next: async (current) =>
        openBracket(current)?.id === this.#owner.id
          ? { actions: lockActions(current, this.#owner, this.#change.reason, this.#attempt()) }
          : null,
    });
    if (closed.outcome === 'committed') this.#committed(closed.snapshot);
    return closed.snapshot;
  }

  #committed(snapshot: Snapshot): void {
    this.#ours.push(snapshot);
    this.#current = snapshot;
  }

  /** Evidence and checkpoints of what was committed. */
  async followUp(observer: CommitObserver): Promise<void> {
    for (const snapshot of this.#ours) await afterCommit(this.#context, snapshot, observer);
  }

  #unlock(snapshot: Snapshot): Action[] {
    return unlockActions(snapshot, this.#owner, this.#change.reason, this.#attempt());
  }

  #changeActions(snapshot: Snapshot): Action[] {
    const attempt = this.#attempt();
    const { record, actions } = this.#change.commitOn(snapshot);
    const set = ownTransactions(actions);
    const isSet = new Set(set.map(({ appId }) => appId));
    const noticed = removalTransactions(snapshot, attempt.now).filter(({ appId }) => !isSet.has(appId));
    const ledger = ledgerAfter(snapshot, [...set, ...noticed]);
    const commitInfo = changeInfo(snapshot, attempt, record, ledger, this.#change.by);
    return [{ commitInfo }, ...actions, ...noticed.map((txn) => ({ txn }))];
  }

  #attempt(): Attempt {
    return { now: this.#context.host.now(), txnId: this.#context.host.randomId() };
  }
}
