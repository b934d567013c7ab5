import type { Storage } from './storage.ts';

/** What a storage that stands before others does itself; all else goes to the one behind it. */
type Own = Partial<Storage>;

/** A storage before another one. */
export function wrapStorage(inner: Storage, own: Own): Storage {
  return routeStorage(() => inner, {
    limits: inner.limits,
    removeAbandoned: (before) => inner.removeAbandoned(before),
    ...own,
  });
}

/** A storage before several: each path is in one of them. */
export function routeStorage(at: (path: string) => Storage, own: Own & Pick<Storage, 'removeAbandoned'>): Storage {
  return {
    list: (prefix, options) => at(prefix).list(prefix, options),
    head: (path) => at(path).head(path),
    read: (path, options) => at(path).read(path, options),
    create: (path, content, options) => at(path).create(path, content, options),
    replace: (path, content, options) => at(path).replace(path, content, options),
    delete: (path) => at(path).delete(path),
    ...own,
  };
}
