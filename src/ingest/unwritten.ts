import { type Storage, wrapStorage } from '../storage/index.ts';

/** A storage that is read, and of which whatever is written goes nowhere: for finding out what would come of it. */
export function unwritten(storage: Storage): Storage {
  return wrapStorage(storage, {
    create: async (_path, content) => {
      if (!(content instanceof Uint8Array)) for await (const _ of content);
      return 'created';
    },
    replace: async () => undefined,
    delete: async () => undefined,
    removeAbandoned: async () => 0,
  });
}
