import { isDeepStrictEqual } from 'node:util';
import type { Action, AddFile, Metadata, Protocol, Snapshot, Transaction } from '../table/index.ts';
import { statisticsDiffer } from './statistics-match.ts';

/** What commits recorded of a data file. */
export interface RecordedFile {
  /** Null where no commit says it: the file of another engine. */
  readonly rows: number | null;
  readonly sha256: string | null;
  /** Whether the statistics are those that a commit of ours gave it, and its log file is there as it was sealed. */
  readonly hasSealedStatistics: boolean;
}

/** A data file of the table, with what commits recorded of it. */
export interface LiveFile extends RecordedFile {
  readonly add: AddFile;
}

/** The table property that lets engines leave old transactions out of checkpoints. */
const TRANSACTION_RETENTION = 'delta.setTransactionRetentionDuration';

/** How many differences are named; there may be one for every file. */
const MOST_NAMED = 3;

/** The state that all commits up to one lead to, replayed without any checkpoint. */
export class ReplayedState {
  readonly files = new Map<string, LiveFile>();
  /** Every path that was ever removed: such a file is no orphan while it waits for vacuum. */
  readonly removed = new Set<string>();
  readonly transactions = new Map<string, Omit<Transaction, 'appId'>>();
  protocol: Protocol | null = null;
  metadata: Metadata | null = null;
  version = -1;
  /** Whether the table ever allowed engines to leave old transactions out of checkpoints. */
  mayDropTransactions = false;
  /** Statistics that something beside the commits gives a file whose commit has none, or none that is left. */
  readonly claims = new Map<string, Set<string>>();
  /** Some commit could not be replayed, so that nothing can be compared with this state. */
  isIncomplete = false;

  /** Applies a commit; `recorded` says what is known of files it adds. */
  apply(version: number, actions: readonly Action[], recorded: (add: AddFile) => RecordedFile): void {
    this.version = version;
    for (const action of actions) {
      if ('add' in action) this.files.set(action.add.path, { add: action.add, ...recorded(action.add) });
      else if ('remove' in action) {
        this.files.delete(action.remove.path);
        this.removed.add(action.remove.path);
      } else if ('txn' in action) {
        const { appId, ...progress } = action.txn;
        this.transactions.set(appId, progress);
      } else if ('metaData' in action) {
        this.metadata = action.metaData;
        this.mayDropTransactions ||= action.metaData.configuration[TRANSACTION_RETENTION] !== undefined;
      } else if ('protocol' in action) this.protocol = action.protocol;
    }
  }

  /** Keeps statistics that readers go by, to be held against the file's values. */
  claim(path: string, stats: string): void {
    const claims = this.claims.get(path) ?? new Set();
    this.claims.set(path, claims.add(stats));
  }

  /** How a snapshot of the same version differs, in words; null where it does not. */
  differencesTo(snapshot: Snapshot): string | null {
    const found = [...this.filesDifferent(snapshot.files), ...this.#otherDifferences(snapshot)];
    if (found.length === 0) return null;
    const more = found.length > MOST_NAMED ? `, and ${found.length - MOST_NAMED} more differences` : '';
    return `${found.slice(0, MOST_NAMED).join('; ')}${more}`;
  }

  /** How many transactions a snapshot of the same version lacks although the table allows it. */
  droppedFrom({ transactions }: Snapshot): number {
    if (!this.mayDropTransactions) return 0;
    let dropped = 0;
    for (const appId of this.transactions.keys()) if (!transactions.has(appId)) dropped++;
    return dropped;
  }

  /** How the files of another account of the same version differ. Statistics that no commit gave are kept as claims. */
  *filesDifferent(files: ReadonlyMap<string, AddFile>): Generator<string> {
    for (const [path, { add }] of this.files) {
      const found = files.get(path);
      // Made of bytes each time it is asked for.
      const stats = found?.stats;
      if (stats !== undefined && add.stats === undefined) this.claim(path, stats);
      if (found === undefined) yield `${path} is part of the table and missing there`;
      else if (found.size !== add.size) yield `${path} has ${add.size} bytes, there ${found.size}`;
      else if (!sameTexts(found.partitionValues, add.partitionValues)) yield `${path} has another partition there`;
      else if (statisticsDiffer(add.stats, stats)) yield `${path} has other statistics there, which can hide rows`;
    }
    for (const path of files.keys()) if (!this.files.has(path)) yield `${path} is there and no part of the table`;
  }

  *#otherDifferences({ transactions, protocol, metadata }: Snapshot): Generator<string> {
    for (const [appId, progress] of this.transactions) {
      const found = transactions.get(appId);
      if (found === undefined && this.mayDropTransactions) continue;
      if (found?.version !== progress.version) yield `txn ${JSON.stringify(appId)} differs`;
    }
    for (const appId of transactions.keys()) {
      if (!this.transactions.has(appId)) yield `txn ${JSON.stringify(appId)} is there and in no commit`;
    }
    if (!isDeepStrictEqual(protocol, this.protocol)) yield 'the protocol differs';
    if (!isDeepStrictEqual(metadata, this.metadata)) yield 'the schema or the properties differ';
  }
}

/** Whether two maps hold the same: of almost every file just one value, where the general comparison costs more than all else. */
function sameTexts(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  let names = 0;
  for (const name in a) {
    if (a[name] !== b[name]) return false;
    names++;
  }
  for (const _ in b) names--;
  return names === 0;
}
