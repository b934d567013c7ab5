import { lstatSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { CONFIG_FILE, type ConfigFile, readConfigFile } from '../settings/index.ts';

/** Who else may write. */
const OTHERS_WRITE = 0o022;

/** Nobody writes that many settings by hand. */
const MOST_BYTES = 2 ** 20;

/**
 * The nearest configuration file that counts, from a folder upwards; null where there is none. A file counts where it and its
 * folder belong to this user or to root and nobody else may write to either: else somebody else could change what is done
 * with this user's rights. A link counts where it stands in such a folder and leads to such a file in such a folder. On
 * Windows, whose rights are no bits of a mode, every file counts: there the folders of users are kept apart by the system.
 * @param tell is told of each file that is there and does not count, and why
 */
export function nearestConfigFile(folder: string, tell: (text: string) => void): ConfigFile | null {
  for (let current = path.resolve(folder); ; current = path.dirname(current)) {
    const file = path.join(current, CONFIG_FILE);
    const found = readTrusted(file);
    if (typeof found === 'string') return readConfigFile(file, found);
    if (found !== null) tell(`${file} is not used: ${found.why}`);
    if (current === path.dirname(current)) return null;
  }
}

/** The text of a file that counts; why it does not count; null where there is none. */
function readTrusted(file: string): string | { readonly why: string } | null {
  try {
    const real = realpathSync(file);
    const stats = statSync(real);
    if (!stats.isFile()) return { why: 'it is no file' };
    if (stats.size > MOST_BYTES) return { why: `it has more than ${MOST_BYTES} bytes` };
    const places = new Set([path.dirname(file), path.dirname(real), real]);
    for (const place of places) {
      const why = distrust(place, statSync(place));
      if (why !== null) return { why };
    }
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(real));
  } catch (error) {
    if (error instanceof TypeError) return { why: 'it is no UTF-8' };
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT' || code === 'ENOTDIR')
      return isLink(file) ? { why: 'it is a link that leads nowhere' } : null;
    return { why: `it cannot be read (${String(code)})` };
  }
}

/** Why somebody else could change what is there; null where nobody can. */
function distrust(place: string, { uid, mode }: Stats): string | null {
  const own = process.getuid?.();
  if (own === undefined) return null;
  if (uid !== own && uid !== 0) return `${place} belongs to another user (uid ${uid})`;
  if ((mode & OTHERS_WRITE) === 0) return null;
  return `others may write to ${place} (mode ${(mode & 0o7777).toString(8)}); chmod go-w it if it is yours`;
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
