import type { Storage } from './storage.ts';

/** A storage that stands before another one: what `own` has is its, everything else goes to the one behind it. */
export function wrapStorage(inner: Storage, own: Partial<Storage>): Storage {
  return {
    limits: inner.limits,
    list: (prefix, options) => inner.list(prefix, options),
    head: (path) => inner.head(path),
    read: (path, options) => inner.read(path, options),
    create: (path, content, options) => inner.create(path, content, options),
    replace: (path, content, options) => inner.replace(path, content, options),
    delete: (path) => inner.delete(path),
    removeAbandoned: (before) => inner.removeAbandoned(before),
    ...own,
  };
}
