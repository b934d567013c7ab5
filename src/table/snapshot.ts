import { overriddenKey } from './action-lines.ts';
import {
  type Action,
  type AddFile,
  type Commit,
  commitInfoOf,
  fileKey,
  isOurs,
  type Metadata,
  type Protocol,
  type RemoveFile,
  type Transaction,
} from './actions.ts';
import { commitFaults, partitionFault } from './commit-faults.ts';
import { CorruptLog } from './errors.ts';
import { LayeredMap } from './layered-map.ts';
import { checkReadable, checkReadableFile } from './protocol.ts';

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

/** What to do about a commit that cannot be read in one way only. */
const WAY_ON = 'restore its log file from a copy, or run verify, which says more';

/** Whether a commit of another engine adds or removes data. */
export function isForeignDataChange(actions: readonly Action[]): boolean {
  const changes = actions.some(
    (action) => ('add' in action && action.add.dataChange) || ('remove' in action && action.remove.dataChange),
  );
  return changes && !isOurs(commitInfoOf(actions));
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
 * The state after `commits`, which follow `base` (null: begin the table) without gaps, where it can be read. The base is
 * not changed, and what the commits do not touch costs nothing.
 * @throws CorruptLog, UnsupportedTable
 */
export function replay(path: string, base: Snapshot | null, commits: readonly Commit[]): Snapshot {
  const state = stateAfter(path, base, commits);
  if (base === null) return readable(state);
  if (state === base) return state;
  checkReadable(path, state.protocol, state.metadata);
  for (const { actions } of commits) {
    for (const action of actions) if ('add' in action && isLive(state, action.add)) checkReadableFile(path, action.add);
  }
  return state;
}

/**
 * The state, where it can be read: only the newest one is ever asked for, since a later commit may have dropped what an
 * earlier one needed.
 * @throws CorruptLog, UnsupportedTable
 */
export function readable(state: Snapshot): Snapshot {
  const { path, version, protocol, metadata, files } = state;
  checkReadable(path, protocol, metadata);
  for (const file of files.values()) {
    checkReadableFile(path, file);
    const fault = partitionFault(file, metadata.partitionColumns);
    if (fault !== null) throw new CorruptLog(path, `version ${version}: ${fault}`);
  }
  return state;
}

function isLive({ files }: Snapshot, add: AddFile): boolean {
  return files.get(fileKey(add)) === add;
}

/**
 * The state that the actions of a checkpoint are, whether or not it can be read.
 * @throws CorruptLog, also where two of the actions stand for one thing
 */
export function stateOf(path: string, version: number, actions: readonly Action[]): Snapshot {
  const { foreignRemovals: _, ...state } = stateAfter(path, null, [{ version, actions }], true);
  const { files, transactions, tombstones } = state;
  // The protocol and the metadata are the other two.
  const kept = actions.filter((action) => !('commitInfo' in action)).length;
  if (files.size + transactions.size + tombstones.size + 2 === kept) return state;
  throw new CorruptLog(path, `it has two actions for ${overriddenKey(actions)}`);
}

/**
 * The state after `commits`, whether or not it can be read.
 * Source: Delta protocol, "Action Reconciliation".
 * @throws CorruptLog
 */
export function stateAfter(
  path: string,
  base: Snapshot | null,
  commits: readonly Commit[],
  isCheckpoint = false,
): Snapshot {
  if (base !== null && commits.length === 0) return base;
  let protocol = base?.protocol ?? null;
  let metadata = base?.metadata ?? null;
  const files = new Map<string, AddFile | undefined>();
  const tombstones = new Map<string, RemoveFile | undefined>();
  const transactions = new Map<string, Omit<Transaction, 'appId'>>();
  const removals = commits.filter(({ actions }) => isForeignRemoval(actions)).map((each) => each.version);
  const foreignRemovals = [...(base?.foreignRemovals ?? []), ...removals];
  const file = (key: string) => (files.has(key) ? files.get(key) : base?.files.get(key));
  for (const { version, actions } of commits) {
    for (const fault of commitFaults(actions, { protocol, metadata, file, isCheckpoint })) {
      throw new CorruptLog(path, isCheckpoint ? fault : `version ${version}: ${fault}; ${WAY_ON}`);
    }
    for (const action of actions) {
      if ('add' in action) {
        const key = fileKey(action.add);
        files.set(key, action.add);
        if (base?.tombstones.has(key) || tombstones.has(key)) tombstones.set(key, undefined);
      } else if ('remove' in action) {
        const key = fileKey(action.remove);
        files.set(key, undefined);
        tombstones.set(key, action.remove);
      } else if ('txn' in action) {
        const { appId, version: newest, lastUpdated } = action.txn;
        transactions.set(appId, lastUpdated === undefined ? { version: newest } : { version: newest, lastUpdated });
      } else if ('metaData' in action) {
        metadata = action.metaData;
      } else if ('protocol' in action) {
        protocol = action.protocol;
      }
    }
  }
  const version = commits.at(-1)?.version ?? -1;
  if (protocol === null || metadata === null) {
    throw new CorruptLog(path, `version ${version} has no ${protocol === null ? 'protocol' : 'metaData'} action`);
  }
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
