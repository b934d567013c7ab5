import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, link, lstat, open, readdir, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StorageFault } from './errors.ts';
import { unlessHeldOpen } from './held-open.ts';
import { errorCode, unlessAbsent, withLocalFaults } from './local-fault.ts';
import type { Folders, Modes } from './local-folders.ts';
import { etagOf, type Identity } from './local-identity.ts';
import { holdTemporary, letGo } from './temporary-file.ts';

/** The lake folder's own subfolder for files that are not published yet; a crash may leave some behind. */
export const STAGING = '.staging';

/** File times are set through a double of seconds, which may fall just short of the millisecond. */
const ROUNDING_MARGIN_MS = 0.002;

/** Where a file is to appear. */
export interface LocalTarget {
  readonly operation: string;
  readonly path: string;
  readonly location: string;
  /** Its folder, relative to the lake's. */
  readonly folder: string;
}

/** Where files are made. */
export interface LocalPlace {
  readonly root: string;
  readonly folders: Folders;
  readonly modes: Modes;
}

/** A complete, durable file that has no name in the lake yet; its identity outlives the naming. */
export interface StagedFile {
  readonly location: string;
  readonly identity: Identity;
}

/** Writes `content` to a file of its own in the staging folder. Leaves nothing behind when it fails. */
export async function stage(
  { root, folders, modes }: LocalPlace,
  target: LocalTarget,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  modified?: Date,
): Promise<StagedFile> {
  const io = <T>(step: () => Promise<T>): Promise<T> => withLocalFaults(target.operation, target.path, step);
  const location = join(root, STAGING, randomUUID());
  const file = await io(async () => {
    await folders.make(target.operation, target.path, STAGING);
    holdTemporary(location);
    return open(location, 'wx', modes.file);
  });
  try {
    const hash = createHash('sha256');
    for await (const chunk of content instanceof Uint8Array ? [content] : content) {
      hash.update(chunk);
      await io(() => file.writeFile(chunk));
    }
    if (modified !== undefined) await io(() => setTime(file, modified));
    await io(() => file.sync());
    const stats = await io(() => file.stat({ bigint: true }));
    await io(() => file.close());
    return { location, identity: { stats, etag: etagOf(hash.digest('hex')) } };
  } catch (error) {
    await file.close().catch(() => undefined);
    await discard(location);
    throw error;
  }
}

/** Gives the staged file its name, if that is free: the one step that makes it visible. */
export async function publish(
  { folders }: LocalPlace,
  staged: StagedFile,
  target: LocalTarget,
): Promise<'created' | 'exists'> {
  const { operation, path, location } = target;
  return withLocalFaults(operation, path, async () => {
    try {
      const made = await folders.make(operation, path, target.folder);
      await unlessHeldOpen(() => link(staged.location, location));
      await syncFolders(dirname(location), made);
      return 'created';
    } catch (error) {
      const present = errorCode(error) === 'EEXIST' ? await unlessAbsent(lstat(location)) : null;
      if (present === null) throw error;
      if (present.isDirectory()) throw new StorageFault(operation, path, 'a folder stands at this path');
      if (!present.isFile()) {
        throw new StorageFault(operation, path, 'a link, or what is no file, stands at this path; remove it');
      }
      return 'exists';
    } finally {
      await discard(staged.location);
    }
  });
}

/** Gives the staged file its name, whether that is free or not. */
export async function supersede({ folders }: LocalPlace, staged: StagedFile, target: LocalTarget): Promise<void> {
  await withLocalFaults(target.operation, target.path, async () => {
    try {
      const made = await folders.make(target.operation, target.path, target.folder);
      await unlessHeldOpen(() => rename(staged.location, target.location));
      letGo(staged.location);
      await syncFolders(dirname(target.location), made);
    } catch (error) {
      await discard(staged.location);
      throw error;
    }
  });
}

/** Removes the staged files that nobody has touched since `before`, and counts them. */
export async function removeStaged(root: string, before: Date): Promise<number> {
  return withLocalFaults('clear', STAGING, async () => {
    let removed = 0;
    // A link would lead to somebody else's files.
    if ((await unlessAbsent(lstat(join(root, STAGING))))?.isDirectory() !== true) return 0;
    for (const name of (await unlessAbsent(readdir(join(root, STAGING)))) ?? []) {
      const location = join(root, STAGING, name);
      const stats = await unlessAbsent(lstat(location));
      // Not the modification time, which a copy takes over from its source before it is published.
      if (stats === null || !stats.isFile() || stats.ctimeMs >= before.getTime()) continue;
      await unlessAbsent(unlink(location));
      removed++;
    }
    return removed;
  });
}

async function setTime(file: FileHandle, modified: Date): Promise<void> {
  const seconds = (modified.getTime() + ROUNDING_MARGIN_MS) / 1000;
  await file.utimes(seconds, seconds);
}

/** Makes the new name survive a power cut: the folder that holds it, and those above that were made for it. */
async function syncFolders(folder: string, firstMade: string | undefined): Promise<void> {
  // Windows cannot open a folder, and NTFS journals its names by itself.
  if (process.platform === 'win32') return;
  const last = firstMade === undefined ? folder : dirname(firstMade);
  for (let current = folder; ; current = dirname(current)) {
    const handle = await open(current, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (current === last) return;
  }
}

async function discard(location: string): Promise<void> {
  // What stays behind is invisible, and the outcome that is being reported matters more.
  await unlessHeldOpen(() => unlink(location)).then(
    () => letGo(location),
    () => undefined,
  );
}
