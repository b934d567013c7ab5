import { constants } from 'node:fs';
import { type FileHandle, lstat, open, unlink } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import { FileNotFound, PreconditionFailed, UnreadableFile } from './errors.ts';
import { unlessHeldOpen } from './held-open.ts';
import { unlessAbsent, withLocalFaults } from './local-fault.ts';
import { Folders, type LocalAccess, modesOf } from './local-folders.ts';
import { CHUNK_BYTES, type Identity, LocalIdentities, modifiedMs, sameFile } from './local-identity.ts';
import { listFolder } from './local-listing.ts';
import {
  type LocalPlace,
  type LocalTarget,
  publish,
  removeStaged,
  STAGING,
  stage,
  supersede,
} from './local-publication.ts';
import { checkPath, checkPrefix, checkRange, comparePaths } from './path.ts';
import type { FileInfo, ListedFile, ListOptions, ReadOptions, Storage, StorageLimits } from './storage.ts';
import { checkLocalNames } from './windows-names.ts';

/** Replacements in progress by location, so that those of one process take turns whatever driver object they use. */
const replacing = new Map<string, Promise<void>>();

/** How a driver is made. */
export interface LocalOptions {
  /** The folder is that of this zone alone. */
  readonly onlyZone?: string;
  readonly access?: LocalAccess;
  readonly limits?: StorageLimits;
}

/**
 * The lake in a local folder; zones are its subfolders. The ETag is the first 32 hex digits of the content's SHA-256.
 *
 * No link is followed below that folder, neither out of the lake nor into it: a link, a pipe or a device does not exist for
 * the port, and a listing tells of it. The folder must lie on one file system with hard links. `replace` with `ifMatch` takes turns
 * within this process; between processes the check and the step after it are two.
 *
 * With `onlyZone` the folder is that zone itself, and holds no other. What is written can be read by this user alone,
 * unless `access` leaves that to the umask.
 */
export function localStorage(root: string, { onlyZone, access = 'private', limits }: LocalOptions = {}): Storage {
  return new LocalStorage(resolve(root), onlyZone === undefined ? '' : `${onlyZone}/`, access, limits);
}

class LocalStorage implements Storage {
  readonly limits: StorageLimits | undefined;
  readonly #root: string;
  readonly #folders: Folders;
  readonly #place: LocalPlace;
  /** What lake paths begin with and the folder's own do not. */
  readonly #above: string;
  readonly #identities = new LocalIdentities();

