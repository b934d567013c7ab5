import { CivilTime, isAsciiDigit } from './civil-time.ts';
import { readIsoTime } from './iso-time.ts';
import { TimePattern } from './time-pattern.ts';
import type { TimeNote } from './time-zone.ts';
import { EXACT, TimeZone } from './time-zone.ts';

/** Microseconds in one unit of a plain number, by its count of digits. */
const UNITS: Readonly<Record<number, number>> = { 10: 1e6, 13: 1e3, 16: 1 };

/**
 * Reads times from bytes. With format `auto`: ISO 8601, or whole seconds, milliseconds or microseconds since 1970 as numbers of
 * 10, 13 or 16 digits.
 */
export class TimeReader {
  /** The time read last: whole microseconds since 1970-01-01T00:00Z. Exact within ±285 years of it. */
  micros = 0;
  /** What had to be decided about the time read last. */
  note: TimeNote = EXACT;
  readonly #pattern: TimePattern | undefined;
  readonly #zone: TimeZone;
  readonly #civil = new CivilTime();

  /**
   * @param format `auto` or a pattern as in time-pattern.ts
   * @param timeZone IANA zone of times without offset
   * @throws SyntaxError, RangeError if one of them is not understood
   */
  constructor(format: string, timeZone: string) {
    this.#pattern = format === 'auto' ? undefined : new TimePattern(format);
    this.#zone = new TimeZone(timeZone);
  }

  /** @returns whether a time was read; it is in `micros` and `note` then */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    const civil = this.#civil;
    this.note = EXACT;
    if (this.#pattern !== undefined) {
      if (!this.#pattern.read(bytes, start, end, civil)) return false;
    } else if (!readIsoTime(bytes, start, end, civil)) {
      return this.#readNumber(bytes, start, end);
    }
    if (!civil.isValid()) return false;
    const clockMinutes = civil.clockMinutes();
    let offsetSeconds = civil.offsetMinutes * 60;
    if (!civil.hasOffset) {
      this.#zone.resolve(clockMinutes);
      offsetSeconds = this.#zone.offsetSeconds;
      this.note = this.#zone.note;
    }
    this.micros = (clockMinutes * 60 + civil.second - offsetSeconds) * 1e6 + civil.micros;
    return true;
  }

  #readNumber(bytes: Uint8Array, start: number, end: number): boolean {
    const unit = UNITS[end - start];
    if (unit === undefined) return false;
    let value = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (!isAsciiDigit(byte)) return false;
      value = value * 10 + byte - 0x30;
    }
    this.micros = value * unit;
    return true;
  }
}
