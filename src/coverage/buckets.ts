import type { ZoneOffsets } from '../source/index.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;

/** A time that the source counted together, an hour mostly. Instants in milliseconds since 1970, the end excluded. */
export interface Bucket {
  readonly start: number;
  readonly end: number;
}

/**
 * The hours that a source cut its trail into, from the first label to the last, those without a label included, without gap.
 * - Labels on a clock of a zone, all at the same minute: what that clock calls the same hour is one bucket. So an hour that occurs
 *   twice is one of two hours, and where clocks go back by half an hour, one of ninety minutes.
 * - Labels that are instants: an hour from each on. Where the minute changes from one label to the next, nobody can tell where between
 *   them: all from the one to the end of the other is one bucket.
 * @param labels instants, in milliseconds since 1970, in any order
 * @param clock of the zone that the labels were written in; null where they name their offset
 */
export function bucketsOf(labels: Iterable<number>, clock: Pick<ZoneOffsets, 'at'> | null): Bucket[] {
  const sorted = [...new Set(labels)].sort((a, b) => a - b);
  const [first] = sorted;
  if (first === undefined) return [];
  const minutes = clock && sorted.map((label) => mod(label + clock.at(label), HOUR));
  const isOnOneMinute = minutes?.every((minute) => minute === minutes[0]);
  return clock !== null && minutes !== null && isOnOneMinute === true
    ? clockHours(first, sorted.at(-1)!, clock, minutes[0]!)
    : hoursOfInstants(sorted);
}

/** Hours as a clock names them: `minute` past the hour is where they begin, in milliseconds. */
function clockHours(first: number, last: number, clock: Pick<ZoneOffsets, 'at'>, minute: number): Bucket[] {
  const found: { start: number; end: number; least: number; most: number }[] = [];
  const step = minute % QUARTER === 0 && first % QUARTER === 0 ? QUARTER : MINUTE;
  const nameOf = (instant: number) => Math.floor((instant + clock.at(instant) - minute) / HOUR);
  const end = nameOf(last);
  for (let at = first; ; at += step) {
    const name = nameOf(at);
    if (at > last && name > end) break;
    const bucket = { start: at, end: at + step, least: name, most: name };
    // What a clock that went back names once more is the hour before, and all that came between is one with it.
    for (let before = found.at(-1); before !== undefined && before.most >= name; before = found.at(-1)) {
      bucket.start = before.start;
      bucket.least = Math.min(bucket.least, before.least);
      bucket.most = Math.max(bucket.most, before.most);
      found.pop();
    }
    found.push(bucket);
  }
  return found.map((bucket) => ({ start: bucket.start, end: bucket.end }));
}

function hoursOfInstants(labels: readonly number[]): Bucket[] {
  const buckets: Bucket[] = [];
  let open: Bucket = { start: labels[0]!, end: labels[0]! + HOUR };
  for (const label of labels.slice(1)) {
    if (label < open.end || (label - open.end) % HOUR !== 0) {
      open = { start: open.start, end: label + HOUR };
      continue;
    }
    buckets.push(open);
    for (let start = open.end; start < label; start += HOUR) buckets.push({ start, end: start + HOUR });
    open = { start: label, end: label + HOUR };
  }
  return [...buckets, open];
}

/** Finds the bucket of instants that come mostly in order. */
export class BucketIndex {
  readonly #buckets: readonly Bucket[];
  #last = 0;

  constructor(buckets: readonly Bucket[]) {
    this.#buckets = buckets;
  }

  /** The place of the bucket in which an instant lies; -1 where none does. */
  of(instant: number): number {
    const last = this.#buckets[this.#last];
    if (last !== undefined && instant >= last.start && instant < last.end) return this.#last;
    let from = 0;
    let to = this.#buckets.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#buckets[middle]!.end <= instant) from = middle + 1;
      else to = middle;
    }
    const found = this.#buckets[from];
    if (found === undefined || instant < found.start) return -1;
    this.#last = from;
    return from;
  }
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
