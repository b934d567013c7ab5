const DAY_MS = 86_400_000;

/** Whole days since 1970 of a date written `YYYY-MM-DD`; null for what is none. */
export function dayOfDate(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const time = Date.parse(`${text}T00:00:00Z`);
  // A day that the month lacks is moved on to the next month by some readers of dates, and refused by others.
  return Number.isNaN(time) || dateOfDay(time / DAY_MS) !== text ? null : time / DAY_MS;
}

/** `YYYY-MM-DD` of whole days since 1970. */
export function dateOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Whole days since 1970, UTC, of an instant in milliseconds. */
export function dayOfInstant(milliseconds: number): number {
  return Math.floor(milliseconds / DAY_MS);
}

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
