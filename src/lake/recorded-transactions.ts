import { BrokenEvidence, readEvidence } from '../evidence/index.ts';
import { ERASED_LISTS, EVIDENCE, FileNotFound, type Storage } from '../storage/index.ts';
import {
  type Action,
  CorruptLog,
  commitInfoOf,
  isForeignRemoval,
  isOurs,
  readCommit,
  type Snapshot,
  TableError,
  type Transaction,
} from '../table/index.ts';
import { isIdentityState } from './identity-state.ts';
import { ledgerOf, ownTransactions } from './ledger.ts';
import { recordedLedger } from './record-reading.ts';
import type { Ledger } from './record-schema.ts';
import { isWithdrawalNote } from './withdrawals.ts';
import { isErasure, retainedFrom, retainedTransaction } from './withheld.ts';

/** Commits read at the same time: on a remote store one read is mostly waiting. */
const PARALLEL_READS = 16;

/** Table property after whose time other engines leave a `txn` out of their checkpoints. */
const RETENTION = 'delta.setTransactionRetentionDuration';

/** What says which rows are withheld and which files are in is no longer in the table's state, nor can it be found again. */
export class LostTransactions extends TableError {}

/** A snapshot whose `txn`s of this program are whole, and those among them that the table's state lacks. */
export interface Recovered {
  readonly snapshot: Snapshot;
  readonly missing: readonly Transaction[];
}

/**
 * Makes sure that nothing of what withholds rows, and of which raw files are in, was dropped by another engine, which may
 * leave old `txn`s out of a checkpoint, or set one anew. The newest commit of ours tells how many there are, which mostly
 * costs one read; where they are not there, all commits are gone through, in the evidence or else in the log.
 * @throws LostTransactions where they are gone there too, storage errors
 */
export async function recoverTransactions(storage: Storage, snapshot: Snapshot): Promise<Recovered> {
  const { ledger, foreignRemovals } = await newestLedger(storage, snapshot);
  const noticed = [...new Set([...(snapshot.foreignRemovals ?? []), ...foreignRemovals])].sort((a, b) => a - b);
  const seen = noticed.length === 0 ? snapshot : { ...snapshot, foreignRemovals: noticed };
  if (ledger !== null && agrees(ledgerOf(seen), ledger)) return { snapshot: seen, missing: [] };
  const found = await everyTransaction(storage, seen);
  const missing = [...found.transactions.values()].filter((txn) => isLacking(seen, txn));
  const whole = withTransactions(seen, missing);
  if (found.unread !== null) {
    const isLost = ledger === null ? await mayBeDropped(storage, whole) : !agrees(ledgerOf(whole), ledger);
    if (isLost) throw lost(snapshot, found.unread, ledger, ledgerOf(whole));
  }
  return { snapshot: whole, missing };
}

/** The snapshot with these `txn`s set. */
function withTransactions(snapshot: Snapshot, set: readonly Transaction[]): Snapshot {
  if (set.length === 0) return snapshot;
  const transactions = new Map(snapshot.transactions);
  for (const { appId, ...progress } of set) transactions.set(appId, progress);
  return { ...snapshot, transactions };
}

/**
 * What the newest commits say, back to the first that sets a `txn` of this program. Without a ledger of ours in that one
 * (another engine wrote it, or the first versions did, or it is gone) all commits have to be gone through.
 */
async function newestLedger(storage: Storage, { path, version: head }: Snapshot) {
  const foreignRemovals: number[] = [];
  for (let version = head; version > 0; version--) {
    const actions = await logged(storage, path, version);
    if (actions === null) return { ledger: null, foreignRemovals };
    if (isForeignRemoval(actions)) foreignRemovals.push(version);
    if (ownTransactions(actions).length === 0) continue;
    const info = commitInfoOf(actions);
    return { ledger: isOurs(info) ? recordedLedger(info) : null, foreignRemovals };
  }
  return { ledger: { transactions: 0, retained_from: null }, foreignRemovals };
}

function agrees(found: Ledger, recorded: Ledger): boolean {
  return found.transactions >= recorded.transactions && (found.retained_from ?? -1) >= (recorded.retained_from ?? -1);
}

