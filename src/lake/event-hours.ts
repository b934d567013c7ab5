/** What a source held of each hour, from the first hour of which it has a record to the last, both in UTC. */
export interface EventHours {
  /** The first hour, in whole hours since 1970. */
  readonly first: number;
  /** Good records of each hour, and those of them that became rows. */
  readonly records: readonly number[];
  readonly committed: readonly number[];
}

/** Hours from the first to the last of a source, of which more are not counted one by one. */
const MOST_HOURS = 1000;

const MICROS_IN_HOUR = 3_600_000_000;

interface Count {
  records: number;
  committed: number;
}

/** Counts the good records of a source by hour, in constant room and time a record. */
export class HourCounts {
  readonly #hours = new Map<number, Count>();
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  /** The count of the last record, since the next is mostly of the same hour. */
  #hour = Number.NaN;
  #count: Count = { records: 0, committed: 0 };

  /** Takes a record's time, in microseconds since 1970, and whether it becomes a row. */
  note(timeMicros: number, isCommitted: boolean): void {
    const hour = Math.floor(timeMicros / MICROS_IN_HOUR);
    if (hour !== this.#hour) this.#turnTo(hour);
    this.#count.records++;
    if (isCommitted) this.#count.committed++;
  }

  /** The counts; null where there is no record, or where the hours are too many. */
  result(): EventHours | null {
    if (this.#hours.size === 0 || this.#isTooLong) return null;
    const hours = Array.from({ length: this.#last - this.#first + 1 }, (_, at) => this.#hours.get(this.#first + at));
    return {
      first: this.#first,
      records: hours.map((count) => count?.records ?? 0),
      committed: hours.map((count) => count?.committed ?? 0),
    };
  }

  get #isTooLong(): boolean {
    return this.#last - this.#first >= MOST_HOURS;
  }

  #turnTo(hour: number): void {
    this.#hour = hour;
    this.#first = Math.min(this.#first, hour);
    this.#last = Math.max(this.#last, hour);
    if (this.#isTooLong) {
      // What there is from here on is not asked for.
      this.#hours.clear();
      return;
    }
    const known = this.#hours.get(hour);
    this.#count = known ?? { records: 0, committed: 0 };
    if (known === undefined) this.#hours.set(hour, this.#count);
  }
}

/** The hour that begins at an instant which {@link hourText} wrote. */
export function hourOf(text: string): number {
  return Math.floor(Date.parse(text) / 3_600_000);
}

/** The instant at which an hour begins, in ISO 8601. @param hour in whole hours since 1970 */
export function hourText(hour: number): string {
  return new Date(hour * 3_600_000).toISOString();
}
