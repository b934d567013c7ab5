import { dateOfDay, parseId } from '../events/index.ts';
import { BrokenEvidence } from '../evidence/index.ts';
import {
  BrokenErasureList,
  openEvents,
  type PastOutcome,
  pastOutcomes,
  recordedPlan,
  retainedFrom,
  Withheld,
  withdrawals,
} from '../lake/index.ts';
import { RejectedFile } from '../source/index.ts';
import { type Storage, StorageError } from '../storage/index.ts';
import { CorruptLog, type Snapshot } from '../table/index.ts';
import { findRecord } from './raw-search.ts';
import type { LakeSession } from './session.ts';

/** Why the table lacks an event, as far as the lake can tell. */
export type EventFate =
  | { readonly kind: 'erased' }
  | { readonly kind: 'withdrawn'; readonly path: string }
  /** Nothing tells of it; what is older than this day, where there is one, was removed by retention and cannot be told apart. */
  | { readonly kind: 'unknown'; readonly retainedFrom: string | null };

/**
 * What became of an event that the table does not hold: whether its id is among those that were erased, or a raw file that was
 * withdrawn holds it. Of an erased event nothing else is known, and nothing else is said.
 * @param session which masks the path where names are
 * @param uid 32 hex digits
 * @throws storage errors
 */
export async function eventFate(
  storage: Storage,
  session: Pick<LakeSession, 'masked'>,
  uid: string,
): Promise<EventFate> {
  const snapshot = await openEvents(storage);
  const id = new Uint32Array(4);
  if (snapshot === null || !parseId(uid, id)) return { kind: 'unknown', retainedFrom: null };
  if (await isErased(storage, snapshot, id)) return { kind: 'erased' };
  const path = await withdrawnWith(storage, snapshot, uid);
  if (path !== null) return { kind: 'withdrawn', path: session.masked(path) };
  const day = retainedFrom(snapshot);
  return { kind: 'unknown', retainedFrom: Number.isFinite(day) ? dateOfDay(day) : null };
}

async function isErased(storage: Storage, snapshot: Snapshot, id: Uint32Array): Promise<boolean> {
  try {
    // No day is withheld by its date then: the lists alone answer.
    return (await Withheld.load(storage, snapshot)).has(Number.POSITIVE_INFINITY, id);
  } catch (error) {
    // Who may read the table need not have a right to the quarantine.
    if (error instanceof BrokenErasureList || error instanceof StorageError) return false;
    throw error;
  }
}

/** The raw file that is out and holds the event, as far as such files are there and can be read. */
async function withdrawnWith(storage: Storage, snapshot: Snapshot, uid: string): Promise<string | null> {
  const out = withdrawals(snapshot);
  if (out.length === 0) return null;
  const recorded = await outcomes(storage, snapshot);
  for (const { path, etag } of out) {
    const source = recorded.find((each) => each.path === path && each.etag === etag);
    const plan = source === undefined ? '' : recordedPlan(source.latest);
    if (typeof plan === 'string') continue;
    try {
      const { record } = await findRecord(storage, plan, Number.MAX_SAFE_INTEGER, uid);
      if (record?.uid === uid) return path;
    } catch (error) {
      if (!(error instanceof StorageError) && !(error instanceof RejectedFile)) throw error;
    }
  }
  return null;
}

async function outcomes(storage: Storage, snapshot: Snapshot): Promise<readonly PastOutcome[]> {
  try {
    return [...(await pastOutcomes(storage, snapshot)).values()];
  } catch (error) {
    if (error instanceof BrokenEvidence || error instanceof CorruptLog) return [];
    throw error;
  }
}
