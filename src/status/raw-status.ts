import { instancesIn, rawFileState, rawFiles } from '../lake/index.ts';
import { instanceOf, type Settings } from '../settings/index.ts';
import { byPath, comparePaths, type ListedFile, pathInZone, type Storage, UnreadableFile } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';

/** Raw files that are looked at at a time: on a store far away that is mostly waiting. */
const LOOKED_AT_ONCE = 16;

/** What the raw zone holds, against the log. */
export interface RawZone {
  readonly files: number;
  readonly bytes: number;
  readonly waiting: readonly ListedFile[];
  /** Lake paths, as all below. */
  readonly rejected: readonly string[];
  /** Raw files that were withdrawn, or hold what was. */
  readonly withdrawn: readonly string[];
  /** What stands there and cannot be read: links, impossible names, files that this user may not read. */
  readonly unreadable: readonly string[];
  /** Of each instance that files belong to, the file that changed last; null for those that belong to none. */
  readonly newest: ReadonlyMap<string | null, NewestFile>;
}

/** A raw file that is the newest of an instance. */
export interface NewestFile extends Pick<ListedFile, 'path' | 'size' | 'lastModified'> {
  readonly state: RawState;
}

type RawState = 'ingested' | 'rejected' | 'withdrawn' | 'waiting' | 'unreadable';

/** Looks at every raw file that the settings include. @param snapshot null where there is no table yet @throws storage errors */
export async function rawZone(storage: Storage, settings: Settings, snapshot: Snapshot | null): Promise<RawZone> {
  const instances = instancesIn(settings, snapshot);
  const paths: Record<Exclude<RawState, 'ingested' | 'waiting'>, string[]> = {
    rejected: [],
    withdrawn: [],
    unreadable: [],
  };
  const waiting: ListedFile[] = [];
  const newest = new Map<string | null, NewestFile>();
  let [files, bytes] = [0, 0];
  for await (const some of inGroups(rawFiles(storage, settings, { anyOrder: true }))) {
    files += some.length;
    const states = await Promise.all(some.map((file) => stateIn(storage, snapshot, settings, file)));
    for (const [index, file] of some.entries()) {
      const state = states[index] ?? 'waiting';
      if (state !== 'ingested' && state !== 'waiting') paths[state].push(file.path);
      if (file instanceof UnreadableFile) continue;
      if (state === 'waiting') waiting.push(file);
      bytes += file.size;
      const { path, size, lastModified } = file;
      const instance = instanceOf(pathInZone(path), instances) ?? null;
      const last = newest.get(instance);
      if (last === undefined || isNewer(file, last)) newest.set(instance, { path, size, lastModified, state });
    }
  }
  for (const found of Object.values(paths)) found.sort(comparePaths);
  return { files, bytes, waiting: waiting.sort(byPath), ...paths, newest };
}

/** Of files of the same time, the one with the later path counts as newer. */
function isNewer(a: Pick<ListedFile, 'path' | 'lastModified'>, b: NewestFile): boolean {
  const later = a.lastModified.getTime() - b.lastModified.getTime();
  return later > 0 || (later === 0 && byPath(a, b) > 0);
}

async function stateIn(
  storage: Storage,
  snapshot: Snapshot | null,
  settings: Settings,
  file: ListedFile | UnreadableFile,
): Promise<RawState> {
  if (file instanceof UnreadableFile) return 'unreadable';
  if (snapshot === null) return 'waiting';
  try {
    return await rawFileState(storage, snapshot, settings, file);
  } catch (error) {
    if (error instanceof UnreadableFile && error.path === file.path) return 'unreadable';
    throw error;
  }
}

async function* inGroups<T>(files: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let group: T[] = [];
  for await (const file of files) {
    group.push(file);
    if (group.length < LOOKED_AT_ONCE) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
