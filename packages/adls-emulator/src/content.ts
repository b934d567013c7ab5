/** Bytes that are made each time they are asked for, so that a file may be larger than memory. */
export class Generated {
  readonly length: number;
  readonly #make: () => Buffer;

  /** @param make gives the same bytes each time, as many as `length` says */
  constructor(length: number, make: () => Buffer) {
    this.length = length;
    this.#make = make;
  }

  subarray(start: number, end: number): Generated {
    return new Generated(end - start, () => this.#make().subarray(start, end));
  }

  bytes(): Buffer {
    return this.#make();
  }
}

type Piece = Buffer | Generated;

/** Bytes of a file as the pieces they came in: never joined, so that a large file costs its size once. */
export class Content {
  static readonly empty = new Content([]);
  readonly length: number;
  readonly #pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces.filter((piece) => piece.length > 0);
    this.length = this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  static concat(parts: Iterable<Content>): Content {
    return new Content([...parts].flatMap((part) => part.#pieces));
  }

  /** The bytes in pieces, in their order. */
  *pieces(): Generator<Buffer> {
    for (const piece of this.#pieces) yield piece instanceof Generated ? piece.bytes() : piece;
  }

  /** The bytes `[start, end)`, without copying any. */
  slice(start: number, end: number): Content {
    const taken: Piece[] = [];
    let position = 0;
    for (const piece of this.#pieces) {
      const from = Math.max(start - position, 0);
      const to = Math.min(end - position, piece.length);
      if (from < to) taken.push(piece.subarray(from, to));
      position += piece.length;
    }
    return new Content(taken);
  }

  bytes(): Buffer {
    return Buffer.concat([...this.pieces()]);
  }
}