  constructor(root: string, above: string, access: LocalAccess, limits: StorageLimits | undefined) {
    this.limits = limits;
    this.#root = root;
    const modes = modesOf(access);
    this.#folders = new Folders(root, modes);
    this.#place = { root, folders: this.#folders, modes };
    this.#above = above;
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncIterable<ListedFile> {
    checkPrefix(prefix);
    if (this.#above === '') yield* listFolder(this.#root, this.#folders, prefix, options);
    else yield* this.#listZone(prefix, options);
  }

  async head(path: string): Promise<FileInfo | null> {
    const target = this.#target('inspect', path);
    const { location } = target;
    return withLocalFaults('inspect', path, async () => {
      const { file = null } = (await this.#open(target)) ?? {};
      if (file === null) return null;
      try {
        const { stats, etag } = await this.#identities.identify('inspect', path, location, file);
        return { path, size: Number(stats.size), lastModified: new Date(modifiedMs(stats)), etag };
      } finally {
        await file.close();
      }
    });
  }

  async *read(path: string, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    const target = this.#target('read', path);
    const { location } = target;
    const { start = 0, end = Number.MAX_SAFE_INTEGER, ifMatch, signal } = options;
    checkRange(path, start, end);
    signal?.throwIfAborted();
    const opened = await withLocalFaults('read', path, () => this.#open(target));
    if (opened === null) throw new FileNotFound('read', path);
    const { file, size } = opened;
    try {
      const pinned = ifMatch === undefined ? null : await this.#pin(path, location, file, ifMatch);
      // One byte more than there is: that no more comes says that the file has not grown.
      const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(CHUNK_BYTES, end - start, size - start + 1)));
      for (let position = start; position < end; ) {
        const wanted = Math.min(buffer.length, end - position);
        const { bytesRead } = await withLocalFaults('read', path, () => file.read(buffer, 0, wanted, position));
        if (bytesRead === 0) break;
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
        signal?.throwIfAborted();
        if (bytesRead < wanted && position === size) break;
      }
      if (pinned !== null) await this.#confirm(path, location, pinned);
    } finally {
      await file.close();
    }
  }

  async create(
    path: string,
    content: Uint8Array | AsyncIterable<Uint8Array>,
    options: { readonly modified?: Date } = {},
  ): Promise<'created' | 'exists'> {
    const target = this.#target('create', path);
    const staged = await stage(this.#place, target, content, options.modified);
    const outcome = await publish(this.#place, staged, target);
    if (outcome === 'created') this.#identities.remember(target.location, staged.identity);
    return outcome;
  }

  async replace(path: string, content: Uint8Array, options: { readonly ifMatch?: string } = {}): Promise<void> {
    const target = this.#target('replace', path);
    const { ifMatch } = options;
    await inTurn(target.location, async () => {
      if (ifMatch !== undefined) {
        const found = await this.head(path);
        if (found?.etag !== ifMatch) throw new PreconditionFailed('replace', path, ifMatch, found?.etag ?? 'no file');
      }
      const staged = await stage(this.#place, target, content);
      await supersede(this.#place, staged, target);
      this.#identities.remember(target.location, staged.identity);
    });
  }

  async delete(path: string): Promise<void> {
    const { location, folder } = this.#target('delete', path);
    this.#identities.forget(location);
    await withLocalFaults('delete', path, async () => {
      await this.#folders.check('delete', path, folder);
      try {
        await unlessAbsent(unlessHeldOpen(() => unlink(location)));
      } catch (error) {
        // A folder is no file, so the file of that path is absent. Each system has an error of its own for that.
        if ((await unlessAbsent(lstat(location)))?.isDirectory() !== true) throw error;
      }
    });
  }

  async removeAbandoned(before: Date): Promise<number> {
    return removeStaged(this.#root, before);
  }

  async *#listZone(prefix: string, { after = '', onFault, onFolder }: ListOptions): AsyncIterable<ListedFile> {
    const inside = after.startsWith(this.#above);
    if (!inside && comparePaths(after, this.#above) > 0) return;
    const from = inside ? after.slice(this.#above.length) : '';
    const options: ListOptions = {
      after: from,
      ...(onFault !== undefined && { onFault: this.#aboutZone(onFault) }),
      ...(onFolder !== undefined && { onFolder: (path: string) => onFolder(this.#above + path) }),
    };
    for await (const file of listFolder(this.#root, this.#folders, prefix.slice(this.#above.length), options)) {
      if (!file.path.startsWith(`${STAGING}/`)) yield { ...file, path: this.#above + file.path };
    }
  }

  #target(operation: string, path: string): LocalTarget {
    checkPath(operation, path);
    checkLocalNames(operation, path);
    const below = path.slice(this.#above.length);
    return { operation, path, location: join(this.#root, below), folder: posix.dirname(below) };
  }

  /** Faults of a listing with the paths that the lake has. */
  #aboutZone(onFault: (fault: UnreadableFile) => void): (fault: UnreadableFile) => void {
    return ({ operation, path, detail, cause }) =>
      onFault(new UnreadableFile(operation, this.#above + path, detail, { cause }));
  }

  /**
   * A handle on a plain file, or null. The look before the opening keeps clear of devices, which opening may set to work;
   * should one come between, opening neither waits nor follows a link.
   */
  async #open({ location, folder }: LocalTarget): Promise<{ readonly file: FileHandle; readonly size: number } | null> {
    if ((await this.#folders.linkIn(folder)) !== null) return null;
    if ((await unlessAbsent(lstat(location)))?.isFile() !== true) return null;
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
    const file = await unlessAbsent(open(location, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    if (file === null) return null;
    const stats = await file.stat();
    if (stats.isFile()) return { file, size: stats.size };
    await file.close();
    return null;
  }

  async #pin(path: string, location: string, file: FileHandle, ifMatch: string): Promise<Identity> {
    const identity = await withLocalFaults('read', path, () => this.#identities.identify('read', path, location, file));
    if (identity.etag !== ifMatch) throw new PreconditionFailed('read', path, ifMatch, identity.etag);
    return identity;
  }

  /** Looks at the path, not at the open file: one that was replaced has changed as well. */
  async #confirm(path: string, location: string, pinned: Identity): Promise<void> {
    const now = await withLocalFaults('read', path, () => unlessAbsent(lstat(location, { bigint: true })));
    if (now === null) throw new PreconditionFailed('read', path, pinned.etag, 'no file at the end of the read');
    if (!sameFile(pinned.stats, now)) {
      throw new PreconditionFailed('read', path, pinned.etag, 'that it changed while being read');
    }
  }
}

async function inTurn(location: string, step: () => Promise<void>): Promise<void> {
  const previous = replacing.get(location) ?? Promise.resolve();
  const current = previous.then(step, step);
  replacing.set(location, current);
  try {
    await current;
  } finally {
    if (replacing.get(location) === current) replacing.delete(location);
  }
}
