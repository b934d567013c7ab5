import type { Metadata, RemoveFile } from './actions.ts';

/** Property that says how long readers of older versions may still look for a removed file. */
export const DELETED_FILE_RETENTION = 'delta.deletedFileRetentionDuration';

const DAY_MS = 86_400_000;

/** Milliseconds in a unit of an interval; months and years have no fixed length, and the property takes none. */
const UNITS: Readonly<Record<string, number>> = {
  week: 7 * DAY_MS,
  day: DAY_MS,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
  microsecond: 0.001,
};

/**
 * Whether a removed file is past the table's retention (7 days unless its property says otherwise), so that nobody need
 * know of it any more. A file without a time counts as removed long ago; where the property cannot be read none is.
 * Source: Delta protocol, "Add File and Remove File".
 */
export function isExpired({ configuration }: Metadata, { deletionTimestamp = 0 }: RemoveFile, now: Date): boolean {
  const retention = intervalMs(configuration[DELETED_FILE_RETENTION] ?? 'interval 1 week');
  return retention !== null && deletionTimestamp + retention < now.getTime();
}

/** Milliseconds of an interval (`interval 1 week`, `7 days 12 hours`); null for what is none. */
export function intervalMs(text: string): number | null {
  const words = text.trim().toLowerCase().split(/\s+/);
  if (words[0] === 'interval') words.shift();
  if (words.length === 0 || words.length % 2 === 1) return null;
  let sum = 0;
  for (let at = 0; at < words.length; at += 2) {
    const count = words[at] ?? '';
    const unit = UNITS[(words[at + 1] ?? '').replace(/s$/, '')];
    if (!/^\d+$/.test(count) || unit === undefined) return null;
    sum += Number(count) * unit;
  }
  return sum;
}
