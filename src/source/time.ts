import { CivilTime } from './civil-time.ts';
import { readEpochNumber } from './epoch-number.ts';
import { readExcelSerial } from './excel-serial.ts';
import { readIsoTime } from './iso-time.ts';
import { NO_SECONDS } from './part-contents.ts';
import { PLAIN_FORMS } from './plain-forms.ts';
import { TimePattern } from './time-pattern.ts';
import type { TimeNote } from './time-zone.ts';
import { EXACT, TimeZone, ZoneNames } from './time-zone.ts';

/** Times as Excel counts them: no pattern, since they have no parts. */
export const EXCEL = 'excel';
export const AUTO = 'auto';
const EXCEL_DIGITS = 3;

/** Reads the times of a file's records. */
export interface Times {
  /** The time read last: whole microseconds since 1970-01-01T00:00Z. */
  readonly micros: number;
  readonly note: TimeNote;
  readonly fractionDigits: number;
  readonly isNewForm: boolean;
  /** Whether the time read last is without offset, so that the zone decided which instant it is. */
  readonly isLocal: boolean;
  /** Whether there is a time; it is in `micros` and `note` then. */
  read(bytes: Uint8Array, start: number, end: number): boolean;
}

let plainPatterns: readonly TimePattern[] | undefined;

/**
 * Reads times from bytes. With format `auto`: whatever has one reading, that is ISO 8601, numbers since 1970 of 10, 13, 16 or 19
 * digits (s, ms, µs, ns) with a fraction or none, and {@link PLAIN_FORMS}.
 */
export class TimeReader implements Times {
  /** The time read last: whole microseconds since 1970-01-01T00:00Z. Exact within ±285 years of it. */
  micros = 0;
  /** What had to be decided about the time read last. */
  note: TimeNote = EXACT;
  isLocal = false;
  readonly #format: string;
  readonly #pattern: TimePattern | undefined;
  /** The plain form that the last time had: the next one mostly has it too. */
  #usual = 0;
  readonly #zone: TimeZone;
  readonly #zoneNames = new ZoneNames();
  readonly #civil = new CivilTime();
  /** Whether the time read last was by a pattern. */
  #isPattern = false;

  /**
   * @param format `auto`, `excel` or a pattern as in time-pattern.ts
   * @param timeZone IANA zone of times without offset
   * @throws SyntaxError, RangeError if one of them is not understood
   */
  constructor(format: string, timeZone: string) {
    this.#format = format;
    this.#pattern = format === AUTO || format === EXCEL ? undefined : new TimePattern(format);
    this.#zone = new TimeZone(timeZone);
  }

  /** Digits that were written of the second's fraction of the time read last, 0 to 9, or -2 where no second was. */
  get fractionDigits(): number {
    return this.#isPattern && !this.#civil.hasSecond ? NO_SECONDS : this.#civil.fractionDigits;
  }

  /** Whether no reader before version 3 read the time read last. */
  get isNewForm(): boolean {
    return this.#civil.isNewForm;
  }

  /** What was written of the time read last. */
  get lastParts(): Pick<CivilTime, 'hasSecond' | 'fractionDigits' | 'hasOffset'> {
    return this.#civil;
  }

  /** @returns whether a time was read; it is in `micros` and `note` then */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    const civil = this.#civil;
    this.note = EXACT;
    this.isLocal = false;
    this.#isPattern = this.#pattern !== undefined;
    if (this.#format === AUTO) {
      if (!readIsoTime(bytes, start, end, civil)) return this.#readOther(bytes, start, end);
    } else if (this.#pattern === undefined) {
      return this.#readExcel(bytes, start, end);
    } else if (!this.#pattern.read(bytes, start, end, civil)) return false;
    return this.#take(bytes);
  }

  #readOther(bytes: Uint8Array, start: number, end: number): boolean {
    const civil = this.#civil;
    const micros = readEpochNumber(bytes, start, end, civil);
    if (micros >= 0) {
      this.micros = micros;
      return true;
    }
    plainPatterns ??= PLAIN_FORMS.map((form) => new TimePattern(form));
    const { length } = plainPatterns;
    for (let tried = 0; tried < length; tried++) {
      const index = (this.#usual + tried) % length;
      if (plainPatterns[index]!.read(bytes, start, end, civil) && this.#take(bytes)) {
        this.#usual = index;
        this.#isPattern = true;
        return true;
      }
    }
    return false;
  }

  #readExcel(bytes: Uint8Array, start: number, end: number): boolean {
    const clockMs = readExcelSerial(bytes, start, end);
    if (Number.isNaN(clockMs)) return false;
    this.#civil.begin();
    this.#civil.fractionDigits = EXCEL_DIGITS;
    this.#civil.isNewForm = true;
    this.isLocal = true;
    this.#zone.resolve(Math.floor(clockMs / 60_000));
    this.note = this.#zone.note;
    this.micros = (clockMs - this.#zone.offsetSeconds * 1000) * 1000;
    return true;
  }

  /** Takes the clock reading for an instant, where there is one. */
  #take(bytes: Uint8Array): boolean {
    const civil = this.#civil;
    if (!civil.isValid()) return false;
    const clockMinutes = civil.clockMinutes();
    let offsetSeconds = civil.offsetMinutes * 60;
    if (!civil.hasOffset) {
      this.isLocal = true;
      this.#zone.resolve(clockMinutes);
      offsetSeconds = this.#zone.offsetSeconds;
      this.note = this.#zone.note;
    }
    const seconds = clockMinutes * 60 + civil.second - offsetSeconds;
    this.micros = seconds * 1e6 + civil.micros;
    return civil.zoneStart < 0 || this.#zoneNames.agree(zoneName(bytes, civil), seconds, offsetSeconds);
  }
}

/** @throws SyntaxError that says what is wrong with a format that is neither `auto` nor `excel` nor a pattern */
export function checkTimeFormat(format: string): void {
  if (format !== AUTO && format !== EXCEL) new TimePattern(format);
}

function zoneName(bytes: Uint8Array, { zoneStart, zoneEnd }: CivilTime): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + zoneStart, zoneEnd - zoneStart).toString('latin1');
}
