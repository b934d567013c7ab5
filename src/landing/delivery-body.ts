import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions, zstdDecompress } from 'node:zlib';
import type { Coding } from './delivery-form.ts';
import type { Problem } from './problem.ts';

/** The low half of the first byte of a zlib stream, which `deflate` means; some send the bare stream that is within it. */
const ZLIB = 8;

/** How long a body may be, in bytes, and how long whoever sends it may take. */
export interface BodyLimits {
  readonly bytes: number;
  readonly milliseconds: number;
  /** How long while others wait for its place; with every byte that comes it is a little longer. */
  readonly crowdedMilliseconds: number;
  /** Whether others wait. */
  readonly isCrowded: () => boolean;
}

/** So fast a body may come, in bytes a millisecond, however many wait. */
const FAST_ENOUGH = 16;
/** How often it is asked whether others wait, at most, in milliseconds. */
const LOOK_MS = 250;

/**
 * Reads the body of a delivery, and undoes its compression, within limits: neither a body that never ends nor one that
 * decompresses to a hundred times as much takes more memory than these.
 */
export async function readBody(
  chunks: AsyncIterable<Uint8Array>,
  coding: Coding,
  limits: BodyLimits,
): Promise<Buffer | Problem> {
  const sent = await collected(chunks, limits);
  if (!Buffer.isBuffer(sent) || coding === null || sent.length === 0) return sent;
  return await decompressed(sent, coding, limits.bytes);
}

async function collected(chunks: AsyncIterable<Uint8Array>, limits: BodyLimits) {
  const { bytes, milliseconds, crowdedMilliseconds, isCrowded } = limits;
  const iterator = chunks[Symbol.asyncIterator]();
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const read: Uint8Array[] = [];
  let length = 0;
  const begun = performance.now();
  const isLate = () => {
    const took = performance.now() - begun;
    return took >= milliseconds || (took >= crowdedMilliseconds + length / FAST_ENOUGH && isCrowded());
  };
  const timer = setInterval(() => isLate() && resolve('late'), Math.min(LOOK_MS, milliseconds, crowdedMilliseconds));
  try {
    for (;;) {
      const next = iterator.next().catch(() => 'cut off' as const);
      const found = await Promise.race([next, late]);
      if (found === 'late') return tooSlow(performance.now() - begun);
      if (found === 'cut off') return CUT_OFF;
      if (found.done === true) return Buffer.concat(read, length);
      length += found.value.length;
      if (length > bytes) return tooLarge(bytes);
      read.push(Uint8Array.from(found.value));
    }
  } finally {
    clearInterval(timer);
    // Not waited for: a connection may never say another word.
    iterator.return?.().catch(() => undefined);
  }
}

type Decompress = (body: Buffer, options: ZlibOptions) => Promise<{ buffer: Buffer; engine: { bytesWritten: number } }>;

/** With `info` they say how much of the body they used. */
const DECOMPRESS = Object.fromEntries(
  Object.entries({ gzip: gunzip, zlib: inflate, raw: inflateRaw, br: brotliDecompress, zstd: zstdDecompress }).map(
    ([name, decompress]) => [name, promisify(decompress) as unknown as Decompress],
  ),
) as Readonly<Record<'gzip' | 'zlib' | 'raw' | 'br' | 'zstd', Decompress>>;

async function decompressed(sent: Buffer, coding: Exclude<Coding, null>, bytes: number): Promise<Buffer | Problem> {
  const form = coding !== 'deflate' ? coding : (sent[0]! & 0x0f) === ZLIB ? 'zlib' : 'raw';
  try {
    const { buffer, engine } = await DECOMPRESS[form](sent, { maxOutputLength: bytes, info: true });
    if (engine.bytesWritten === sent.length) return buffer;
    return damaged(coding, `${sent.length - engine.bytesWritten} bytes behind its end`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(bytes);
    return damaged(coding, code === 'Z_BUF_ERROR' ? 'the end missing' : 'something else');
  }
}

/** A body beyond the limit. */
export function tooLarge(bytes: number): Problem {
  return {
    status: 413,
    kind: 'too-large',
    title: 'Too large',
    detail:
      `expected at most ${bytes} bytes, decompressed, found more; send fewer records at once, or raise ` +
      'AUDIT_LAKE_WEBHOOK_MAX_BYTES where the receiver runs',
  };
}

function tooSlow(milliseconds: number): Problem {
  return {
    status: 408,
    kind: 'too-slow',
    title: 'Too slow',
    detail: `expected the whole body sooner, found that some of it is missing after ${Math.ceil(milliseconds / 1000)} seconds; nothing was kept, send it again`,
    headers: { connection: 'close' },
  };
}

/** What nobody reads, but the log. */
const CUT_OFF: Problem = {
  status: 400,
  kind: 'cut-off',
  title: 'Cut off',
  detail: 'expected the whole body, found that the connection ended before; nothing was kept, send it again',
  headers: { connection: 'close' },
};

function damaged(coding: string, found: string): Problem {
  return {
    status: 400,
    kind: 'compression',
    title: 'Damaged compression',
    detail: `expected a body in ${coding}, as its Content-Encoding says, found ${found}; nothing was kept, send it again`,
  };
}
