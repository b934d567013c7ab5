import { type FileHandle, open, stat, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FileNotFound, InvalidPath, PreconditionFailed } from './errors.ts';
import { errorCode, guarded, unlessAbsent } from './local-fault.ts';
import { CHUNK_BYTES, Identities, type Identity, modifiedMs, sameFile } from './local-identity.ts';
import { listFolder } from './local-listing.ts';
import { publish, removeStaged, STAGING, stage, supersede, type Target } from './local-publication.ts';
import { checkPath, checkPrefix, comparePaths } from './path.ts';
import type { FileInfo, ListedFile, ReadOptions, Storage } from './storage.ts';

/** Replacements in progress by location, so that those of one process take turns whatever driver object they use. */
const replacing = new Map<string, Promise<void>>();

/**
 * The lake in a local folder; zones are its subfolders. The ETag is the first 32 hex digits of the content's SHA-256.
 *
 * A symbolic link to a plain file reads as that file and is never written through. Whatever is no plain file does not
 * exist for the port. The folder must lie on one file system with hard links. `replace` with `ifMatch` takes turns
 * within this process; between processes the check and the step after it are two.
 *
 * With `onlyZone` the folder is that zone itself, and holds no other.
 */
export function localStorage(root: string, options: { readonly onlyZone?: string } = {}): Storage {
  return new LocalStorage(resolve(root), options.onlyZone === undefined ? '' : `${options.onlyZone}/`);
}

class LocalStorage implements Storage {
  readonly #root: string;
  /** What lake paths begin with and the folder's own do not. */
  readonly #above: string;
  readonly #identities = new Identities();

  constructor(root: string, above: string) {
    this.#root = root;
    this.#above = above;
  }

  async *list(prefix: string, options: { readonly after?: string } = {}): AsyncIterable<ListedFile> {
    checkPrefix(prefix);
    const { after = '' } = options;
    if (this.#above === '') yield* listFolder(this.#root, prefix, after);
    else yield* this.#listZone(prefix, after);
  }

  async head(path: string): Promise<FileInfo | null> {
    const { location } = this.#target('inspect', path);
    return guarded('inspect', path, async () => {
      const file = await openPlain(location);
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
    const { location } = this.#target('read', path);
    const { start = 0, end = Number.MAX_SAFE_INTEGER, ifMatch, signal } = options;
    if (!(Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start <= end)) {
      throw new InvalidPath('read', path, `[${start}, ${end}) is no range of bytes`);
    }
    signal?.throwIfAborted();
    const file = await guarded('read', path, () => openPlain(location));
    if (file === null) throw new FileNotFound('read', path);
    try {
      const pinned = ifMatch === undefined ? null : await this.#pin(path, location, file, ifMatch);
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - start));
      for (let position = start; position < end; ) {
        const wanted = Math.min(buffer.length, end - position);
        const { bytesRead } = await guarded('read', path, () => file.read(buffer, 0, wanted, position));
        if (bytesRead === 0) break;
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
        signal?.throwIfAborted();
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
    const staged = await stage(this.#root, target, content, options.modified);
    const outcome = await publish(staged, target);
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
      const staged = await stage(this.#root, target, content);
      await supersede(staged, target);
      this.#identities.remember(target.location, staged.identity);
    });
  }

  async delete(path: string): Promise<void> {
    const { location } = this.#target('delete', path);
    this.#identities.forget(location);
    await guarded('delete', path, async () => {
      try {
        await unlessAbsent(unlink(location));
      } catch (error) {
        // A folder is no file, so the file of that path is absent.
        if (errorCode(error) !== 'EISDIR') throw error;
      }
    });
  }

  async removeAbandoned(before: Date): Promise<number> {
    return removeStaged(this.#root, before);
  }

  async *#listZone(prefix: string, after: string): AsyncIterable<ListedFile> {
    const inside = after.startsWith(this.#above);
    if (!inside && comparePaths(after, this.#above) > 0) return;
    const from = inside ? after.slice(this.#above.length) : '';
    for await (const file of listFolder(this.#root, prefix.slice(this.#above.length), from)) {
      if (!file.path.startsWith(`${STAGING}/`)) yield { ...file, path: this.#above + file.path };
    }
  }

  #target(operation: string, path: string): Target {
    checkPath(operation, path);
    return { operation, path, location: join(this.#root, path.slice(this.#above.length)) };
  }

  async #pin(path: string, location: string, file: FileHandle, ifMatch: string): Promise<Identity> {
    const identity = await guarded('read', path, () => this.#identities.identify('read', path, location, file));
    if (identity.etag !== ifMatch) throw new PreconditionFailed('read', path, ifMatch, identity.etag);
    return identity;
  }

  /** Looks at the path, not at the open file: one that was replaced has changed as well. */
  async #confirm(path: string, location: string, pinned: Identity): Promise<void> {
    const now = await guarded('read', path, () => unlessAbsent(stat(location, { bigint: true })));
    if (now === null) throw new PreconditionFailed('read', path, pinned.etag, 'no file at the end of the read');
    if (!sameFile(pinned.stats, now)) {
      throw new PreconditionFailed('read', path, pinned.etag, 'that it changed while being read');
    }
  }
}

/** A handle on a plain file, or null. The look before the opening keeps clear of pipes, where opening waits. */
async function openPlain(location: string): Promise<FileHandle | null> {
  const stats = await unlessAbsent(stat(location));
  return stats?.isFile() === true ? unlessAbsent(open(location, 'r')) : null;
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
