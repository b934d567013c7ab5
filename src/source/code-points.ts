/** The most bytes that {@link putCodePoint} writes. */
export const LONGEST_CODE_POINT = 7;
/** The bytes that {@link putStray} writes. */
export const STRAY_BYTES = 3;

/**
 * Writes a code point in UTF-8. A surrogate, or a number beyond U+10FFFF, is written by the same rule, which is no UTF-8.
 * @param code up to 32 bits
 * @returns the index behind it
 */
export function putCodePoint(out: Uint8Array, at: number, code: number): number {
  if (code < 0x80) {
    out[at] = code;
    return at + 1;
  }
  let more = 1;
  while (more < 6 && code >= 2 ** (more * 5 + 6)) more++;
  // The first byte says by its leading ones how many follow; what is left of the number goes behind them.
  out[at] = ((0xff00 >> (more + 1)) & 0xff) | Math.floor(code / 2 ** (6 * more));
  for (let index = more; index > 0; index--) out[at + 1 + more - index] = 0x80 | ((code >>> (6 * (index - 1))) & 0x3f);
  return at + more + 1;
}

/** Writes a byte that means nothing where it stands, so that it can be told and no UTF-8 comes of it. @returns as putCodePoint() */
export function putStray(out: Uint8Array, at: number, byte: number): number {
  out[at] = 0xff;
  out[at + 1] = 0x80 | (byte >> 6);
  out[at + 2] = 0x80 | (byte & 0x3f);
  return at + STRAY_BYTES;
}
