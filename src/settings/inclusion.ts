import picomatch from 'picomatch';
import type { Settings } from './schema.ts';

/** Whether a file is to be ingested, by its path relative to the raw zone. Letters must match in case; dots are plain. */
export function inclusion({ include, exclude }: Pick<Settings, 'include' | 'exclude'>): (path: string) => boolean {
  const options = { dot: true };
  const isIncluded = include.length === 0 ? () => true : picomatch([...include], options);
  const isExcluded = exclude.length === 0 ? () => false : picomatch([...exclude], options);
  return (path) => isIncluded(path) && !isExcluded(path);
}
