import type { Storage } from '../storage/index.ts';
import type { AddFile, Commit, Metadata, Protocol } from './actions.ts';
import { CorruptLog } from './errors.ts';
import { readCommits } from './log.ts';
import { checkReadable } from './protocol.ts';

/** The state of a table at one version. `files` is keyed by path, `transactions` by appId. */
export interface Snapshot {
  /** The table's folder in the lake. */
  readonly path: string;
  readonly version: number;
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  readonly files: ReadonlyMap<string, AddFile>;
  readonly transactions: ReadonlyMap<string, { readonly version: number; readonly lastUpdated?: number }>;
}

/**
 * The newest state of the table at `path`; null if there is no table.
 * @throws CorruptLog, UnsupportedTable
 */
export async function openTable(storage: Storage, path: string): Promise<Snapshot | null> {
  const commits = await readCommits(storage, path, 0);
  return commits.length === 0 ? null : replay(path, null, commits);
}

/** The newest state of the snapshot's table; reads only the commits after it. Throws as `openTable` does. */
export async function refresh(storage: Storage, snapshot: Snapshot): Promise<Snapshot> {
  return replay(snapshot.path, snapshot, await readCommits(storage, snapshot.path, snapshot.version + 1));
}

/**
 * The state after `commits`, which follow `base` (null: begin the table) without gaps. The base is not changed.
 * Source: Delta protocol, "Action Reconciliation".
 * @throws CorruptLog, UnsupportedTable
 */
export function replay(path: string, base: Snapshot | null, commits: readonly Commit[]): Snapshot {
  if (base !== null && commits.length === 0) return base;
  let protocol = base?.protocol;
  let metadata = base?.metadata;
  let version = base?.version ?? -1;
  const files = new Map(base?.files);
  const transactions = new Map(base?.transactions);
  for (const commit of commits) {
    version = commit.version;
    for (const action of commit.actions) {
      if ('add' in action) {
        files.set(action.add.path, action.add);
      } else if ('remove' in action) {
        files.delete(action.remove.path);
      } else if ('txn' in action) {
        const { appId, ...progress } = action.txn;
        transactions.set(appId, progress);
      } else if ('metaData' in action) {
        metadata = action.metaData;
      } else if ('protocol' in action) {
        protocol = action.protocol;
      }
    }
  }
  if (protocol === undefined || metadata === undefined) {
    throw new CorruptLog(path, `version ${version} has no ${protocol === undefined ? 'protocol' : 'metaData'} action`);
  }
  checkReadable(path, protocol);
  return { path, version, protocol, metadata, files, transactions };
}
