import type { ReadingPlan } from '../lake/index.ts';
import { type ReadCounts, RejectedFile } from '../source/index.ts';
import type { BadExamples } from './bad-examples.ts';

/** A year and two numbers of which only the second can be a month, before a time of day. */
const DAY_SECOND = /^(\d{4})([-/.])(1[3-9]|2\d|3[01])\2(0?[1-9]|1[0-2])([T ])\d/;
/** One such record among this many others is damaged, and says nothing of them. */
const OTHERS_PER_RECORD = 10;

/**
 * Looks at a file that was read to its end, its times taken for year, month and day.
 * @throws RejectedFile where the times that could not be read so say that the day comes before the month: then the others
 * were read wrongly. A file whose reading is on record was looked at before
 */
export function refuseDaySecond(
  { recorded, settings, keepsUnreadable }: ReadingPlan,
  { records }: ReadCounts,
  examples: BadExamples,
): void {
  const unreadable = examples.counts.time_unreadable ?? 0;
  if (recorded !== null || keepsUnreadable || settings.timeFormat !== 'auto') return;
  if (unreadable === 0 || unreadable * OTHERS_PER_RECORD < records) return;
  const values = examples.all.filter(({ reason }) => reason === 'time_unreadable').map(({ value }) => value);
  const [first = ''] = values;
  const [, year, separator, day, month, between] = DAY_SECOND.exec(first) ?? [];
  if (year === undefined || !values.every((value) => DAY_SECOND.test(value))) return;
  const timeFormat = `yyyy${separator}d${separator}M${between === 'T' ? "'T'" : ' '}HH:mm[:ss][.f][XXX]`;
  throw new RejectedFile(
    'time_in_doubt',
    `expected times of year, month and day, found ${JSON.stringify(first)}, of which only the last can be the month ` +
      `(day ${day}, month ${month}): the others of the file would be read with day and month changed round; ` +
      `set --time-format "${timeFormat}", or correct these records`,
    { alternatives: [{ timeFormat }] },
  );
}