/** What commits of ours set, by appId, with the newest version of each; and the first version that nobody can tell of any more. */
async function everyTransaction(storage: Storage, { path, version: head }: Snapshot) {
  const transactions = new Map<string, Transaction>();
  let unread: number | null = null;
  for (let first = 0; first <= head; first += PARALLEL_READS) {
    const versions = Array.from({ length: Math.min(PARALLEL_READS, head - first + 1) }, (_, index) => first + index);
    const commits = await Promise.all(versions.map((version) => sealed(storage, path, version)));
    for (const [index, actions] of commits.entries()) {
      if (actions === null) unread ??= first + index;
      if (actions === null || !isOurs(commitInfoOf(actions))) continue;
      for (const txn of ownTransactions(actions)) transactions.set(txn.appId, later(transactions.get(txn.appId), txn));
    }
  }
  return { transactions, unread };
}

/** Which of two settings of one `txn` counts, given in the order of their commits: the boundary of retention never moves back. */
function later(before: Transaction | undefined, after: Transaction): Transaction {
  if (before === undefined || before.appId !== retainedTransaction(0, 0).appId) return after;
  return Number(before.version) > Number(after.version) ? before : after;
}

/**
 * Whether the table's state lacks what a commit of ours set. Of a raw file the state may know of something newer; what
 * withholds rows, or keeps a file out, stands as it was set by us, or withholds more.
 */
function isLacking(snapshot: Snapshot, { appId, version }: Transaction): boolean {
  const known = snapshot.transactions.get(appId);
  if (known === undefined) return true;
  if (isIdentityState(appId)) return Number(known.version) < Number(version);
  if (isErasure(appId) || isWithdrawalNote(appId)) return known.version !== version;
  return appId === retainedTransaction(0, 0).appId && retainedFrom(snapshot) < Number(version);
}

/** Whether a `txn` may have been dropped that nothing tells of: an engine is asked to, or a list of erased rows is of no erasure. */
async function mayBeDropped(storage: Storage, { metadata, transactions }: Snapshot): Promise<boolean> {
  if (metadata.configuration[RETENTION] !== undefined) return true;
  const named = new Set([...transactions.keys()].filter(isErasure));
  for await (const { path } of storage.list(ERASED_LISTS)) if (![...named].some((id) => id.endsWith(path))) return true;
  return false;
}

/** The actions of a commit, from the log or else from the evidence; null where neither has them. */
async function logged(storage: Storage, table: string, version: number): Promise<readonly Action[] | null> {
  return (await fromLog(storage, table, version)) ?? (await fromEvidence(storage, table, version));
}

/** The actions of a commit, from what cannot be edited after it was written, where there is any; null where there is nothing. */
export async function sealed(storage: Storage, table: string, version: number): Promise<readonly Action[] | null> {
  return (await fromEvidence(storage, table, version)) ?? (await fromLog(storage, table, version));
}

async function fromLog(storage: Storage, table: string, version: number): Promise<readonly Action[] | null> {
  try {
    return (await readCommit(storage, table, version)).actions;
  } catch (error) {
    if (error instanceof FileNotFound || error instanceof CorruptLog) return null;
    throw error;
  }
}

async function fromEvidence(storage: Storage, table: string, version: number): Promise<readonly Action[] | null> {
  try {
    return (await readEvidence(storage, table, version))?.actions ?? null;
  } catch (error) {
    if (error instanceof BrokenEvidence) return null;
    throw error;
  }
}

function lost({ path }: Snapshot, unread: number, ledger: Ledger | null, found: Ledger): LostTransactions {
  const expected =
    ledger === null
      ? 'expected every commit to tell which raw files are in and which rows are erased or past their retention (txn)'
      : `expected ${ledger.transactions} txn actions that say which raw files are in and which rows are erased or past ` +
        `their retention, found ${found.transactions}: a checkpoint of another engine leaves some out`;
  return new LostTransactions(
    path,
    `${expected}, and of version ${unread} neither the log nor the evidence can be read; nothing was taken in, since rows ` +
      `that were erased could come back: restore the missing files of _delta_log/ and ${EVIDENCE} from a copy, then run ` +
      'again; verify names them',
  );
}
