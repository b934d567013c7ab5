import type { LakeContext } from '../storage/index.ts';
import type { Action, Provenance } from './actions.ts';
import type { Attempt } from './commit.ts';
import { commitWithRetries } from './commit-retries.ts';
import { APPEND_ONLY } from './properties.ts';
import { provenance } from './provenance.ts';
import type { Snapshot } from './snapshot.ts';

/** A change of an append-only table that is no append. */
export type ChangeKind = 'replay' | 'retain' | 'erase' | 'withdraw';

/** Which change a bracket is for; `unknown` where somebody else unlocked the table. */
export interface BracketOwner {
  readonly id: string;
  readonly kind: ChangeKind | 'unknown';
}

/** What a commit records of a bracket that it opens or closes. */
export type BracketRecord = {
  readonly id: string;
  readonly kind: string;
  readonly step: 'unlock' | 'lock';
  readonly reason: string;
};

/** Table property that names the change in progress. It is state, so that it outlives checkpoints, as commitInfo does not. */
const OPEN_CHANGE = 'auditLake.openChange';

/** Whose bracket is open; null where the table is locked, as it is but for the moment of a change. */
export function openBracket({ metadata }: Snapshot): BracketOwner | null {
  if (metadata.configuration[APPEND_ONLY] === 'true') return null;
  const [, kind, id] =
    /^(replay|retain|erase|withdraw) ([0-9a-f]{32})$/.exec(metadata.configuration[OPEN_CHANGE] ?? '') ?? [];
  if (kind === undefined || id === undefined) return { id: '', kind: 'unknown' };
  return { id, kind: kind as ChangeKind };
}

/** The commit that allows data to be changed, saying by whom and why. */
export function unlockActions(snapshot: Snapshot, owner: BracketOwner, reason: string, attempt: Attempt): Action[] {
  const changed = { [APPEND_ONLY]: 'false', [OPEN_CHANGE]: `${owner.kind} ${owner.id}` };
  return [
    { commitInfo: bracketInfo(snapshot, owner, 'unlock', reason, changed, attempt) },
    { metaData: { ...snapshot.metadata, configuration: { ...snapshot.metadata.configuration, ...changed } } },
  ];
}

/** The commit that forbids it again. */
export function lockActions(snapshot: Snapshot, owner: BracketOwner, reason: string, attempt: Attempt): Action[] {
  const { [OPEN_CHANGE]: _, ...kept } = snapshot.metadata.configuration;
  const changed = { [APPEND_ONLY]: 'true' };
  return [
    { commitInfo: bracketInfo(snapshot, owner, 'lock', reason, changed, attempt) },
    { metaData: { ...snapshot.metadata, configuration: { ...kept, ...changed } } },
  ];
}

/**
 * Locks a table that an interrupted change left unlocked. Whatever that change did is there wholly or not at all: it is
 * one commit. A change that is still running finds its bracket closed and opens it again.
 * @throws TableError, storage errors
 */
export async function closeOpenBracket(context: LakeContext, snapshot: Snapshot): Promise<Snapshot> {
  const { host } = context;
  const attempt = { now: host.now(), txnId: host.randomId() };
  const closed = await commitWithRetries(context, snapshot, {
    subject: `locking the table, which is unlocked (${APPEND_ONLY} is not true),`,
    next: async (current) => {
      const owner = openBracket(current);
      if (owner === null) return null;
      const reason =
        owner.kind === 'unknown'
          ? 'closed: the table was found unlocked, by no change of this program'
          : `closed after an interruption: the table was found unlocked by a change (${owner.kind})`;
      return { actions: lockActions(current, owner, reason, attempt) };
    },
  });
  return closed.snapshot;
}

function bracketInfo(
  snapshot: Snapshot,
  { id, kind }: BracketOwner,
  step: BracketRecord['step'],
  reason: string,
  properties: Readonly<Record<string, string>>,
  attempt: Attempt,
): Provenance & { readonly bracket: BracketRecord } {
  const told = {
    operation: 'SET TBLPROPERTIES',
    operationParameters: { properties: JSON.stringify(properties) },
  };
  return {
    ...provenance(snapshot, attempt, told),
    bracket: { id, kind, step, reason },
  };
}
