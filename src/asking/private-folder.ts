import { lstat, mkdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

const PROGRAM = 'nexthink-audit-lake';

/** Who else may write. */
const OTHERS_WRITE = 0o022;
/** In such a folder only the owner of an entry may replace it. */
const STICKY = 0o1000;

/** Makes a folder that nobody but this user can read or write; null where it cannot be one: somebody else was there first. */
export async function privateFolder(folder: string): Promise<string | null> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Windows keeps a user's folders apart by itself.
    if (process.getuid === undefined) return folder;
    const real = await realpath(folder);
    const { uid, mode } = await lstat(real);
    return uid === process.getuid() && (mode & 0o077) === 0 ? real : null;
  } catch {
    return null;
  }
}

/** A {@link privateFolder} that nobody else can put another in place of either, for what is run as code; null where there is none. */
export async function trustedFolder(wanted: string): Promise<string | null> {
  const folder = await privateFolder(wanted);
  if (folder === null || process.getuid === undefined) return folder;
  for (let above = path.dirname(folder); ; above = path.dirname(above)) {
    const { uid, mode } = await lstat(above);
    if (uid !== process.getuid() && uid !== 0) return null;
    if ((mode & OTHERS_WRITE) !== 0 && (mode & STICKY) === 0) return null;
    if (above === path.dirname(above)) return folder;
  }
}

/** Where this program keeps what it can do without, on this machine and for this user. */
export function cacheFolder(
  name: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string {
  const { XDG_CACHE_HOME: given, LOCALAPPDATA: local = '' } = environment;
  if (given !== undefined && path.isAbsolute(given)) return path.join(given, PROGRAM, name);
  switch (platform) {
    case 'win32':
      return path.join(local === '' ? path.join(homedir(), 'AppData/Local') : local, PROGRAM, 'Cache', name);
    case 'darwin':
      return path.join(homedir(), 'Library/Caches', PROGRAM, name);
    default:
      return path.join(homedir(), '.cache', PROGRAM, name);
  }
}
