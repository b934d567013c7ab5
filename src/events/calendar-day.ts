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
