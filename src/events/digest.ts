import { hash } from 'node:crypto';

/** Bytes of the hashed identity that make a uid. */
const UID_BYTES = 16;
const LONGEST_KEPT_VIEW = 4096;
const HEX = Buffer.from('0123456789abcdef');
const BILLION = 1_000_000_000;
const COLON = 0x3a;
const COMMA = 0x2c;

/** A growing buffer of netstrings (`<length>:<bytes>,`) and the SHA-256 over it: what identities are made of. */
export class NetstringDigest {
  /** The first 16 bytes of the last digest, as four words. */
  readonly words = new Uint32Array(UID_BYTES / 4);
  #buffer = Buffer.allocUnsafe(LONGEST_KEPT_VIEW);
  #length = 0;
  /** A view per length: making one for each row costs more than the hash gains. */
  #views: (Uint8Array | undefined)[] = [];

  get length(): number {
    return this.#length;
  }

  /** Forgets everything after the first `length` bytes. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** Appends the netstring of a slice. */
  put(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.#reserve(length + 24);
    this.#putDigits(length);
    this.#buffer[this.#length++] = COLON;
    this.#copy(bytes, start, end);
    this.#buffer[this.#length++] = COMMA;
  }

  /** Appends the netstring of a text. */
  putText(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.put(bytes, 0, bytes.length);
  }

  /** Appends the netstring of a whole number in decimal. */
  putNumber(value: number): void {
    this.#reserve(48);
    this.#putDigits(digits(value));
    this.#buffer[this.#length++] = COLON;
    this.#putDigits(value);
    this.#buffer[this.#length++] = COMMA;
  }

  /** Hashes all netstrings; {@link words} then holds the first 16 bytes. */
  digest(): void {
    const hashed = hash('sha256', this.#view(), 'binary');
    for (let word = 0; word < this.words.length; word++) {
      const at = word * 4;
      this.words[word] =
        (hashed.charCodeAt(at) << 24) |
        (hashed.charCodeAt(at + 1) << 16) |
        (hashed.charCodeAt(at + 2) << 8) |
        hashed.charCodeAt(at + 3);
    }
  }

  #view(): Uint8Array {
    if (this.#length > LONGEST_KEPT_VIEW) return this.#buffer.subarray(0, this.#length);
    let view = this.#views[this.#length];
    if (view === undefined) {
      view = this.#buffer.subarray(0, this.#length);
      this.#views[this.#length] = view;
    }
    return view;
  }

  #copy(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length < 64) {
      for (let index = 0; index < length; index++) this.#buffer[this.#length + index] = bytes[start + index]!;
    } else {
      this.#buffer.set(bytes.subarray(start, end), this.#length);
    }
    this.#length += length;
  }

  #putDigits(value: number): void {
    const magnitude = Math.abs(value);
    if (value < 0) this.#buffer[this.#length++] = 0x2d;
    const count = digits(magnitude);
    // Whole 32-bit numbers divide several times as fast as doubles.
    const high = Math.floor(magnitude / BILLION);
    if (high > 0) this.#putInt32(high, count - 9);
    this.#putInt32(magnitude - high * BILLION, Math.min(count, 9));
  }

  /** Writes a number below 2^31 with leading zeros up to `count` digits. */
  #putInt32(value: number, count: number): void {
    const buffer = this.#buffer;
    let rest = value | 0;
    for (let at = this.#length + count - 1; at >= this.#length; at--) {
      const next = (rest / 10) | 0;
      buffer[at] = 0x30 + rest - next * 10;
      rest = next;
    }
    this.#length += count;
  }

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe((this.#length + extra) * 2);
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
    this.#views = [];
  }
}

/** Writes words as lower-case hex digits, 8 a word. */
export function putHex(words: Uint32Array, target: Uint8Array): void {
  let at = 0;
  for (const word of words) {
    for (let shift = 28; shift >= 0; shift -= 4) target[at++] = HEX[(word >>> shift) & 0xf]!;
  }
}

/** Characters that a whole number takes in decimal, its sign included. */
function digits(value: number): number {
  let count = value < 0 ? 2 : 1;
  for (let limit = 10; limit <= Math.abs(value); limit *= 10) count++;
  return count;
}

/** The first hex digits of SHA-256 over the netstrings of some texts. */
export function textDigest(texts: readonly string[], hexDigits: number): string {
  const netstrings = texts.map((text) => `${Buffer.byteLength(text)}:${text},`).join('');
  return hash('sha256', netstrings, 'hex').slice(0, hexDigits);
}
