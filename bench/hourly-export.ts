import { Random } from '../samples/random.ts';
import { CURRENT_CODES, sampleMessage } from '../samples/values.ts';

const HOUR_MS = 3_600_000;
const HEADER = 'time,code,message,user name,user id\n';

/**
 * The text of an export of `rows` invented records, evenly over one hour from `start` (milliseconds since 1970) on. The
 * same arguments give the same text; another `seed` gives other events.
 */
export function hourlyExport(start: number, rows: number, seed = 0): string {
  return `${HEADER}${records(start, HOUR_MS, rows, seed).join('')}`;
}

/** The same over the whole day that begins at `start`. */
export function dayExport(start: number, rows: number, seed = 0): string {
  return `${HEADER}${records(start, 24 * HOUR_MS, rows, seed).join('')}`;
}

/** An export of the same size that holds the second half of one hour's records and the first half of the next hour's. */
export function overlappingExport(start: number, rows: number): string {
  const half = Math.floor(rows / 2);
  const first = records(start, HOUR_MS, rows, 0).slice(rows - half);
  const second = records(start + HOUR_MS, HOUR_MS, rows, 0).slice(0, rows - half);
  return `${HEADER}${[...first, ...second].join('')}`;
}

function records(start: number, spanMs: number, rows: number, seed: number): string[] {
  const random = new Random(start / HOUR_MS + seed * 1_000_003);
  const actors = Array.from({ length: 40 }, () => random.uuid());
  return Array.from({ length: rows }, (_, index) => {
    const time = new Date(start + Math.floor((index * spanMs) / rows)).toISOString();
    const row = random.pick(CURRENT_CODES);
    const message = sampleMessage(row, random).replaceAll('"', '""');
    return `${time},${row.code},"${message}",ana.sousa@corp.example,${random.pick(actors)}\n`;
  });
}
