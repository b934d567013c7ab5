import { skipBlanks } from './blanks.ts';
import type { CivilTime } from './civil-time.ts';

const PLUS = 0x2b;
const MINUS = 0x2d;
const UPPER_Z = 0x5a;
const LEFT_BRACKET = 0x5b;
const RIGHT_BRACKET = 0x5d;
const LEFT_PARENTHESIS = 0x28;
const RIGHT_PARENTHESIS = 0x29;
const NAMES_OF_UTC: readonly Buffer[] = ['UTC', 'GMT'].map((name) => Buffer.from(name));
/** An abbreviation behind an offset, as Go writes it: `+0100 CET`. */
const ABBREVIATION = /^[A-Z]{3,5}$/;
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;
const LONGEST_NAME = 64;

/**
 * Reads an offset from UTC as programs write it beside the forms of ISO 8601, each with exactly one reading: with blanks before
 * it; `UTC` or `GMT`, alone or with an offset (`GMT+0100`); and behind an offset the name that belongs to it: `+0000 UTC`,
 * `+0100 CET` (Go), `+01:00[Europe/Zurich]` (RFC 9557, Java), or a comment, `+0100 (CET)` (RFC 5322). A name never stands for
 * an offset, but for UTC's own.
 *
 * @returns the index behind it, or -1
 */
export function readLongOffset(bytes: Uint8Array, start: number, end: number, time: CivilTime): number {
  time.isNewForm = true;
  let at = skipBlanks(bytes, start, end);
  if (at === end) return -1;
  const isNamed = startsWithUtc(bytes, at, end);
  if (isNamed) {
    at += 3;
    time.hasOffset = true;
    time.offsetMinutes = 0;
  }
  const isSigned = at < end && (bytes[at] === PLUS || bytes[at] === MINUS);
  const isZ = !isNamed && bytes[at] === UPPER_Z;
  if (isSigned || isZ) at = time.readOffset(bytes, at, end);
  else if (!isNamed) return -1;
  if (at < 0) return -1;
  if (at < end && bytes[at] === LEFT_BRACKET) return readZoneName(bytes, at, end, time, isZ || (isNamed && !isSigned));
  if (!isSigned) return at;
  const named = isNamed ? at : readAbbreviation(bytes, at, end, time.offsetMinutes);
  return named < 0 ? -1 : readComment(bytes, named, end);
}

function startsWithUtc(bytes: Uint8Array, at: number, end: number): boolean {
  return at + 3 <= end && NAMES_OF_UTC.some((name) => name.every((byte, index) => bytes[at + index] === byte));
}

/** Notes the zone's name, for the caller to ask whether it has such an offset then. `Z[…]` is an instant in UTC, whatever zone follows. */
function readZoneName(bytes: Uint8Array, at: number, end: number, time: CivilTime, isUtc: boolean): number {
  const close = bytes.subarray(at + 1, Math.min(end, at + 2 + LONGEST_NAME)).indexOf(RIGHT_BRACKET);
  if (close < 0) return -1;
  const nameEnd = at + 1 + close;
  if (!ZONE.test(text(bytes, at + 1, nameEnd))) return -1;
  if (!isUtc) {
    time.zoneStart = at + 1;
    time.zoneEnd = nameEnd;
  }
  return nameEnd + 1;
}

/** Passes over an abbreviation. -1 where it says UTC and the offset another; `at` where there is none. */
function readAbbreviation(bytes: Uint8Array, at: number, end: number, offsetMinutes: number): number {
  const from = skipBlanks(bytes, at, end);
  let to = from;
  while (to < end && to - from < 6 && isUpperCase(bytes[to]!)) to++;
  if (from === at || !ABBREVIATION.test(text(bytes, from, to))) return at;
  return startsWithUtc(bytes, from, end) && to - from === 3 && offsetMinutes !== 0 ? -1 : to;
}

function readComment(bytes: Uint8Array, at: number, end: number): number {
  const from = skipBlanks(bytes, at, end);
  if (from === at || bytes[from] !== LEFT_PARENTHESIS) return at;
  const close = bytes.subarray(from, Math.min(end, from + 2 + LONGEST_NAME)).indexOf(RIGHT_PARENTHESIS);
  return close < 0 ? -1 : from + close + 1;
}

function isUpperCase(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
