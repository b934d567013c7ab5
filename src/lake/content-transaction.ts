import { sha256Hex } from '../storage/index.ts';
import type { Snapshot, Transaction } from '../table/index.ts';

const WHOLE = 'whole:';

type Transactions = Snapshot['transactions'];

/**
 * The `txn`s that say which content of `appId` was dealt with last, of which `content` is the name (an ETag, say). The
 * version of the first one is 52 bits of that name, and the second one holds all of it.
 */
export function contentTransactions(appId: string, content: string, now: number): readonly Transaction[] {
  return [
    { appId, version: version(content), lastUpdated: now },
    { appId: wholeAppId(appId, content), version: 1, lastUpdated: now },
  ];
}

/**
 * Whether the table's last word on `appId` is about this very content. An entry of an earlier release, which has no second
 * `txn` beside it, is known by its 52 bits.
 */
export function isLastContent(
  { transactions }: Pick<Snapshot, 'transactions'>,
  appId: string,
  content: string,
): boolean {
  if (transactions.get(appId)?.version !== version(content)) return false;
  return transactions.has(wholeAppId(appId, content)) || !wholeKnown(transactions).has(appId);
}

/** Whether a `txn` is one of those that say that this content of `appId` was dealt with. */
export function isContentTransaction(
  txn: Pick<Transaction, 'appId' | 'version'>,
  appId: string,
  content: string,
): boolean {
  return contentTransactions(appId, content, 0).some(
    (each) => each.appId === txn.appId && each.version === txn.version,
  );
}

/** What a second `txn` is about: the `appId` of the first; null for any other `txn`, `''` for one that cannot be read. */
export function contentOwner(appId: string): string | null {
  if (!appId.startsWith(WHOLE)) return null;
  try {
    const [owner] = [JSON.parse(appId.slice(WHOLE.length)) as unknown].flat();
    return typeof owner === 'string' ? owner : '';
  } catch {
    return '';
  }
}

function wholeAppId(appId: string, content: string): string {
  return `${WHOLE}${JSON.stringify([appId, content])}`;
}

/** The appIds of which a whole name was ever recorded, found once for each state of a table. */
const known = new WeakMap<Transactions, ReadonlySet<string>>();

function wholeKnown(transactions: Transactions): ReadonlySet<string> {
  const found =
    known.get(transactions) ?? new Set([...transactions.keys()].flatMap((appId) => contentOwner(appId) ?? []));
  known.set(transactions, found);
  return found;
}

/** 52 bits of SHA-256: exact in a JSON number. The protocol does not ask versions to grow. */
export function version(text: string): number {
  return Number.parseInt(sha256Hex(text).slice(0, 13), 16);
}
