const BLANK = 0x20;
const TAB = 0x09;
const BEYOND_ASCII = 0x80;

/** Passes over blanks and tabs, and over the blanks that do not break (U+00A0, U+202F) or are thin (U+2009). @returns the index behind */
export function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    // Nearly always: no blank of any kind.
    if (bytes[at]! > BLANK && bytes[at]! < BEYOND_ASCII) break;
    const length = blankAt(bytes, at, end);
    if (length === 0) break;
    at += length;
  }
  return at;
}

/** As skipBlanks(), from the end. @returns where the blanks begin that stand before `end` */
export function dropBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start) {
    const byte = bytes[at - 1]!;
    if (byte > BLANK && byte < BEYOND_ASCII) break;
    if (byte === BLANK || byte === TAB) at--;
    else if (byte < BEYOND_ASCII) break;
    else if (at - 2 >= start && blankAt(bytes, at - 2, at) === 2) at -= 2;
    else if (at - 3 >= start && blankAt(bytes, at - 3, at) === 3) at -= 3;
    else break;
  }
  return at;
}

/** The bytes of the blank that stands there; 0 where none does. */
export function blankAt(bytes: Uint8Array, at: number, end: number): number {
  const byte = bytes[at]!;
  if (byte === BLANK || byte === TAB) return 1;
  if (byte === 0xc2) return at + 1 < end && bytes[at + 1] === 0xa0 ? 2 : 0;
  if (byte !== 0xe2 || at + 2 >= end || bytes[at + 1] !== 0x80) return 0;
  return bytes[at + 2] === 0xaf || bytes[at + 2] === 0x89 ? 3 : 0;
}
