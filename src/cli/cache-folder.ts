import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** Where this program keeps what it can do without, on this machine and for this user. */
export function cacheFolder(name: string): string {
  const { XDG_CACHE_HOME: given } = process.env;
  const caches = given !== undefined && path.isAbsolute(given) ? given : path.join(homedir(), '.cache');
  return path.join(caches, 'nexthink-audit-lake', name);
}
