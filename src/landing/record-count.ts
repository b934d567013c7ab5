import { decompress, RejectedFile, type SourceSettings } from '../source/index.ts';

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** What of the settings limits how a stored file is decompressed. */
export type CountLimits = Pick<SourceSettings, 'maxFileBytes' | 'maxCompressionRatio' | 'maxFrames' | 'maxWindowBytes'>;

/**
 * The stored bytes of a CSV file, as they come, while its records are counted from a copy of them. The last chunk is held back until
 * `whenCounted` was told how many there are, the header not counted, or null where they cannot be decompressed: what it throws ends
 * the bytes before they are whole.
 */
export async function* withRecordCount(
  chunks: AsyncIterable<Uint8Array>,
  limits: CountLimits,
  whenCounted: (records: number | null) => void,
): AsyncGenerator<Uint8Array> {
  const copies = new Handover();
  const counting = countRecords(copies, limits);
  // Waited for at the end; until then it is no error that nobody sees.
  counting.catch(() => undefined).finally(() => copies.close());
  let held: Uint8Array | null = null;
  try {
    for await (const chunk of chunks) {
      const copy = Uint8Array.from(chunk);
      await copies.give(copy);
      if (held !== null) yield held;
      held = copy;
    }
    copies.end();
    whenCounted(await counting);
    if (held !== null) yield held;
  } finally {
    copies.end();
  }
}

/** The records of a stored CSV file behind its header; null where it cannot be decompressed. @throws what `chunks` throws */
export async function countRecords(chunks: AsyncIterable<Uint8Array>, limits: CountLimits): Promise<number | null> {
  const counter = new RecordCounter();
  try {
    for await (const chunk of decompress(chunks, limits)) counter.see(chunk);
  } catch (error) {
    if (error instanceof RejectedFile) return null;
    throw error;
  }
  return Math.max(0, counter.records - 1);
}

/** Counts the records of a CSV text (RFC 4180): a line end within quotes ends none, and an empty line is none. */
class RecordCounter {
  #ended = 0;
  #isQuoted = false;
  #isEmpty = true;

  /** Records so far, the last one too where no line end follows it. */
  get records(): number {
    return this.#ended + (this.#isEmpty ? 0 : 1);
  }

  see(bytes: Uint8Array): void {
    let [ended, isQuoted, isEmpty] = [this.#ended, this.#isQuoted, this.#isEmpty];
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === LF && !isQuoted) {
        if (!isEmpty) ended++;
        isEmpty = true;
      } else if (byte !== CR) {
        // A doubled quote closes and opens.
        if (byte === QUOTE) isQuoted = !isQuoted;
        isEmpty = false;
      }
    }
    [this.#ended, this.#isQuoted, this.#isEmpty] = [ended, isQuoted, isEmpty];
  }
}

interface Given {
  readonly chunk: Uint8Array;
  readonly taken: () => void;
}

/** Hands chunks from one loop to another: each is taken before the next is given. */
class Handover implements AsyncIterable<Uint8Array> {
  #given: Given | null = null;
  #wanted: (() => void) | null = null;
  #isClosed = false;
  #isEnded = false;

  /** Resolves once the chunk was taken, or nobody takes any more. */
  async give(chunk: Uint8Array): Promise<void> {
    if (this.#isClosed) return;
    await new Promise<void>((taken) => {
      this.#given = { chunk, taken };
      this.#wanted?.();
    });
  }

  /** No chunk follows. */
  end(): void {
    this.#isEnded = true;
    this.#wanted?.();
  }

  /** Nobody takes any more. */
  close(): void {
    this.#isClosed = true;
    this.#given?.taken();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#given === null && !this.#isEnded) {
        await new Promise<void>((resolve) => {
          this.#wanted = resolve;
        });
        this.#wanted = null;
      }
      const given: Given | null = this.#given;
      if (given === null) {
        if (this.#isEnded) return;
        continue;
      }
      this.#given = null;
      given.taken();
      yield given.chunk;
    }
  }
}
