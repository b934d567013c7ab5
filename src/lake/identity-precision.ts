import type { PartContents } from '../source/index.ts';
import { ENOUGH_RECORDS, type Precision } from './identity-state.ts';

/** Finer than microseconds no time is kept. */
export const MOST_DIGITS = 6;

/** One record says nothing: its time may well be a whole second. */
export const TELLING_RECORDS = 2;

/** So many zeros at the ends of times are one chance in a million. */
const RARE_ZEROS = 6;

/** This share of all times: a writer that leaves out zeros at the end has no such by chance. */
const COARSE_SHARE = { ofThousand: 0.1, ofSixty: 0.5 };

/** How finely the times of a part are written. */
export function precisionOf(part: PartContents): Precision {
  const { most: written, needed, records } = part;
  const precision = { written, needed, records };
  return coarseTimes(needed, part) > 0 ? { ...precision, isMixed: true } : precision;
}

/** The precision of files, and of one more. */
export function finest(before: Precision | null, now: Precision): Precision {
  if (before === null) return { ...now, records: Math.min(now.records, ENOUGH_RECORDS) };
  return {
    written: Math.max(before.written, now.written),
    needed: Math.max(before.needed, now.needed),
    records: Math.min(before.records + now.records, ENOUGH_RECORDS),
    ...((before.isMixed ?? now.isMixed) === true && { isMixed: true }),
  };
}

/** Times of a part that are written so much more coarsely than these digits that they are cut, where chance does not explain them; else 0. */
export function coarseTimes(
  needed: number,
  { times, toMinute, toSecond, toMillisecond }: PartContents,
  least = ENOUGH_RECORDS,
): number {
  const toSecondAtMost = toMinute + toSecond;
  const coarse =
    needed >= 6 ? toSecondAtMost + toMillisecond : needed >= 3 ? toSecondAtMost : needed >= 0 ? toMinute : 0;
  const share = needed >= 3 ? COARSE_SHARE.ofThousand : COARSE_SHARE.ofSixty;
  return coarse >= least && coarse >= share * times ? coarse : 0;
}

/**
 * Whether times that need so many digits would be cut where so many are written. Whoever writes them may leave out zeros at
 * the end: that all of them have such is chance no more from some records on, `least` at least.
 */
export function isCut(needed: number, { written, records }: Precision, least = ENOUGH_RECORDS): boolean {
  return written < needed && records >= Math.max(least, Math.ceil(RARE_ZEROS / (needed - written)));
}

/** For people: `to the second (12:05:20)`. */
export function precisionText(digits: number): string {
  if (digits < 0) return 'to the minute (12:05)';
  if (digits === 0) return 'to the second (12:05:20)';
  const unit = digits === 3 ? 'the millisecond' : `${digits} digits of its fraction`;
  return `to ${unit} (12:05:20.${'123456'.slice(0, digits)})`;
}
