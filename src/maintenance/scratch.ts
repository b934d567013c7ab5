import { type Storage, wrapStorage } from '../storage/index.ts';

/**
 * The lake as it is, whose files are only read, and beside it what is written: that goes to the scratch store. For finding
 * out what a change would do.
 */
export function overScratch(lake: Storage, scratch: Storage): Storage {
  const holderOf = async (path: string) => ((await scratch.head(path)) === null ? lake : scratch);
  return wrapStorage(scratch, {
    limits: lake.limits,
    list: (prefix, options) => lake.list(prefix, options),
    head: async (path) => (await holderOf(path)).head(path),
    read: async function* (path, options) {
      yield* (await holderOf(path)).read(path, options);
    },
    create: async (path, content, options) =>
      (await lake.head(path)) === null ? await scratch.create(path, content, options) : 'exists',
  });
}
