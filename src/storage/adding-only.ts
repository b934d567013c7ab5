import { AccessDenied } from './errors.ts';
import type { Storage } from './storage.ts';
import { wrapStorage } from './wrapped.ts';

/**
 * One zone of a storage, for whoever adds files to it and does nothing else: what is not looking at a file of it or creating
 * one is refused here already, whatever roles there are.
 * @param zone lake path, with its slash
 */
export function addingOnly(storage: Storage, zone: string): Storage {
  const refuse = (operation: string, path: string): never => {
    throw new AccessDenied(operation, path, `what lands files adds files to ${zone} and does nothing else`);
  };
  const within = (operation: string, path: string): void => {
    if (!path.startsWith(zone)) refuse(operation, path);
  };
  return wrapStorage(storage, {
    // biome-ignore lint/correctness/useYield: nothing is listed
    async *list(prefix) {
      refuse('list', prefix);
    },
    async head(path) {
      within('inspect', path);
      return await storage.head(path);
    },
    async *read(path, options) {
      within('read', path);
      yield* storage.read(path, options);
    },
    async create(path, content, options) {
      within('create', path);
      return await storage.create(path, content, options);
    },
    replace: async (path) => refuse('replace', path),
    delete: async (path) => refuse('delete', path),
    removeAbandoned: async () => 0,
  });
}
