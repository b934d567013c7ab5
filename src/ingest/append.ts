import {
  appendInfo,
  changesWithdrawn,
  changesWithheld,
  forEachId,
  hasErasures,
  Identities,
  ingestedTransactions,
  isIdentityOf,
  type JudgedSource,
  ledgerAfter,
  overlap,
  ownerOf,
  PASS_OVER,
  recordedOutcome,
  rejectedPath,
  rejectedTransactions,
  removalTransactions,
  type SourceOutcome,
  timesOf,
  UNCHANGED,
} from '../lake/index.ts';
import type { Host, LakeContext, Storage } from '../storage/index.ts';
import { type Action, type Commit, commitWithRetries, type Proposed, type Snapshot } from '../table/index.ts';
import type { Staging } from './staging.ts';

/** Makes the stagings of a commit: one, and anew each time that a commit of somebody else overtook the one before. */
export interface Stager {
  /** What is taken in, for the error. */
  readonly subject: string;
  /** A finished staging on top of a snapshot; null where nothing is to be taken in. */
  stage(snapshot: Snapshot): Promise<Staging | null>;
  /** Told of a staging that is removed, and the snapshot with the commits that it did not reckon with. */
  onOvertaken?(staging: Staging, snapshot: Snapshot): void;
}

/** The table after a commit of staged files; `sources` are those files, none where nothing was to be taken in. */
export interface Append extends Proposed {
  readonly sources: readonly JudgedSource[];
}

/**
 * Commits what is staged: one commit for all files of a staging.
 * @param signal once it is aborted, no commit is begun
 * @throws LostRace, the signal's reason, both with the staging discarded; other TableErrors, and storage errors, after which
 * nobody knows whether the commit went in: the staging's files stay
 */
export async function appendStaged(
  context: LakeContext,
  snapshot: Snapshot,
  stager: Stager,
  signal?: AbortSignal,
): Promise<Append> {
  const { storage, host } = context;
  let staging: Staging | null = null;
  let before = snapshot;
  let sources: readonly JudgedSource[] = [];
  const proposed = await commitWithRetries(context, snapshot, {
    subject: stager.subject,
    discard: async () => staging?.discard(),
    next: async (current, since) => {
      const race = { before, after: current, winners: since };
      if (staging !== null && (concerns(race, staging) || (await shareEvents(storage, race, staging)))) {
        stager.onOvertaken?.(staging, current);
        await staging.discard();
        staging = null;
      }
      staging ??= await stager.stage(current);
      before = current;
      const made = staging && appendTry(host, current, staging);
      sources = made?.sources ?? [];
      signal?.throwIfAborted();
      return made;
    },
  });
  return { ...proposed, sources };
}

/** Whether the log tells what became of the file that a staging holds: the same, by somebody else. */
export function isOnRecord(snapshot: Snapshot, source: SourceOutcome): boolean {
  const recorded = recordedOutcome(snapshot, source.plan);
  return recorded === 'ingested' || recorded === 'withdrawn' || recorded === source.outcome;
}

/** The commit of a staging on top of a snapshot. */
function appendTry(host: Host, snapshot: Snapshot, staging: Staging) {
  const identities = new Identities(snapshot);
  // Every txn is looked at for it, of which a lake of small files has a million.
  const hadErasures = hasErasures(snapshot);
  const withIdentity = staging.sources.map((source) => judged(source, identities, hadErasures));
  const sources: readonly JudgedSource[] = withIdentity.map((each) => ({
    ...each,
    earlier: staging.earlier.get(each.source.plan.source.path) ?? null,
  }));
  const now = host.now();
  const files = staging.files.written;
  const transactions = [
    ...sources.flatMap((source) => transactionsOf(source, now)),
    ...identities.transactions(now),
    ...removalTransactions(snapshot, now),
  ];
  const attempt = { now, txnId: host.randomId() };
  const ledger = ledgerAfter(snapshot, transactions);
  const actions: Action[] = [
    { commitInfo: appendInfo(snapshot, attempt, { files, sources, ledger }) },
    ...transactions.map((txn) => ({ txn })),
    ...files.map(({ add }) => ({ add })),
  ];
  return { actions, sources };
}

function judged(source: SourceOutcome, identities: Identities, hasErasures: boolean): JudgedSource {
  const comparedWith = identities.nameOf(ownerOf(source.plan));
  if (source.outcome === 'rejected') return { source, identity: UNCHANGED, erasedMayReturn: false, comparedWith };
  const identity = identities.note(source);
  const { columns, times, values, isNewInstance } = identity;
  const isOther = columns || times || values || isNewInstance;
  return { source, identity, erasedMayReturn: hasErasures && isOther && source.committed > 0 };
}

function transactionsOf({ source, comparedWith = '' }: JudgedSource, now: number) {
  const { plan } = source;
  return source.outcome === 'ingested'
    ? ingestedTransactions(plan.source, now)
    : rejectedTransactions(plan, source.reason, comparedWith, now);
}

/** The table before and after the commits of others that were first. */
interface Race {
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly winners: readonly Commit[];
}

/**
 * Whether the winners of a race said what became of a file of the staging, or changed what it was compared with or written
 * for. Of a file they may have seen newer content: what the staging holds must not be recorded after it.
 */
function concerns({ winners, before, after }: Race, staging: Staging): boolean {
  const isDataRemoved = winners.some(({ actions }) =>
    actions.some((action) => 'remove' in action && action.remove.dataChange),
  );
  const paths = new Set(staging.sources.map(({ plan }) => plan.source.path));
  const isFileRecorded = winners.some(({ actions }) =>
    actions.some((action) => 'txn' in action && paths.has(rejectedPath(action.txn.appId) ?? action.txn.appId)),
  );
  // What the staging was compared with may be another by now.
  const instances = new Set(staging.sources.map(({ plan }) => plan.instance));
  const isIdentityNoted = winners.some(({ actions }) =>
    actions.some((action) => 'txn' in action && isIdentityOf(action.txn.appId, instances)),
  );
  return (
    isFileRecorded ||
    isIdentityNoted ||
    isDataRemoved ||
    changesWithheld(winners) ||
    changesWithdrawn(winners) ||
    before.metadata.schemaString !== after.metadata.schemaString
  );
}

/** Whether the winners of a race added events that the staging holds too. */
async function shareEvents(storage: Storage, { winners, after }: Race, staging: Staging): Promise<boolean> {
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
      await forEachId(storage, after.path, action.add, compare, PASS_OVER);
      if (shared) return true;
    }
  }
  return false;
}
