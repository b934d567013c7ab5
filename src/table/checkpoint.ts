import type { Storage } from '../storage/index.ts';
import { asLogged } from './action-lines.ts';
import type { Action } from './actions.ts';
import { encodeCheckpoint } from './checkpoint-encoder.ts';
import { type CheckpointContent, decodeCheckpoint } from './checkpoint-reader.ts';
import { writtenFields } from './checkpoint-schema.ts';
import { CorruptLog } from './errors.ts';
import { moveLastCheckpoint, readLastCheckpoint } from './last-checkpoint.ts';
import { checkpointPath, listLog } from './log.ts';
import { readLogFile } from './log-files.ts';
import { CHECKPOINT_INTERVAL } from './properties.ts';
import { checkWritable } from './protocol.ts';
import { isExpired } from './retention.ts';
import type { Snapshot } from './snapshot.ts';

/** Commits between checkpoints where the table does not say, as in the reference implementation. */
const DEFAULT_INTERVAL = 10;

/**
 * Writes the checkpoint of a version that is committed, and makes `_last_checkpoint` name it. Removed files past the
 * table's retention are left out. One that is there already stays, whoever wrote it.
 * Source: Delta protocol, "Checkpoints".
 * @throws UnsupportedTable, CorruptLog if the checkpoint that is there cannot be read, StorageError, Error for a state
 * that no checkpoint can hold
 */
export async function writeCheckpoint(storage: Storage, snapshot: Snapshot, now: Date): Promise<void> {
  const { path: table, version, protocol, metadata } = snapshot;
  checkWritable(table, protocol, metadata);
  const file = checkpointPath(table, version);
  const groups = stateGroups(snapshot, now);
  const bytes = encodeCheckpoint(writtenFields(protocol), groups);
  const size = groups.reduce((sum, rows) => sum + rows.length, 0);
  // What is in no checkpoint is lost to whoever starts from it.
  const { actions } = decodeCheckpoint(bytes);
  if (actions.length !== size) throw new Error(`${file}: ${size} actions were encoded, ${actions.length} came back`);
  const published =
    (await storage.create(file, bytes)) === 'created' ? bytes : await readLogFile(storage, table, file, 'checkpoint');
  const content = published === bytes ? { actions, rows: size } : existing(table, file, published);
  await nameCheckpoint(storage, table, version, published.length, content);
}

/**
 * Makes `_last_checkpoint` name the table's newest checkpoint where it names none or an older one: whoever wrote that may
 * have been cut off before, and without it every reader lists the whole log.
 * @returns whether it was so
 * @throws CorruptLog if the checkpoint cannot be read, StorageError
 */
export async function repairLastCheckpoint(storage: Storage, table: string): Promise<boolean> {
  const named = (await readLastCheckpoint(storage, table))?.version ?? -1;
  const { checkpoints } = await listLog(storage, table, Math.max(0, named));
  const newest = checkpoints.find(({ kind, files }) => kind === 'classic' && files.length === 1);
  const [file] = newest?.files ?? [];
  if (newest === undefined || file === undefined || newest.version <= named) return false;
  const bytes = await readLogFile(storage, table, file, 'checkpoint');
  await nameCheckpoint(storage, table, newest.version, bytes.length, existing(table, file, bytes));
  return true;
}

async function nameCheckpoint(
  storage: Storage,
  table: string,
  version: number,
  sizeInBytes: number,
  { rows, actions }: Pick<CheckpointContent, 'rows' | 'actions'>,
): Promise<void> {
  const numOfAddFiles = actions.filter((action) => 'add' in action).length;
  await moveLastCheckpoint(storage, table, { version, size: rows, sizeInBytes, numOfAddFiles });
}

/**
 * Writes a checkpoint if it is the snapshot's turn by the table's `delta.checkpointInterval`; one commit later, makes sure
 * that `_last_checkpoint` names it. Never throws, since the commit stands without it: a failure goes to `onFailure`, and
 * the next turn comes.
 */
export async function checkpointAfterCommit(
  storage: Storage,
  snapshot: Snapshot,
  now: Date,
  onFailure: (error: unknown) => void,
): Promise<void> {
  const since = snapshot.version % checkpointInterval(snapshot);
  if (snapshot.version <= 1 || since > 1) return;
  try {
    if (since === 0) await writeCheckpoint(storage, snapshot, now);
    else await repairLastCheckpoint(storage, snapshot.path);
  } catch (error) {
    onFailure(error);
  }
}

/** The state as actions: one group for each kind, so that a reader finds every kind in one place. */
function stateGroups({ protocol, metadata, files, transactions, tombstones }: Snapshot, now: Date): Action[][] {
  const groups: Action[][] = [
    [{ protocol }, { metaData: metadata }],
    sorted(transactions).map(([appId, progress]) => ({ txn: { appId, ...progress } })),
    sorted(tombstones).flatMap(([, remove]) => (isExpired(metadata, remove, now) ? [] : [asLogged({ remove })])),
    sorted(files).map(([, add]) => asLogged({ add })),
  ];
  return groups.filter((rows) => rows.length > 0);
}

/** By key, so that writers that came to the same state by different ways write the same bytes. */
function sorted<V>(map: ReadonlyMap<string, V>): [string, V][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

function existing(table: string, file: string, bytes: Uint8Array): CheckpointContent {
  try {
    return decodeCheckpoint(bytes);
  } catch (error) {
    throw new CorruptLog(table, `the checkpoint ${file} is there already and cannot be read`, { cause: error });
  }
}

/** Commits from one checkpoint to the next, as the table's `delta.checkpointInterval` says. */
export function checkpointInterval({ metadata }: Snapshot): number {
  const text = metadata.configuration[CHECKPOINT_INTERVAL] ?? '';
  return /^[1-9]\d*$/.test(text) ? Number(text) : DEFAULT_INTERVAL;
}
