import { RejectedFile } from './rejection.ts';

/** Binary files show a NUL byte early; further on one may be part of a message. */
const CHECKED_BYTES = 64 * 1024;

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
  const nul = start.indexOf(0);
  if (nul >= 0) {
    throw new RejectedFile(
      'not_text',
      `expected UTF-8 text, plain or compressed with gzip or Zstandard, found a NUL byte at offset ${nul}; ` +
        'if this is no audit log export, take it out of the raw zone’s watched path',
    );
  }
}
