import type { LakeContext } from '../storage/index.ts';
import { bringUp, type FollowedTable, followTable, type Snapshot } from '../table/index.ts';
import { type CommitObserver, writeEvidence } from './after-commit.ts';
import { prepareTables } from './tables.ts';

/**
 * After so long all tables are opened anew: what nobody appends to audit_events shows then, such as a newer catalogue. It is no
 * longer than the reconciliation leaves a file.
 */
const LONGEST_MS = 10 * 60_000;

/**
 * The tables as a process that goes on needs them, opened for writing: once in full, and from then on brought up by the commits
 * since, as long as those only append. A commit on top of what is kept is as any other: it goes in only where no other one has its
 * version.
 */
export class KeptTables {
  #events: FollowedTable | null = null;
  /** When they were opened in full, in milliseconds since 1970. */
  #opened = 0;
  /** The newest version whose evidence was seen to. */
  #sealed = -1;

  /**
   * The state of audit_events by now, for a run that takes files in.
   * @throws LostTransactions, TableError, storage errors
   */
  async events(context: LakeContext, observer: CommitObserver = {}): Promise<Snapshot> {
    const { storage, host } = context;
    const kept = this.#events;
    const isRecent = host.now() - this.#opened < LONGEST_MS;
    const followed = kept !== null && isRecent ? await bringUp(storage, kept) : null;
    if (followed !== null) {
      this.#keep(followed);
      return followed.snapshot;
    }
    this.#events = null;
    const { events } = await prepareTables(context, observer);
    this.#sealed = events.version;
    this.#opened = host.now();
    this.#events = await followTable(storage, events);
    return events;
  }

  /** Notes that the evidence up to this version was seen to, by a commit on top of what was kept. */
  noteSealed(version: number): void {
    this.#sealed = Math.max(this.#sealed, version);
  }

  /** Writes what evidence others have left unwritten, where nothing was committed that saw to it. Never throws. */
  async seal(context: LakeContext, snapshot: Snapshot, observer: CommitObserver = {}): Promise<void> {
    if (snapshot.version <= this.#sealed) return;
    await writeEvidence(context.storage, snapshot, observer);
    this.noteSealed(snapshot.version);
  }

  #keep(followed: FollowedTable): void {
    // Two may bring it up at once.
    const before = this.#events?.snapshot.version ?? -1;
    if (followed.snapshot.version >= before) this.#events = followed;
  }
}
