import type { Codec } from '../parquet/index.ts';
import type { EventRow } from './event-row.ts';
import { Partition, type SourceConstants } from './partition.ts';

/** Rows at which a data file is closed. */
const FILE_ROWS = 262_144;
/** A partition that got no row while this many went elsewhere is closed: sorted input keeps few open. */
const IDLE_ROWS = 65_536;
/** What all open files together may hold, in bytes, before the largest is closed. */
const HELD_BYTES = 128 * 2 ** 20;
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
  #rows = 0;
  #lastDay = Number.NaN;
  #last: Partition | null = null;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /** Adds a row to the partition of its date. True where {@link due} should be asked. */
  append(row: EventRow, constants: SourceConstants): boolean {
    const day = Math.floor(row.source.timeMicros / MICROS_PER_DAY);
    if (day !== this.#lastDay || this.#last === null) this.#select(day);
    const partition = this.#last!;
    partition.append(row, constants);
    partition.lastUsed = ++this.#rows;
    return partition.rows >= FILE_ROWS || this.#rows % ROWS_BETWEEN_CHECKS === 0;
  }

  /** The partitions that are to be written now. */
  *due(): Generator<DuePartition> {
    for (const [day, partition] of this.#open) {
      if (partition.rows >= FILE_ROWS || this.#rows - partition.lastUsed >= IDLE_ROWS) yield dueOf(day, partition);
    }
    for (let held = this.#held(); held > HELD_BYTES; held = this.#held()) {
      const [day, largest] = [...this.#open].reduce((a, b) => (b[1].file.heldBytes > a[1].file.heldBytes ? b : a));
      yield dueOf(day, largest);
    }
  }

  /** All partitions still open, in the order of their dates. */
  *rest(): Generator<DuePartition> {
    const days = [...this.#open.keys()].sort((a, b) => a - b);
    for (const day of days) yield dueOf(day, this.#open.get(day)!);
  }

  /** Takes a partition back once it is written. */
  release({ partition, eventDate }: DuePartition): void {
    this.#open.delete(dayOf(eventDate));
    this.#lastDay = Number.NaN;
    this.#last = null;
    if (this.#pool.length >= POOL) return;
    partition.reset();
    this.#pool.push(partition);
  }

  #select(day: number): void {
    let partition = this.#open.get(day);
    if (partition === undefined) {
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
  return dateOf(Math.floor(timeMicros / MICROS_PER_DAY));
}

function dueOf(day: number, partition: Partition): DuePartition {
  return { eventDate: dateOf(day), partition };
}

function dateOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

function dayOf(date: string): number {
  return Date.parse(date) / 86_400_000;
}
