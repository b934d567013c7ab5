import type { Way } from '../settings/index.ts';

/** Events of a pair of exports that are looked at to tell whether both show the same time, and too few of them to tell by. */
const MOST_LOOKED_AT = 4096;
const FEW = 8;

/** Parts of one delivery land together; what landed later is an export of its own. In milliseconds. */
const ONE_DELIVERY = 30 * 60_000;

/** One export: a raw file, or a part of one that several are joined in. */
export interface Export {
  readonly way: Way;
  /** Lake path of its raw file. */
  readonly path: string;
  /** In milliseconds since 1970. */
  readonly landedAt: number;
  /** Its records of the hours that are looked at: how often there is which, by what ids are made of, and when. */
  readonly records: Map<string, { count: number; readonly time: number; readonly code: number }>;
  /** When its first and its last record happened, of all that it has. */
  first: number;
  last: number;
  /** Goes through all records that it has of a time, both ends included, until told to stop; not all where the file is gone. */
  readonly forEachWithin: (from: number, to: number, visit: (key: string, time: number) => boolean) => Promise<void>;
}

/**
 * Tells how many events may have become one: equal in all that their ids are made of, and in exports that do not show the same time.
 * Two exports of one way that overlap, and have the rest of what they have in common too, are two looks at the same events; then,
 * as between ways, equal records are one event. Parts of one delivery, and deliveries of a webhook, have nothing in common.
 */
export class MergedEvents {
  readonly #exports: readonly Export[];
  readonly #sameTime = new Map<number, boolean>();

  constructor(exports: readonly Export[]) {
    this.#exports = exports;
  }

  /** How many events more than rows there may be of each kind of equal records: only kinds with any. */
  async *more(): AsyncGenerator<readonly [key: string, more: number]> {
    const holders = new Map<string, number[]>();
    for (const [place, { records }] of this.#exports.entries()) {
      for (const key of records.keys()) {
        const known = holders.get(key);
        if (known === undefined) holders.set(key, [place]);
        else known.push(place);
      }
    }
    for (const [key, places] of holders) {
      const more = places.length < 2 ? 0 : await this.#moreOf(key, places);
      if (more > 0) yield [key, more];
    }
  }

  async #moreOf(key: string, places: readonly number[]): Promise<number> {
    const countOf = (place: number) => this.#exports[place]!.records.get(key)?.count ?? 0;
    const rows = Math.max(...places.map(countOf));
    const isShown = places.some((place) => this.#exports[place]!.way !== 'webhook');
    const byWay = new Map<Way, number[][]>();
    for (const place of places) {
      const { way } = this.#exports[place]!;
      // An export shows how many there are; what a webhook sends again is no further event then.
      if (way === 'webhook' && isShown) continue;
      const groups = byWay.get(way) ?? [];
      byWay.set(way, groups);
      const same: number[][] = [];
      for (const group of groups) if (await this.#isOfGroup(place, group, key)) same.push(group);
      byWay.set(way, [...groups.filter((group) => !same.includes(group)), [place, ...same.flat()]]);
    }
    const events = [...byWay.values()].map((groups) =>
      groups.reduce((sum, group) => sum + Math.max(...group.map(countOf)), 0),
    );
    return Math.max(...events) - rows;
  }

  async #isOfGroup(place: number, group: readonly number[], key: string): Promise<boolean> {
    for (const other of group) if (await this.#showSameTime(place, other, key)) return true;
    return false;
  }

  async #showSameTime(a: number, b: number, key: string): Promise<boolean> {
    const [one, other] = [this.#exports[a]!, this.#exports[b]!];
    if (one.way === 'webhook') return false;
    const pair = a * this.#exports.length + b;
    const known = this.#sameTime.get(pair);
    if (known !== undefined) return known;
    const from = Math.max(one.first, other.first);
    const to = Math.min(one.last, other.last);
    const held = sharedWithin(one, other, key, from, to);
    // Of the time that both show, the hours that are looked at may be a corner with nothing but this event.
    const shared = held.of < FEW && from < to ? await sharedAtAll(one, other, key, from, to) : held;
    // With nothing else in that time, it is where one ends and the other begins: both have it, or a delivery was cut in two there.
    if (shared.of === 0) return Math.abs(one.landedAt - other.landedAt) > ONE_DELIVERY;
    const isSame = shared.both * 2 >= shared.of;
    this.#sameTime.set(pair, isSame);
    return isSame;
  }
}

/** The same as {@link sharedWithin}, of all that both files have of that time, whatever hours are looked at. */
async function sharedAtAll(one: Export, other: Export, key: string, from: number, to: number) {
  const records = new Set<string>();
  let [first, last] = [to, from];
  await one.forEachWithin(from, to, (record, time) => {
    if (record === key) return true;
    records.add(record);
    [first, last] = [Math.min(first, time), Math.max(last, time)];
    return records.size < MOST_LOOKED_AT;
  });
  const found = new Set<string>();
  let of = 0;
  // Where not all were looked at, what the other has beyond those says nothing.
  const isAll = records.size < MOST_LOOKED_AT;
  await other.forEachWithin(isAll ? from : first, isAll ? to : last, (record) => {
    if (record === key) return true;
    of++;
    if (records.has(record)) found.add(record);
    return true;
  });
  return { of: Math.min(of, records.size), both: found.size };
}

/** Of what two exports have of a time: the records that both have, and those that the one with fewer has. */
function sharedWithin(one: Export, other: Export, key: string, from: number, to: number) {
  const within = (records: Export['records'], than: Export['records']) => {
    let [of, both] = [0, 0];
    for (const [record, { time }] of records) {
      if (record === key || time < from || time > to) continue;
      of++;
      if (than.has(record)) both++;
      if (of === MOST_LOOKED_AT) break;
    }
    return { of, both };
  };
  const [a, b] = [within(one.records, other.records), within(other.records, one.records)];
  return a.of <= b.of ? a : b;
}
