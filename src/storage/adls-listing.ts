import { AdlsFailure } from './adls-fault.ts';
import { isAbsent, unquoted } from './adls-file.ts';
import { lakePath } from './adls-place.ts';
import type { Requests } from './adls-request.ts';
import { UnreadableFile } from './errors.ts';
import { comparePaths, nameFault } from './path.ts';
import type { ListedFile, ListOptions } from './storage.ts';

/** A folder ends in a slash, as its files' paths need it for sorting: `a.b` < `a/x` < `a0`. */
type Entry = ListedFile | { readonly path: string; readonly folder: true };

/** Folders of one level that are listed at the same time. */
const FOLDERS_AHEAD = 8;

/**
 * The files whose path starts with `prefix`, in UTF-8 byte order.
 *
 * The service lists a hierarchy in an order of its own, where what is in `a` may come before `a.b`. So each folder is
 * listed by itself and put in order: one request per folder and 5,000 names, in memory a few folders of each level.
 * A name that can be no path is told to `onFault`, a folder's with all that is in it; where nobody listens it ends the listing.
 * @param requestsFor the requests of a folder, by its lake path with the slash
 */
export async function* listFiles(
  requestsFor: (folder: string) => Requests,
  prefix: string,
  { after = '', onFault = rethrow, onFolder = () => {}, enter = () => true, tellsCreated = false }: ListOptions,
): AsyncIterable<ListedFile> {
  const listingOf = (folder: string) =>
    entriesOf(requestsFor(folder), folder, { prefix, after, onFault, enter, tellsCreated });
  yield* inOrder(await listingOf(prefix.slice(0, prefix.lastIndexOf('/') + 1)), listingOf, onFolder);
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
  {
    prefix,
    after,
    onFault,
    enter,
    tellsCreated,
  }: Required<Omit<ListOptions, 'onFolder'>> & { readonly prefix: string },
): Promise<Entry[]> {
  const entries: Entry[] = [];
  const startFrom = [prefix, after].map((bound) => leadingDigits(bound, folder)).sort(comparePaths)[1] ?? '';
  let continuation: string | undefined;
  do {
    const page = await pageOf(requests, startFrom, continuation);
    for (const { name, isDirectory, contentLength, lastModified, etag, createdOn } of page.paths) {
      const path = lakePath(requests.place, name) + (isDirectory === true ? '/' : '');
      if (!path.startsWith(prefix) || !path.startsWith(folder) || !comesAfter(path, after)) continue;
      if (isDirectory === true && !enter(path)) continue;
      const fault = nameFault(path.slice(folder.length).replace(/\/$/, ''));
      if (fault !== null) onFault(new UnreadableFile('list', path, `${fault}; rename it or move it out of the lake`));
      else if (isDirectory === true) entries.push({ path, folder: true });
      else {
        const file = { path, size: contentLength ?? 0, lastModified: lastModified ?? new Date(0) };
        const created = tellsCreated && createdOn !== undefined && { created: createdOn };
        entries.push({ ...file, ...created, ...(etag !== undefined && { etag: unquoted(etag) }) });
      }
    }
    continuation = page.continuation;
  } while (continuation !== undefined && continuation !== '');
  return entries.sort((a, b) => comparePaths(a.path, b.path));
}

interface Page {
  readonly paths: readonly {
    readonly name: string;
    readonly isDirectory?: boolean;
    readonly contentLength?: number;
    readonly lastModified?: Date;
    readonly etag?: string;
    readonly createdOn?: Date;
  }[];
  readonly continuation: string | undefined;
}

async function pageOf(requests: Requests, startFrom: string, continuation: string | undefined): Promise<Page> {
  const directory = requests.place.name.replace(/\/$/, '');
  const page = await requests.send(
    async ({ paths }, abortSignal) => {
      const pages = paths
        .listPaths({
          recursive: false,
          abortSignal,
          ...(directory !== '' && { path: directory }),
          ...(startFrom !== '' && { startFrom }),
        })
        .byPage(continuation === undefined ? {} : { continuationToken: continuation });
      const { done, value } = await pages.next();
      return done === true ? undefined : value;
    },
    { expected: isAbsent },
  );
  if (page instanceof AdlsFailure || page === undefined) return { paths: [], continuation: undefined };
  const items: Page['paths'] = (page.pathItems ?? []).flatMap((item) =>
    item.name === undefined ? [] : [{ ...item, name: item.name }],
  );
  return { paths: items, continuation: page.continuation };
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
