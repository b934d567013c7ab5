import type { Storage } from './storage.ts';
import { RAW } from './zones.ts';

/** A lake whose raw zone is in another place than the rest: what begins with `raw/` goes to `raw`. */
export function routeRaw(raw: Storage, rest: Storage): Storage {
  const at = (path: string): Storage => (path.startsWith(RAW) ? raw : rest);
  return {
    limits: rest.limits,
    list: (prefix, options) => at(prefix).list(prefix, options),
    head: (path) => at(path).head(path),
    read: (path, options) => at(path).read(path, options),
    create: (path, content, options) => at(path).create(path, content, options),
    replace: (path, content, options) => at(path).replace(path, content, options),
    delete: (path) => at(path).delete(path),
    removeAbandoned: async (before) => (await raw.removeAbandoned(before)) + (await rest.removeAbandoned(before)),
  };
}
