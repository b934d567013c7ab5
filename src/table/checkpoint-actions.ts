import { parseAction } from './action-lines.ts';
import type { Action, Transaction } from './actions.ts';
import type { ActionColumns } from './checkpoint-columns.ts';
import { Fields, isTextMap, type JsonObject } from './json.ts';
import { isPlainPath } from './log-path.ts';
import { setStoredStatistics } from './stored-statistics.ts';

/**
 * The actions that a row group holds in its column `name`. Almost all are files and transactions of the same few fields,
 * which are seen to be right without being looked up by name; this is where most of the time goes that opening a table takes.
 * @param parsed gives the statistics of files, by row, that the column of their JSON does not have
 * @throws TypeError saying what was expected where
 */
export function actionsOf(
  name: string,
  columns: ActionColumns,
  parsed: () => readonly (string | null)[] = () => [],
): Action[] {
  let statistics: readonly (string | null)[] | null = null;
  const ordinary =
    name === 'add' ? ordinaryFiles(columns) : name === 'txn' ? ordinaryTransactions(columns) : () => null;
  const actions: Action[] = [];
  for (let row = 0; row < columns.rows; row++) {
    if (!columns.isThere(row)) continue;
    const action = ordinary(row) ?? unusualAction(name, fieldsOf(columns, row));
    const stored = columns.stored[row] ?? null;
    if (!('add' in action)) actions.push(action);
    else if (stored !== null) {
      setStoredStatistics(action.add, stored);
      actions.push(action);
    } else {
      statistics ??= parsed();
      const stats = statistics[row] ?? null;
      actions.push(stats === null ? action : { add: { ...action.add, stats } });
    }
  }
  return actions;
}

function ordinaryFiles({ values }: ActionColumns): (row: number) => Action | null {
  const column = (name: string) => values[name] ?? [];
  const [paths, partitions, sizes] = [column('path'), column('partitionValues'), column('size')];
  const [times, changes, tags] = [column('modificationTime'), column('dataChange'), column('tags')];
  const vectors = column('deletionVector');
  return (row) => {
    const path = paths[row];
    const partitionValues = partitions[row];
    const size = sizes[row];
    const modificationTime = times[row];
    const dataChange = changes[row];
    const isOrdinary =
      typeof path === 'string' &&
      isPlainPath(path) &&
      typeof size === 'number' &&
      size >= 0 &&
      typeof modificationTime === 'number' &&
      typeof dataChange === 'boolean' &&
      isTextMap(partitionValues) &&
      (tags[row] ?? null) === null &&
      (vectors[row] ?? null) === null;
    return isOrdinary ? { add: { path, partitionValues, size, modificationTime, dataChange } } : null;
  };
}

function ordinaryTransactions({ values }: ActionColumns): (row: number) => Action | null {
  const column = (name: string) => values[name] ?? [];
  const [ids, versions, times] = [column('appId'), column('version'), column('lastUpdated')];
  return (row) => {
    const appId = ids[row];
    const version = versions[row];
    const lastUpdated = times[row];
    const isOrdinary = typeof appId === 'string' && typeof version === 'number' && typeof lastUpdated === 'number';
    return isOrdinary ? { txn: { appId, version, lastUpdated } } : null;
  };
}

function fieldsOf({ values }: ActionColumns, row: number): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([name, column]) => [name, column[row] ?? null]));
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
