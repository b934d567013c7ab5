import type { Storage } from './storage.ts';
import { routeStorage } from './wrapped.ts';
import { RAW } from './zones.ts';

/** A lake whose raw zone is in another place than the rest: what begins with `raw/` goes to `raw`. */
export function routeRaw(raw: Storage, rest: Storage): Storage {
  const at = (path: string): Storage => (path.startsWith(RAW) ? raw : rest);
  return routeStorage(at, {
    limits: rest.limits,
    removeAbandoned: async (before) => (await raw.removeAbandoned(before)) + (await rest.removeAbandoned(before)),
  });
}
