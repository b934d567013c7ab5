import { isDeepStrictEqual } from 'node:util';
import { openTable, type Snapshot } from '../../src/table/index.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { stateOf } from '../table/lake.ts';
import type { LoggedCommit, LoggedFile } from './log-replay.ts';
import { EVENTS, type Report } from './outcome.ts';

/** What the commits add and do not remove, by path. A name is used once, and only what is there is removed. */
export function liveFiles(commits: readonly LoggedCommit[], report: Report): Map<string, LoggedFile> {
  const live = new Map<string, LoggedFile>();
  const names = new Set<string>();
  for (const { version, adds, removes } of commits) {
    for (const { path } of removes) {
      if (!live.delete(path)) report('log', `version ${version} removes ${path}, which is not there`);
    }
    for (const add of adds) {
      if (names.has(add.path)) report('log', `version ${version} adds ${add.path}, a name that was used`);
      names.add(add.path);
      live.set(add.path, add);
    }
  }
  return live;
}

/** Data is removed only while the table is unlocked; it opens as its log has it, with and without checkpoints. */
export async function checkLog(
  storage: MemoryStorage,
  commits: readonly LoggedCommit[],
  live: ReadonlyMap<string, LoggedFile>,
  report: Report,
): Promise<void> {
  checkLock(commits, report);
  const bare = storage.copy();
  for (const path of bare.paths(`${EVENTS}/_delta_log/`)) if (!/\/\d{20}\.json$/.test(path)) bare.files.delete(path);
  try {
    const [whole, plain] = [await openTable(storage, EVENTS), await openTable(bare, EVENTS)];
    if (!isDeepStrictEqual(lasting(whole), lasting(plain))) report('log', 'the state is another without checkpoints');
    if (!isDeepStrictEqual([...(plain?.files.keys() ?? [])].sort(), [...live.keys()].sort())) {
      report('log', 'the table opens with other files than its log has');
    }
  } catch (error) {
    report('log', `the table does not open: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkLock(commits: readonly LoggedCommit[], report: Report): void {
  let isLocked = false;
  for (const { version, removes, appendOnly } of commits) {
    if (isLocked && removes.some(({ dataChange }) => dataChange)) report('lock', `version ${version} removes data`);
    isLocked = appendOnly ?? isLocked;
  }
  if (!isLocked) report('lock', 'the table is left unlocked');
}

/** The state but for removed files, of which a checkpoint leaves out those that are past their retention. */
function lasting(snapshot: Snapshot | null): unknown {
  if (snapshot === null) return null;
  return stateOf({ ...snapshot, tombstones: new Map() });
}
