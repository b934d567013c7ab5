import { isLanded, type WayPrefixes } from '../settings/index.ts';
import { type ListedFile, pathInZone } from '../storage/index.ts';

/**
 * Whether a raw file is taken for whole: what this program lands is there by one request, as a whole or not at all; any other
 * file, and one without bytes, has to have stood unchanged for so long.
 * @param settleMs milliseconds @param now milliseconds since 1970
 */
export function isWhole(
  { path, size, lastModified }: Pick<ListedFile, 'path' | 'size' | 'lastModified'>,
  prefixes: WayPrefixes,
  settleMs: number,
  now: number,
): boolean {
  return isLandedWhole({ path, size }, prefixes) || now - lastModified.getTime() >= settleMs;
}

/** Whether a raw file was landed by this program: then it is whole however new it is. */
export function isLandedWhole({ path, size }: Pick<ListedFile, 'path' | 'size'>, prefixes: WayPrefixes): boolean {
  return size > 0 && isLanded(pathInZone(path), prefixes);
}
