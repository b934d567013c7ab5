import type { UnreadableFile } from './errors.ts';

/** A file as `head` sees it. `etag` changes with the content; `lastModified` is in whole milliseconds. */
export interface FileInfo {
  readonly path: string;
  readonly size: number;
  readonly lastModified: Date;
  readonly etag: string;
  /** When it was made, where the store tells it: what only makes it longer leaves that as it is. */
  readonly created?: Date;
}

/** A file as a listing sees it. `etag` is that of `head`, and only there where the store knows it without reading the file. */
export interface ListedFile {
  readonly path: string;
  readonly size: number;
  readonly lastModified: Date;
  readonly etag?: string;
  /** As that of `head`, and finer where the store tells it so; only where it is asked for. */
  readonly created?: Date;
}

export interface ListOptions {
  /** Skips up to and including this path. */
  readonly after?: string;
  /**
   * Told of what stands there and can be no file of a lake: a link, a name that is no path. Without it the listing throws
   * that fault.
   */
  readonly onFault?: (fault: UnreadableFile) => void;
  /** Told of each folder that is passed through, by its path without the slash at its end. */
  readonly onFolder?: (path: string) => void;
  /** Whether a folder is gone into, by its path with the slash at its end: of others nothing is listed, and no fault told. */
  readonly enter?: (path: string) => boolean;
  /** Whether to say when files were made, where the store knows. */
  readonly tellsCreated?: boolean;
  /**
   * Whether the files may come in whatever order the store gives them cheapest: on a remote store one request then lists as many
   * folders as 5,000 files and folders are, where byte order takes one for each folder.
   */
  readonly anyOrder?: boolean;
}

/**
 * Bytes `[start, end)` of a file; what lies beyond its end is left out, and what is no range is an `InvalidPath`. Once `signal` is
 * aborted, its reason is thrown before the first byte or the next chunk.
 */
export interface ReadOptions {
  readonly start?: number;
  readonly end?: number;
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

/** Limits on what is read of a lake by itself, not on behalf of a file to be ingested. */
export interface StorageLimits {
  /** Bytes of a commit or of its evidence. */
  readonly logBytes: number;
}

/**
 * The lake's files. Every driver behaves alike (`test/storage/contract.ts`).
 *
 * Paths are separated by `/`; the first segment is the zone. There are no folders: a file's parents come with it.
 * Every method throws `InvalidPath` for what cannot be a path and `StorageFault` where the store fails.
 */
export interface Storage {
  /** What whoever opened the lake allows; what stands before a storage hands it on. */
  readonly limits?: StorageLimits | undefined;

  /**
   * Files whose path starts with `prefix` (at least `<zone>/`), in UTF-8 byte order of the path unless any order will do. A
   * missing folder is empty. Files that come or go meanwhile may be seen or not.
   */
  list(prefix: string, options?: ListOptions): AsyncIterable<ListedFile>;

  /** The file's size, time and identity; null if there is none. */
  head(path: string): Promise<FileInfo | null>;

  /**
   * The file's bytes. A chunk is valid until the next one is asked for.
   * @throws FileNotFound, or PreconditionFailed where the file is not the one `ifMatch` names, also when it changes
   * while being read: what was read before must then be thrown away.
   */
  read(path: string, options?: ReadOptions): AsyncIterable<Uint8Array>;

  /**
   * Publishes a file under a name that is free: all or nothing, visible at once, never over an existing file.
   * `modified` sets the file's time where the driver can. An error of `content` itself is passed on unchanged.
   */
  create(
    path: string,
    content: Uint8Array | AsyncIterable<Uint8Array>,
    options?: { readonly modified?: Date },
  ): Promise<'created' | 'exists'>;

  /**
   * Puts `content` in place of the file in one step, or makes it.
   * @throws PreconditionFailed where there is no file, or another one than `ifMatch` names.
   */
  replace(path: string, content: Uint8Array, options?: { readonly ifMatch?: string }): Promise<void>;

  /** Removes the file; an absent one is fine. */
  delete(path: string): Promise<void>;

  /**
   * Removes what writes that were cut off before `before` left in the driver's own keeping, where no listing shows it,
   * and says how many such files there were. A write that has been running since before that time may fail.
   */
  removeAbandoned(before: Date): Promise<number>;
}

/** The bytes of a file, or of a range of it, in one piece. Throws as `Storage.read` does. */
export async function readAll(storage: Storage, path: string, options: ReadOptions = {}): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of storage.read(path, options)) {
    chunks.push(Uint8Array.from(chunk));
    length += chunk.length;
  }
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(length);
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.length;
  }
  return whole;
}
