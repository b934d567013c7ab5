import type { RecordedSource } from '../lake/index.ts';
import {
  digestOf,
  FileArchived,
  FileNotFound,
  PreconditionFailed,
  type Storage,
  wrapStorage,
} from '../storage/index.ts';

/** Raw files as they were recorded, as far as they are still there. */
export interface RecordedRaw<S extends RecordedContent = RecordedSource> {
  /** The lake, in which these raw files are found under the ETags that were recorded of them. */
  readonly storage: Storage;
  readonly present: readonly S[];
  /** Sources whose raw file is gone or holds something else. */
  readonly lost: readonly LostSource<S>[];
}

/** What is known of a raw file's content. */
type RecordedContent = Pick<RecordedSource, 'path' | 'etag' | 'size'> & { readonly sha256: string | null };

export interface LostSource<S = RecordedSource> {
  readonly source: S;
  readonly reason: 'gone' | 'changed' | 'archived';
}

/**
 * Finds out which raw files are still what was read of them: by their ETag, else by their content, since a lake that was
 * copied has other ETags.
 */
export async function recordedRaw<S extends RecordedContent>(
  storage: Storage,
  sources: Iterable<S>,
): Promise<RecordedRaw<S>> {
  const present: S[] = [];
  const lost: LostSource<S>[] = [];
  /** The ETag that a recorded file has now, where it is another one, by path and recorded ETag. */
  const etags = new Map<string, string>();
  for (const source of sources) {
    const { path, etag, size } = source;
    const found = await storage.head(path);
    if (found === null) lost.push({ source, reason: 'gone' });
    else if (found.etag === etag) present.push(source);
    else {
      const reason = found.size === size ? await differenceOf(storage, found.etag, source) : 'changed';
      if (reason !== null) lost.push({ source, reason });
      else {
        present.push(source);
        etags.set(keyOf(path, etag), found.etag);
      }
    }
  }
  return { storage: etags.size === 0 ? storage : underRecordedEtags(storage, etags), present, lost };
}

/** What an error says has become of a raw file; null where it says nothing of it. */
export function lossOf(error: unknown, path: string): 'gone' | 'changed' | 'archived' | null {
  if (error instanceof FileArchived && error.path === path) return 'archived';
  if (error instanceof PreconditionFailed && error.path === path) return 'changed';
  return error instanceof FileNotFound && error.path === path ? 'gone' : null;
}

/** Why a file under another ETag is not known to be what was recorded; null where its content is the same. */
async function differenceOf(storage: Storage, etag: string, { path, sha256 }: RecordedContent) {
  try {
    return (await digestOf(storage, path, { ifMatch: etag }))?.sha256 === sha256 ? null : 'changed';
  } catch (error) {
    if (error instanceof FileArchived) return 'archived';
    throw error;
  }
}

function underRecordedEtags(storage: Storage, etags: ReadonlyMap<string, string>): Storage {
  return wrapStorage(storage, {
    read: (path, options = {}) => {
      const etag = options.ifMatch === undefined ? undefined : etags.get(keyOf(path, options.ifMatch));
      return storage.read(path, etag === undefined ? options : { ...options, ifMatch: etag });
    },
  });
}

function keyOf(path: string, etag: string): string {
  return JSON.stringify([path, etag]);
}
