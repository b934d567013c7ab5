import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { statesOf, type Tables } from '../lake/index.ts';
import { UsageError } from '../present/index.ts';
import {
  counted,
  forEachParallel,
  holdTemporary,
  letGo,
  parseLocation,
  QUARANTINE,
  type Storage,
  sha256Hex,
} from '../storage/index.ts';
import { cacheFolder, privateFolder } from './private-folder.ts';
import type { QuarantineFiles } from './quarantine-files.ts';

/** A file of the lake, by its lake path. */
export interface LakeFile {
  readonly path: string;
  readonly size: number;
}

const FETCHED_AT_ONCE = 4;

/** The name of a file that is still coming in, until it has its own. */
const PARTIAL = '.partial-';

/** A partial file this old was left behind by a run that was cut off; a file of the quarantine may be gone by then. */
const ABANDONED_MS = 86_400_000;

/**
 * A folder that holds the live data files of every table under their lake paths, and those of the quarantine where it is
 * asked about: the lake itself, or a cache of one that is in an account. Names are never used twice, so a cached file
 * stays right; one that the lake no longer holds is removed, since it may have been erased. The cache is readable for
 * this user alone.
 * @param quarantine null where nothing is asked about the quarantine
 * @param tell is told what is about to be fetched
 */
export async function folderOfLiveFiles(
  lake: string,
  storage: Storage,
  tables: Tables,
  quarantine: QuarantineFiles | null,
  tell: (text: string) => void,
): Promise<string> {
  const location = parseLocation(lake);
  if (location.kind === 'folder') return location.folder;
  const folder = await folderOf(lake);
  const live = statesOf(tables).flatMap(({ snapshot }) =>
    [...snapshot.files].map(([file, { size }]): LakeFile => ({ path: `${snapshot.path}/${file}`, size })),
  );
  if (quarantine !== null) live.push(...quarantine.rows, ...quarantine.files);
  await removeOthers(folder, new Set(live.map((file) => path.join(folder, file.path))), quarantine !== null);
  const missing: LakeFile[] = [];
  for (const file of live) if (!(await isCached(folder, file))) missing.push(file);
  if (missing.length > 0) {
    const megabytes = missing.reduce((sum, { size }) => sum + size, 0) / 1e6;
    tell(`fetching ${missing.length} of ${counted(live.length, 'file')}, ${megabytes.toFixed(1)} MB, into ${folder}`);
    await forEachParallel(missing, FETCHED_AT_ONCE, (file) => fetchInto(folder, storage, file));
  }
  return folder;
}

/** The files that such a cache holds on this machine, for this user; none of a lake in a folder, which needs no cache. */
export async function cachedFiles(lake: string): Promise<string[]> {
  if (parseLocation(lake).kind === 'folder') return [];
  const folder = placeOf(lake);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

function placeOf(lake: string): string {
  return cacheFolder(sha256Hex(lake).slice(0, 16));
}

async function folderOf(lake: string): Promise<string> {
  const wanted = placeOf(lake);
  const folder = await privateFolder(wanted);
  if (folder !== null) return folder;
  throw new UsageError(
    `${wanted} is no place for copies of the lake’s files: it must be a folder that only this user can read and write (mode 700), ` +
      'in folders that nobody else may write; set XDG_CACHE_HOME to another place',
  );
}

async function isCached(folder: string, { path: file, size }: LakeFile): Promise<boolean> {
  const found = await stat(path.join(folder, file)).catch(() => null);
  return found?.isFile() === true && found.size === size;
}

async function fetchInto(folder: string, storage: Storage, file: LakeFile): Promise<void> {
  const location = path.join(folder, file.path);
  const partial = path.join(path.dirname(location), `${PARTIAL}${randomUUID()}`);
  await mkdir(path.dirname(location), { recursive: true, mode: 0o700 });
  holdTemporary(partial);
  try {
    await pipeline(Readable.from(copies(storage.read(file.path))), createWriteStream(partial, { mode: 0o600 }));
    await rename(partial, location);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    letGo(partial);
  }
}

/** Chunks that stay valid when the next one is asked for, as a stream needs them. */
async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) yield Uint8Array.from(chunk);
}

async function removeOthers(folder: string, live: ReadonlySet<string>, quarantineListed: boolean): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const location = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || live.has(location)) continue;
    const age = Date.now() - ((await stat(location).catch(() => null))?.mtimeMs ?? Date.now());
    const notListed = !quarantineListed && location.startsWith(path.join(folder, QUARANTINE));
    const mayBeNeeded = entry.name.startsWith(PARTIAL) || notListed;
    if (!mayBeNeeded || age > ABANDONED_MS) await rm(location, { force: true });
  }
}
