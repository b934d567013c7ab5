import { Temporal } from 'temporal-polyfill';

/** What the clocks of an IANA zone show at an instant. Asked in the order of time, it looks up each change of clocks once. */
export class ZoneOffsets {
  readonly #zone: string;
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;
  #offset = 0;

  /** @throws RangeError if the runtime knows no such zone */
  constructor(zone: string) {
    this.#zone = zone;
    this.at(0);
  }

  /** How far clocks are ahead of UTC, in milliseconds. @param instant in milliseconds since 1970 */
  at(instant: number): number {
    if (instant >= this.#from && instant < this.#to) return this.#offset;
    const there = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(this.#zone);
    this.#from = instant;
    this.#to = there.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
    this.#offset = there.offsetNanoseconds / 1e6;
    return this.#offset;
  }
}
