/** Of the second's fraction where not even the second is written: a minute is some two digits longer. */
export const NO_SECONDS = -2;
const MILLISECONDS = 3;

/** What the good records of an export have, be it a file or a part of one. */
export interface PartContents {
  readonly records: number;
  /** Records that name an actor, in a column that enters their ids. */
  readonly named: number;
  /** Digits written of the second's fraction, -2 (no seconds) to 9. */
  readonly most: number;
  /** Digits that are not zero to the end of all of them, -2 (whole minutes) to 6. */
  readonly needed: number;
  /** Times in a row that differ: events of one moment count once. */
  readonly times: number;
  /** Among these, such as are written to the minute, the second, and the millisecond or something between. */
  readonly toMinute: number;
  readonly toSecond: number;
  readonly toMillisecond: number;
}

/** Digits of the second's fraction that are not zero to the end. */
const MOST_DIGITS = 6;
const MICROS_PER_MINUTE = 60_000_000;

/** Counts what the good records of a part have. */
export class ContentsCount implements PartContents {
  records = 0;
  named = 0;
  most = NO_SECONDS;
  needed = NO_SECONDS;
  times = 0;
  toMinute = 0;
  toSecond = 0;
  toMillisecond = 0;
  #lastMicros = Number.NaN;

  /** Counts a good record. @param digits as written of its time's fraction */
  add(micros: number, digits: number, isNamed: boolean): void {
    this.records++;
    if (isNamed) this.named++;
    if (digits > this.most) this.most = digits;
    if (digits > this.needed) this.#noteNeeded(micros);
    if (micros === this.#lastMicros) return;
    this.#lastMicros = micros;
    this.times++;
    if (digits < 0) this.toMinute++;
    else if (digits === 0) this.toSecond++;
    else if (digits <= MILLISECONDS) this.toMillisecond++;
  }

  /** The counts as they are now. */
  get now(): PartContents {
    const { records, named, most, needed, times, toMinute, toSecond, toMillisecond } = this;
    return { records, named, most, needed, times, toMinute, toSecond, toMillisecond };
  }

  #noteNeeded(micros: number): void {
    if (this.needed < 0 && micros % MICROS_PER_MINUTE !== 0) this.needed = 0;
    if (this.needed < 0) return;
    while (this.needed < MOST_DIGITS && micros % 10 ** (MOST_DIGITS - this.needed) !== 0) this.needed++;
  }
}
