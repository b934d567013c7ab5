import { parseAction } from './action-lines.ts';
import type { Action, Transaction } from './actions.ts';
import { Fields, isTextMap, type JsonObject } from './json.ts';

/**
 * The action that a row of a checkpoint holds in its column `name`.
 * @throws TypeError saying what was expected where
 */
export function actionOf(name: string, row: JsonObject): Action {
  return ordinaryFile(name, row) ?? ordinaryTransaction(name, row) ?? unusualAction(name, row);
}

/** The shape of almost every row; that it is right can be seen faster than by going through its fields by name. */
function ordinaryFile(name: string, row: JsonObject): Action | null {
  if (name !== 'add') return null;
  const { path, partitionValues, size, modificationTime, dataChange, tags } = row;
  const isOrdinary =
    typeof path === 'string' &&
    typeof size === 'number' &&
    typeof modificationTime === 'number' &&
    typeof dataChange === 'boolean' &&
    tags === null &&
    !path.includes('%') &&
    isTextMap(partitionValues);
  return isOrdinary ? { add: { path, partitionValues, size, modificationTime, dataChange } } : null;
}

function ordinaryTransaction(name: string, { appId, version, lastUpdated }: JsonObject): Action | null {
  const isOrdinary = typeof appId === 'string' && typeof version === 'number' && typeof lastUpdated === 'number';
  return name === 'txn' && isOrdinary ? { txn: { appId, version, lastUpdated } } : null;
}

function unusualAction(name: string, row: JsonObject): Action {
  if (name === 'txn' && typeof row['version'] === 'string') {
    const { txn } = unusualAction(name, { ...row, version: 0 }) as { readonly txn: Transaction };
    return { txn: { ...txn, version: BigInt(row['version']) } };
  }
  // Some writers leave out what means nothing in a checkpoint.
  const isFile = (name === 'add' || name === 'remove') && row['dataChange'] === null;
  const action = parseAction(new Fields('action', { [name]: isFile ? { ...row, dataChange: false } : row }));
  if (action === null) throw new TypeError(`${name} is no action`);
  return action;
}
