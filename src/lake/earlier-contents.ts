import type { Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { recordedContents } from './record-reading.ts';
import { sealed } from './recorded-transactions.ts';
import { rejectedAppId, type SourceFile } from './source-file.ts';
import type { SourceOutcome } from './source-outcome.ts';

/** What a path in the raw zone held before, as a commit recorded it or as it was looked at. */
export interface EarlierContent {
  readonly etag: string;
  /** Stored bytes. */
  readonly size: number;
  /** Of the stored bytes, in hex; null where they were not read to their end. */
  readonly sha256: string | null;
}

/** On a local lake the ETag is the beginning of the content's SHA-256. */
const CONTENT_ETAG = /^[0-9a-f]{32}$/;

/** Whether a file holds something else than before; false where nobody can tell. */
export function isReplaced(earlier: EarlierContent, { plan: { source }, sha256 }: SourceOutcome): boolean {
  if (earlier.sha256 !== null && sha256 !== null) return earlier.sha256 !== sha256;
  if (earlier.size !== source.size) return true;
  return CONTENT_ETAG.test(earlier.etag) && CONTENT_ETAG.test(source.etag) && earlier.etag !== source.etag;
}

/**
 * What raw files held that were dealt with before under the same path. Commits are gone through from the newest on, each
 * once in a run, and only for a path that has an outcome on record: mostly none is.
 */
export class EarlierContents {
  readonly #storage: Storage;
  readonly #found = new Map<string, EarlierContent>();
  /** Versions above this one, and below that one, have not been gone through. */
  #newest = -1;
  #oldest = 0;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** What the path of a file held before; null where no commit says so. */
  async before(snapshot: Snapshot, { path }: Pick<SourceFile, 'path'>): Promise<EarlierContent | null> {
    const { transactions, version } = snapshot;
    if (!transactions.has(path) && !transactions.has(rejectedAppId(path))) return null;
    if (this.#newest === -1) this.#oldest = version + 1;
    else for (let next = this.#newest + 1; next <= version; next++) await this.#read(snapshot, next, true);
    this.#newest = version;
    while (!this.#found.has(path) && this.#oldest > 0) await this.#read(snapshot, --this.#oldest, false);
    return this.#found.get(path) ?? null;
  }

  async #read({ path: table }: Snapshot, version: number, isNewer: boolean): Promise<void> {
    for (const { path, etag, size, sha256 = null } of recordedContents(
      (await sealed(this.#storage, table, version)) ?? [],
    )) {
      if (isNewer || !this.#found.has(path)) this.#found.set(path, { etag, size, sha256 });
    }
  }
}
