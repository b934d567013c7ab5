import { blankAt } from './blanks.ts';

const ZERO = 0x30;
/** The largest audit code. */
const LARGEST_CODE = 2 ** 31 - 1;
const LONGEST = 64;

/** A number without groups, and perhaps a fraction of zeros. */
const UNGROUPED = /^(\d+)(?:[.,]0+)?$/;
/** A number in groups of three, and perhaps a fraction of zeros behind another mark than that of the groups. */
const GROUPED = /^([1-9]\d{0,2}(['’., ])\d{3}(?:\2\d{3})*)(?:(?!\2)[.,]0+)?$/;
const MARKS = /['’., ]/g;
const TEXT_FORMULA = /^="(\d+)"$/;

/** Reads an audit code: a whole number up to 2,147,483,647 in decimal digits. @returns the code, or -1 if the bytes are none */
export function readCode(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return -1;
  let code = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    code = code * 10 + digit;
    if (code > LARGEST_CODE) return -1;
  }
  return code;
}

/**
 * Reads a code that is written in another way than readCode() knows, where no other number can be meant: with a plus sign
 * (`+91051`); with a fraction of zeros (`91051.0`, as spreadsheets and pandas write); in groups of three (`90'214`, `90,214`,
 * `90 214`, but not `91,000`, which may be 91); and as Excel's text formula (`="91051"`).
 *
 * @returns the code, or -1 if the bytes are none
 */
export function readOtherCode(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > LONGEST) return -1;
  const text = textWithBlanks(bytes, start, end);
  const formula = TEXT_FORMULA.exec(text)?.[1];
  if (formula !== undefined) return inRange(formula);
  const number = text.startsWith('+') ? text.slice(1) : text;
  const plain = UNGROUPED.exec(number)?.[1];
  const grouped = GROUPED.exec(number)?.[1]?.replaceAll(MARKS, '');
  // Where both fit, `91,000`, it is 91 or 91000.
  return (plain === undefined) === (grouped === undefined) ? -1 : inRange(plain ?? grouped!);
}

/** Reads a code from a text, in whatever way it is written. @returns the code, or -1 if it is none */
export function codeOf(text: string): number {
  const bytes = Buffer.from(text.trim());
  const code = readCode(bytes, 0, bytes.length);
  return code >= 0 ? code : readOtherCode(bytes, 0, bytes.length);
}

function inRange(digits: string): number {
  const code = Number(digits);
  return code <= LARGEST_CODE ? code : -1;
}

/** The text, with an ASCII blank for a blank of any kind. */
function textWithBlanks(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let from = start;
  for (let at = start; at < end; ) {
    const length = blankAt(bytes, at, end);
    if (length === 0) {
      at++;
      continue;
    }
    text += `${decoded(bytes, from, at)} `;
    at += length;
    from = at;
  }
  return text + decoded(bytes, from, end);
}

function decoded(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}
