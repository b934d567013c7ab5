import type { ChainHead } from '../evidence/index.ts';
import type { CommitRecord } from '../lake/index.ts';
import type { Storage } from '../storage/index.ts';
import { CorruptLog, listLog, openTable, type Snapshot, UnsupportedTable } from '../table/index.ts';
import { compareCheckpoint } from './checkpoint-checks.ts';
import { checkChecksumFile } from './checksum-file.ts';
import { CommitChecks } from './commit-checks.ts';
import { CompactedLogs } from './compacted-logs.ts';
import type { Findings } from './findings.ts';
import { checkHint } from './hint-checks.ts';
import { extentOf } from './log-extent.ts';
import { tellsOfSealing, walkLog } from './log-walk.ts';
import { ReplayedState } from './replayed-state.ts';
import { versionOf } from './zone-names.ts';
import type { SideFiles } from './zones.ts';

/** Versions that may come while a table is opened and listed. */
const MOST_AHEAD = 100;

/** A commit of ours, as it was recorded. */
export interface RecordedCommit {
  readonly version: number;
  readonly record: CommitRecord;
}

/** How a table is checked. */
export interface TableChecks {
  /** Whether data may only be removed within a bracket. */
  readonly isAppendOnly: boolean;
  /** The files beside its commits and checkpoints. */
  readonly sides: SideFiles;
  /** Whether it is known from elsewhere that its first commits were sealed. */
  readonly wasSealed: boolean;
}

/** What the log and the evidence of a table say. */
export interface CheckedTable {
  readonly table: string;
  readonly state: ReplayedState;
  /** What readers see; null where they see nothing. */
  readonly snapshot: Snapshot | null;
  readonly commits: readonly RecordedCommit[];
  /** Whether some commit tells that a run had sealed both tables before it. */
  readonly tellsOfSealing: boolean;
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
 */
export async function checkTable(
  storage: Storage,
  table: string,
  { isAppendOnly, sides, wasSealed }: TableChecks,
  findings: Findings,
  onCommit: (done: number, of: number) => void,
): Promise<CheckedTable> {
  const snapshot = await openForReading(storage, table, findings);
  const listing = await listLog(storage, table, 0);
  const extent = await extentOf(storage, table, listing, findings);
  const checkpoints = Map.groupBy(listing.checkpoints, ({ version }) => version);
  if (sides.hint !== null) await checkHint(storage, table, sides.hint, listing.checkpoints, findings);
  const [first = extent.last + 1] = listing.commits.keys();
  const isCovered = [...checkpoints.keys()].some((version) => version >= first - 1);
  // A version that came after the listing is no more than a few ahead of it.
  const seen = snapshot?.version ?? -1;
  const last = seen > extent.last && seen - extent.last <= MOST_AHEAD ? seen : extent.last;
  const log = { table, last, lastEvidence: extent.lastEvidence, cleanedBelow: isCovered ? first : 0, wasSealed };

  const state = new ReplayedState();
  const checks = new CommitChecks(storage, table, findings, isAppendOnly);
  const compacted = new CompactedLogs(storage, table, sides.compacted, findings);
  const checksums = Map.groupBy(sides.checksums, versionOf);
  const commits: RecordedCommit[] = [];
  let isSealing = false;
  const heads: (string | null)[] = [];
  for await (const { version, actions, isSealed, unknown, head, commitSha256 } of walkLog(storage, log, findings)) {
    heads.push(head);
    findings.counts.commits++;
    isSealing ||= tellsOfSealing(actions ?? []);
    compacted.before(version, actions ?? [], state);
    const record =
      actions === null ? null : await checks.check({ version, actions, isSealed, unknown, commitSha256 }, state);
    if (actions === null) state.isIncomplete = true;
    if (record !== null) commits.push({ version, record });
    if (!state.isIncomplete) {
      for (const each of checkpoints.get(version) ?? []) await compareCheckpoint(storage, table, each, state, findings);
      for (const each of checksums.get(version) ?? []) await checkChecksumFile(storage, table, each, state, findings);
      await compacted.after(version, state);
      if (snapshot?.version === version) compareSnapshot(snapshot, state, findings);
    }
    onCommit(version + 1, last + 1);
  }
  checks.finish(state);
  if (!state.isIncomplete) compacted.finish();
  for (const path of sides.checksums.filter((each) => versionOf(each) > last)) {
    findings.problem('side_file_differs', path, 'it is of a version that the log has not; remove it');
  }
  if (seen > last) state.isIncomplete = true;
  // Without a whole history, what readers see is what there is to be checked.
  if (state.isIncomplete && snapshot !== null) adopt(state, snapshot);
  return { table, state, snapshot, commits, tellsOfSealing: isSealing, heads };
}

async function openForReading(storage: Storage, table: string, findings: Findings): Promise<Snapshot | null> {
  try {
    return await openTable(storage, table);
  } catch (error) {
    if (!(error instanceof CorruptLog) && !(error instanceof UnsupportedTable)) throw error;
    const kind = error instanceof UnsupportedTable ? 'table_unsupported' : 'table_unreadable';
    findings.problem(kind, `${table}/_delta_log/`, error.detail);
    return null;
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
