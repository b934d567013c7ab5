import { RejectedFile } from './rejection.ts';

/** Binary files show NUL bytes early: in what would be the header, or many. A single one may be part of a message. */
const CHECKED_BYTES = 64 * 1024;
const MOST_NULS = 0.1;
const LF = 0x0a;

/**
 * Passes the chunks on, once the first 64 KiB (or the whole of a shorter file) are known to look like text.
 * @param chunks in UTF-8
 * @param encoding what they were read as, for messages
 * @throws RejectedFile `not_text`
 */
export async function* checkText(chunks: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Uint8Array> {
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
    checkStart(Buffer.concat(held, CHECKED_BYTES), encoding);
    yield* held;
    held = undefined;
  }
  if (held === undefined) return;
  checkStart(Buffer.concat(held), encoding);
  yield* held;
}

function checkStart(start: Buffer, encoding: string): void {
  const lineFeed = start.indexOf(LF);
  const firstLine = lineFeed === -1 ? start : start.subarray(0, lineFeed);
  const nul = firstLine.indexOf(0);
  if (nul >= 0 || countOf(start, 0) > start.length * MOST_NULS) {
    throw new RejectedFile(
      'not_text',
      `expected text, plain or compressed with gzip, Zstandard or ZIP, found NUL bytes in what was read as ${encoding} (the first ` +
        `at offset ${start.indexOf(0)}); if it is text, set its encoding with --encoding; ` +
        'if this is no audit log export, exclude it with AUDIT_LAKE_EXCLUDE (--exclude)',
    );
  }
}

function countOf(bytes: Uint8Array, wanted: number): number {
  let count = 0;
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) count++;
  return count;
}
