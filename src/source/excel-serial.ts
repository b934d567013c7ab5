const ZERO = 0x30;
const POINT = 0x2e;
const COMMA = 0x2c;
const DAY_DIGITS = 5;
const MOST_FRACTION_DIGITS = 17;
const MS_PER_DAY = 86_400_000;
/** Days from Excel's day 0, 1899-12-30 (so that all from 1900-03-01 on are right), to 1970-01-01. */
const EPOCH = 25_569;

/**
 * Reads a date as Excel counts it in its 1900 system: days of five digits (1927 to 2173), and their fraction behind a point or
 * comma, rounded to the millisecond. It is a clock reading: Excel knows no zone.
 *
 * @returns whole milliseconds from 1970-01-01T00:00 as if the clock showed UTC, or NaN where it is no such number
 */
export function readExcelSerial(bytes: Uint8Array, start: number, end: number): number {
  const pointAt = start + DAY_DIGITS;
  if (pointAt > end || bytes[start] === ZERO) return Number.NaN;
  const days = Number(digits(bytes, start, pointAt) || Number.NaN);
  if (pointAt === end) return (days - EPOCH) * MS_PER_DAY;
  if (bytes[pointAt] !== POINT && bytes[pointAt] !== COMMA) return Number.NaN;
  const fraction = digits(bytes, pointAt + 1, end);
  if (fraction === '' || fraction.length > MOST_FRACTION_DIGITS) return Number.NaN;
  const scale = 10n ** BigInt(fraction.length);
  const ms = (BigInt(fraction) * BigInt(MS_PER_DAY) * 2n + scale) / (scale * 2n);
  return (days - EPOCH) * MS_PER_DAY + Number(ms);
}

/** The digits, or an empty text where something else stands among them. */
function digits(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte < ZERO || byte > ZERO + 9) return '';
    text += String.fromCharCode(byte);
  }
  return text;
}
