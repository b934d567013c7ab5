const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEX = Buffer.from('0123456789abcdef');
const SHORT_ESCAPES = new Map([
  [0x08, 0x62],
  [0x09, 0x74],
  [0x0a, 0x6e],
  [0x0c, 0x66],
  [0x0d, 0x72],
]);

/** Writes JSON as UTF-8 bytes, as `JSON.stringify` would, without a string per value. */
export class JsonText {
  bytes: Buffer = Buffer.allocUnsafe(4096);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** Punctuation and other ASCII text as it is. */
  raw(text: string): void {
    this.#reserve(text.length);
    this.length += this.bytes.write(text, this.length, 'latin1');
  }

  /** A JSON string of UTF-8 bytes. */
  string(source: Uint8Array, start: number, end: number): void {
    // The longest escape, \u00xx, is six bytes for one.
    this.#reserve((end - start) * 6 + 2);
    const target = this.bytes;
    let at = this.length;
    target[at++] = QUOTE;
    for (let index = start; index < end; index++) {
      const byte = source[index]!;
      if (byte === QUOTE || byte === BACKSLASH) {
        target[at++] = BACKSLASH;
        target[at++] = byte;
      } else if (byte < 0x20) {
        at = putEscape(target, at, byte);
      } else {
        target[at++] = byte;
      }
    }
    target[at++] = QUOTE;
    this.length = at;
  }

  /** A value of any JSON kind. */
  value(value: unknown): void {
    const encoded = Buffer.from(JSON.stringify(value), 'utf8');
    this.#reserve(encoded.length);
    this.bytes.set(encoded, this.length);
    this.length += encoded.length;
  }

  #reserve(extra: number): void {
    if (this.length + extra <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe((this.length + extra) * 2);
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

function putEscape(target: Uint8Array, from: number, byte: number): number {
  let at = from;
  target[at++] = BACKSLASH;
  const short = SHORT_ESCAPES.get(byte);
  if (short !== undefined) {
    target[at++] = short;
    return at;
  }
  at += Buffer.from('u00').copy(target, at);
  target[at++] = HEX[byte >> 4]!;
  target[at++] = HEX[byte & 0xf]!;
  return at;
}
