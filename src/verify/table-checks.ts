import type { ChainHead } from '../evidence/index.ts';
import type { Storage } from '../storage/index.ts';
import {
  CorruptLog,
  type ListedCheckpoint,
  listLog,
  openTable,
  readCheckpoint,
  type Snapshot,
  UnsupportedTable,
} from '../table/index.ts';
import { CommitChecks } from './commit-checks.ts';
import type { CommitRecord } from './commit-record.ts';
import type { Findings } from './findings.ts';
import { extentOf } from './log-extent.ts';
import { walkLog } from './log-walk.ts';
import { ReplayedState } from './replayed-state.ts';

/** Versions that may come while a table is opened and listed. */
const MOST_AHEAD = 100;

/** A commit of ours, as it was recorded. */
export interface RecordedCommit {
  readonly version: number;
  readonly record: CommitRecord;
}

/** What the log and the evidence of a table say. */
export interface CheckedTable {
  readonly table: string;
  readonly state: ReplayedState;
  /** What readers see; null where they see nothing. */
  readonly snapshot: Snapshot | null;
  readonly commits: readonly RecordedCommit[];
  /** SHA-256 of each version's evidence; null where nobody can say it any more. */
  readonly heads: readonly (string | null)[];
}

/** The end of a table's chain; null where there is no table, or its end cannot be told. */
export function headOf({ heads }: CheckedTable): ChainHead | null {
  const sha256 = heads.at(-1) ?? null;
  return sha256 === null ? null : { version: heads.length - 1, sha256 };
}

/**
 * Walks the log and the evidence of a table from its first version on: the chain, what commits say of themselves, and
 * the state that they lead to, which every checkpoint must hold too.
 * @param isAppendOnly whether data may only be removed within a bracket
 */
export async function checkTable(
  storage: Storage,
  table: string,
  isAppendOnly: boolean,
  findings: Findings,
  onCommit: (done: number, of: number) => void,
): Promise<CheckedTable> {
  const snapshot = await openForReading(storage, table, findings);
  const listing = await listLog(storage, table, 0);
  const extent = await extentOf(storage, table, listing, findings);
  const checkpoints = classic(table, listing.checkpoints, findings);
  const first = listing.commits[0] ?? extent.last + 1;
  const isCovered = [...checkpoints.keys()].some((version) => version >= first - 1);
  // A version that came after the listing is no more than a few ahead of it.
  const seen = snapshot?.version ?? -1;
  const last = seen > extent.last && seen - extent.last <= MOST_AHEAD ? seen : extent.last;
  const log = { table, last, lastEvidence: extent.lastEvidence, cleanedBelow: isCovered ? first : 0 };

  const state = new ReplayedState();
  const checks = new CommitChecks(storage, table, findings, isAppendOnly);
  const commits: RecordedCommit[] = [];
  const heads: (string | null)[] = [];
  for await (const { version, actions, isSealed, head } of walkLog(storage, log, findings)) {
    heads.push(head);
    findings.counts.commits++;
    const record = actions === null ? null : await checks.check({ version, actions, isSealed }, state);
    if (actions === null) state.isIncomplete = true;
    if (record !== null) commits.push({ version, record });
    if (!state.isIncomplete) {
      const checkpoint = checkpoints.get(version);
      if (checkpoint !== undefined) await compareCheckpoint(storage, table, checkpoint, state, findings);
      if (snapshot?.version === version) compareSnapshot(snapshot, state, findings);
    }
    onCommit(version + 1, last + 1);
  }
  checks.finish(state);
  if (seen > last) state.isIncomplete = true;
  // Without a whole history, what readers see is what there is to be checked.
  if (state.isIncomplete && snapshot !== null) adopt(state, snapshot);
  return { table, state, snapshot, commits, heads };
}

async function openForReading(storage: Storage, table: string, findings: Findings): Promise<Snapshot | null> {
  try {
    return await openTable(storage, table);
  } catch (error) {
    if (!(error instanceof CorruptLog) && !(error instanceof UnsupportedTable)) throw error;
    findings.problem('table_unreadable', `${table}/_delta_log/`, error.detail);
    return null;
  }
}

/** The checkpoints by version; one whose kind this program does not read is noted and left out. */
function classic(
  table: string,
  listed: readonly ListedCheckpoint[],
  findings: Findings,
): ReadonlyMap<number, ListedCheckpoint> {
  const checkpoints = new Map<number, ListedCheckpoint>();
  for (const checkpoint of listed) {
    if (checkpoint.kind === 'classic') checkpoints.set(checkpoint.version, checkpoint);
    else findings.note('not_checked', checkpoint.files[0] ?? table, 'a checkpoint of the second kind is not read');
  }
  return checkpoints;
}

async function compareCheckpoint(
  storage: Storage,
  table: string,
  checkpoint: ListedCheckpoint,
  state: ReplayedState,
  findings: Findings,
): Promise<void> {
  const where = checkpoint.files[0] ?? table;
  findings.counts.checkpoints++;
  try {
    const stored = await readCheckpoint(storage, table, checkpoint);
    const dropped = state.droppedFrom(stored);
    if (dropped > 0) {
      const text = `it leaves out ${dropped} txn, as the table allows it (delta.setTransactionRetentionDuration): the next run of ours that writes puts back what it needs of them`;
      findings.note('transactions_expired', where, text);
    }
    const differences = state.differencesTo(stored);
    if (differences === null) return;
    const text = `it does not hold the state of version ${checkpoint.version}: ${differences}; remove it, and the next one is right`;
    findings.problem('checkpoint_differs', where, text);
  } catch (error) {
    if (!(error instanceof CorruptLog) && !(error instanceof UnsupportedTable)) throw error;
    findings.problem('checkpoint_unreadable', where, error.detail);
  }
}

function compareSnapshot(snapshot: Snapshot, state: ReplayedState, findings: Findings): void {
  const differences = state.differencesTo(snapshot);
  if (differences === null) return;
  const text = `what readers see is not what the commits add up to: ${differences}`;
  findings.problem('state_differs', `${snapshot.path}/_delta_log/`, text);
}

/** Takes the files of a snapshot, with what commits recorded of them as far as it is known. */
function adopt(state: ReplayedState, snapshot: Snapshot): void {
  const known = new Map(state.files);
  state.files.clear();
  for (const [path, add] of snapshot.files) {
    const { rows = null, sha256 = null } = known.get(path) ?? {};
    state.files.set(path, { add, rows, sha256, hasSealedStatistics: false });
  }
  for (const path of snapshot.tombstones.keys()) state.removed.add(path);
}
