import type { Action, AddFile } from '../table/index.ts';

/** The removal of a live file, by a change of data unless said otherwise; `now` in milliseconds. */
export function removalOf({ path, rawPath, partitionValues, size }: AddFile, now: number, dataChange = true): Action {
  return {
    remove: {
      path,
      ...(rawPath !== undefined && { rawPath }),
      dataChange,
      deletionTimestamp: now,
      extendedFileMetadata: true,
      partitionValues,
      size,
    },
  };
}
