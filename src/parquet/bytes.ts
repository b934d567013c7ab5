// Below this a loop beats the native copy, whose cost is all in the call.
const LOOP_BYTES = 40;
const copy = Buffer.prototype.copy;
const FIRST_BYTES = 1024;

/** A byte buffer that grows at its end and is reused: `clear` keeps the memory. Numbers are little-endian. */
export class ByteBuffer {
  /** Holds the content in [0, length); what follows is leftover. Replaced when the buffer grows. */
  bytes = new Uint8Array(0);
  length = 0;
  /** The same memory, for reading and writing words. */
  words = new DataView(this.bytes.buffer);

  /** Makes room for `count` more bytes, so that the puts that follow move nothing. */
  reserve(count: number): void {
    if (this.length + count > this.bytes.length) this.#grow(this.length + count);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Unsigned LEB128 of a whole number in [0, 2^53]. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** Signed or unsigned: the low 32 bits are written. */
  int32(value: number): void {
    this.reserve(4);
    this.words.setInt32(this.length, value, true);
    this.length += 4;
  }

  /** A whole number with |value| <= 2^53. */
  int64(value: number): void {
    this.reserve(8);
    const high = Math.floor(value / 0x1_0000_0000);
    this.words.setInt32(this.length, value - high * 0x1_0000_0000, true);
    this.words.setInt32(this.length + 4, high, true);
    this.length += 8;
  }

  /** Appends source[start, end). */
  put(source: Uint8Array, start = 0, end = source.length): void {
    const count = end - start;
    this.reserve(count);
    const bytes = this.bytes;
    let to = this.length;
    this.length += count;
    if (count < LOOP_BYTES) {
      for (let from = start; from < end; from++) bytes[to++] = source[from]!;
    } else {
      copy.call(source, bytes, to, start, end);
    }
  }

  /** A string as a PLAIN page holds it: its length in 4 bytes, then source[start, end). */
  text(source: Uint8Array, start: number, end: number): void {
    this.int32(end - start);
    this.put(source, start, end);
  }

  /** Overwrites four bytes written before. */
  patchInt32(offset: number, value: number): void {
    this.words.setInt32(offset, value, true);
  }

  /** A view of [start, end), valid until the next put. */
  view(start = 0, end = this.length): Uint8Array {
    return this.bytes.subarray(start, end);
  }

  /** Empties the buffer; gives memory back if it has grown beyond `keep` bytes. */
  clear(keep = Number.POSITIVE_INFINITY): void {
    this.length = 0;
    if (this.bytes.length > keep) this.#move(0);
  }

  #grow(needed: number): void {
    this.#move(Math.max(needed, 2 * this.bytes.length, FIRST_BYTES));
  }

  #move(capacity: number): void {
    const bytes = new Uint8Array(capacity);
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
    this.words = new DataView(bytes.buffer);
  }
}
