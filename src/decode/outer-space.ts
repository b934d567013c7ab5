import { codePoint, SPACE } from './characters.ts';

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
