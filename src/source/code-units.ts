import { LONGEST_CODE_POINT, putCodePoint, putStray, STRAY_BYTES } from './code-points.ts';
import type { Transcoder } from './transcoding.ts';

/** UTF-16 and UTF-32, of either byte order. */
export class CodeUnits implements Transcoder {
  readonly #size: 2 | 4;
  readonly #isLittle: boolean;
  /** The beginning of a unit, or of a pair of them. */
  #rest: Uint8Array = new Uint8Array(0);

  /** @param size bytes of a unit */
  constructor(size: 2 | 4, isLittle: boolean) {
    this.#size = size;
    this.#isLittle = isLittle;
  }

  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    return this.#size === 2 ? this.#pairs(bytes, false) : this.#quads(bytes);
  }

  end(): Uint8Array {
    const bytes = this.#rest;
    const whole = bytes.length - (bytes.length % this.#size);
    const text = this.#pairs(bytes.subarray(0, whole), true);
    const stray = bytes.subarray(whole);
    const out = new Uint8Array(text.length + stray.length * STRAY_BYTES);
    out.set(text);
    let to = text.length;
    for (const byte of stray) to = putStray(out, to, byte);
    return out;
  }

  #pairs(bytes: Uint8Array, isEnd: boolean): Uint8Array {
    const [low, high] = this.#isLittle ? [0, 1] : [1, 0];
    // A unit is at most three bytes of UTF-8, two that are a pair are four.
    const out = Buffer.allocUnsafe((bytes.length >> 1) * 3);
    const end = bytes.length - 1;
    let to = 0;
    let at = 0;
    for (; at < end; at += 2) {
      const unit = bytes[at + low]! | (bytes[at + high]! << 8);
      if (unit < 0x80) {
        out[to++] = unit;
        continue;
      }
      if ((unit & 0xfc00) === 0xd800) {
        if (at + 2 >= end && !isEnd) break;
        const next = at + 2 >= end ? 0 : bytes[at + 2 + low]! | (bytes[at + 2 + high]! << 8);
        if ((next & 0xfc00) === 0xdc00) {
          to = putCodePoint(out, to, 0x10000 + ((unit & 0x3ff) << 10) + (next & 0x3ff));
          at += 2;
          continue;
        }
      }
      to = putCodePoint(out, to, unit);
    }
    this.#rest = bytes.slice(at);
    return out.subarray(0, to);
  }

  #quads(bytes: Uint8Array): Uint8Array {
    const whole = bytes.length - (bytes.length % 4);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const out = Buffer.allocUnsafe((whole / 4) * LONGEST_CODE_POINT);
    let to = 0;
    for (let at = 0; at < whole; at += 4) to = putCodePoint(out, to, view.getUint32(at, this.#isLittle));
    this.#rest = bytes.slice(whole);
    return out.subarray(0, to);
  }
}
