import { overriddenKey } from './action-lines.ts';
import { type Action, type AddFile, commitInfoOf, type RemoveFile, type Transaction } from './actions.ts';
import { InvalidCommit } from './errors.ts';
import { APPEND_ONLY } from './properties.ts';
import { checkWritable } from './protocol.ts';
import type { Snapshot } from './snapshot.ts';

/** Paths of our own need no percent-encoding, so that no reader can decode them twice or not at all. */
const OWN_PATH = /^[a-z0-9=_-][a-z0-9=_.-]*(\/[a-z0-9=_-][a-z0-9=_.-]*)*$/;

/**
 * Refuses a commit that breaks a rule no store would enforce.
 * Source: Delta protocol, "Delta Log Entries", "Append-only Tables".
 * @throws UnsupportedTable, InvalidCommit
 */
export function checkCommit(snapshot: Snapshot, actions: readonly Action[]): void {
  const { path: table, protocol, metadata } = snapshot;
  checkWritable(table, protocol, metadata);
  const first = actions[0];
  if (first === undefined || !('commitInfo' in first) || !first.commitInfo.txnId) {
    throw new InvalidCommit(table, 'the first action must be a commitInfo with a txnId');
  }
  checkStringMaps(table, actions);
  const twice = overriddenKey(actions);
  if (twice !== null) throw new InvalidCommit(table, `one commit holds two actions for ${twice}`);
  for (const action of actions) checkAction(snapshot, action);
}

/** Spark and the Java kernel fail on history entries whose maps hold anything but strings. */
function checkStringMaps(table: string, actions: readonly Action[]): void {
  const info = commitInfoOf(actions);
  for (const field of ['operationParameters', 'operationMetrics'] as const) {
    if (!Object.values(info?.[field] ?? {}).every((value) => typeof value === 'string')) {
      throw new InvalidCommit(table, `commitInfo.${field} must hold strings only`);
    }
  }
}

function checkAction(snapshot: Snapshot, action: Action): void {
  const { path: table, protocol, metadata } = snapshot;
  if ('add' in action) checkAdd(snapshot, action.add);
  if ('remove' in action) checkRemove(snapshot, action.remove);
  if ('txn' in action) checkTransaction(table, action.txn);
  if ('protocol' in action) checkWritable(table, action.protocol, metadata);
  if ('metaData' in action) checkWritable(table, protocol, action.metaData);
}

function checkAdd({ path: table, metadata, files }: Snapshot, add: AddFile): void {
  const { path, rawPath, size, partitionValues } = add;
  if (!OWN_PATH.test(path) || rawPath !== undefined) {
    throw new InvalidCommit(table, `${JSON.stringify(path)}: a file of ours is named with [a-z0-9=_./-] only`);
  }
  if (files.has(path)) throw new InvalidCommit(table, `${path} is part of the table already; names are used once`);
  if (!isPositive(size)) throw new InvalidCommit(table, `${path}: ${size} is no size in bytes`);
  const expected = [...metadata.partitionColumns].sort().join();
  const found = Object.keys(partitionValues).sort().join();
  if (expected !== found) {
    throw new InvalidCommit(table, `${path}: expected partition values of [${expected}], found [${found}]`);
  }
  if (Object.values(partitionValues).includes('')) {
    throw new InvalidCommit(table, `${path}: a partition value is empty, which Synapse cannot read`);
  }
}

function checkRemove({ path: table, metadata, files }: Snapshot, remove: RemoveFile): void {
  const { path, rawPath, dataChange, deletionTimestamp, extendedFileMetadata, partitionValues, size } = remove;
  const file = files.get(path);
  if (file === undefined) throw new InvalidCommit(table, `${path} is to be removed, but is not part of the table`);
  if (file.rawPath !== rawPath) {
    throw new InvalidCommit(table, `${path} is to be removed under another spelling (rawPath) than it was added`);
  }
  if (deletionTimestamp === undefined || extendedFileMetadata !== true || !partitionValues || size === undefined) {
    throw new InvalidCommit(table, `${path}: a remove carries its time, partition values and size for old readers`);
  }
  if (dataChange && metadata.configuration[APPEND_ONLY] === 'true') {
    throw new InvalidCommit(table, `${path}: no data may be removed while ${APPEND_ONLY} is true`);
  }
}

function checkTransaction(table: string, { appId, version, lastUpdated }: Transaction): void {
  if (!Number.isSafeInteger(version)) throw new InvalidCommit(table, `txn ${appId}: version ${version} is not exact`);
  if (lastUpdated === undefined) {
    throw new InvalidCommit(table, `txn ${appId}: without lastUpdated some engines take it for expired`);
  }
}

function isPositive(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
