import type { LogRange } from '../nexthink/index.ts';
import { type LocalTime, latestReading, notBefore } from './local-time.ts';
import type { PullWindow } from './windows.ts';

const HOUR_MS = 3_600_000;

/** The zones of the Earth are from 12 hours behind UTC to 14 before it. */
const MOST_BEHIND_HOURS = 12;
const MOST_AHEAD_HOURS = 14;
/** What changes of the clock within a window may take from it, where the zone is not known. */
const CHANGE_HOURS = 2;

/** How much later than ours the service's now may be. */
const LATER_MS = 60_000;

/**
 * What to ask the Audit Trail API (classic) for, so that the answer has the whole window: a date without offset may be read in two ways
 * where the clock is set back, hours are whole ones, and whether they are counted on the clock is not documented. So it may have more.
 * @param zone of the service; null where it is not known, and more has to be asked for
 * @param now of the clock that is ahead of the others, in milliseconds since 1970
 */
export function logRange(window: PullWindow, zone: string | null, now: number): LogRange {
  const { from, to, isNewest } = window;
  if (isNewest) {
    // Counted from now by the service itself, so that no date is needed.
    const end = Math.max(now, to) + LATER_MS;
    const elapsedHours = zone === null ? hoursBetween(from, end) + CHANGE_HOURS : hoursTo(from, end, end, zone);
    return { beforeDate: null, elapsedHours };
  }
  if (zone === null) {
    const end = notBefore(to + MOST_AHEAD_HOURS * HOUR_MS, 'UTC');
    const elapsedHours = hoursBetween(from, to) + MOST_AHEAD_HOURS + MOST_BEHIND_HOURS + CHANGE_HOURS;
    return { beforeDate: written(end), elapsedHours };
  }
  const end = notBefore(to, zone);
  return { beforeDate: written(end), elapsedHours: hoursTo(from, to, latestReading(end, zone), zone) };
}

/** How many hours before the end are not after `from`, as time passes and on the clock, whichever of its readings the end is. */
function hoursTo(from: number, to: number, latest: number, zone: string): number {
  const end = notBefore(to, zone);
  let hours = hoursBetween(from, latest);
  while (latestReading(end.subtract({ hours }), zone) > from) hours++;
  return hours;
}

function hoursBetween(from: number, to: number): number {
  return Math.max(1, Math.ceil((to - from) / HOUR_MS));
}

/** To the second, upwards. */
function written(local: LocalTime): string {
  return local.round({ smallestUnit: 'second', roundingMode: 'ceil' }).toString({ smallestUnit: 'second' });
}
