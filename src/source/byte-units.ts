import { isAscii } from 'node:buffer';
import { putStray, STRAY_BYTES } from './code-points.ts';
import type { Transcoder } from './transcoding.ts';

/** Bytes of the longest character of any of these encodings. */
const LONGEST = 4;
/** A byte becomes at most as many of UTF-8. */
const GROWTH = STRAY_BYTES;
/** Characters of several bytes that are kept; all of an encoding of many would be too much. */
const MOST_KNOWN = 65_536;

/** How many bytes a character has by its first two, the first of them no ASCII. */
type UnitLength = (first: number, second: number) => number;

const PAIRS: UnitLength = (first) => (first === 0x80 || first === 0xff ? 1 : 2);
const GB18030: UnitLength = (first, second) =>
  PAIRS(first, second) === 2 && second >= 0x30 && second <= 0x39 ? 4 : PAIRS(first, second);

/** The encodings with characters of several bytes (WHATWG Encoding, 10 to 13); all others have one for each. */
const UNIT_LENGTHS: Readonly<Record<string, UnitLength>> = {
  gbk: GB18030,
  gb18030: GB18030,
  big5: PAIRS,
  'euc-kr': PAIRS,
  'euc-jp': (first) => (first === 0x8f ? 3 : first === 0x8e || (first >= 0xa1 && first <= 0xfe) ? 2 : 1),
  shift_jis: (first) => ((first >= 0x81 && first <= 0x9f) || (first >= 0xe0 && first <= 0xfc) ? 2 : 1),
};

/** Windows-1252 from 80 to 9F (WHATWG Encoding, index windows-1252). Some releases of Node read these as ISO 8859-1. */
const WINDOWS_1252 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';

/**
 * Encodings whose characters are one byte, or a few: those that extend ASCII. The platform's decoder is asked once for each
 * character.
 */
export class ByteUnits implements Transcoder {
  readonly #decoder: InstanceType<typeof TextDecoder>;
  readonly #unitLength: UnitLength;
  /** The UTF-8 of each character met, by its bytes as a number; null where the bytes are none. */
  readonly #known = new Map<number, Uint8Array | null>();
  #rest: Uint8Array = new Uint8Array(0);

  /** @param encoding a name of WHATWG's */
  constructor(encoding: string) {
    this.#decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    this.#unitLength = UNIT_LENGTHS[encoding] ?? (() => 1);
    if (encoding !== 'windows-1252') return;
    for (const [at, character] of [...WINDOWS_1252].entries()) this.#known.set(0x80 + at, Buffer.from(character));
  }

  push(chunk: Uint8Array): Uint8Array {
    const { length } = this.#rest;
    if (length === 0 && isAscii(chunk)) return chunk;
    return this.#read(length === 0 ? chunk : Buffer.concat([this.#rest, chunk]), false);
  }

  end(): Uint8Array {
    return this.#read(this.#rest, true);
  }

  #read(bytes: Uint8Array, isEnd: boolean): Uint8Array {
    const out = Buffer.allocUnsafe(bytes.length * GROWTH);
    let to = 0;
    let at = 0;
    while (at < bytes.length) {
      const first = bytes[at]!;
      if (first < 0x80) {
        out[to++] = first;
        at++;
        continue;
      }
      if (!isEnd && bytes.length - at < LONGEST && this.#mayGoOn(bytes, at)) break;
      const length = this.#unitLength(first, bytes[at + 1] ?? 0);
      const text = this.#textOf(bytes, at, length);
      if (text === null) {
        to = putStray(out, to, first);
        at++;
      } else {
        for (let index = 0; index < text.length; index++) out[to++] = text[index]!;
        at += length;
      }
    }
    this.#rest = bytes.slice(at);
    return out.subarray(0, to);
  }

  /** Whether a character that begins at `at` may have bytes beyond those at hand. */
  #mayGoOn(bytes: Uint8Array, at: number): boolean {
    return at + this.#unitLength(bytes[at]!, bytes[at + 1] ?? 0) > bytes.length;
  }

  #textOf(bytes: Uint8Array, at: number, length: number): Uint8Array | null {
    if (at + length > bytes.length) return null;
    let key = 0;
    for (let index = at; index < at + length; index++) key = key * 256 + bytes[index]!;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const text = this.#decode(bytes.subarray(at, at + length));
    if (this.#known.size < MOST_KNOWN) this.#known.set(key, text);
    return text;
  }

  #decode(unit: Uint8Array): Uint8Array | null {
    try {
      return Buffer.from(this.#decoder.decode(unit));
    } catch {
      return null;
    }
  }
}
