const ZERO = 0x30;
const PLUS = 0x2b;
const MINUS = 0x2d;
const COLON = 0x3a;
const UPPER_Z = 0x5a;
const LOWER_Z = 0x7a;
/** The weekday of 1970-01-01. */
const THURSDAY = 4;

/** A calendar date and a time of day as written. One object serves many readings, so that none is made per record. */
export class CivilTime {
  year = 0;
  month = 0;
  day = 0;
  hour = 0;
  minute = 0;
  second = 0;
  /** Whether a pattern found seconds. */
  hasSecond = false;
  /** Fraction of the second, 0 to 999,999. */
  micros = 0;
  /** Whether an offset from UTC was written. */
  hasOffset = false;
  offsetMinutes = 0;
  /** Digits that were written of the second's fraction, 0 to 9. */
  fractionDigits = 0;
  /** The weekday that was written, 0 for Sunday; -1 where none was. */
  weekday = -1;
  /** What a clock of 12 hours adds: 0 before noon, 12 after it. */
  halfDayHours = 0;
  /** Where the name of a time zone that was written in brackets stands; -1 where none was. */
  zoneStart = -1;
  zoneEnd = -1;
  /** Whether it is written as no reader before version 3 read it. */
  isNewForm = false;
  #knownDate = -1;
  #knownDays = 0;

  /** Puts back what only some forms state, before a time is read. */
  begin(): void {
    this.second = 0;
    this.hasSecond = false;
    this.micros = 0;
    this.hasOffset = false;
    this.fractionDigits = 0;
    this.weekday = -1;
    this.zoneStart = -1;
    this.isNewForm = false;
  }

  /** As begin(), for a form that states nothing else: only other forms, all of them new, can have left that. */
  beginPlain(): void {
    if (this.isNewForm) this.begin();
    this.second = 0;
    this.micros = 0;
    this.hasOffset = false;
    this.fractionDigits = 0;
  }

  /** Whether the calendar has this day and the day this time. Leap seconds and 24:00 are not accepted. */
  isValid(): boolean {
    if (this.weekday >= 0 && !this.#isWeekday()) return false;
    return (
      this.year >= 0 &&
      this.month >= 1 &&
      this.month <= 12 &&
      this.day >= 1 &&
      this.day <= daysInMonth(this.year, this.month) &&
      this.hour >= 0 &&
      this.hour <= 23 &&
      this.minute >= 0 &&
      this.minute <= 59 &&
      this.second >= 0 &&
      this.second <= 59
    );
  }

  /** Minutes from 1970-01-01T00:00 as if the clock showed UTC. Exports are mostly in order, so the last date is kept. */
  clockMinutes(): number {
    const date = (this.year * 16 + this.month) * 32 + this.day;
    if (date !== this.#knownDate) {
      this.#knownDate = date;
      this.#knownDays = daysFromEpoch(this.year, this.month, this.day);
    }
    return (this.#knownDays * 24 + this.hour) * 60 + this.minute;
  }

  /** Whether the date is of the weekday that was written. */
  #isWeekday(): boolean {
    return (((daysFromEpoch(this.year, this.month, this.day) + THURSDAY) % 7) + 7) % 7 === this.weekday;
  }

  /** Reads `Z`, `±hh`, `±hhmm` or `±hh:mm`. @returns the index behind it, -1 if there is none */
  readOffset(bytes: Uint8Array, at: number, end: number): number {
    if (at >= end) return -1;
    const sign = bytes[at]!;
    this.hasOffset = true;
    this.offsetMinutes = 0;
    if (sign === UPPER_Z || sign === LOWER_Z) return at + 1;
    if (sign !== PLUS && sign !== MINUS) return -1;
    const hours = readDigits(bytes, at + 1, end, 2);
    if (hours < 0 || hours > 23) return -1;
    const colon = at + 3 < end && bytes[at + 3] === COLON ? 1 : 0;
    let next = at + 3 + colon;
    let minutes = 0;
    if (colon === 1 || (next < end && isAsciiDigit(bytes[next]!))) {
      minutes = readDigits(bytes, next, end, 2);
      if (minutes < 0 || minutes > 59) return -1;
      next += 2;
    }
    this.offsetMinutes = (sign === MINUS ? -1 : 1) * (hours * 60 + minutes);
    return next;
  }

  /** Reads 1 to 9 digits as the second's fraction; beyond microseconds they are cut off. @returns the index behind, or -1 */
  readFraction(bytes: Uint8Array, at: number, end: number): number {
    let next = at;
    let micros = 0;
    for (; next < end && isAsciiDigit(bytes[next]!); next++) {
      if (next - at < 6) micros = micros * 10 + bytes[next]! - ZERO;
    }
    const digits = next - at;
    if (digits < 1 || digits > 9) return -1;
    for (let missing = digits; missing < 6; missing++) micros *= 10;
    this.micros = micros;
    this.fractionDigits = digits;
    return next;
  }
}

/** Reads exactly `count` digits. @returns their value, or -1 */
export function readDigits(bytes: Uint8Array, at: number, end: number, count: number): number {
  if (at + count > end) return -1;
  let value = 0;
  for (let index = at; index < at + count; index++) {
    const digit = bytes[index]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

export function isAsciiDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar, counted in years that begin in March so that February comes last. */
function daysFromEpoch(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const marchMonth = month <= 2 ? month + 9 : month - 3;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - 719_469;
}
