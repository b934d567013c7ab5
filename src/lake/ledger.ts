import { RAW } from '../storage/index.ts';
import { type Action, finderOf, type Snapshot, type Transaction } from '../table/index.ts';
import { contentOwner } from './content-transaction.ts';
import { isRemovalNote } from './foreign-removals.ts';
import { isIdentityNote } from './identities.ts';
import type { Ledger } from './record-schema.ts';
import { rejectedPath } from './source-file.ts';
import { isWithdrawalNote } from './withdrawals.ts';
import { retainedFrom, withholds } from './withheld.ts';

/** Whether a `txn` is one of this program's: other engines keep their own in the same table. */
export function isOwn(appId: string): boolean {
  const about = contentOwner(appId) ?? appId;
  return (
    about.startsWith(RAW) ||
    rejectedPath(about) !== null ||
    withholds(appId) ||
    isIdentityNote(appId) ||
    isRemovalNote(appId) ||
    isWithdrawalNote(appId)
  );
}

/** Those of other engines: few, while this program sets some for every raw file. */
const foreign = finderOf<unknown>((appId) => !isOwn(appId));

/** The ledger of a state. */
export function ledgerOf({ transactions }: Pick<Snapshot, 'transactions'>): Ledger {
  const own = transactions.size - foreign(transactions).size;
  const day = retainedFrom({ transactions });
  return { transactions: own, retained_from: Number.isFinite(day) ? day : null };
}

/**
 * What a commit that sets these `txn`s on top of a snapshot has as `ledger`. Another engine's checkpoint may leave old ones
 * out, as the protocol allows it: by the ledger that is noticed.
 */
export function ledgerAfter({ transactions }: Pick<Snapshot, 'transactions'>, set: readonly Transaction[]): Ledger {
  const ledger = ledgerOf({ transactions });
  const added = new Set(set.flatMap(({ appId }) => (isOwn(appId) && !transactions.has(appId) ? [appId] : [])));
  const day = retainedFrom({ transactions: new Map(set.map(({ appId, ...progress }) => [appId, progress])) });
  return {
    transactions: ledger.transactions + added.size,
    retained_from: Number.isFinite(day) ? day : ledger.retained_from,
  };
}

/** The `txn`s of this program's that a commit sets. */
export function ownTransactions(actions: readonly Action[]): Transaction[] {
  return actions.flatMap((action) => ('txn' in action && isOwn(action.txn.appId) ? [action.txn] : []));
}
