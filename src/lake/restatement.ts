import type { Storage } from '../storage/index.ts';
import { type Action, commit, ENGINE, refresh, type Snapshot, TableError } from '../table/index.ts';
import { backOff, MOST_TRIES } from './back-off.ts';
import { removalTransactions } from './foreign-removals.ts';
import type { Host } from './host.ts';
import { ledgerAfter } from './ledger.ts';
import { type Recovered, recoverTransactions } from './recorded-transactions.ts';

/**
 * Puts back by a commit what another engine dropped of the `txn`s that withhold rows and say which raw files are in, and
 * notes in which versions other engines removed rows; no commit where neither is the case.
 * @throws LostTransactions, TableError, storage errors
 */
export async function restateTransactions(storage: Storage, host: Host, opened: Snapshot): Promise<Snapshot> {
  let current = opened;
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const recovered = await recoverTransactions(storage, current);
    const actions = restatement(host, recovered);
    if (actions === null) return recovered.snapshot;
    const result = await commit(storage, recovered.snapshot, actions);
    if (result.outcome === 'committed') return result.snapshot;
    await backOff(host, attempt);
    current = await refresh(storage, current);
  }
  throw new TableError(
    opened.path,
    `putting back what another engine dropped lost the race for a version ${MOST_TRIES} times; run again when others are done`,
  );
}

function restatement(host: Host, { snapshot, missing }: Recovered): Action[] | null {
  const now = host.now();
  const removals = removalTransactions(snapshot, now);
  if (missing.length + removals.length === 0) return null;
  const set = [...missing.map((txn) => ({ ...txn, lastUpdated: now })), ...removals];
  const restated = { transactions: missing.length, removals: removals.map(({ appId }) => appId) };
  return [
    {
      commitInfo: {
        timestamp: now,
        operation: 'RESTATE TRANSACTIONS',
        operationParameters: {},
        readVersion: snapshot.version,
        isolationLevel: 'Serializable',
        isBlindAppend: false,
        engineInfo: ENGINE,
        txnId: host.randomId(),
        userMetadata: inWords(missing.length, removals.length),
        restated,
        ledger: ledgerAfter(snapshot, set),
      },
    },
    ...set.map((txn) => ({ txn })),
  ];
}

function inWords(missing: number, removals: number): string {
  return [
    ...(missing > 0 ? [`put back ${missing} txn that another engine had dropped or set anew`] : []),
    ...(removals > 0 ? [`noted ${removals} commits of other engines that removed rows: replay puts them back`] : []),
  ].join('; ');
}
