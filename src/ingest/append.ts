import type { Storage } from '../storage/index.ts';
import { type Action, type Commit, commit, type Snapshot } from '../table/index.ts';
import { backOff, MOST_TRIES } from './back-off.ts';
import type { Draft } from './draft.ts';
import type { DraftedSource } from './drafted-source.ts';
import type { Host } from './host.ts';
import { IdentityColumns } from './identity-columns.ts';
import { forEachId } from './known-ids.ts';
import { appendInfo, type JudgedSource } from './source-entry.ts';
import { ingestedTransaction, isRecorded, rejectedTransaction } from './source-file.ts';
import { changesWithheld } from './withheld.ts';

/** The table after a draft was committed, or after a commit of somebody else that the draft did not reckon with. */
export type Append =
  | { readonly outcome: 'committed'; readonly snapshot: Snapshot; readonly sources: readonly JudgedSource[] }
  | { readonly outcome: 'overtaken'; readonly snapshot: Snapshot };

/**
 * Commits a finished draft: one commit for all its files. Overtaken, it has to be made anew.
 * @throws TableError, and storage errors, after which nobody knows whether the commit went in: the draft's files stay
 */
export async function appendDraft(storage: Storage, host: Host, snapshot: Snapshot, draft: Draft): Promise<Append> {
  let current = snapshot;
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const identity = new IdentityColumns(current);
    const sources = draft.sources.map((source) => judged(source, identity));
    const now = host.now();
    const files = draft.files.written;
    const actions: Action[] = [
      { commitInfo: appendInfo({ now, readVersion: current.version, txnId: host.randomId(), files, sources }) },
      ...draft.sources.map((source) => ({ txn: transactionOf(source, now) })),
      ...identity.transactions(now).map((txn) => ({ txn })),
      ...files.map(({ add }) => ({ add })),
    ];
    const result = await commit(storage, current, actions);
    if (result.outcome === 'committed') return { outcome: 'committed', snapshot: result.snapshot, sources };
    const { winners } = result;
    const isOvertaken =
      concerns(winners, current, result.snapshot, draft) || (await shareEvents(storage, winners, draft, current.path));
    current = result.snapshot;
    if (isOvertaken) return { outcome: 'overtaken', snapshot: current };
    await backOff(host, attempt);
  }
  const path = draft.sources[0]?.plan.source.path ?? '';
  throw new Error(`${path}: lost the race for a version ${MOST_TRIES} times; run it again when other writers are done`);
}

/** Whether the log tells what became of the file that a draft holds: the same, by somebody else. */
export function isSettled(snapshot: Snapshot, source: DraftedSource): boolean {
  return (
    isRecorded(snapshot, ingestedTransaction(source.plan.source, 0)) || isRecorded(snapshot, transactionOf(source, 0))
  );
}

function judged(source: DraftedSource, identity: IdentityColumns): JudgedSource {
  const identityChanged = source.outcome === 'ingested' && identity.note(source.plan.instance, source.header);
  return { source, identityChanged };
}

function transactionOf({ outcome, plan }: DraftedSource, now: number) {
  return outcome === 'ingested'
    ? ingestedTransaction(plan.source, now)
    : rejectedTransaction(plan.source, plan.settingsHash, now);
}

/** Whether the winners of a race took in a file of the draft, or changed what it was compared with or written for. */
function concerns(winners: readonly Commit[], before: Snapshot, after: Snapshot, draft: Draft): boolean {
  const isDataRemoved = winners.some(({ actions }) =>
    actions.some((action) => 'remove' in action && action.remove.dataChange),
  );
  return (
    isDataRemoved ||
    changesWithheld(winners) ||
    before.metadata.schemaString !== after.metadata.schemaString ||
    draft.sources.some((source) => isSettled(after, source))
  );
}

/** Whether the winners of a race added events that the draft holds too. */
async function shareEvents(
  storage: Storage,
  winners: readonly Commit[],
  draft: Draft,
  table: string,
): Promise<boolean> {
  const dates = new Set(draft.files.written.map(({ add }) => add.partitionValues['event_date']));
  for (const { actions } of winners) {
    for (const action of actions) {
      if (!('add' in action) || !action.add.dataChange || !dates.has(action.add.partitionValues['event_date']))
        continue;
      let shared = false;
      await forEachId(storage, `${table}/${action.add.path}`, action.add.size, (id) => {
        shared ||= draft.holds(id);
      });
      if (shared) return true;
    }
  }
  return false;
}
