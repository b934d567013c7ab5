import { type Entry, pages } from './adls-page.ts';
import { impossibleName, listRecursively, type Wanted } from './adls-recursive-listing.ts';
import type { Requests } from './adls-request.ts';
import type { UnreadableFile } from './errors.ts';
import { byPath, comparePaths, nameFault } from './path.ts';
import type { ListedFile, ListOptions } from './storage.ts';

/** Folders of one level that are listed at the same time. */
const FOLDERS_AHEAD = 8;

/**
 * The files whose path starts with `prefix`, in UTF-8 byte order unless any order will do.
 *
 * The service lists a hierarchy in an order of its own, where what is in `a` may come before `a.b`. So each folder is
 * listed by itself and put in order: one request per folder and 5,000 names, in memory a few folders of each level.
 * A name that can be no path is told to `onFault`, a folder's with all that is in it; where nobody listens it ends the listing.
 * @param requestsFor the requests of a folder, by its lake path with the slash
 */
export async function* listFiles(
  requestsFor: (folder: string) => Requests,
  prefix: string,
  {
    after = '',
    onFault = rethrow,
    onFolder = () => {},
    enter = () => true,
    anyOrder = false,
    tellsCreated = false,
  }: ListOptions,
): AsyncIterable<ListedFile> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  if (anyOrder) {
    yield* listRecursively(requestsFor(folder), { folder, prefix, after, onFault, onFolder, enter, tellsCreated });
    return;
  }
  const listingOf = (inner: string) =>
    entriesOf(requestsFor(inner), inner, { prefix, after, onFault, enter, tellsCreated });
  yield* inOrder(await listingOf(folder), listingOf, onFolder);
}

/** The files of a folder and of those below it, whose listings are asked for some folders ahead. */
async function* inOrder(
  entries: readonly Entry[],
  listingOf: (folder: string) => Promise<Entry[]>,
  onFolder: (path: string) => void,
): AsyncIterable<ListedFile> {
  const folders = entries.flatMap((entry) => ('folder' in entry ? [entry.path] : []));
  const ahead: Promise<Entry[]>[] = [];
  let asked = 0;
  for (const entry of entries) {
    if (!('folder' in entry)) {
      yield entry;
      continue;
    }
    for (; asked < folders.length && ahead.length < FOLDERS_AHEAD; asked++) {
      const listing = listingOf(folders[asked]!);
      // Its turn may never come; if it does, it fails there.
      listing.catch(() => undefined);
      ahead.push(listing);
    }
    // The listings are asked for in the order of the folders, at least up to this one.
    onFolder(entry.path.slice(0, -1));
    yield* inOrder(await ahead.shift()!, listingOf, onFolder);
  }
}

/** What of a folder can hold paths that start with `prefix` and come after `after`, in byte order. */
async function entriesOf(
  requests: Requests,
  folder: string,
  { prefix, after, onFault, enter, tellsCreated }: Omit<Wanted, 'folder' | 'onFolder'>,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  const startFrom = [prefix, after].map((bound) => leadingDigits(bound, folder)).sort(comparePaths)[1] ?? '';
  for await (const page of pages(requests, { recursive: false, startFrom, tellsCreated })) {
    for (const entry of page) {
      const { path } = entry;
      if (!path.startsWith(prefix) || !path.startsWith(folder) || !comesAfter(path, after)) continue;
      if ('folder' in entry && !enter(path)) continue;
      const fault = nameFault(path.slice(folder.length).replace(/\/$/, ''));
      if (fault === null) entries.push(entry);
      else onFault(impossibleName(path, fault));
    }
  }
  return entries.sort(byPath);
}

function rethrow(fault: UnreadableFile): never {
  throw fault;
}

/** Whether a file, or something in a folder, can come after `after`. */
function comesAfter(path: string, after: string): boolean {
  return comparePaths(path, after) > 0 || (path.endsWith('/') && after.startsWith(path));
}

/**
 * Where the service may begin with a folder, whose names it lists in lexical order: at the digits that the bound's name
 * begins with. A folder that comes after the bound by its slash alone comes after these digits without it too. All
 * names of a Delta log and of the evidence begin with 20 digits.
 */
function leadingDigits(bound: string, folder: string): string {
  if (!bound.startsWith(folder)) return '';
  return /^\d*/.exec(bound.slice(folder.length))?.[0] ?? '';
}
