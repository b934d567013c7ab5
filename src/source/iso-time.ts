import type { CivilTime } from './civil-time.ts';
import { readDigits } from './civil-time.ts';
import { readLongOffset } from './long-offset.ts';
import { NO_SECONDS } from './part-contents.ts';

const MINUS = 0x2d;
const COLON = 0x3a;
const BLANK = 0x20;
const UPPER_T = 0x54;
const LOWER_T = 0x74;
const POINT = 0x2e;
const COMMA = 0x2c;

/** `yyyy-mm-ddThh:mm`, the shortest form. */
const SHORTEST = 16;

/**
 * Reads the extended form of ISO 8601 (with RFC 3339's blank and lower case): `2026-01-02T03:04`, then optionally seconds, their
 * fraction, and an offset from UTC in any form of long-offset.ts. Does not ask whether the calendar has that day.
 */
export function readIsoTime(bytes: Uint8Array, start: number, end: number, time: CivilTime): boolean {
  if (end - start < SHORTEST || bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return false;
  const separator = bytes[start + 10];
  if (separator !== UPPER_T && separator !== BLANK && separator !== LOWER_T) return false;
  if (bytes[start + 13] !== COLON) return false;
  time.beginPlain();
  time.year = readDigits(bytes, start, end, 4);
  time.month = readDigits(bytes, start + 5, end, 2);
  time.day = readDigits(bytes, start + 8, end, 2);
  time.hour = readDigits(bytes, start + 11, end, 2);
  time.minute = readDigits(bytes, start + 14, end, 2);
  let at = start + SHORTEST;
  if (at < end && bytes[at] === COLON) {
    time.second = readDigits(bytes, at + 1, end, 2);
    at += 3;
    if (at < end && (bytes[at] === POINT || bytes[at] === COMMA)) at = time.readFraction(bytes, at + 1, end);
    if (at < 0) return false;
  } else {
    time.fractionDigits = NO_SECONDS;
  }
  if (at === end) return true;
  return time.readOffset(bytes, at, end) === end || readLongOffset(bytes, at, end, time) === end;
}
