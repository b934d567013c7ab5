/** How far a source has been pulled, in milliseconds since 1970-01-01T00:00Z. Kept over restarts. */
export interface Position {
  /** All before it has been pulled at a time when nothing of it could come late any more. */
  readonly settled: number;
  /** Where the last window ended. */
  readonly reached: number;
  /** Whether that was before its now, so that the next window goes on there; else it begins with what is not settled. */
  readonly isMidway: boolean;
  /** How long windows are since one was too long, in milliseconds; absent where they have their full length. */
  readonly length?: number;
}

/** How windows are cut; all in milliseconds. */
export interface WindowRules {
  readonly longest: number;
  /** No window is halved below this. */
  readonly shortest: number;
  /** Windows begin and end at multiples of this: how finely the source can be asked. */
  readonly step: number;
  /** How late a record may come, and how far a window reaches back into the one before it. */
  readonly overlap: number;
  /** Where the first window begins; the longest window before now where it is null. */
  readonly start: number | null;
}

/** What is to be pulled: from `from` to before `to`, in milliseconds since 1970-01-01T00:00Z. */
export interface PullWindow {
  readonly from: number;
  readonly to: number;
  /** Whether it ends now: nothing is left after it. */
  readonly isNewest: boolean;
  /** Whether the position lay in the future, so that the clock is or was wrong, and this window reaches back further for it. */
  readonly wasAhead: boolean;
}

/** Clocks of machines that take turns may differ by so much. */
const SKEW_MS = 60_000;

/**
 * The window to pull next, null where there is nothing to pull yet. It never begins after what is settled, so that there is no
 * gap whatever happened between two runs; it is never longer than the rules say, however far back the last run is.
 * @param position null where nothing has been pulled
 * @param now milliseconds since 1970-01-01T00:00Z
 */
export function nextWindow(position: Position | null, rules: WindowRules, now: number): PullWindow | null {
  const { longest, shortest, start, step } = rules;
  const end = Math.ceil(now / step) * step;
  const length = Math.max(shortest, Math.min(position?.length ?? longest, longest));
  const wasAhead = position !== null && position.reached > now + SKEW_MS;
  const from = floorTo(position === null ? (start ?? end - longest) : nextStart(position, rules, length, now), step);
  if (from >= end) return null;
  const to = Math.min(end, from + Math.max(step, floorTo(length, step)));
  return { from, to, isNewest: to === end, wasAhead };
}

/** What became of a window. */
export interface Pulled {
  /** What time it was when it was asked for, by the most backward of the clocks that are known. */
  readonly asOf: number;
  /** Whether the source had more than it gave. */
  readonly isTruncated: boolean;
}

/**
 * The position once what the source gave for a window is durable. A truncated window is pulled again, in halves; where it was as short
 * as can be, it counts, since it would stand in the way for ever. After that windows grow by a quarter each.
 */
export function afterWindow(
  position: Position | null,
  rules: WindowRules,
  window: PullWindow,
  { asOf, isTruncated }: Pulled,
): Position {
  const { longest, shortest, overlap } = rules;
  const spent = window.to - window.from;
  const known = position ?? { settled: window.from, reached: window.from, isMidway: false };
  if (isTruncated && spent > shortest) return { ...known, length: Math.max(shortest, Math.floor(spent / 2)) };
  const grown = isTruncated ? shortest : Math.ceil(((position?.length ?? longest) * 5) / 4);
  return {
    settled: window.from > known.settled ? known.settled : within(window, asOf - overlap),
    reached: within(window, asOf),
    isMidway: !window.isNewest,
    ...(grown < longest && { length: grown }),
  };
}

/** The position where two runs have each moved it: all before either was pulled. */
export function furthest(one: Position, other: Position): Position {
  return one.settled > other.settled || (one.settled === other.settled && one.reached > other.reached) ? one : other;
}

function nextStart(position: Position, { longest, overlap }: WindowRules, length: number, now: number): number {
  const { settled, reached, isMidway } = position;
  // How long the clock was ahead is not known: one window more is what can be had without asking for everything.
  if (reached > now + SKEW_MS) return Math.min(settled, now - overlap - longest);
  return isMidway ? reached - Math.min(overlap, length / 2) : settled;
}

/** All before the window's beginning was pulled already. */
function within(window: PullWindow, instant: number): number {
  return Math.max(window.from, Math.min(window.to, instant));
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
