import { type BigIntStats, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { visible } from '../present/index.ts';
import { CURATED, EVIDENCE, LANDING_STATE, parseLocation, QUARANTINE, RAW, zoneName } from '../storage/index.ts';

const ZONES = [RAW, CURATED, QUARANTINE, EVIDENCE, LANDING_STATE].map(zoneName);

/** A lake that settings name, and its raw zone where that is elsewhere; a URL, or nothing, is no folder. */
export interface NamedLake {
  readonly lake: string;
  readonly raw: string;
}

/**
 * The zone of a lake that a file is in, or would be in: of the lake that is named, or of any that it lies below. Folders
 * are told apart by what they are and not by how they are written, so that links, `..` and other letters lead nowhere else.
 * @param file absolute; its folder has to be there
 * @returns the zone's place, as a message may show it; null where the file is in none
 */
export function zoneOf(file: string, named: NamedLake | null): string | null {
  const written = path.dirname(file);
  const folders = [...new Set([...upwards(written), ...upwards(realpathSync.native(written))])];
  const above = new Set(folders.map(identityOf).filter((identity) => identity !== null));
  const isAbove = (folder: string) => {
    const identity = identityOf(folder);
    return identity !== null && above.has(identity);
  };
  const own = folderIn(named?.lake);
  const raw = folderIn(named?.raw);
  if (raw !== null && isAbove(raw)) return visible(raw);
  const lakes = [...(own === null ? [] : [own]), ...folders.filter(isLake)];
  for (const lake of lakes) {
    const found = ZONES.map((zone) => path.join(lake, zone)).find(isAbove);
    if (found !== undefined) return visible(found);
    const isItself = identityOf(lake) !== null && identityOf(lake) === identityOf(written);
    if (isItself && ZONES.includes(path.basename(file).toLowerCase())) return visible(file);
  }
  return null;
}

/** A folder and those that it is in. */
function upwards(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...upwards(parent)];
}

function folderIn(text = ''): string | null {
  if (text === '') return null;
  const location = parseLocation(text);
  return location.kind === 'folder' ? path.resolve(location.folder) : null;
}

/** Whether a folder holds a table with a log where a lake has its tables. */
function isLake(folder: string): boolean {
  const curated = path.join(folder, zoneName(CURATED));
  try {
    return readdirSync(curated).some((name) => identityOf(path.join(curated, name, '_delta_log')) !== null);
  } catch {
    // There is none, or nobody may look into it.
    return false;
  }
}

/** What a folder is, whatever leads to it; null where there is none. */
function identityOf(folder: string): string | null {
  const stats = statsOf(folder);
  return stats?.isDirectory() === true ? `${stats.dev}:${stats.ino}` : null;
}

function statsOf(folder: string): BigIntStats | undefined {
  try {
    return statSync(folder, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
