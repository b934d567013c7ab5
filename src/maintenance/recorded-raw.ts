import type { RecordedSource } from '../lake/index.ts';
import { digestOf, FileArchived, type Storage, wrapStorage } from '../storage/index.ts';

/** Raw files as they were recorded, as far as they are still there. */
export interface RecordedRaw {
  /** The lake, in which these raw files are found under the ETags that were recorded of them. */
  readonly storage: Storage;
  readonly present: readonly RecordedSource[];
  /** Sources whose raw file is gone or holds something else. */
  readonly lost: readonly LostSource[];
}

export interface LostSource {
  readonly source: RecordedSource;
  readonly reason: 'gone' | 'changed' | 'archived';
}

/**
 * Finds out which raw files are still what was read of them: by their ETag, else by their content, since a lake that was
 * copied has other ETags.
 */
export async function recordedRaw(storage: Storage, sources: Iterable<RecordedSource>): Promise<RecordedRaw> {
  const present: RecordedSource[] = [];
  const lost: LostSource[] = [];
  /** The ETag that a recorded file has now, where it is another one, by path and recorded ETag. */
  const etags = new Map<string, string>();
  for (const source of sources) {
    const { path, etag, size } = source;
    const found = await storage.head(path);
    if (found === null) lost.push({ source, reason: 'gone' });
    else if (found.etag === etag) present.push(source);
    else {
      const reason = found.size === size ? await lossOf(storage, found.etag, source) : 'changed';
      if (reason !== null) lost.push({ source, reason });
      else {
        present.push(source);
        etags.set(keyOf(path, etag), found.etag);
      }
    }
  }
  return { storage: etags.size === 0 ? storage : underRecordedEtags(storage, etags), present, lost };
}

/** Why a file under another ETag is not known to be what was recorded; null where its content is the same. */
async function lossOf(storage: Storage, etag: string, { path, sha256 }: RecordedSource) {
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
