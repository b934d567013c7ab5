import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageFault } from './errors.ts';
import { errorCode, unlessAbsent } from './local-fault.ts';

/** So long a folder that was seen to be one is taken for one. */
const TRUSTED_MS = 1_000;

/** Folders that are remembered at most. */
const KNOWN_FOLDERS = 10_000;

/** Who may read what is written: this user alone, or whoever the umask lets. */
export type LocalAccess = 'private' | 'umask';

/** The modes of new files and folders. */
export interface Modes {
  readonly file: number;
  readonly folder: number;
}

export function modesOf(access: LocalAccess): Modes {
  return access === 'private' ? { file: 0o600, folder: 0o700 } : { file: 0o666, folder: 0o777 };
}

/**
 * The folders between the lake's own, which may be reached by links, and its files, where no link is followed: neither out
 * of the lake nor from one place in it to another.
 */
export class Folders {
  readonly #root: string;
  readonly #modes: Modes;
  /** When a folder was last seen to be one. */
  readonly #seen = new Map<string, number>();

  constructor(root: string, modes: Modes) {
    this.#root = root;
    this.#modes = modes;
  }

  /** The first part of a path below the lake's folder that is no folder but a link; null where there is none. */
  async linkIn(folder: string): Promise<string | null> {
    let below = '';
    for (const part of folder.split('/')) {
      if (part === '' || part === '.') continue;
      below = below === '' ? part : `${below}/${part}`;
      if (await this.#isLink(below)) return below;
    }
    return null;
  }

  /** Makes a folder of the lake and those above it. Returns the first that was made, or undefined. @throws StorageFault */
  async make(operation: string, path: string, folder: string): Promise<string | undefined> {
    await this.check(operation, path, folder);
    try {
      return await mkdir(join(this.#root, folder), { recursive: true, mode: this.#modes.folder });
    } catch (error) {
      // Somebody put a link there in this moment.
      if (errorCode(error) === 'EEXIST') await this.check(operation, path, folder);
      throw error;
    }
  }

  /** @throws StorageFault where a link is in the way */
  async check(operation: string, path: string, folder: string): Promise<void> {
    const link = await this.linkIn(folder);
    if (link !== null) throw new StorageFault(operation, path, linkedFolder(link));
  }

  async #isLink(folder: string): Promise<boolean> {
    const now = performance.now();
    if (now - (this.#seen.get(folder) ?? Number.NEGATIVE_INFINITY) < TRUSTED_MS) return false;
    const stats = await unlessAbsent(lstat(join(this.#root, folder)));
    if (stats?.isSymbolicLink() === true) return true;
    if (stats?.isDirectory() === true) {
      if (this.#seen.size >= KNOWN_FOLDERS) this.#seen.clear();
      this.#seen.set(folder, now);
    }
    return false;
  }
}

/** What is wrong with a link in place of a folder, and what to do. */
export function linkedFolder(link: string): string {
  return (
    `${JSON.stringify(link)} is a link, and none is followed in a lake; put the folder itself there, ` +
    'or say where the raw zone is with AUDIT_LAKE_RAW (--raw)'
  );
}
