import { type CivilTime, isAsciiDigit } from './civil-time.ts';

const ZERO = 0x30;
const POINT = 0x2e;
const COMMA = 0x2c;

/** Of a number of so many digits before its point: the digits of its unit that are fractions of a second. */
const UNITS: Readonly<Record<number, number>> = { 10: 0, 13: 3, 16: 6, 19: 9 };
const MICRO_DIGITS = 6;
const MOST_FRACTION_DIGITS = 9;

/**
 * Reads a number since 1970 in UTC: seconds, milliseconds, microseconds or nanoseconds where it has 10, 13, 16 or 19 digits, with
 * 1 to 9 digits behind a point or comma or none. Exact to the microsecond, beyond which digits are cut off. The digits of the
 * second's fraction are noted in `time`.
 *
 * @returns whole microseconds, or -1 where it is no such number
 */
export function readEpochNumber(bytes: Uint8Array, start: number, end: number, time: CivilTime): number {
  const pointAt = digitsEnd(bytes, start, end);
  const unit = UNITS[pointAt - start];
  if (unit === undefined) return -1;
  const hasFraction = pointAt < end;
  if (hasFraction) {
    const digits = end - pointAt - 1;
    if (bytes[pointAt] !== POINT && bytes[pointAt] !== COMMA) return -1;
    if (digits < 1 || digits > MOST_FRACTION_DIGITS || digitsEnd(bytes, pointAt + 1, end) !== end) return -1;
  }
  time.beginPlain();
  time.isNewForm = hasFraction || unit === 9;
  time.fractionDigits = Math.min(unit + (hasFraction ? end - pointAt - 1 : 0), MOST_FRACTION_DIGITS);
  let micros = 0;
  let missing = MICRO_DIGITS - unit;
  const wholeEnd = missing < 0 ? pointAt + missing : pointAt;
  for (let at = start; at < wholeEnd; at++) micros = micros * 10 + bytes[at]! - ZERO;
  for (let at = pointAt + 1; at < end && missing > 0; at++, missing--) micros = micros * 10 + bytes[at]! - ZERO;
  for (; missing > 0; missing--) micros *= 10;
  return micros;
}

function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isAsciiDigit(bytes[at]!)) at++;
  return at;
}
