import {
  type Action,
  type AddFile,
  type Commit,
  commitInfoOf,
  isOurs,
  type Metadata,
  type Protocol,
  type RemoveFile,
  type Transaction,
} from './actions.ts';
import { CorruptLog } from './errors.ts';
import { LayeredMap } from './layered-map.ts';
import { checkReadable } from './protocol.ts';

/** The state of a table at one version. `files` and `tombstones` are keyed by path, `transactions` by appId. */
export interface Snapshot {
  /** The table's folder in the lake. */
  readonly path: string;
  readonly version: number;
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  readonly files: ReadonlyMap<string, AddFile>;
  readonly transactions: ReadonlyMap<string, Omit<Transaction, 'appId'>>;
  /** Files that were removed and not added again, as far back as the log or its checkpoint tells. */
  readonly tombstones: ReadonlyMap<string, RemoveFile>;
  /** Versions in which another engine removed data, as far as commits were read: what a checkpoint covers is not among them. */
  readonly foreignRemovals?: readonly number[];
}

/** Whether a commit of another engine removes data. */
export function isForeignRemoval(actions: readonly Action[]): boolean {
  const removes = actions.some((action) => 'remove' in action && action.remove.dataChange);
  return removes && !isOurs(commitInfoOf(actions));
}

const NOTHING: Pick<Snapshot, 'files' | 'transactions' | 'tombstones'> = {
  files: new Map(),
  transactions: new Map(),
  tombstones: new Map(),
};

/**
 * The state after `commits`, which follow `base` (null: begin the table) without gaps. The base is not changed, and
 * what the commits do not touch costs nothing.
 * Source: Delta protocol, "Action Reconciliation".
 * @throws CorruptLog, UnsupportedTable
 */
export function replay(path: string, base: Snapshot | null, commits: readonly Commit[]): Snapshot {
  if (base !== null && commits.length === 0) return base;
  let protocol = base?.protocol;
  let metadata = base?.metadata;
  const files = new Map<string, AddFile | undefined>();
  const tombstones = new Map<string, RemoveFile | undefined>();
  const transactions = new Map<string, Omit<Transaction, 'appId'>>();
  const removals = commits.filter(({ actions }) => isForeignRemoval(actions)).map((each) => each.version);
  const foreignRemovals = [...(base?.foreignRemovals ?? []), ...removals];
  for (const { actions } of commits) {
    for (const action of actions) {
      if ('add' in action) {
        files.set(action.add.path, action.add);
        if (base?.tombstones.has(action.add.path) || tombstones.has(action.add.path)) {
          tombstones.set(action.add.path, undefined);
        }
      } else if ('remove' in action) {
        files.set(action.remove.path, undefined);
        tombstones.set(action.remove.path, action.remove);
      } else if ('txn' in action) {
        const { appId, version, lastUpdated } = action.txn;
        transactions.set(appId, lastUpdated === undefined ? { version } : { version, lastUpdated });
      } else if ('metaData' in action) {
        metadata = action.metaData;
      } else if ('protocol' in action) {
        protocol = action.protocol;
      }
    }
  }
  const version = commits.at(-1)?.version ?? -1;
  if (protocol === undefined || metadata === undefined) {
    throw new CorruptLog(path, `version ${version} has no ${protocol === undefined ? 'protocol' : 'metaData'} action`);
  }
  checkReadable(path, protocol);
  const before = base ?? NOTHING;
  return {
    path,
    version,
    protocol,
    metadata,
    files: LayeredMap.over(before.files).with(files),
    transactions: LayeredMap.over(before.transactions).with(transactions),
    tombstones: LayeredMap.over(before.tombstones).with(tombstones),
    ...(foreignRemovals.length > 0 && { foreignRemovals }),
  };
}
