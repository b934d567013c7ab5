import { dayOfDate } from '../events/index.ts';

const DAY_MS = 86_400_000;

/**
 * The first day that is kept where all that is older than `age` goes: an age in days, months or years before the day
 * `today` (`90d`, `13m`, `2y`), or that day itself (`2025-07-01`). A day that the month lacks becomes its last one. Null
 * for what is no age.
 */
export function retentionBoundary(age: string, today: number): number | null {
  const date = dayOfDate(age);
  if (date !== null) return date;
  const [, digits, unit] = /^(\d{1,5}(?=d)|\d{1,4}(?=m)|\d{1,3}(?=y))([dmy])$/.exec(age) ?? [];
  if (digits === undefined) return null;
  const count = Number(digits);
  if (unit === 'd') return today - count;
  const from = new Date(today * DAY_MS);
  const months = unit === 'y' ? count * 12 : count;
  const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() - months, 1));
  const daysInMonth = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return first.getTime() / DAY_MS + Math.min(from.getUTCDate(), daysInMonth) - 1;
}
