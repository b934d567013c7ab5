import type { Bucket } from './buckets.ts';
import { type Cell, differences, Tally } from './tally.ts';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
/** No two zones are further apart. */
const MOST_APART = 26 * 60 * MINUTE;
/** Fewer hours that differ say nothing of a zone. */
const FEWEST_HOURS = 3;
/** A shift explains what it makes that many times less. */
const TIMES_LESS = 10;

/** Of all that differs, at least the so-many-th part is missing, and as much too much, where events are in other hours. */
const BOTH_WAYS = 5;

/** Where the events of a time lie, finely enough to be put into hours that begin elsewhere. */
export class Slots {
  readonly #width: number;
  readonly #slots = new Map<number, Map<number, number>>();

  /** @param buckets whose bounds are bounds of slots */
  constructor(buckets: readonly Bucket[]) {
    this.#width = buckets.every(({ start, end }) => start % QUARTER === 0 && end % QUARTER === 0) ? QUARTER : MINUTE;
  }

  /** @param time in milliseconds since 1970 */
  add(time: number, code: number): void {
    const slot = Math.floor(time / this.#width);
    const codes = this.#slots.get(slot) ?? new Map<number, number>();
    if (codes.size === 0) this.#slots.set(slot, codes);
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }

  /** The events in each bucket, had all been later by `shift`, in milliseconds. */
  tally(buckets: readonly Bucket[], shift = 0): Tally {
    const tally = new Tally();
    for (const [place, { start, end }] of buckets.entries()) {
      const to = Math.round((end - shift) / this.#width);
      for (let slot = Math.round((start - shift) / this.#width); slot < to; slot++) {
        for (const [code, count] of this.#slots.get(slot) ?? []) tally.add(place, code, count);
      }
    }
    return tally;
  }
}

/** How far beyond the buckets events may lie that a shift would put into them, in milliseconds. */
export const SHIFT_REACH = MOST_APART;

/**
 * By how much all events of the table are too early, or too late where it is below 0, in milliseconds: then nearly every count
 * agrees, and most do not as they are. Null where no shift does that.
 */
export function shiftOf(
  buckets: readonly Bucket[],
  judged: readonly number[],
  source: Tally,
  slots: Slots,
  cells: readonly Cell[],
): number | null {
  if (new Set(cells.map(({ bucket }) => bucket)).size < FEWEST_HOURS) return null;
  const now = weight(cells);
  const lacking = weight(cells.filter(({ source: counted, lake }) => counted > lake));
  // What is missing, or too much, is so on one side: a trail that is much the same every hour would fit any shift.
  if (Math.min(lacking, now - lacking) * BOTH_WAYS < now) return null;
  let best = { shift: 0, left: now };
  for (let shift = -MOST_APART; shift <= MOST_APART; shift += QUARTER) {
    if (shift === 0) continue;
    const left = weight(differences(judged, source, slots.tally(buckets, shift)));
    const isNearer = left === best.left && Math.abs(shift) < Math.abs(best.shift);
    if (left < best.left || isNearer) best = { shift, left };
  }
  return best.shift !== 0 && best.left * TIMES_LESS <= now ? best.shift : null;
}

function weight(cells: readonly Cell[]): number {
  return cells.reduce((sum, { source, lake }) => sum + Math.abs(source - lake), 0);
}
