import type { LogRange } from '../nexthink/index.ts';
import { type LocalTime, latestReading, notBefore } from './local-time.ts';
import type { PullWindow } from './windows.ts';

const HOUR_MS = 3_600_000;

/** The zones of the Earth are from 12 hours behind UTC to 14 before it. */
const MOST_BEHIND_HOURS = 12;
const MOST_AHEAD_HOURS = 14;
/** What changes of the clock within a window may take from it, where the zone is not known. */
const CHANGE_HOURS = 2;

/**
 * What to ask the Audit Trail API (classic) for, so that the answer has the whole window: a date without offset may be read in two ways
 * where the clock is set back, hours are whole ones, and whether they are counted on the clock is not documented. So it may have more.
 * @param zone of the dates; null where it is not known, and a window that ends in the past is a day longer
 * @param now of the clock that is ahead of the others, in milliseconds since 1970
 */
export function logRange(window: PullWindow, zone: string | null, now: number): LogRange {
  const { from, to } = window;
  // Counted from now by the service itself: no zone is needed.
  if (window.isNewest) return { beforeDate: null, elapsedHours: hoursBetween(from, Math.max(now, to)) };
  if (zone === null) {
    const end = notBefore(to + MOST_AHEAD_HOURS * HOUR_MS, 'UTC');
    const elapsedHours = hoursBetween(from, to) + MOST_AHEAD_HOURS + MOST_BEHIND_HOURS + CHANGE_HOURS;
    return { beforeDate: written(end), elapsedHours };
  }
  const end = notBefore(to, zone);
  let elapsedHours = hoursBetween(from, latestReading(end, zone));
  while (latestReading(end.subtract({ hours: elapsedHours }), zone) > from) elapsedHours++;
  return { beforeDate: written(end), elapsedHours };
}

function hoursBetween(from: number, to: number): number {
  return Math.max(1, Math.ceil((to - from) / HOUR_MS));
}

/** To the second, upwards. */
function written(local: LocalTime): string {
  return local.round({ smallestUnit: 'second', roundingMode: 'ceil' }).toString({ smallestUnit: 'second' });
}
