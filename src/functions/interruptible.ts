import type { Storage } from '../storage/index.ts';

/** An invocation ends before its work is done: its time is over, or the app stops. What is not committed is not there. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * A store that does nothing new once the signal is aborted: what runs on it fails there, with nothing half-visible, since
 * only a whole commit is visible. Deleting goes on, so that drafts are cleared away.
 */
export function interruptible(storage: Storage, signal: AbortSignal): Storage {
  const unlessAborted = async <T>(step: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    return await step();
  };
  return {
    async *list(prefix, options) {
      for await (const file of storage.list(prefix, options)) {
        signal.throwIfAborted();
        yield file;
      }
    },
    head: (path) => unlessAborted(() => storage.head(path)),
    async *read(path, options = {}) {
      const both = options.signal === undefined ? signal : AbortSignal.any([options.signal, signal]);
      yield* storage.read(path, { ...options, signal: both });
    },
    create: (path, content, options) => unlessAborted(() => storage.create(path, content, options)),
    replace: (path, content, options) => unlessAborted(() => storage.replace(path, content, options)),
    delete: (path) => storage.delete(path),
    removeAbandoned: (before) => unlessAborted(() => storage.removeAbandoned(before)),
  };
}
