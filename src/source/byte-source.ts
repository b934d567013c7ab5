/** Bytes that come in chunks, taken by their number. */
export class ByteSource {
  /** Bytes taken so far, those that were put back not counted. */
  position = 0;
  /** What the input failed with, so that it is not taken for damage of the file. */
  failure: unknown = null;
  readonly #input: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#input = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes, as they come, at most `limit`; undefined at the end. Errors of the input pass unchanged. */
  async some(limit = Number.POSITIVE_INFINITY): Promise<Uint8Array | undefined> {
    if (!(await this.#hold(1))) return undefined;
    const taken = this.#rest.subarray(0, limit);
    this.#rest = this.#rest.subarray(taken.length);
    this.position += taken.length;
    return taken;
  }

  /** The next bytes, as many as `length`, or fewer at the end; they stay. Errors of the input pass unchanged. */
  async peek(length: number): Promise<Buffer> {
    await this.#hold(length);
    const { buffer, byteOffset } = this.#rest;
    return Buffer.from(buffer, byteOffset, Math.min(length, this.#rest.length));
  }

  /** Takes what {@link peek} gives. */
  async take(length: number): Promise<Buffer> {
    const taken = await this.peek(length);
    this.#rest = this.#rest.subarray(taken.length);
    this.position += taken.length;
    return taken;
  }

  /** Gives back the last of the bytes that were taken: they come next. */
  putBack(bytes: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([bytes, this.#rest]);
    this.position -= bytes.length;
  }

  /** Lets go of the input. */
  async close(): Promise<void> {
    await this.#input.return?.();
  }

  /** Sees to it that so many bytes are at hand; false where the input has fewer. */
  async #hold(length: number): Promise<boolean> {
    while (this.#rest.length < length) {
      // A chunk is the input's again once the next one is asked for.
      if (this.#rest.length > 0) this.#rest = Buffer.from(this.#rest);
      const { done, value } = await this.#next();
      if (done) return false;
      this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
    }
    return true;
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.#input.next();
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}
