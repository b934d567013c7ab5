import type { Host, LakeContext } from '../storage/index.ts';
import { type Action, commitWithRetries, replay, type Snapshot, type Transaction } from '../table/index.ts';
import { removalTransactions } from './foreign-removals.ts';
import { takenOverTransactions } from './identity-takeover.ts';
import { ledgerAfter } from './ledger.ts';
import { restatementInfo } from './record-writing.ts';
import { type Recovered, recoverTransactions } from './recorded-transactions.ts';

/**
 * Puts back by a commit what another engine dropped of the `txn`s that withhold rows and say which raw files are in, notes
 * in which versions other engines removed rows, and takes over what an older version remembered of the ids of events; no
 * commit where none of that is the case.
 * @throws LostTransactions, TableError, storage errors
 */
export async function restateTransactions(context: LakeContext, opened: Snapshot): Promise<Snapshot> {
  const { storage, host } = context;
  let plain = opened;
  let whole = opened;
  const { outcome, snapshot } = await commitWithRetries(context, opened, {
    subject: 'putting back what another engine dropped',
    next: async (_, since) => {
      // Not on top of the state of the try before, in which what is missing was put back.
      plain = replay(plain.path, plain, since);
      const recovered = await recoverTransactions(storage, plain);
      whole = recovered.snapshot;
      const takenOver = await takenOverTransactions(storage, whole, host.now());
      const actions = restatement(host, recovered, takenOver);
      return actions && { actions, on: whole };
    },
  });
  return outcome === 'committed' ? snapshot : whole;
}

function restatement(host: Host, { snapshot, missing }: Recovered, takenOver: readonly Transaction[]): Action[] | null {
  const now = host.now();
  const removals = removalTransactions(snapshot, now);
  if (missing.length + removals.length + takenOver.length === 0) return null;
  const set = [...missing.map((txn) => ({ ...txn, lastUpdated: now })), ...removals, ...takenOver];
  const restated = {
    transactions: missing.length,
    removals: removals.map(({ appId }) => appId),
    ...(takenOver.length > 0 && { identities: takenOver.length }),
  };
  const attempt = { now, txnId: host.randomId() };
  return [
    { commitInfo: restatementInfo(snapshot, attempt, restated, ledgerAfter(snapshot, set)) },
    ...set.map((txn) => ({ txn })),
  ];
}
