import { type FileInfo, StorageError } from '../storage/index.ts';
import { TableError } from '../table/index.ts';
import { SMALL_FILE_BYTES } from './stored-bytes.ts';

/** Small files that go into one commit at most, and the stored bytes of all of them. */
export const BATCH_FILES = 256;
export const BATCH_BYTES = 32 * 2 ** 20;

/** A file that somebody waits for, as far as it decides with which others it is taken in. */
export interface QueuedFile {
  /** As it was looked at; the path of one that is gone. */
  readonly file: FileInfo | string;
  /** Whether it is kept apart: what it failed with may be its own fault. */
  isApart: boolean;
}

export function pathOf({ file }: Pick<QueuedFile, 'file'>): string {
  return typeof file === 'string' ? file : file.path;
}

function sizeOf({ file }: Pick<QueuedFile, 'file'>): number {
  return typeof file === 'string' ? 0 : file.size;
}

/** Whether a file has a commit of its own: it is large, or kept apart. */
export function isAlone(file: QueuedFile): boolean {
  return file.isApart || sizeOf(file) > SMALL_FILE_BYTES;
}

/**
 * The files that are taken in together next, of those that wait in their order: the first of them, and what else goes into its
 * commit. A path that is announced twice is in by the second time.
 */
export function nextBatch<T extends QueuedFile>(waiting: readonly T[]): T[] {
  const [first] = waiting;
  if (first === undefined || isAlone(first)) return waiting.slice(0, 1);
  const batch = new Map<string, T>();
  let bytes = 0;
  for (const each of waiting) {
    if (batch.size === BATCH_FILES || bytes + sizeOf(each) > BATCH_BYTES) break;
    if (isAlone(each) || batch.has(pathOf(each))) continue;
    batch.set(pathOf(each), each);
    bytes += sizeOf(each);
  }
  return [...batch.values()];
}

/** What a failure means for a file of a batch: it ended that, too, or it is tried once more, with others or kept apart. */
export type AfterFailure = 'failed' | 'again' | 'apart';

/**
 * Whose fault a batch failed by: that of the file it names, that of the store or the table, which all have in common, or that of
 * one of them, nobody knows which.
 * @param isEnded whether the batch ended because the time of the one in whose name it ran was over
 */
export function afterFailure(
  error: unknown,
  file: QueuedFile,
  batch: readonly QueuedFile[],
  isEnded: boolean,
): AfterFailure {
  const isFirst = file === batch[0];
  if (isEnded) return isFirst ? 'failed' : 'again';
  if (batch.length === 1) return 'failed';
  if (error instanceof StorageError) {
    const isOfOne = batch.some((each) => pathOf(each) === error.path);
    return !isOfOne || error.path === pathOf(file) ? 'failed' : 'again';
  }
  return error instanceof TableError ? 'failed' : 'apart';
}
