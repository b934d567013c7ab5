import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UnreadableFile } from './errors.ts';
import { unlessAbsent, withLocalFaults } from './local-fault.ts';
import { type Folders, linkedFolder } from './local-folders.ts';
import { modifiedMs } from './local-identity.ts';
import { comparePaths, nameFault } from './path.ts';
import type { ListedFile, ListOptions } from './storage.ts';

/** A file, or a folder whose path then ends in a slash, as its files' paths need it for sorting: `a.b` < `a/x` < `a0`. */
interface Entry {
  readonly path: string;
  readonly order: Buffer;
}

/** What there is besides files and folders, and what to do about it. */
const OTHER_KINDS: readonly (readonly [is: (entry: Dirent<string>) => boolean, text: string])[] = [
  [(entry) => entry.isSymbolicLink(), 'it is a link, and none is followed in a lake; put the file itself there'],
  [(entry) => entry.isFIFO(), 'it is a pipe'],
  [(entry) => entry.isSocket(), 'it is a socket'],
  [(entry) => entry.isBlockDevice() || entry.isCharacterDevice(), 'it is a device'],
];

/**
 * The files below `root` whose path starts with `prefix`, in UTF-8 byte order. What can be no file of a lake (a link, a
 * pipe, a name that is no path, a folder that cannot be read) is told to `onFault`, and where nobody listens it ends the
 * listing with that fault: to pass over it would be to lose it.
 */
export async function* listFolder(
  root: string,
  folders: Folders,
  prefix: string,
  options: ListOptions,
): AsyncIterable<ListedFile> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const link = await withLocalFaults('list', folder, () => folders.linkIn(folder));
  if (link === null) yield* new Listing(root, prefix, options).walk(folder);
  else (options.onFault ?? rethrow)(new UnreadableFile('list', link, linkedFolder(link)));
}

class Listing {
  readonly #root: string;
  readonly #prefix: string;
  readonly #after: string;
  readonly #onFault: (fault: UnreadableFile) => void;
  readonly #onFolder: (path: string) => void;
  readonly #enter: (path: string) => boolean;

  constructor(
    root: string,
    prefix: string,
    { after = '', onFault = rethrow, onFolder = () => {}, enter }: ListOptions,
  ) {
    this.#root = root;
    this.#prefix = prefix;
    this.#after = after;
    this.#onFault = onFault;
    this.#onFolder = onFolder;
    this.#enter = enter ?? (() => true);
  }

  async *walk(folder: string): AsyncIterable<ListedFile> {
    const after = this.#after;
    if (!after.startsWith(folder) && comparePaths(folder, after) < 0) return;
    for (const { path } of await this.#entriesOf(folder)) {
      if (path.endsWith('/')) {
        const passed = comparePaths(path, after) < 0 && !after.startsWith(path);
        if (passed) continue;
        this.#onFolder(path.slice(0, -1));
        yield* this.walk(path);
      } else {
        const file = await this.#plainFile(path);
        if (file !== null) yield file;
      }
    }
  }

  /** The sorted entries of a folder, without the files up to `after`: almost all of a log is that. */
  async #entriesOf(folder: string): Promise<Entry[]> {
    const after = this.#after;
    const found: Entry[] = [];
    const passed = Buffer.from(after.startsWith(folder) ? after.slice(folder.length) : '').toString('latin1');
    for (const entry of await this.#namesIn(folder)) {
      if (!entry.isDirectory() && entry.name <= passed) continue;
      const bytes = Buffer.from(entry.name, 'latin1');
      const name = bytes.toString('utf8');
      const path = `${folder}${name}${entry.isDirectory() ? '/' : ''}`;
      if (!path.startsWith(this.#prefix) || (entry.isDirectory() && !this.#enter(path))) continue;
      const fault = isUtf8(bytes) ? nameFault(name) : 'the name is not UTF-8';
      const kind = OTHER_KINDS.find(([is]) => is(entry))?.[1];
      if (fault !== null) this.#fault(path, `${fault}; rename it or move it out of the lake`);
      else if (kind !== undefined) this.#fault(path, kind);
      else found.push({ path, order: Buffer.from(path) });
    }
    return found.sort((a, b) => Buffer.compare(a.order, b.order));
  }

  /** The entries of a folder, of whose names each byte is one character: whatever they are, they compare as bytes do. */
  async #namesIn(folder: string): Promise<Dirent<string>[]> {
    try {
      const reading = readdir(join(this.#root, folder), { withFileTypes: true, encoding: 'latin1' });
      return (await withLocalFaults('list', folder, () => unlessAbsent(reading))) ?? [];
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      this.#onFault(error);
      return [];
    }
  }

  async #plainFile(path: string): Promise<ListedFile | null> {
    try {
      const stats = await withLocalFaults('list', path, () =>
        unlessAbsent(lstat(join(this.#root, path), { bigint: true })),
      );
      if (stats === null || !stats.isFile()) return null;
      return { path, size: Number(stats.size), lastModified: new Date(modifiedMs(stats)) };
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      this.#onFault(error);
      return null;
    }
  }

  #fault(path: string, detail: string): void {
    this.#onFault(new UnreadableFile('list', path, detail));
  }
}

function rethrow(fault: UnreadableFile): never {
  throw fault;
}
