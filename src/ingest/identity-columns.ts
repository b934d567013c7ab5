import { type Header, ROLES } from '../source/index.ts';
import type { Snapshot, Transaction } from '../table/index.ts';

/**
 * Which optional columns entered the identity of an instance's events, kept as a `txn` so that it outlives checkpoints.
 * A change doubles the rows of the overlapping window, so it is reported.
 */
export function identityTransaction(
  snapshot: Snapshot,
  instance: string | null,
  header: Header,
  now: number,
): { readonly transaction: Transaction | null; readonly changed: boolean } {
  if (header.names.length === 0) return { transaction: null, changed: false };
  const appId = `identity_columns:${instance ?? ''}`;
  const version = header.identityColumns.reduce((bits, role) => bits | (1 << ROLES.indexOf(role)), 0);
  const known = snapshot.transactions.get(appId)?.version;
  if (known === version) return { transaction: null, changed: false };
  return { transaction: { appId, version, lastUpdated: now }, changed: known !== undefined };
}
