import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { ByteSource } from './byte-source.ts';
import { type Engine, inflate } from './inflating.ts';
import { RejectedFile } from './rejection.ts';
import type { SourceSettings } from './source-settings.ts';
import { FRAME_HEADER_BYTES, isFrame, windowBytes } from './zstandard-frame.ts';

/** Makes an engine whose output buffers have so many bytes. */
type CreateEngine = (chunkSize: number) => Engine;
type Limits = Pick<SourceSettings, 'maxFileBytes' | 'maxCompressionRatio' | 'maxFrames' | 'maxWindowBytes'>;

const OUTPUT_CHUNK = 256 * 1024;
const SMALL_OUTPUT_CHUNK = 16 * 1024;
/** From here on output buffers are as large as frames were so far: a large one for each of thousands is seconds of collecting. */
const FRAMES_OF_ANY_SIZE = 64;
const MAGIC_BYTES = 4;

/** Small inputs may compress to almost nothing without being a bomb, so the ratio is only looked at from here on. */
const RATIO_FREE_BYTES = 64 * 1024 * 1024;

/**
 * The decompressed bytes of a stored file. Gzip (RFC 1952) and Zstandard (RFC 8878) are known by their magic bytes, of any
 * number of members or frames, skippable ones among them; anything else passes as it is.
 * @throws RejectedFile `corrupt_compression`, `decompression_limit`, `too_many_frames`, `window_too_large`, or `too_large` for a
 * file that is not compressed.
 * Errors of `chunks` itself pass unchanged.
 */
export async function* decompress(chunks: AsyncIterable<Uint8Array>, limits: Limits): AsyncGenerator<Uint8Array> {
  const source = new ByteSource(chunks);
  try {
    const create = engineFor(await source.peek(MAGIC_BYTES), limits);
    yield* create === undefined ? limitPlain(source, limits) : members(create, source, limits);
  } finally {
    await source.close();
  }
}

/** Whether gzip or Zstandard begins here. */
export function isCompressed(head: Uint8Array): boolean {
  return (head[0] === 0x1f && head[1] === 0x8b) || isFrame(head);
}

function engineFor(head: Uint8Array, { maxWindowBytes }: Limits): CreateEngine | undefined {
  if (!isCompressed(head)) return undefined;
  if (!isFrame(head)) return (chunkSize) => createGunzip({ chunkSize });
  const params = { [constants.ZSTD_d_windowLogMax]: windowLogOf(maxWindowBytes) };
  return (chunkSize) => createZstdDecompress({ chunkSize, params });
}

/** The window limit as Zstandard takes it: the power of two that it does not exceed. */
function windowLogOf(maxWindowBytes: number): number {
  return Math.min(31, Math.max(10, Math.floor(Math.log2(maxWindowBytes))));
}

async function* limitPlain(source: ByteSource, { maxFileBytes }: Limits): AsyncGenerator<Uint8Array> {
  for (let chunk = await source.some(); chunk !== undefined; chunk = await source.some()) {
    if (source.position > maxFileBytes) {
      throw new RejectedFile(
        'too_large',
        `expected at most ${maxFileBytes} bytes, found more; split the export, or raise AUDIT_LAKE_MAX_FILE_BYTES`,
      );
    }
    yield chunk;
  }
}

/** Each member or frame has an engine of its own; what one leaves is the next one's, which may find that it is none. */
async function* members(create: CreateEngine, source: ByteSource, limits: Limits): AsyncGenerator<Uint8Array> {
  let consumed = 0;
  let produced = 0;
  for (let frames = 1; ; frames++) {
    const beginning = Buffer.from(await source.peek(FRAME_HEADER_BYTES));
    if (beginning.length === 0) return;
    if (frames > limits.maxFrames) throw tooManyFrames(limits.maxFrames);
    const engine = create(outputChunk(produced, frames));
    try {
      for await (const chunk of inflate(engine, source)) {
        produced += chunk.length;
        checkLimits(produced, consumed + engine.bytesWritten, limits);
        yield chunk;
      }
    } catch (error) {
      if (error instanceof RejectedFile || error === source.failure) throw error;
      if (isWindowTooLarge(error)) throw windowTooLarge(beginning, limits.maxWindowBytes, error);
      throw new RejectedFile(
        'corrupt_compression',
        `expected whole gzip or Zstandard data, found damage or an early end after ${produced} decompressed bytes ` +
          `(${error instanceof Error ? error.message : String(error)}); export or upload the file again`,
        { cause: error },
      );
    }
    consumed += engine.bytesWritten;
  }
}

/** @returns how many bytes the output buffers of the frame of that number have */
function outputChunk(produced: number, frames: number): number {
  if (frames <= FRAMES_OF_ANY_SIZE) return OUTPUT_CHUNK;
  return Math.min(OUTPUT_CHUNK, Math.max(SMALL_OUTPUT_CHUNK, Math.ceil(produced / (frames - 1))));
}

/** @throws RejectedFile where more came out than is allowed */
export function checkLimits(
  produced: number,
  consumed: number,
  limits: Pick<Limits, 'maxFileBytes' | 'maxCompressionRatio'>,
): void {
  if (produced > limits.maxFileBytes) {
    throw new RejectedFile(
      'decompression_limit',
      `expected at most ${limits.maxFileBytes} decompressed bytes, found more; if the file is genuine, raise AUDIT_LAKE_MAX_FILE_BYTES`,
    );
  }
  if (produced > RATIO_FREE_BYTES && produced > limits.maxCompressionRatio * consumed) {
    throw new RejectedFile(
      'decompression_limit',
      `expected at most ${limits.maxCompressionRatio} decompressed bytes per stored byte, found ${produced} from ${consumed}; ` +
        'if the file is genuine, raise AUDIT_LAKE_MAX_COMPRESSION_RATIO',
    );
  }
}

function tooManyFrames(maxFrames: number): RejectedFile {
  return new RejectedFile(
    'too_many_frames',
    `expected at most ${maxFrames} Zstandard frames, found more; compress the file as a whole, or raise AUDIT_LAKE_MAX_FRAMES ` +
      '(--max-frames)',
  );
}

function isWindowTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ZSTD_error_frameParameter_windowTooLarge';
}

function windowTooLarge(beginning: Uint8Array, maxWindowBytes: number, cause: unknown): RejectedFile {
  const found = windowBytes(beginning);
  return new RejectedFile(
    'window_too_large',
    `expected a Zstandard window of at most ${maxWindowBytes} bytes, found ${found === null ? 'a larger one' : `one of ${found}`}; ` +
      'compress the file without --long or --ultra, or raise AUDIT_LAKE_MAX_WINDOW_BYTES (--max-window-bytes), for which there must ' +
      'be memory',
    { cause },
  );
}
