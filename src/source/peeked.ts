/** Bytes whose beginning can be looked at before they are read, once. */
export class Peeked implements AsyncIterableIterator<Uint8Array> {
  /** The first bytes: as many as were asked for, or all that there are. */
  readonly head: Buffer;
  /** Whether that is all. */
  readonly isWhole: boolean;
  readonly #held: Uint8Array[];
  readonly #rest: AsyncIterator<Uint8Array>;

  private constructor(held: Uint8Array[], bytes: number, isWhole: boolean, rest: AsyncIterator<Uint8Array>) {
    const [first] = held;
    this.head = held.length === 1 && first !== undefined ? Buffer.from(first.subarray(0, bytes)) : Buffer.concat(held);
    this.isWhole = isWhole;
    this.#held = held;
    this.#rest = rest;
  }

  /** Reads the first bytes. Errors of `chunks` pass unchanged. */
  static async open(chunks: AsyncIterable<Uint8Array>, bytes: number): Promise<Peeked> {
    const rest = chunks[Symbol.asyncIterator]();
    const held: Uint8Array[] = [];
    for (let size = 0; size < bytes; size += held.at(-1)!.length) {
      // A chunk is the input's again once the next one is asked for.
      if (held.length > 0) held.push(Uint8Array.from(held.pop()!));
      const { done, value } = await rest.next();
      if (done) return new Peeked(held, bytes, true, rest);
      held.push(value);
    }
    return new Peeked(held, bytes, false, rest);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const held = this.#held.shift();
    if (held !== undefined) return { done: false, value: held };
    if (this.isWhole) return { done: true, value: undefined };
    const { done, value } = await this.#rest.next();
    return done ? { done: true, value: undefined } : { done: false, value };
  }

  /** Lets go of what was not read. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#held.length = 0;
    await this.#rest.return?.();
    return { done: true, value: undefined };
  }
}
