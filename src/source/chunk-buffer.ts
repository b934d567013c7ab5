const INITIAL_CAPACITY = 1024 * 1024;
/** A fill gives this many bytes where the input has them: enough to show a byte order mark. */
const LEAST_FILL = 3;

export const QUOTE = 0x22;

/** The buffer that was let go last. Of many small files, each would cost more for its buffer than for its records. */
let spare: Buffer | null = null;

/**
 * A window on a stream of bytes. Data lies in the lower half of one buffer, with a quote as sentinel behind it, so that a scan for
 * quotes needs no bounds check; the upper half is scratch, large enough for any rewriting of the data that makes it no longer.
 */
export class ChunkBuffer {
  /** Another object after a fill() that had to grow it. */
  bytes: Buffer;
  /** First byte not yet consumed; the owner moves it. */
  position = 0;
  /** End of the data. */
  end = 0;
  /** Whether the input has no more. */
  final = false;
  /** Offset of `bytes[0]` in the whole input. */
  offset = 0;
  readonly #input: AsyncIterator<Uint8Array>;
  #pending: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#input = chunks[Symbol.asyncIterator]();
    this.bytes = spare ?? Buffer.allocUnsafeSlow(2 * INITIAL_CAPACITY);
    spare = null;
    this.bytes[0] = QUOTE;
  }

  /** Where scratch begins. */
  get capacity(): number {
    return this.bytes.length / 2;
  }

  /**
   * Moves what is left to the front and reads on, until there is at least twice as much (which keeps scanning a long record again
   * and again linear) or the input ends. Errors of the input pass unchanged.
   */
  async fill(): Promise<void> {
    this.bytes.copyWithin(0, this.position, this.end);
    this.offset += this.position;
    this.end -= this.position;
    this.position = 0;
    const target = Math.max(2 * this.end, LEAST_FILL);
    if (target >= this.capacity) {
      const grown = Buffer.allocUnsafeSlow(2 * this.bytes.length);
      this.bytes.copy(grown, 0, 0, this.end);
      this.bytes = grown;
    }
    while (this.end < target && !this.final) await this.#read();
    this.bytes[this.end] = QUOTE;
  }

  /** Lets go of the input, so that what it holds open is closed, and of the bytes: another file may get them. */
  async close(): Promise<void> {
    if (this.bytes.length === 2 * INITIAL_CAPACITY) spare = this.bytes;
    this.bytes = Buffer.alloc(0);
    await this.#input.return?.();
  }

  async #read(): Promise<void> {
    if (this.#pending.length === 0) {
      const { done, value } = await this.#input.next();
      if (done) {
        this.final = true;
        return;
      }
      this.#pending = value;
    }
    const taken = this.#pending.subarray(0, this.capacity - 1 - this.end);
    this.bytes.set(taken, this.end);
    this.end += taken.length;
    this.#pending = this.#pending.subarray(taken.length);
  }
}
