import { Account, type AccountAccess } from './adls-account.ts';
import { addFile } from './adls-addition.ts';
import type { AdlsFailure } from './adls-fault.ts';
import { blobState, isAbsent } from './adls-file.ts';
import { listFiles } from './adls-listing.ts';
import { checkName, placeOf } from './adls-place.ts';
import { createFile, replaceFile } from './adls-publication.ts';
import { readFile } from './adls-reading.ts';
import { Requests } from './adls-request.ts';
import { type Host, systemHost } from './host.ts';
import type { AccountLocation } from './lake-location.ts';
import { checkPath, checkPrefix, checkRange } from './path.ts';
import { PATIENT, type RetryPolicy } from './retry.ts';
import type { FileInfo, ListedFile, ListOptions, ReadOptions, Storage, StorageLimits } from './storage.ts';

/** How a driver is made. */
export interface AdlsOptions extends AccountAccess {
  /** The location is that of this zone alone. */
  readonly onlyZone?: string;
  /** Whoever asks may add files and change none: each goes in one request, whatever its size. */
  readonly addsOnly?: boolean;
  readonly retry?: RetryPolicy;
  readonly host?: Host;
  readonly limits?: StorageLimits;
}

/**
 * The lake in an account with Azure Data Lake Storage Gen2. Zones are containers, or folders of the location's
 * container. ETags are the service's without their quotes, as its events have them; times are in whole seconds, and
 * `create` cannot set them.
 *
 * The account needs both its endpoints, `blob` and `dfs`, within reach. Containers are not made here.
 * @throws SyntaxError where the connection string does not suit the account
 */
export function adlsStorage(location: AccountLocation, options: AdlsOptions = {}): Storage {
  return new AdlsStorage(location, options);
}

class AdlsStorage implements Storage {
  readonly limits: StorageLimits | undefined;
  readonly #account: Account;
  readonly #location: AccountLocation;
  readonly #onlyZone: string | null;
  readonly #addsOnly: boolean;
  readonly #policy: RetryPolicy;
  readonly #host: Host;

  constructor(location: AccountLocation, options: AdlsOptions) {
    this.#account = new Account(location, options);
    this.#location = location;
    this.limits = options.limits;
    this.#onlyZone = options.onlyZone ?? null;
    this.#addsOnly = options.addsOnly ?? false;
    this.#policy = options.retry ?? PATIENT;
    this.#host = options.host ?? systemHost;
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncIterable<ListedFile> {
    checkPrefix(prefix);
    yield* listFiles((folder) => this.#requests('list', folder), prefix, options);
  }

  async head(path: string): Promise<FileInfo | null> {
    checkPath('inspect', path);
    const state = await blobState(this.#requests('inspect', path));
    if (state === null || state === 'folder') return null;
    const { size, lastModified, etag, created } = state;
    return { path, size, lastModified, etag, ...(created !== null && { created }) };
  }

  async *read(path: string, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    checkPath('read', path);
    const { start = 0, end = Number.MAX_SAFE_INTEGER, signal } = options;
    checkRange(path, start, end);
    signal?.throwIfAborted();
    yield* readFile(this.#requests('read', path), options);
  }

  async create(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<'created' | 'exists'> {
    const requests = this.#writing('create', path);
    return this.#addsOnly ? addFile(requests, content) : createFile(requests, content);
  }

  async replace(path: string, content: Uint8Array, options: { readonly ifMatch?: string } = {}): Promise<void> {
    await replaceFile(this.#writing('replace', path), content, options.ifMatch);
  }

  async delete(path: string): Promise<void> {
    checkPath('delete', path);
    const requests = this.#requests('delete', path);
    await requests.send(({ blobs }, abortSignal) => blobs.getBlobClient(requests.place.name).delete({ abortSignal }), {
      expected: (failure: AdlsFailure) => isAbsent(failure) || isFolderInUse(failure),
    });
  }

  /** Blocks that were never committed are the service's to clear, after a week. */
  async removeAbandoned(): Promise<number> {
    return 0;
  }

  #writing(operation: string, path: string): Requests {
    checkPath(operation, path);
    const requests = this.#requests(operation, path);
    checkName(operation, path, requests.place);
    return requests;
  }

  #requests(operation: string, path: string): Requests {
    const place = placeOf(this.#location, this.#onlyZone, operation, path);
    return new Requests(this.#account, place, { operation, path, host: this.#host, policy: this.#policy });
  }
}

/** A folder is no file, so the file of that path is absent. */
function isFolderInUse({ status, code }: AdlsFailure): boolean {
  return status === 409 && /^Directory(Is)?NotEmpty$/.test(code);
}
