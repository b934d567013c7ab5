/** Bytes of a file as the pieces they came in: never joined, so that a large file costs its size once. */
export class Content {
  static readonly empty = new Content([]);
  readonly pieces: readonly Buffer[];
  readonly length: number;

  constructor(pieces: readonly Buffer[]) {
    this.pieces = pieces.filter((piece) => piece.length > 0);
    this.length = this.pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  static concat(parts: Iterable<Content>): Content {
    return new Content([...parts].flatMap(({ pieces }) => pieces));
  }

  /** The bytes `[start, end)`, without copying any. */
  slice(start: number, end: number): Content {
    const taken: Buffer[] = [];
    let position = 0;
    for (const piece of this.pieces) {
      const from = Math.max(start - position, 0);
      const to = Math.min(end - position, piece.length);
      if (from < to) taken.push(piece.subarray(from, to));
      position += piece.length;
    }
    return new Content(taken);
  }

  bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }
}
