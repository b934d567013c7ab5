import { backOff, MOST_TRIES } from '../lake/back-off.ts';
import { appendInfo, type JudgedSource } from '../lake/commit-record.ts';
import { removalTransactions } from '../lake/foreign-removals.ts';
import type { Host } from '../lake/host.ts';
import { Identities, UNCHANGED } from '../lake/identities.ts';
import { forEachId, overlap, PASS_OVER, timesOf } from '../lake/known-ids.ts';
import { ledgerAfter } from '../lake/ledger.ts';
import { ingestedTransactions, recordedOutcome, rejectedPath, rejectedTransactions } from '../lake/source-file.ts';
import type { DraftedSource } from '../lake/source-outcome.ts';
import { changesWithheld, hasErasures } from '../lake/withheld.ts';
import type { Storage } from '../storage/index.ts';
import { type Action, type Commit, commit, LostRace, type Snapshot, winnersSince } from '../table/index.ts';
import type { Draft } from './staging.ts';

/** The table after a draft was committed, or after a commit of somebody else that the draft did not reckon with. */
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
 * Commits a finished draft: one commit for all its files. Overtaken, it has to be made anew.
 * @param signal once it is aborted, no commit is begun
 * @throws LostRace, the signal's reason, both with the draft discarded; other TableErrors, and storage errors, after which
 * nobody knows whether the commit went in: the draft's files stay
 */
export async function appendDraft(
  storage: Storage,
  host: Host,
  snapshot: Snapshot,
  draft: Draft,
  signal?: AbortSignal,
): Promise<Append> {
  let current = snapshot;
  let conflicts = 0;
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const identities = new Identities(current);
    const sources = draft.sources.map((source) => ({
      ...judged(source, identities, hasErasures(current)),
      earlier: draft.earlier.get(source.plan.source.path) ?? null,
    }));
    const now = host.now();
    const files = draft.files.written;
    const transactions = [
      ...draft.sources.flatMap((source) => transactionsOf(source, now)),
      ...identities.transactions(now),
      ...removalTransactions(current, now),
    ];
    const info = appendInfo({ now, readVersion: current.version, txnId: host.randomId(), files, sources });
    const actions: Action[] = [
      { commitInfo: { ...info, ledger: ledgerAfter(current, transactions) } },
      ...transactions.map((txn) => ({ txn })),
      ...files.map(({ add }) => ({ add })),
    ];
    await orDiscarded(draft, async () => signal?.throwIfAborted());
    const result = await commit(storage, current, actions);
    if (result.outcome === 'committed') return { outcome: 'committed', snapshot: result.snapshot, sources, conflicts };
    const lost = { before: current, ...result };
    const race = await orDiscarded(draft, () => judgeRace(storage, host, lost, draft, attempt));
    conflicts += race.winners.length;
    current = race.snapshot;
    if (race.isOvertaken) return { outcome: 'overtaken', snapshot: current, conflicts };
  }
  await draft.discard();
  const path = draft.sources[0]?.plan.source.path ?? '';
  throw new LostRace(
    current.path,
    `${path}: lost the race for a version ${MOST_TRIES} times; run it again when other writers are done`,
  );
}

/** Does a step while it is certain that no commit names the draft's files: where it fails they are removed. */
async function orDiscarded<T>(draft: Draft, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

/** What a lost race means for a draft. Whoever committed meanwhile would win again, so the next try begins where they are by now. */
async function judgeRace(
  storage: Storage,
  host: Host,
  lost: { readonly before: Snapshot; readonly snapshot: Snapshot; readonly winners: readonly Commit[] },
  draft: Draft,
  attempt: number,
) {
  await backOff(host, attempt);
  const late = await winnersSince(storage, lost.snapshot);
  const winners = [...lost.winners, ...late.winners];
  const isOvertaken =
    concerns(winners, lost.before, late.snapshot, draft) ||
    (await shareEvents(storage, winners, draft, lost.before.path));
  return { winners, isOvertaken, snapshot: late.snapshot };
}

/** Whether the log tells what became of the file that a draft holds: the same, by somebody else. */
export function isSettled(snapshot: Snapshot, source: DraftedSource): boolean {
  const recorded = recordedOutcome(snapshot, source.plan.source, source.plan.settingsHash);
  return recorded === 'ingested' || recorded === source.outcome;
}

function judged(source: DraftedSource, identities: Identities, hasErasures: boolean): JudgedSource {
  if (source.outcome === 'rejected') return { source, identity: UNCHANGED, erasedMayReturn: false };
  const identity = identities.note(source);
  const isOther = identity.columns || identity.times || identity.values || identity.isNewInstance;
  return { source, identity, erasedMayReturn: hasErasures && isOther && source.committed > 0 };
}

function transactionsOf(source: DraftedSource, now: number) {
  const { plan } = source;
  return source.outcome === 'ingested'
    ? ingestedTransactions(plan.source, now)
    : rejectedTransactions(plan.source, plan.settingsHash, source.reason, now);
}

/**
 * Whether the winners of a race said what became of a file of the draft, or changed what it was compared with or written
 * for. Of a file they may have seen newer content: what the draft holds must not be recorded after it.
 */
function concerns(winners: readonly Commit[], before: Snapshot, after: Snapshot, draft: Draft): boolean {
  const isDataRemoved = winners.some(({ actions }) =>
    actions.some((action) => 'remove' in action && action.remove.dataChange),
  );
  const paths = new Set(draft.sources.map(({ plan }) => plan.source.path));
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

/** Whether the winners of a race added events that the draft holds too. */
async function shareEvents(
  storage: Storage,
  winners: readonly Commit[],
  draft: Draft,
  table: string,
): Promise<boolean> {
  const ranges = draft.files.written.map(({ add }) => timesOf(add));
  for (const { actions } of winners) {
    for (const action of actions) {
      if (!('add' in action) || !action.add.dataChange) continue;
      const times = timesOf(action.add);
      if (!ranges.some((own) => overlap(own, times))) continue;
      let shared = false;
      const compare = (id: Uint32Array): void => {
        shared ||= draft.holds(id);
      };
      await forEachId(storage, table, action.add, compare, PASS_OVER);
      if (shared) return true;
    }
  }
  return false;
}
