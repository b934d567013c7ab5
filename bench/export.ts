import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Random } from '../samples/random.ts';
import { CURRENT_CODES, sampleMessage } from '../samples/values.ts';

/** The first line of every export. */
export const HEADER = 'time,code,message,user name,user id\n';

const DAY_MS = 86_400_000;
const SPAN_MS = 30 * DAY_MS;
const YEAR_MS = 365 * DAY_MS;
const FIRST = Date.UTC(2026, 0, 1);
const ROWS_PER_WRITE = 5000;
/** One message in this many has a name that holds pieces of templates. */
const HOSTILE = 200;

/** How the records of a benchmark export are ordered. */
export type Order = 'sorted' | 'shuffled';

/**
 * Writes an export of `rows` invented records: all codes alike, real template lengths, 30 days in time order (or a year
 * in none), one message in 200 hostile. The same arguments give the same bytes.
 */
export async function writeExport(file: string, rows: number, order: Order = 'sorted'): Promise<void> {
  const out = createWriteStream(file);
  out.write(HEADER);
  let lines = '';
  let index = 0;
  for (const record of exportRecords(rows, order)) {
    lines += record;
    if (index++ % ROWS_PER_WRITE !== 0) continue;
    if (!out.write(lines)) await once(out, 'drain');
    lines = '';
  }
  out.end(lines);
  await once(out, 'finish');
}

/** The lines of {@link writeExport} after the header, each with its line end. All of them begin with a time of 24 bytes. */
export function* exportRecords(rows: number, order: Order): Generator<string> {
  const random = new Random(rows);
  const actors = Array.from({ length: 400 }, () => random.uuid());
  for (let index = 0; index < rows; index++) {
    const time = new Date(recordTime(index, rows, order, random)).toISOString();
    const row = random.pick(CURRENT_CODES);
    const message = sampleMessage(row, random, random.chance(0.05) ? random.pick(row.templates) : row.templates[0]);
    const hostile =
      index % HOSTILE === 0 ? message.replace('name=', 'name=Q3 "on 2 devices", role_id=r-1, name=') : message;
    yield `${time},${row.code},"${hostile.replaceAll('"', '""')}",ana.sousa@corp.example,${random.pick(actors)}\n`;
  }
}

/** When the record of that place happened, in milliseconds since 1970. */
export function recordTime(index: number, rows: number, order: Order, random: Random): number {
  if (order === 'sorted') return FIRST + Math.floor((index * SPAN_MS) / rows);
  return FIRST + Math.floor(random.next() * YEAR_MS) - YEAR_MS;
}
