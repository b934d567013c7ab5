import { isAscii } from 'node:buffer';

/** Bytes before each value that say how long it is. */
const LENGTH_BYTES = 4;

/** A text that is left as it is stored until somebody asks for it. */
export class StoredText {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  get text(): string {
    return this.#bytes.toString('utf8', this.#start, this.#end);
  }
}

/**
 * The values of a data page of PLAIN text, as which most of a checkpoint is stored. An array of bytes for every value, as
 * hyparquet makes them, would cost more than all else.
 * Source: Parquet format, "Plain".
 */
export class TextPage {
  readonly #bytes: Buffer;
  /** Where the values begin in the bytes, and where one after the last would. */
  readonly #starts: Uint32Array;

  /** @throws Error where the bytes end before so many values do */
  constructor(bytes: Buffer, values: number) {
    this.#bytes = bytes;
    this.#starts = startsOf(bytes, values);
  }

  /** The values; where all is ASCII, slices of one string that holds them all. */
  texts(): string[] {
    const bytes = this.#bytes;
    if (!isAscii(bytes)) return this.#map((start, end) => bytes.toString('utf8', start, end));
    const whole = bytes.toString('latin1');
    return this.#map((start, end) => whole.slice(start, end));
  }

  /** The values, none of them read. */
  stored(): StoredText[] {
    return this.#map((start, end) => new StoredText(this.#bytes, start, end));
  }

  /** The values as bytes. */
  bytes(): Uint8Array[] {
    return this.#map((start, end) => this.#bytes.subarray(start, end));
  }

  #map<T>(make: (start: number, end: number) => T): T[] {
    const starts = this.#starts;
    const made: T[] = [];
    for (let next = 1; next < starts.length; next++) made.push(make(starts[next - 1]!, starts[next]! - LENGTH_BYTES));
    return made;
  }
}

function startsOf(bytes: Buffer, values: number): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = new Uint32Array(values + 1);
  let start = LENGTH_BYTES;
  for (let value = 0; value < values; value++) {
    if (start > bytes.length) throw new Error(`a page ends before its ${values} texts do`);
    starts[value] = start;
    start += view.getUint32(start - LENGTH_BYTES, true) + LENGTH_BYTES;
  }
  starts[values] = start;
  if (start - LENGTH_BYTES > bytes.length) throw new Error('a page ends in the middle of a text');
  return starts;
}
