import picomatch from 'picomatch';
import type { SettingValues } from './schema.ts';
import { isCount } from './ways.ts';

/**
 * Whether a file is to be ingested, by its path relative to the raw zone: no pattern makes counts of the trail an export. Letters
 * must match in case; dots are plain.
 */
export function inclusion({
  include,
  exclude,
  countsPrefix,
}: Pick<SettingValues, 'include' | 'exclude' | 'countsPrefix'>): (path: string) => boolean {
  // A path in the raw zone has slashes wherever it is read: a backslash in a pattern is an escape on Windows, too.
  const options = { dot: true, windows: false };
  const isIncluded = include.length === 0 ? () => true : picomatch([...include], options);
  const isExcluded = exclude.length === 0 ? () => false : picomatch([...exclude], options);
  return (path) => !isCount(path, { countsPrefix }) && isIncluded(path) && !isExcluded(path);
}

/** Which Nexthink tenant the files under a prefix come from. */
export interface Instance {
  /** Beginning of a path relative to the raw zone; empty for all files. */
  readonly prefix: string;
  readonly name: string;
}

/** The name of the instance whose prefix is the longest that fits, or undefined. @param path relative to the raw zone */
export function instanceOf(path: string, instances: readonly Instance[]): string | undefined {
  return instanceEntry(path, instances)?.name;
}

/** The entry of which {@link instanceOf} is the name. */
export function instanceEntry(path: string, instances: readonly Instance[]): Instance | undefined {
  let best: Instance | undefined;
  for (const instance of instances) {
    if (path.startsWith(instance.prefix) && instance.prefix.length >= (best?.prefix.length ?? 0)) best = instance;
  }
  return best;
}
