import { WAYS, type Way } from '../settings/index.ts';
import type { EventHours } from './event-hours.ts';

/** A raw file as the commit that took it in tells of it. */
export interface ToldSource {
  readonly ingestId: string;
  readonly instance: string | null;
  readonly way: Way;
  /** Its records that became rows. */
  readonly committed: number;
  /** Null where its commit does not tell them. */
  readonly hours: EventHours | null;
}

/** What came by one way. */
export interface WayTotals {
  readonly way: Way;
  /** Rows that came by it first. */
  readonly rows: number;
  /** The hour of its newest event, in whole hours since 1970; null where no commit tells hours. */
  readonly newestHour: number | null;
}

/** The hours of which two ways of an instance both brought records. An event that one way tells twice counts twice. */
export interface WayPair {
  readonly instance: string | null;
  readonly ways: readonly [Way, Way];
  readonly hours: number;
  /** The first and the last of them, in whole hours since 1970. */
  readonly from: number;
  readonly to: number;
  /** Good records that each brought. */
  readonly records: readonly [number, number];
  /** Of each hour's way that came later: its records, and those of them whose event was there already. */
  readonly later: number;
  readonly laterThere: number;
}

interface Count {
  records: number;
  committed: number;
  /** The place of its first source among all. */
  readonly place: number;
}

type Hours = Map<number, Partial<Record<Way, Count>>>;

/** Ways that may bring the same events; those of classic logs are others. */
const COMPARED = WAYS.filter((way) => way !== 'classic');

/** Adds up what sources tell, in the order in which they went in. */
export class WayOverlap {
  readonly #totals = new Map<Way, { rows: number; newestHour: number | null }>();
  readonly #hours = new Map<string | null, Hours>();
  readonly #seen = new Set<string>();
  #place = 0;

  add({ ingestId, instance, way, committed, hours }: ToldSource): void {
    const total = this.#totals.get(way) ?? { rows: 0, newestHour: null };
    this.#totals.set(way, total);
    total.rows += committed;
    if (hours === null) return;
    const last = hours.first + hours.records.length - 1;
    total.newestHour = Math.max(total.newestHour ?? last, last);
    // A file that is read again tells the same records once more, and what is new of them.
    const isAgain = this.#seen.has(ingestId);
    this.#seen.add(ingestId);
    const byHour = this.#hours.get(instance) ?? new Map();
    this.#hours.set(instance, byHour);
    const place = this.#place++;
    for (const [at, records] of hours.records.entries())
      if (records > 0) note(byHour, hours.first + at, way, isAgain ? 0 : records, hours.committed[at] ?? 0, place);
  }

  get totals(): readonly WayTotals[] {
    return WAYS.flatMap((way) => {
      const total = this.#totals.get(way);
      return total === undefined ? [] : [{ way, ...total }];
    });
  }

  /** Of each two ways that share hours of an instance. */
  get pairs(): readonly WayPair[] {
    const ways = COMPARED.flatMap((first, at) => COMPARED.slice(at + 1).map((second) => [first, second] as const));
    return [...this.#hours].flatMap(([instance, hours]) => ways.flatMap((pair) => pairOf(instance, hours, pair) ?? []));
  }
}

function note(hours: Hours, hour: number, way: Way, records: number, committed: number, place: number): void {
  const counts = hours.get(hour) ?? {};
  hours.set(hour, counts);
  const count = counts[way] ?? { records: 0, committed: 0, place };
  counts[way] = count;
  count.records += records;
  count.committed += committed;
}

function pairOf(instance: string | null, byHour: Hours, ways: readonly [Way, Way]): WayPair | null {
  let [hours, first, second, later, laterThere] = [0, 0, 0, 0, 0];
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [hour, { [ways[0]]: a, [ways[1]]: b }] of byHour) {
    if (a === undefined || b === undefined) continue;
    hours++;
    from = Math.min(from, hour);
    to = Math.max(to, hour);
    first += a.records;
    second += b.records;
    const late = a.place > b.place ? a : b;
    later += late.records;
    laterThere += late.records - late.committed;
  }
  return hours === 0 ? null : { instance, ways, hours, from, to, records: [first, second], later, laterThere };
}
