import { type Action, finderOf, type Snapshot, type Transaction } from '../table/index.ts';

const REMOVAL = 'foreign_removal:';

/** Versions of a `txn` about a removal: rows may be missing since, or a replay has put them back. */
const IN_DOUBT = 1;
const MADE_GOOD = 0;

const notes = finderOf<Omit<Transaction, 'appId'>>(isRemovalNote);

/** Days, `YYYY-MM-DD`, both included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** Whether a `txn` is about a removal. */
export function isRemovalNote(appId: string): boolean {
  return appId.startsWith(REMOVAL);
}

/**
 * The versions in which another engine removed rows that raw files gave, in their order: rows may be missing until a replay
 * has covered their days.
 */
export function removalsInDoubt(snapshot: Pick<Snapshot, 'transactions' | 'foreignRemovals'>): readonly number[] {
  const noted = [...notes(snapshot.transactions)].flatMap(([appId, { version }]) =>
    Number(version) === IN_DOUBT ? [Number(appId.slice(REMOVAL.length))] : [],
  );
  return [...new Set([...noted, ...unnoted(snapshot)])].sort((a, b) => a - b);
}

/** What a commit has to put on record of removals that were seen since: a `txn` each, so that it outlives checkpoints. */
export function removalTransactions(
  snapshot: Pick<Snapshot, 'transactions' | 'foreignRemovals'>,
  now: number,
): Transaction[] {
  return unnoted(snapshot).map((version) => ({ appId: `${REMOVAL}${version}`, version: IN_DOUBT, lastUpdated: now }));
}

/** What a replay puts on record of removals whose days it covers. */
export function madeGood(versions: readonly number[], now: number): Transaction[] {
  return versions.map((version) => ({ appId: `${REMOVAL}${version}`, version: MADE_GOOD, lastUpdated: now }));
}

/** The days whose rows a commit removed or added; null where it does not say so of each file. */
export function changedDays(actions: readonly Action[]): Days | null {
  let [from, to] = ['', ''];
  for (const action of actions) {
    const file = 'add' in action ? action.add : 'remove' in action ? action.remove : null;
    if (file === null || !file.dataChange) continue;
    const day = file.partitionValues?.['event_date'];
    if (day === undefined || day === '') return null;
    if (from === '' || day < from) from = day;
    if (day > to) to = day;
  }
  return from === '' ? null : { from, to };
}

function unnoted({ transactions, foreignRemovals = [] }: Pick<Snapshot, 'transactions' | 'foreignRemovals'>): number[] {
  return foreignRemovals.filter((version) => !transactions.has(`${REMOVAL}${version}`));
}
