import type { CoverageRow } from '../lake/index.ts';
import { utcDay } from '../storage/index.ts';
import { instant } from './heal.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PULL = 'audit-lake pull nql';
const REPLAY = 'audit-lake replay';
const RANGE = /^(audit-lake (?:pull nql|replay)) --from (\S+) --to (\S+)$/;

/** A command that heals hours which differ. */
export interface Healing {
  readonly command: string;
  /** Calls of the day that it takes, where no result is cut off; 0 where it asks nothing of Nexthink. */
  readonly calls: number;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * What heals all of these rows by as few calls as can be: hours of one window of the query are pulled as one range, windows that
 * touch by one command; days that touch are read again by one. `pull` takes what comes by it into the raw zone and no further.
 * @param windowHours the longest window that is pulled at once (the setting nqlWindowHours)
 */
export function healingOf(rows: readonly Pick<CoverageRow, 'heal'>[], windowHours: number): Healing[] {
  const ranges = new Map<string, Range[]>([
    [REPLAY, []],
    [PULL, []],
  ]);
  const others = new Set<string>();
  for (const command of new Set(rows.flatMap(({ heal }) => heal?.split('; ') ?? []))) {
    const [, what, from, to] = RANGE.exec(command) ?? [];
    const range = { start: Date.parse(from ?? ''), end: Date.parse(to ?? '') };
    if (what === undefined || !(range.start <= range.end)) others.add(command);
    else ranges.get(what)?.push(range);
  }
  return [
    ...joined(ranges.get(REPLAY)!, DAY).map(({ start, end }) => ({
      command: `${REPLAY} --from ${utcDay(start)} --to ${utcDay(end)}`,
      calls: 0,
    })),
    ...joined(windows(ranges.get(PULL)!, windowHours * HOUR), 0).map(({ start, end }) => ({
      command: `${PULL} --from ${instant(start)} --to ${instant(end)}`,
      calls: Math.max(1, Math.ceil((end - start) / (windowHours * HOUR))),
    })),
    ...[...others].map((command) => ({ command, calls: 0 })),
  ];
}

/** The fewest ranges of this length at most that have all hours; an hour is never cut. */
function windows(hours: readonly Range[], longest: number): Range[] {
  return merged(hours, (last, { end }) => end - last.start <= longest);
}

/** Ranges that overlap, or are no more than `gap` apart, as one. */
function joined(ranges: readonly Range[], gap: number): Range[] {
  return merged(ranges, (last, { start }) => start - last.end <= gap);
}

/** Ranges in their order, each made a part of the one before it where it belongs there. */
function merged(ranges: readonly Range[], belongs: (last: Range, next: Range) => boolean): Range[] {
  const found: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = found.at(-1);
    if (last !== undefined && belongs(last, range)) {
      found[found.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else found.push(range);
  }
  return found;
}
