import assert from 'node:assert/strict';
import type { Storage } from '../../src/storage/index.ts';
import { type Action, type AddFile, commitPath, type RemoveFile } from '../../src/table/index.ts';
import { readCommits } from '../../src/table/log.ts';
import { replay as stateAfter } from '../../src/table/snapshot.ts';
import { EVENTS, snapshotOf } from '../support/lake.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';

/** Puts a commit of another engine on the log, and returns its version. */
export async function foreignCommit(
  storage: MemoryStorage,
  operation: string,
  actions: readonly (Action | object)[],
  engineInfo = 'Other/1.0',
): Promise<number> {
  const version = (await snapshotOf(storage)).version + 1;
  const info = { commitInfo: { timestamp: Date.UTC(2026, 5, 2), operation, operationParameters: {}, engineInfo } };
  const lines = [info, ...actions].map((action) => `${JSON.stringify(action)}\n`);
  storage.put(commitPath(EVENTS, version), lines.join(''));
  return version;
}

export function removed({ path, partitionValues, size }: AddFile): { readonly remove: RemoveFile } {
  const remove = { path, partitionValues, size, dataChange: true, deletionTimestamp: 1, extendedFileMetadata: true };
  return { remove };
}

/** A data file under a name of another engine, with the content of a file of a lake. */
export async function foreignFile(
  storage: MemoryStorage,
  from: Storage,
  file: AddFile,
): Promise<{ readonly add: AddFile }> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of from.read(`${EVENTS}/${file.path}`)) chunks.push(chunk);
  const path = `event_date=${file.partitionValues['event_date']}/part-foreign-${storage.files.size}.parquet`;
  storage.put(`${EVENTS}/${path}`, Buffer.concat(chunks));
  const { rawPath: _, tags: __, ...rest } = file;
  return { add: { ...rest, path, dataChange: true } };
}

export async function liveFiles(storage: Storage): Promise<AddFile[]> {
  return [...(await snapshotOf(storage)).files.values()];
}

/** Deletes whole days, or all. */
export async function deleteDays(storage: MemoryStorage, ...dates: readonly string[]): Promise<number> {
  const files = (await liveFiles(storage)).filter(
    ({ partitionValues }) => dates.length === 0 || dates.includes(partitionValues['event_date'] ?? ''),
  );
  assert.ok(files.length > 0);
  return foreignCommit(storage, 'DELETE', files.map(removed));
}

/** Replaces all files by those of another lake. */
export async function overwriteBy(storage: MemoryStorage, other: Storage): Promise<number> {
  const gone = (await liveFiles(storage)).map(removed);
  const added: object[] = [];
  for (const file of await liveFiles(other)) added.push(await foreignFile(storage, other, file));
  return foreignCommit(storage, 'WRITE', [...gone, ...added]);
}

/** Goes back to the files of an earlier version, as RESTORE does. */
export async function restoreTo(storage: MemoryStorage, version: number): Promise<number> {
  const commits = await readCommits(storage, EVENTS, 0);
  const { files } = stateAfter(
    EVENTS,
    null,
    commits.filter((each) => each.version <= version),
  );
  const live = await liveFiles(storage);
  const back = [...files.values()].filter(({ path }) => !live.some((file) => file.path === path));
  const gone = live.filter(({ path }) => !files.has(path));
  return foreignCommit(storage, 'RESTORE', [...gone.map(removed), ...back.map((add) => ({ add }))]);
}
