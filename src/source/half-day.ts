import { blankAt } from './blanks.ts';
import type { CivilTime } from './civil-time.ts';

const POINT = 0x2e;
const LOWER = 0x20;
const LETTER_A = 0x61;
const LETTER_P = 0x70;
const LETTER_M = 0x6d;
/** Before noon and after it, in Chinese, Japanese and Korean. */
const WORDS: readonly (readonly [word: Buffer, hours: number])[] = [
  [Buffer.from('上午'), 0],
  [Buffer.from('下午'), 12],
  [Buffer.from('午前'), 0],
  [Buffer.from('午後'), 12],
  [Buffer.from('오전'), 0],
  [Buffer.from('오후'), 12],
];

/** Reads which half of the day it is: `AM`, `pm`, `a.m.`, `p. m.`, `上午` … Noon is 12 PM, midnight 12 AM. @returns the index behind, or -1 */
export function readHalfDay(bytes: Uint8Array, start: number, end: number, time: CivilTime): number {
  if (start >= end) return -1;
  const first = bytes[start]! | LOWER;
  if (first === LETTER_A || first === LETTER_P) {
    let at = start + 1;
    const isAbbreviated = at < end && bytes[at] === POINT;
    if (isAbbreviated) at++;
    if (isAbbreviated && at < end) at += blankAt(bytes, at, end);
    if (at >= end || (bytes[at]! | LOWER) !== LETTER_M) return -1;
    at++;
    time.halfDayHours = first === LETTER_A ? 0 : 12;
    return isAbbreviated && at < end && bytes[at] === POINT ? at + 1 : at;
  }
  for (const [word, hours] of WORDS) {
    if (start + word.length > end || !word.every((byte, index) => bytes[start + index] === byte)) continue;
    time.halfDayHours = hours;
    return start + word.length;
  }
  return -1;
}
