import { codePoint, SPACE } from './characters.ts';
import type { ListWords } from './known-keys.ts';

/** White space of any script, and the byte order mark. */
const OUTER_SPACE = /[\p{White_Space}\u{feff}]/u;

/** Where a text begins after the white space before it; `end` where it is nothing else. */
export function afterOuterSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isOuterSpace(bytes, at)) at = characterEnd(bytes, at, end);
  return at;
}

/** Where a text ends before the white space behind it; `start` where it is nothing else. */
export function beforeOuterSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start) {
    const last = characterBegin(bytes, at, start);
    if (!isOuterSpace(bytes, last)) return at;
    at = last;
  }
  return at;
}

function isOuterSpace(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at]!;
  if (byte > SPACE && byte < 0x80) return false;
  return OUTER_SPACE.test(String.fromCodePoint(codePoint(bytes, at)));
}

function characterBegin(bytes: Uint8Array, end: number, start: number): number {
  let at = end - 1;
  while (at > start && (bytes[at]! & 0xc0) === 0x80) at--;
  return at;
}

function characterEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1;
  while (at < end && (bytes[at]! & 0xc0) === 0x80) at++;
  return at;
}

/** A byte that is no white space, nor part of any: nearly every message begins and ends with one. */
export function isInk(byte: number): boolean {
  return byte > SPACE && byte < 0x7f;
}

/** Where a message ends before its outer white space; the blank stays that parts words from an empty list. */
export function endBeforeOuterSpace(
  bytes: Uint8Array,
  start: number,
  end: number,
  listWords: readonly ListWords[],
): number {
  const to = beforeOuterSpace(bytes, start, end);
  const isBlankOfWords =
    to < end && bytes[to] === SPACE && listWords.some(({ words }) => endsWith(bytes, start, to + 1, words));
  return isBlankOfWords ? to + 1 : to;
}

function endsWith(bytes: Uint8Array, start: number, end: number, words: Uint8Array): boolean {
  const from = end - words.length;
  return from >= start && words.every((byte, index) => bytes[from + index] === byte);
}
