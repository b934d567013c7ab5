import { type Directory, type Entry, sortedChildren } from './entry.ts';
import { invalidParameter, type StorageRequest, wholeParameter } from './request.ts';
import type { Service } from './service.ts';

/** A place in the order of a listing: at a path, or past it. */
export interface Position {
  readonly path: string;
  readonly past: boolean;
}

/** An entry of a listing with its path below the container. */
export interface Listed {
  readonly path: string;
  readonly entry: Entry;
}

/** The place where a listing from `path` on begins. */
export function startOf(path: string): Position {
  return { path, past: false };
}

/**
 * What lies below a directory, in the order of a hierarchical namespace: level by level in UTF-8 byte order of the
 * names, a directory's own children right after it (`a`, `a/x`, `a.b`). `enter` says which directories are gone into.
 */
export function* walk(
  directory: Directory,
  path: string,
  from: Position | null,
  enter: (path: string) => boolean,
): Generator<Listed> {
  for (const entry of sortedChildren(directory)) {
    const own = path === '' ? entry.name : `${path}/${entry.name}`;
    const place = from === null ? 1 : compare(own, from.path);
    const above = from?.path.startsWith(`${own}/`) === true;
    if (place < 0 && !above) continue;
    if (place > 0 || (place === 0 && from?.past === false)) yield { path: own, entry };
    if (entry.kind === 'directory' && enter(own)) yield* walk(entry, own, place > 0 ? null : from, enter);
  }
}

/** One page of a listing, and where the next one begins: null after the last. */
export function page(
  listing: Iterable<Listed>,
  size: number,
): { readonly items: readonly Listed[]; readonly next: Position | null } {
  const items: Listed[] = [];
  for (const item of listing) {
    const last = items.at(-1);
    if (items.length === size && last !== undefined) return { items, next: { path: last.path, past: true } };
    items.push(item);
  }
  return { items, next: null };
}

/** How many entries the page holds that the request asks for. */
export function pageSizeOf(request: StorageRequest, service: Service, parameter: string): number {
  return Math.min(wholeParameter(request, parameter, 1) ?? 5_000, 5_000, service.pageSize);
}

/** A place as clients carry it from page to page. */
export function positionText(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64');
}

/** The place in a continuation token or marker; null where there is none. Throws ServiceError 400 for a foreign one. */
export function positionOf(request: StorageRequest, parameter: string): Position | null {
  const text = request.query.get(parameter);
  if (text === null || text === '') return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    if (typeof value === 'object' && value !== null && 'path' in value && typeof value.path === 'string') {
      return { path: value.path, past: 'past' in value && value.past === true };
    }
  } catch {
    // Not ours: refused below.
  }
  throw invalidParameter(parameter, text);
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a.replaceAll('/', '\0')), Buffer.from(b.replaceAll('/', '\0')));
}
