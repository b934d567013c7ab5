import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { Content, Generated } from 'adls-emulator';
import { Random } from '../samples/random.ts';
import { exportRecords, HEADER, type Order, recordTime } from './export.ts';

/** Records that are invented once; all others repeat them at other times. */
const BLOCK_ROWS = 20_000;
const TIME_BYTES = 24;

/**
 * An export of any number of records that takes no room: blocks of one text, made when they are read, in which no event
 * happens twice. The same arguments give the same bytes.
 */
export function endlessExport(rows: number, order: Order = 'sorted'): Content {
  const records = [...exportRecords(Math.min(rows, BLOCK_ROWS), order)];
  const text = Buffer.from(records.join(''));
  const starts = [0];
  for (const record of records) starts.push(starts.at(-1)! + Buffer.byteLength(record));
  const blocks = Array.from({ length: Math.ceil(rows / BLOCK_ROWS) }, (_, block) => {
    const first = block * BLOCK_ROWS;
    const count = Math.min(BLOCK_ROWS, rows - first);
    return new Generated(starts[count]!, () => {
      const bytes = Buffer.from(text.subarray(0, starts[count]));
      const random = new Random(block);
      for (let index = 0; index < count; index++) {
        const time = new Date(recordTime(first + index, rows, order, random)).toISOString();
        bytes.write(time, starts[index]!, TIME_BYTES, 'latin1');
      }
      return bytes;
    });
  });
  return new Content([Buffer.from(HEADER), ...blocks]);
}

/** The same bytes as one gzip file, which is kept. */
export async function compressed(content: Content): Promise<Content> {
  const pieces: Buffer[] = [];
  for await (const piece of Readable.from(content.pieces()).pipe(createGzip())) pieces.push(piece as Buffer);
  return new Content(pieces);
}
