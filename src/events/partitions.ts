import type { Codec } from '../parquet/index.ts';
import { dateOfDay } from './calendar-day.ts';
import type { EventRow } from './event-row.ts';
import { Partition, type SourceConstants } from './partition.ts';

/** Rows at which a data file is closed. */
const FILE_ROWS = 262_144;
/** A partition that got no row while this many went elsewhere is closed: sorted input keeps few open. */
const IDLE_ROWS = 65_536;
/** What all open files together may hold, in bytes, before the largest is closed. */
const HELD_BYTES = 128 * 2 ** 20;
/** Partitions open at once, before the one unused for longest is closed. */
const MOST_OPEN = 24;
/** Dates met again after they were closed, from which on the input counts as scattered. */
const MOST_REOPENED = 24;
/** Rows between two looks at what is idle and what is held. */
const ROWS_BETWEEN_CHECKS = 4096;
/** Closed partitions kept for reuse; more would pin the memory of a burst of dates. */
const POOL = 2;
const MICROS_PER_DAY = 86_400_000_000;

/** A partition that is to be written and handed back. */
export interface DuePartition {
  /** `YYYY-MM-DD`. */
  readonly eventDate: string;
  readonly partition: Partition;
}

/** The open partitions of an attempt, one per event_date, and which of them are due to be written. */
export class Partitions {
  readonly #codec: Codec;
  readonly #open = new Map<number, Partition>();
  readonly #pool: Partition[] = [];
  /** Dates closed before they were full. */
  readonly #closedEarly = new Set<number>();
  #reopened = 0;
  #rows = 0;
  #lastDay = Number.NaN;
  #last: Partition | null = null;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /**
   * Whether the dates come in no order: closing and opening them over and over would leave many small files, so the
   * caller should sort the rest by date first.
   */
  get scattered(): boolean {
    return this.#reopened >= MOST_REOPENED;
  }

  /** Adds a row to the partition of its date. True where {@link due} should be asked. */
  append(row: EventRow, constants: SourceConstants): boolean {
    const day = dayOf(row.source.timeMicros);
    if (day !== this.#lastDay || this.#last === null) this.#select(day);
    const partition = this.#last!;
    partition.append(row, constants);
    partition.lastUsed = ++this.#rows;
    return partition.rows >= FILE_ROWS || this.#open.size > MOST_OPEN || this.#rows % ROWS_BETWEEN_CHECKS === 0;
  }

  /** The partitions that are to be written now. */
  *due(): Generator<DuePartition> {
    for (const [day, partition] of this.#open) {
      if (partition.rows >= FILE_ROWS) yield dueOf(day, partition);
      else if (this.#rows - partition.lastUsed >= IDLE_ROWS) yield this.#early(day, partition);
    }
    while (this.#open.size > MOST_OPEN) {
      yield this.#early(...[...this.#open].reduce((a, b) => (b[1].lastUsed < a[1].lastUsed ? b : a)));
    }
    for (let held = this.#held(); held > HELD_BYTES; held = this.#held()) {
      yield this.#early(...[...this.#open].reduce((a, b) => (b[1].file.heldBytes > a[1].file.heldBytes ? b : a)));
    }
  }

  /** All partitions still open, in the order of their dates. */
  *rest(): Generator<DuePartition> {
    const days = [...this.#open.keys()].sort((a, b) => a - b);
    for (const day of days) yield dueOf(day, this.#open.get(day)!);
  }

  /** The partition of one day, where it is open. */
  *of(day: number): Generator<DuePartition> {
    const partition = this.#open.get(day);
    if (partition !== undefined) yield dueOf(day, partition);
  }

  /** Takes a partition back once it is written. */
  release({ partition, eventDate }: DuePartition): void {
    this.#open.delete(Date.parse(eventDate) / 86_400_000);
    this.#lastDay = Number.NaN;
    this.#last = null;
    if (this.#pool.length >= POOL) return;
    partition.reset();
    this.#pool.push(partition);
  }

  #early(day: number, partition: Partition): DuePartition {
    this.#closedEarly.add(day);
    return dueOf(day, partition);
  }

  #select(day: number): void {
    let partition = this.#open.get(day);
    if (partition === undefined) {
      if (this.#closedEarly.delete(day)) this.#reopened++;
      partition = this.#pool.pop() ?? new Partition(this.#codec);
      this.#open.set(day, partition);
    }
    this.#lastDay = day;
    this.#last = partition;
  }

  #held(): number {
    let held = 0;
    for (const partition of this.#open.values()) held += partition.file.heldBytes;
    return held;
  }
}

/** The UTC date of an instant, `YYYY-MM-DD`. */
export function eventDate(timeMicros: number): string {
  return dateOfDay(dayOf(timeMicros));
}

function dueOf(day: number, partition: Partition): DuePartition {
  return { eventDate: dateOfDay(day), partition };
}

/** Whole days since 1970 of an instant, UTC. */
export function dayOf(timeMicros: number): number {
  return Math.floor(timeMicros / MICROS_PER_DAY);
}
