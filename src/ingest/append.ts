import {
  appendInfo,
  backOff,
  changesWithheld,
  forEachId,
  type Host,
  hasErasures,
  Identities,
  ingestedTransactions,
  type JudgedSource,
  ledgerAfter,
  MOST_TRIES,
  overlap,
  PASS_OVER,
  recordedOutcome,
  rejectedPath,
  rejectedTransactions,
  removalTransactions,
  type SourceOutcome,
  timesOf,
  UNCHANGED,
} from '../lake/index.ts';
import type { Storage } from '../storage/index.ts';
import { type Action, type Commit, commit, LostRace, type Snapshot, winnersSince } from '../table/index.ts';
import type { Staging } from './staging.ts';

/** The table after a staging was committed, or after a commit of somebody else that the staging did not reckon with. */
export type Append =
  | {
      readonly outcome: 'committed';
      readonly snapshot: Snapshot;
      readonly sources: readonly JudgedSource[];
      /** Commits of others that were first. */
      readonly conflicts: number;
    }
  | { readonly outcome: 'overtaken'; readonly snapshot: Snapshot; readonly conflicts: number };

/**
 * Commits a finished staging: one commit for all its files. Overtaken, it has to be made anew.
 * @param signal once it is aborted, no commit is begun
 * @throws LostRace, the signal's reason, both with the staging discarded; other TableErrors, and storage errors, after which
 * nobody knows whether the commit went in: the staging's files stay
 */
export async function appendStaging(
  storage: Storage,
  host: Host,
  snapshot: Snapshot,
  staging: Staging,
  signal?: AbortSignal,
): Promise<Append> {
  let current = snapshot;
  let conflicts = 0;
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const identities = new Identities(current);
    const sources = staging.sources.map((source) => ({
      ...judged(source, identities, hasErasures(current)),
      earlier: staging.earlier.get(source.plan.source.path) ?? null,
    }));
    const now = host.now();
    const files = staging.files.written;
    const transactions = [
      ...staging.sources.flatMap((source) => transactionsOf(source, now)),
      ...identities.transactions(now),
      ...removalTransactions(current, now),
    ];
    const info = appendInfo({ now, readVersion: current.version, txnId: host.randomId(), files, sources });
    const actions: Action[] = [
      { commitInfo: { ...info, ledger: ledgerAfter(current, transactions) } },
      ...transactions.map((txn) => ({ txn })),
      ...files.map(({ add }) => ({ add })),
    ];
    await orDiscarded(staging, async () => signal?.throwIfAborted());
    const result = await commit(storage, current, actions);
    if (result.outcome === 'committed') return { outcome: 'committed', snapshot: result.snapshot, sources, conflicts };
    const lost = { before: current, ...result };
    const race = await orDiscarded(staging, () => judgeRace(storage, host, lost, staging, attempt));
    conflicts += race.winners.length;
    current = race.snapshot;
    if (race.isOvertaken) return { outcome: 'overtaken', snapshot: current, conflicts };
  }
  await staging.discard();
  const path = staging.sources[0]?.plan.source.path ?? '';
  throw new LostRace(
    current.path,
    `${path}: lost the race for a version ${MOST_TRIES} times; run it again when other writers are done`,
  );
}

/** Does a step while it is certain that no commit names the staging's files: where it fails they are removed. */
async function orDiscarded<T>(staging: Staging, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    await staging.discard();
    throw error;
  }
}

/** What a lost race means for a staging. Whoever committed meanwhile would win again, so the next try begins where they are by now. */
async function judgeRace(
  storage: Storage,
  host: Host,
  lost: { readonly before: Snapshot; readonly snapshot: Snapshot; readonly winners: readonly Commit[] },
  staging: Staging,
  attempt: number,
) {
  await backOff(host, attempt);
  const late = await winnersSince(storage, lost.snapshot);
  const winners = [...lost.winners, ...late.winners];
  const isOvertaken =
    concerns(winners, lost.before, late.snapshot, staging) ||
    (await shareEvents(storage, winners, staging, lost.before.path));
  return { winners, isOvertaken, snapshot: late.snapshot };
}

/** Whether the log tells what became of the file that a staging holds: the same, by somebody else. */
export function isSettled(snapshot: Snapshot, source: SourceOutcome): boolean {
  const recorded = recordedOutcome(snapshot, source.plan.source, source.plan.settingsHash);
  return recorded === 'ingested' || recorded === source.outcome;
}

function judged(source: SourceOutcome, identities: Identities, hasErasures: boolean): JudgedSource {
  if (source.outcome === 'rejected') return { source, identity: UNCHANGED, erasedMayReturn: false };
  const identity = identities.note(source);
  const isOther = identity.columns || identity.times || identity.values || identity.isNewInstance;
  return { source, identity, erasedMayReturn: hasErasures && isOther && source.committed > 0 };
}

function transactionsOf(source: SourceOutcome, now: number) {
  const { plan } = source;
  return source.outcome === 'ingested'
    ? ingestedTransactions(plan.source, now)
    : rejectedTransactions(plan.source, plan.settingsHash, source.reason, now);
}

/**
 * Whether the winners of a race said what became of a file of the staging, or changed what it was compared with or written
 * for. Of a file they may have seen newer content: what the staging holds must not be recorded after it.
 */
function concerns(winners: readonly Commit[], before: Snapshot, after: Snapshot, staging: Staging): boolean {
  const isDataRemoved = winners.some(({ actions }) =>
    actions.some((action) => 'remove' in action && action.remove.dataChange),
  );
  const paths = new Set(staging.sources.map(({ plan }) => plan.source.path));
  const isFileRecorded = winners.some(({ actions }) =>
    actions.some((action) => 'txn' in action && paths.has(rejectedPath(action.txn.appId) ?? action.txn.appId)),
  );
  return (
    isFileRecorded ||
    isDataRemoved ||
    changesWithheld(winners) ||
    before.metadata.schemaString !== after.metadata.schemaString
  );
}

/** Whether the winners of a race added events that the staging holds too. */
async function shareEvents(
  storage: Storage,
  winners: readonly Commit[],
  staging: Staging,
  table: string,
): Promise<boolean> {
  const ranges = staging.files.written.map(({ add }) => timesOf(add));
  for (const { actions } of winners) {
    for (const action of actions) {
      if (!('add' in action) || !action.add.dataChange) continue;
      const times = timesOf(action.add);
      if (!ranges.some((own) => overlap(own, times))) continue;
      let shared = false;
      const compare = (id: Uint32Array): void => {
        shared ||= staging.holds(id);
      };
      await forEachId(storage, table, action.add, compare, PASS_OVER);
      if (shared) return true;
    }
  }
  return false;
}
