import type { Snapshot, Transaction } from '../table/index.ts';
import { version as digestVersion } from './content-transaction.ts';

const PUBLISHED = 'catalogue';

/** A version of the catalogue, and its place among all of them. */
export interface CatalogueVersion {
  readonly version: string;
  readonly order: number;
}

/** The `txn`s that say which catalogue audit_codes holds, and which place that one has. */
export function catalogueTransactions({ version, order }: CatalogueVersion, now: number): readonly Transaction[] {
  return [
    { appId: PUBLISHED, version: digestVersion(version), lastUpdated: now },
    { appId: `${PUBLISHED}:${version}`, version: order, lastUpdated: now },
  ];
}

/**
 * What audit_codes holds, to a program with this catalogue: `newer` is one that comes after it; `other` one before it, or one
 * of which nobody recorded the place, as programs did not before they knew of it.
 */
export function publishedCatalogue(
  { transactions }: Pick<Snapshot, 'transactions'>,
  { version, order }: CatalogueVersion,
): 'same' | 'newer' | 'other' {
  const published = transactions.get(PUBLISHED)?.version;
  if (published === digestVersion(version)) return 'same';
  for (const [appId, { version: place }] of transactions) {
    const [name, named] = appId.split(':', 2);
    if (name !== PUBLISHED || named === undefined || digestVersion(named) !== published) continue;
    // Of two that claim one place, the one that is there stays.
    return Number(place) >= order ? 'newer' : 'other';
  }
  return 'other';
}
