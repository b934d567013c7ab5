import type { Settings } from '../settings/index.ts';
import { type LakeContext, utcDay } from '../storage/index.ts';
import { type Landed, landFile } from './landed-file.ts';
import type { Received } from './spool.ts';
import type { PullWindow } from './windows.ts';

/** What became of the log of a window. */
export interface LandedLog {
  /** Lake path; null where it was empty, and the day had an empty one already. */
  readonly path: string | null;
  readonly bytes: number;
  readonly outcome: Landed['outcome'] | 'empty';
  /** The day, in UTC, that has an empty log now; undefined where this one was none. */
  readonly emptyDay?: string | undefined;
}

/**
 * Puts the log of a window into the raw zone. Its name says the window, and is another one where the same window gives another log. An
 * empty log is landed once a day and trail, which says that it was asked for.
 * @param emptyDay the day that had an empty one last
 * @throws LandedDiffers, storage errors
 */
export async function landLog(
  { storage }: Pick<LakeContext, 'storage'>,
  { classicPrefix, landingFolder }: Pick<Settings, 'classicPrefix' | 'landingFolder'>,
  { trail, window }: { readonly trail: string; readonly window: PullWindow },
  { bytes, sha256, content }: Received,
  emptyDay: string | undefined,
): Promise<LandedLog> {
  const day = utcDay(window.to);
  if (bytes === 0 && day === emptyDay) return { path: null, bytes, outcome: 'empty', emptyDay };
  const name = `${compact(window.from)}_${compact(window.to)}_${sha256.slice(0, 8)}.log`;
  const landed = await landFile(
    storage,
    `${classicPrefix}${landingFolder}${trail.toLowerCase()}/${day}/${name}`,
    content,
    sha256,
  );
  return { path: landed.path, bytes, outcome: landed.outcome, ...(bytes === 0 && { emptyDay: day }) };
}

/** `20260302T120000Z`: no system forbids it in a name. */
function compact(instant: number): string {
  return new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '');
}
