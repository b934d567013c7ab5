const ZERO = 0x30;
const LARGEST = 2 ** 31 - 1;

/** Reads an audit code: decimal digits, at most 2,147,483,647. @returns the code, or -1 if the bytes are none */
export function readCode(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return -1;
  let code = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    code = code * 10 + digit;
    if (code > LARGEST) return -1;
  }
  return code;
}
