import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Random } from '../samples/random.ts';
import { CURRENT_CODES, sampleMessage } from '../samples/values.ts';

const DAYS = 30;
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
  const random = new Random(rows);
  const actors = Array.from({ length: 400 }, () => random.uuid());
  const out = createWriteStream(file);
  out.write('time,code,message,user name,user id\n');
  const span = DAYS * 86_400_000;
  const year = 365 * 86_400_000;
  let lines = '';
  for (let index = 0; index < rows; index++) {
    const time =
      FIRST + (order === 'sorted' ? Math.floor((index * span) / rows) : Math.floor(random.next() * year) - year);
    const row = random.pick(CURRENT_CODES);
    const message = sampleMessage(row, random, random.chance(0.05) ? random.pick(row.templates) : row.templates[0]);
    const hostile =
      index % HOSTILE === 0 ? message.replace('name=', 'name=Q3 "on 2 devices", role_id=r-1, name=') : message;
    lines += `${new Date(time).toISOString()},${row.code},"${hostile.replaceAll('"', '""')}",ana.sousa@corp.example,${random.pick(actors)}\n`;
    if (index % ROWS_PER_WRITE === 0) {
      if (!out.write(lines)) await once(out, 'drain');
      lines = '';
    }
  }
  out.end(lines);
  await once(out, 'finish');
}
