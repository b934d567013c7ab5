import { type Account, HUGO, INES, STAFF } from './company.ts';
import { DAY, HOUR, MINUTE, SECOND } from './deed.ts';
import { Random } from './random.ts';

/** Monday to Wednesday on which the platform was set up, three months before the rest: more than the questions look back. */
export const SET_UP = [Date.UTC(2025, 10, 24), Date.UTC(2025, 10, 25), Date.UTC(2025, 10, 26)] as const;

/** Every day from then on has records, so that 35 days before the last have no gap. */
const FIRST_DAY = Date.UTC(2026, 0, 21);

/** The last ordinary day: the night after it belongs to the incident. */
export const LAST_DAY = Date.UTC(2026, 2, 2);

/** Before it, every message has its oldest shape; then the product's release brings the newest. */
export const RELEASE = Date.UTC(2026, 0, 1);

const HUGO_JOINS = Date.UTC(2026, 0, 23);
const INES_LEAVES = Date.UTC(2026, 0, 28);
/** By then everyone has logged in from the office and from home. */
export const ADDRESSES_KNOWN = Date.UTC(2026, 0, 29);

export const DAYS: readonly number[] = Array.from(
  { length: (LAST_DAY - FIRST_DAY) / DAY + 1 },
  (_, index) => FIRST_DAY + index * DAY,
);
export const WORKING_DAYS: readonly number[] = DAYS.filter((day) => weekday(day) <= 5);

/** 1 Monday to 7 Sunday. */
export function weekday(day: number): number {
  return new Date(day).getUTCDay() || 7;
}

/** Who has an account on a working day, and is not away on it. */
export function atWork(day: number): Account[] {
  const staff = [...STAFF, ...(day >= HUGO_JOINS ? [HUGO] : []), ...(day < INES_LEAVES ? [INES] : [])];
  return staff.filter(({ name }) => day < ADDRESSES_KNOWN || !Random.of('away', name, day).chance(0.06));
}

/** The first of some working days on which somebody is at work. */
export function presentOn(who: Account, days: readonly number[]): number {
  return days.find((day) => atWork(day).includes(who)) ?? LAST_DAY;
}

/** A time between two hours of a day, to the millisecond. */
export function timeWithin(day: number, from: number, to: number, random: Random): number {
  return day + Math.floor((from + random.next() * (to - from)) * HOUR);
}

/** A time so many minutes after (or before) another, but not on the second. */
export function minutesFrom(time: number, minutes: number, random: Random): number {
  return time + minutes * MINUTE + random.whole(0, 55 * SECOND);
}
