import type { CoverageState } from '../lake/index.ts';
import { countsOf, type HeldSource } from './recorded-hours.ts';

const HOUR = 3_600_000;
/** Hours without any source between two that have one: beyond that many there was no trail, and nothing is said of them. */
const LONGEST_GAP = 1000;
/** The trail that Nexthink Infinity has; classic ones are others. */
const INFINITY_SYSTEM = 'infinity';

/** How well an hour is known that no count of the source was compared with. */
export interface HourState {
  readonly instance: string | null;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  /** Rows that the table was given. */
  readonly rows: number;
  readonly state: CoverageState;
}

interface Hour {
  rows: number;
  /** What each export holds of it that reaches beyond it at both ends, by content. */
  readonly whole: Map<string, number>;
  isHeld: boolean;
}

/**
 * The state of every hour, by instance, as commits tell it: corroborated where two exports of different content reach beyond it at
 * both ends, and agree with what the table was given; single_source where any holds some of it; else unknown.
 */
export function hourStates(sources: Iterable<HeldSource>): HourState[] {
  const instances = new Map<string | null, Map<number, Hour>>();
  for (const source of sources) {
    const { latest, isOut } = source;
    if (isOut || latest.source_systems.some((system) => system !== INFINITY_SYSTEM)) continue;
    const hours = instances.get(latest.instance) ?? new Map<number, Hour>();
    instances.set(latest.instance, hours);
    const held = [...countsOf(latest.hours, 'records')];
    for (const [index, [number, records]] of held.entries()) {
      const hour = hourOf(hours, number);
      hour.isHeld = true;
      if (index > 0 && index < held.length - 1) hour.whole.set(latest.sha256, records);
    }
    for (const [number, rows] of source.committed) hourOf(hours, number).rows += rows;
  }
  return [...instances].flatMap(([instance, hours]) => statesOf(instance, hours));
}

function hourOf(hours: Map<number, Hour>, number: number): Hour {
  const found = hours.get(number);
  if (found !== undefined) return found;
  const hour: Hour = { rows: 0, whole: new Map(), isHeld: false };
  hours.set(number, hour);
  return hour;
}

function statesOf(instance: string | null, hours: ReadonlyMap<number, Hour>): HourState[] {
  const numbers = [...hours.keys()].sort((a, b) => a - b);
  const states: HourState[] = [];
  const put = (number: number, rows: number, state: CoverageState) =>
    states.push({ instance, start: number * HOUR, end: (number + 1) * HOUR, rows, state });
  let next = numbers[0] ?? 0;
  for (const number of numbers) {
    if (number - next <= LONGEST_GAP) for (; next < number; next++) put(next, 0, 'unknown');
    const hour = hours.get(number)!;
    put(number, hour.rows, stateOf(hour));
    next = number + 1;
  }
  return states;
}

function stateOf({ rows, whole, isHeld }: Hour): CoverageState {
  const agreeing = [...whole.values()].filter((records) => records === rows).length;
  if (agreeing > 1) return 'corroborated';
  return isHeld ? 'single_source' : 'unknown';
}
