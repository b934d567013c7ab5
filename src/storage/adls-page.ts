import { AdlsFailure } from './adls-fault.ts';
import { isAbsent, unquoted } from './adls-file.ts';
import { lakePath } from './adls-place.ts';
import type { Requests } from './adls-request.ts';
import type { ListedFile } from './storage.ts';

/** A file, or a folder: its path ends in a slash, as its files' paths need it for sorting: `a.b` < `a/x` < `a0`. */
export type Entry = ListedFile | { readonly path: string; readonly folder: true };

/** How far below its folder a listing goes, and where it begins. */
export interface PageOptions {
  readonly recursive: boolean;
  /** A name in the folder itself from which on the service lists; empty for all. */
  readonly startFrom?: string;
  /** Whether to say when files were made. */
  readonly tellsCreated: boolean;
}

/**
 * What a folder holds, page by page: 5,000 files and folders a request, in an order of the service's own. A folder that is not
 * there holds nothing.
 */
export async function* pages(requests: Requests, options: PageOptions): AsyncGenerator<readonly Entry[]> {
  let continuation: string | undefined;
  do {
    const page = await pageOf(requests, options, continuation);
    yield page.items.flatMap((item) => entryOf(requests, item, options.tellsCreated) ?? []);
    continuation = page.continuation;
  } while (continuation !== undefined && continuation !== '');
}

interface Item {
  readonly name?: string;
  readonly isDirectory?: boolean;
  readonly contentLength?: number;
  readonly lastModified?: Date;
  readonly etag?: string;
  readonly createdOn?: Date;
}

interface Page {
  readonly items: readonly Item[];
  readonly continuation: string | undefined;
}

function entryOf(
  { place }: Requests,
  { name, isDirectory, contentLength, lastModified, etag, createdOn }: Item,
  tellsCreated: boolean,
): Entry | null {
  if (name === undefined) return null;
  const path = lakePath(place, name);
  if (isDirectory === true) return { path: `${path}/`, folder: true };
  const file = { path, size: contentLength ?? 0, lastModified: lastModified ?? new Date(0) };
  const created = tellsCreated && createdOn !== undefined && { created: createdOn };
  return { ...file, ...created, ...(etag !== undefined && { etag: unquoted(etag) }) };
}

async function pageOf(
  requests: Requests,
  { recursive, startFrom = '' }: PageOptions,
  continuation: string | undefined,
): Promise<Page> {
  const directory = requests.place.name.replace(/\/$/, '');
  const page = await requests.send(
    async ({ paths }, abortSignal) => {
      const pages = paths
        .listPaths({
          recursive,
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
  if (page instanceof AdlsFailure || page === undefined) return { items: [], continuation: undefined };
  return { items: page.pathItems ?? [], continuation: page.continuation };
}
