import { StorageError, StorageFault } from './errors.ts';
import type { Storage } from './storage.ts';
import { wrapStorage } from './wrapped.ts';

/**
 * Work ends before it is done: its time is over, the app stops, or whoever runs it has had enough. What is not committed is not there. To
 * whoever works on the store it is one of the store's errors, and says nothing of what was read.
 */
export class Interrupted extends StorageError {
  constructor(message: string) {
    super('go on', '', message);
    this.message = message;
  }
}

/** How long a write that has begun is waited for after all: what became of it should be known. */
const WRITE_GRACE_MS = 2_000;

/**
 * A store that does nothing new once the signal is aborted, and on which nothing that only looks is waited for any longer:
 * what runs on it fails there, with nothing half-visible, since only a whole commit is visible. A write on its way gets a
 * moment to end. Deleting goes on, so that stagings are cleared away.
 */
export function interruptible(storage: Storage, signal: AbortSignal): Storage {
  const looking = <T>(step: () => Promise<T>): Promise<T> => untilAborted(signal, step, (fail) => fail(signal.reason));
  const writing = <T>(operation: string, path: string, step: () => Promise<T>): Promise<T> =>
    untilAborted(signal, step, (fail) => {
      const text = 'the work ended before the store had answered, so that nobody knows whether it was done';
      const fault = new StorageFault(operation, path, text, { cause: signal.reason, transient: true });
      setTimeout(() => fail(fault), WRITE_GRACE_MS).unref();
    });
  return wrapStorage(storage, {
    async *list(prefix, options) {
      signal.throwIfAborted();
      const files = storage.list(prefix, options)[Symbol.asyncIterator]();
      try {
        for (
          let next = await looking(() => files.next());
          next.done !== true;
          next = await looking(() => files.next())
        ) {
          yield next.value;
        }
      } finally {
        // Not waited for: it ends only with the page that is on its way.
        files.return?.().catch(() => undefined);
      }
    },
    head: (path) => looking(() => storage.head(path)),
    async *read(path, options = {}) {
      const both = options.signal === undefined ? signal : AbortSignal.any([options.signal, signal]);
      yield* storage.read(path, { ...options, signal: both });
    },
    create: (path, content, options) => writing('create', path, () => storage.create(path, content, options)),
    replace: (path, content, options) => writing('replace', path, () => storage.replace(path, content, options)),
    removeAbandoned: (before) => looking(() => storage.removeAbandoned(before)),
  });
}

/** Does a step, unless the signal is aborted; where that comes in the middle, `onAbort` says how the step fails. */
async function untilAborted<T>(
  signal: AbortSignal,
  step: () => Promise<T>,
  onAbort: (fail: (reason: unknown) => void) => void,
): Promise<T> {
  signal.throwIfAborted();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const listener = (): void => onAbort(reject);
  signal.addEventListener('abort', listener, { once: true });
  try {
    return await Promise.race([step(), ended]);
  } finally {
    signal.removeEventListener('abort', listener);
  }
}

/** Waits, unless the signal is aborted, or until it is. @throws the signal's reason */
export async function pause(signal: AbortSignal, wait: () => Promise<void>): Promise<void> {
  await untilAborted(signal, wait, (fail) => fail(signal.reason));
}
