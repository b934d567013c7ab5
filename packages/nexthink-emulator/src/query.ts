import type { Trail, TrailRecord } from './trail.ts';

/** What a query gives: the header and the records of a CSV text. */
export interface Result {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A saved query. Throws where a parameter cannot be read, which makes its export end with ERROR. */
export type Query = (trail: Trail, parameters: Readonly<Record<string, string>>, now: number) => Result;

const HEADER = ['time', 'code', 'message', 'actor_name'];

/** All of the last hours: a query with a window of its own, `during past 24h`. */
export function pastHours(hours: number): Query {
  return (trail, _, now) => recordsOf(trail.seen(now, now - hours * 3_600_000));
}

/** What is between two parameters, the second not included. @param read an instant of what the parameter says; it may throw */
export function betweenParameters(from: string, to: string, read: (text: string) => number = instantOf): Query {
  return (trail, parameters, now) =>
    recordsOf(trail.seen(now, read(parameters[from] ?? ''), read(parameters[to] ?? '')));
}

/** How many records each hour and code has. */
export function hoursAndCodes(hours: number): Query {
  return (trail, _, now) => {
    const counts = new Map<string, number>();
    for (const { time, code } of trail.seen(now, now - hours * 3_600_000)) {
      const key = `${new Date(Math.floor(time / 3_600_000) * 3_600_000).toISOString()} ${code}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return {
      header: ['hour', 'code', 'events'],
      rows: [...counts].map(([key, count]) => [...key.split(' '), String(count)]),
    };
  };
}

/** A result as the documentation has it: CSV, UTF-8, quotes doubled. */
export function csvOf({ header, rows }: Result): string {
  return [header, ...rows].map((row) => `${row.map(cellOf).join(',')}\n`).join('');
}

function recordsOf(records: readonly TrailRecord[]): Result {
  return {
    header: HEADER,
    rows: records.map(({ time, code, message, actor }) => [new Date(time).toISOString(), String(code), message, actor]),
  };
}

function cellOf(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A text such as `2026-03-01 00:00:00`, in UTC where it says nothing else. */
function instantOf(text: string): number {
  const instant = Date.parse(/[Z+]|-\d\d:\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);
  if (Number.isNaN(instant)) throw new Error(`no time: ${text}`);
  return instant;
}
