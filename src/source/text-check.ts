import { RejectedFile } from './rejection.ts';

/** Binary files show NUL bytes early: in what would be the header, or many. A single one may be part of a message. */
const CHECKED_BYTES = 64 * 1024;
const MOST_NULS = 0.1;
const LF = 0x0a;

/**
 * Passes the chunks on, once the first 64 KiB (or the whole of a shorter file) are known to look like text.
 * @throws RejectedFile `not_text`
 */
export async function* checkText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] | undefined = [];
  let size = 0;
  for await (const chunk of chunks) {
    if (held === undefined) {
      yield chunk;
      continue;
    }
    held.push(chunk);
    size += chunk.length;
    if (size < CHECKED_BYTES) continue;
    checkStart(Buffer.concat(held, CHECKED_BYTES));
    yield* held;
    held = undefined;
  }
  if (held === undefined) return;
  checkStart(Buffer.concat(held));
  yield* held;
}

function checkStart(start: Buffer): void {
  const mark = start.subarray(0, 2).toString('latin1');
  if (mark === '\xff\xfe' || mark === '\xfe\xff') {
    throw new RejectedFile(
      'not_text',
      'expected UTF-8 text, found the byte order mark of UTF-16; export as UTF-8, or convert the file',
    );
  }
  const lineFeed = start.indexOf(LF);
  const firstLine = lineFeed === -1 ? start : start.subarray(0, lineFeed);
  const nul = firstLine.indexOf(0);
  if (nul >= 0 || countOf(start, 0) > start.length * MOST_NULS) {
    throw new RejectedFile(
      'not_text',
      `expected UTF-8 text, plain or compressed with gzip or Zstandard, found NUL bytes (the first at offset ${start.indexOf(0)}); ` +
        'if this is no audit log export, exclude it with AUDIT_LAKE_EXCLUDE (--exclude)',
    );
  }
}

function countOf(bytes: Uint8Array, wanted: number): number {
  let count = 0;
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) count++;
  return count;
}
