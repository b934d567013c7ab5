import { eventDays } from '../asking/index.ts';
import type { Snapshot } from '../table/index.ts';

/** Days without an event between days that have some, both ends included, `YYYY-MM-DD`. */
export interface DayGap {
  readonly from: string;
  readonly to: string;
  readonly days: number;
}

/** The days of which a table has events. */
export interface EventDays {
  readonly first: string;
  readonly last: string;
  /** How many days have events. */
  readonly days: number;
  /** Oldest first. */
  readonly gaps: readonly DayGap[];
}

const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** The days that have events, and the gaps between them, from the folders of the table alone; null where it has none. */
export function daysWithEvents(snapshot: Pick<Snapshot, 'files'>): EventDays | null {
  const ends = eventDays(snapshot);
  if (ends === null) return null;
  const days = [...new Set([...snapshot.files.values()].map((file) => file.partitionValues['event_date'] ?? ''))]
    .filter((day) => DAY.test(day))
    .sort();
  const gaps = days.slice(1).flatMap((day, before) => {
    const [last, next] = [Date.parse(days[before] ?? day), Date.parse(day)];
    const missing = Math.round((next - last) / DAY_MS) - 1;
    return missing < 1 ? [] : [{ from: dayOf(last + DAY_MS), to: dayOf(next - DAY_MS), days: missing }];
  });
  return { first: ends[0], last: ends[1], days: days.length, gaps };
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
