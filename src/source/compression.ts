import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { RejectedFile } from './rejection.ts';
import type { SourceSettings } from './source-settings.ts';
import { FRAME_HEADER_BYTES, isFrame, windowBytes } from './zstandard-frame.ts';

type Engine = ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>;
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
  const input = chunks[Symbol.asyncIterator]();
  try {
    const head = await readHead(input);
    const create = engineFor(head, limits);
    yield* create === undefined ? limitPlain(head, input, limits) : inflate(create, head, input, limits);
  } finally {
    await input.return?.();
  }
}

async function readHead(input: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < MAGIC_BYTES) {
    const { done, value } = await input.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  return head;
}

function engineFor(head: Uint8Array, { maxWindowBytes }: Limits): CreateEngine | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return (chunkSize) => createGunzip({ chunkSize });
  if (!isFrame(head)) return undefined;
  const params = { [constants.ZSTD_d_windowLogMax]: windowLogOf(maxWindowBytes) };
  return (chunkSize) => createZstdDecompress({ chunkSize, params });
}

/** The window limit as Zstandard takes it: the power of two that it does not exceed. */
function windowLogOf(maxWindowBytes: number): number {
  return Math.min(31, Math.max(10, Math.floor(Math.log2(maxWindowBytes))));
}

async function* limitPlain(
  head: Uint8Array,
  input: AsyncIterator<Uint8Array>,
  limits: Limits,
): AsyncGenerator<Uint8Array> {
  let total = 0;
  for (let chunk: Uint8Array | undefined = head; chunk !== undefined; chunk = await nextChunk(input)) {
    total += chunk.length;
    if (total > limits.maxFileBytes) {
      throw new RejectedFile(
        'too_large',
        `expected at most ${limits.maxFileBytes} bytes, found more; split the export, or raise AUDIT_LAKE_MAX_FILE_BYTES`,
      );
    }
    yield chunk;
  }
}

async function nextChunk(input: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  const { done, value } = await input.next();
  return done ? undefined : value;
}

/**
 * An engine stops for good where a frame ends inside a chunk (Zstandard) or where padding follows (gzip), and says nothing of the
 * bytes it left. They go to a new engine, which reads the next frame or finds that it is none.
 */
async function* inflate(
  create: CreateEngine,
  head: Uint8Array,
  input: AsyncIterator<Uint8Array>,
  limits: Limits,
): AsyncGenerator<Uint8Array> {
  const source = new Source(input);
  let consumed = 0;
  let produced = 0;
  let rest: Uint8Array | undefined = head;
  for (let frames = 1; rest !== undefined; frames++) {
    if (frames > limits.maxFrames) throw tooManyFrames(limits.maxFrames);
    const engine = create(outputChunk(produced, frames));
    source.begin(rest);
    const feeding = feed(engine, rest, source);
    // The engine reports the same failure to the loop below; without a handler here it would end the process.
    feeding.catch(() => {});
    try {
      for await (const chunk of engine as AsyncIterable<Buffer>) {
        produced += chunk.length;
        checkLimits(produced, consumed + engine.bytesWritten, limits);
        yield chunk;
      }
      rest = await feeding;
    } catch (error) {
      if (error instanceof RejectedFile || error === source.error) throw error;
      if (isWindowTooLarge(error)) throw windowTooLarge(source.beginning, limits.maxWindowBytes, error);
      throw new RejectedFile(
        'corrupt_compression',
        `expected whole gzip or Zstandard data, found damage or an early end after ${produced} decompressed bytes ` +
          `(${error instanceof Error ? error.message : String(error)}); export or upload the file again`,
        { cause: error },
      );
    } finally {
      engine.destroy();
    }
    consumed += engine.bytesWritten;
  }
}

/** @returns how many bytes the output buffers of the frame of that number have */
function outputChunk(produced: number, frames: number): number {
  if (frames <= FRAMES_OF_ANY_SIZE) return OUTPUT_CHUNK;
  return Math.min(OUTPUT_CHUNK, Math.max(SMALL_OUTPUT_CHUNK, Math.ceil(produced / (frames - 1))));
}

/** Gives the engine one chunk at a time until it ends. @returns the bytes it did not take, undefined at the end of the input */
async function feed(engine: Engine, first: Uint8Array, source: Source): Promise<Uint8Array | undefined> {
  let fed = 0;
  for (let chunk = first; ; ) {
    await new Promise<void>((resolve, reject) => {
      engine.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
    fed += chunk.length;
    if (engine.bytesWritten < fed) return chunk.subarray(chunk.length - (fed - engine.bytesWritten));
    const next = await source.next(engine);
    if (next === undefined) {
      engine.end();
      return undefined;
    }
    chunk = next;
  }
}

/** The input of the engines: remembers its own failure, so that it is not taken for damage of the file, and how a frame begins. */
class Source {
  error: Error | undefined;
  /** The first bytes of the frame or member that is being read. */
  beginning: Uint8Array = new Uint8Array(0);
  readonly #input: AsyncIterator<Uint8Array>;

  constructor(input: AsyncIterator<Uint8Array>) {
    this.#input = input;
  }

  /** Notes the first bytes of a frame. */
  begin(bytes: Uint8Array): void {
    this.beginning = bytes.slice(0, FRAME_HEADER_BYTES);
  }

  /** The next chunk. If there is none to be had, `engine` fails too, and with it the loop that waits for its output. */
  async next(engine: Engine): Promise<Uint8Array | undefined> {
    try {
      const chunk = await nextChunk(this.#input);
      if (chunk !== undefined && this.beginning.length < FRAME_HEADER_BYTES) {
        this.begin(Buffer.concat([this.beginning, chunk.subarray(0, FRAME_HEADER_BYTES)]));
      }
      return chunk;
    } catch (error) {
      this.error = error instanceof Error ? error : new Error(String(error));
      engine.destroy(this.error);
      throw this.error;
    }
  }
}

function checkLimits(produced: number, consumed: number, limits: Limits): void {
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
