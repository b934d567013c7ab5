import {
  ERASED_LISTS,
  PreconditionFailed,
  RAW,
  type ReadOptions,
  type Storage,
  wrapStorage,
} from '../storage/index.ts';
import type { PresentRaw } from './raw-checks.ts';

/**
 * A lake to rebuild a table in: raw files and erasure lists are read from the lake that is verified, everything else is in
 * the scratch store. Raw files are there under the ETags that were recorded of them, also where the lake was copied.
 */
export function rebuildStorage(lake: Storage, scratch: Storage, raw: ReadonlyMap<string, PresentRaw>): Storage {
  const holderOf = (path: string) => (path.startsWith(ERASED_LISTS) ? lake : scratch);
  return wrapStorage(scratch, {
    limits: lake.limits,
    head: (path) => holderOf(path).head(path),
    read: (path, options) =>
      path.startsWith(RAW) ? readRaw(lake, raw, path, options) : holderOf(path).read(path, options),
  });
}

async function* readRaw(
  lake: Storage,
  raw: ReadonlyMap<string, PresentRaw>,
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<Uint8Array> {
  const present = raw.get(path);
  const wanted = options.ifMatch ?? '';
  if (!present?.recordedEtags.has(wanted)) {
    throw new PreconditionFailed('read', path, wanted, present?.etag ?? 'no such file');
  }
  yield* lake.read(path, { ...options, ifMatch: present.etag });
}
