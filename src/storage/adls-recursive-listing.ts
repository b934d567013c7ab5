import { pages } from './adls-page.ts';
import type { Requests } from './adls-request.ts';
import { UnreadableFile } from './errors.ts';
import { comparePaths, nameFault } from './path.ts';
import type { ListedFile, ListOptions } from './storage.ts';

/** What is wanted of a folder (its lake path with the slash, which `prefix` begins with) and of those below it. */
export interface Wanted extends Required<Omit<ListOptions, 'anyOrder'>> {
  readonly folder: string;
  readonly prefix: string;
}

/**
 * The files whose path starts with `prefix`, in the order of the service: a request lists 5,000 files and folders of all levels
 * together. Folders that are not gone into are listed all the same, and passed over.
 */
export async function* listRecursively(requests: Requests, wanted: Wanted): AsyncGenerator<ListedFile> {
  const { prefix, after, onFolder, tellsCreated } = wanted;
  const open = new OpenFolders(wanted);
  for await (const page of pages(requests, { recursive: true, tellsCreated })) {
    for (const entry of page) {
      const { path } = entry;
      if (!path.startsWith(prefix)) continue;
      if ('folder' in entry) {
        if (open.has(path)) onFolder(path.slice(0, -1));
      } else if (comparePaths(path, after) > 0 && open.hasFile(path)) yield entry;
    }
  }
}

/** The fault of a name that can be no path. */
export function impossibleName(path: string, fault: string): UnreadableFile {
  return new UnreadableFile('list', path, `${fault}; rename it or move it out of the lake`);
}

/** Which folders are gone into: each is asked about once, and none below one that is not. */
class OpenFolders {
  readonly #wanted: Wanted;
  readonly #known = new Map<string, boolean>();

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
    this.#known.set(wanted.folder, true);
  }

  /** @param folder its lake path with the slash */
  has(folder: string): boolean {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    const isOpen = this.has(parentOf(folder)) && this.#wanted.enter(folder) && this.#isPath(folder);
    this.#known.set(folder, isOpen);
    return isOpen;
  }

  hasFile(path: string): boolean {
    return this.has(parentOf(path)) && this.#isPath(path);
  }

  #isPath(path: string): boolean {
    const fault = nameFault(path.slice(parentOf(path).length).replace(/\/$/, ''));
    if (fault !== null) this.#wanted.onFault(impossibleName(path, fault));
    return fault === null;
  }
}

/** The folder that a file or folder is in, with its slash. */
function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/', path.length - 2) + 1);
}
