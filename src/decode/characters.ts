/** Classes of ASCII bytes, as bits. */
const TOKEN = 1;
const PHRASE = 2;
const WORD = 4;

const CLASSES = new Uint8Array(128);
for (let byte = 0; byte < 128; byte++) {
  const character = String.fromCharCode(byte);
  if (!/[\s,="()[\]{}<>]/.test(character)) CLASSES[byte]! |= TOKEN;
  if (/[A-Za-z0-9 \t_\-/.]/.test(character)) CLASSES[byte]! |= PHRASE;
  if (/[A-Za-z0-9_]/.test(character)) CLASSES[byte]! |= WORD;
}

export const EQUALS = 0x3d;
export const COMMA = 0x2c;
export const SPACE = 0x20;
export const SLASH = 0x2f;
const TAB = 0x09;
const STRAIGHT_QUOTE = 0x22;
const LETTER_OR_DIGIT = /[\p{L}\p{M}\p{Nd}]/u;
const WHITE_SPACE = /\p{White_Space}/u;

/** A blank is U+0020 or U+0009. */
export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** A byte of `[A-Za-z0-9_]`. */
export function isWord(byte: number): boolean {
  return byte < 0x80 && (CLASSES[byte]! & WORD) !== 0;
}

/** The position after the blanks that begin at `from`. */
export function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(bytes[at]!)) at++;
  return at;
}

/** The position of the first of the blanks that end at `to`. */
export function skipBlanksBack(bytes: Uint8Array, to: number, start: number): number {
  let at = to;
  while (at > start && isBlank(bytes[at - 1]!)) at--;
  return at;
}

/** Bytes that the UTF-8 sequence beginning with this byte takes. */
export function sequenceLength(byte: number): number {
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/** The code point of the UTF-8 sequence at `at`; the bytes are known to be valid. */
export function codePoint(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return first;
  const second = bytes[at + 1]! & 0x3f;
  if (first < 0xe0) return ((first & 0x1f) << 6) | second;
  const third = bytes[at + 2]! & 0x3f;
  if (first < 0xf0) return ((first & 0x0f) << 12) | (second << 6) | third;
  return ((first & 0x07) << 18) | (second << 12) | (third << 6) | (bytes[at + 3]! & 0x3f);
}

/** Length in bytes of the double quote (`"`, `“`, `”`, `„`) at `at`; 0 where there is none. */
export function quoteLength(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return 0;
  if (bytes[at] === STRAIGHT_QUOTE) return 1;
  return at + 2 < end && isCurlyQuote(bytes, at) ? 3 : 0;
}

/** Length in bytes of the double quote that ends at `at`; 0 where none does. */
export function quoteLengthBefore(bytes: Uint8Array, at: number, start: number): number {
  if (at <= start) return 0;
  if (bytes[at - 1] === STRAIGHT_QUOTE) return 1;
  return at - 3 >= start && isCurlyQuote(bytes, at - 3) ? 3 : 0;
}

function isCurlyQuote(bytes: Uint8Array, at: number): boolean {
  const last = bytes[at + 2]!;
  return bytes[at] === 0xe2 && bytes[at + 1] === 0x80 && last >= 0x9c && last <= 0x9e;
}

/** The end of the run of characters a token may hold: no white space, comma, equals sign, double quote or bracket. */
export function tokenEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const byte = bytes[at]!;
    if (byte < 0x80) {
      if ((CLASSES[byte]! & TOKEN) === 0) return at;
      at++;
    } else {
      if (quoteLength(bytes, at, end) > 0 || WHITE_SPACE.test(String.fromCodePoint(codePoint(bytes, at)))) return at;
      at += sequenceLength(byte);
    }
  }
  return at;
}

/** The end of the run of letters and digits of any script, blanks and `_ - / .` that begins at `from`. */
export function phraseEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const byte = bytes[at]!;
    if (byte < 0x80) {
      if ((CLASSES[byte]! & PHRASE) === 0) return at;
      at++;
    } else {
      if (!LETTER_OR_DIGIT.test(String.fromCodePoint(codePoint(bytes, at)))) return at;
      at += sequenceLength(byte);
    }
  }
  return at;
}

/** The end of the run of decimal digits that begins at `from`. */
export function digitsEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isDigit(bytes[at]!)) at++;
  return at;
}

/** Where a word `[A-Za-z_][A-Za-z0-9_]*` that ends at `to` begins; `to` itself where none does. */
export function wordStart(bytes: Uint8Array, to: number, start: number): number {
  let at = to;
  while (at > start && isWord(bytes[at - 1]!)) at--;
  while (at < to && isDigit(bytes[at]!)) at++;
  return at;
}

/** Lower case of an ASCII letter; any other byte as it is. */
export function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

/** The first position of a byte within the slice; `end` where it is not there. (`indexOf` would search the whole buffer.) */
export function position(bytes: Uint8Array, byte: number, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== byte) at++;
  return at;
}

/**
 * Every place in [from, to) where the bytes of [start, end) stand again, overlapping ones included, in time that grows
 * with the bytes alone (Knuth, Morris, Pratt 1977): the words may be chosen so that comparing at each place would not.
 */
export function* occurrences(
  bytes: Uint8Array,
  start: number,
  end: number,
  from: number,
  to: number,
): Generator<number> {
  const length = end - start;
  const borders = bordersOf(bytes, start, length);
  let matched = 0;
  for (let at = from; at < to; at++) {
    while (matched > 0 && (matched === length || bytes[at] !== bytes[start + matched])) matched = borders[matched]!;
    if (bytes[at] === bytes[start + matched]) matched++;
    if (matched === length) yield at + 1 - length;
  }
}

/** For each beginning of the bytes, by its length: how long the longest shorter one is that also ends it. */
function bordersOf(bytes: Uint8Array, start: number, length: number): Int32Array {
  const borders = new Int32Array(length + 1);
  let matched = 0;
  for (let index = 1; index < length; index++) {
    while (matched > 0 && bytes[start + index] !== bytes[start + matched]) matched = borders[matched]!;
    if (bytes[start + index] === bytes[start + matched]) matched++;
    borders[index + 1] = matched;
  }
  return borders;
}
