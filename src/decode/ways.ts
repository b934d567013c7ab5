import {
  isBlank,
  isDigit,
  occurrences,
  quoteLengthBefore,
  skipBlanks,
  skipBlanksBack,
  wordStart,
} from './characters.ts';
import type { Literal } from './literal.ts';
import type { Message } from './message.ts';
import type { Slot, Variant } from './template.ts';
import { EndFinder, type EndRange, type EndRule, nowhere } from './value-ends.ts';

/** Where a value begins and ends; `many` where the ways to read the message differ on it. */
export type SlotSpan = { readonly start: number; readonly end: number } | 'many';

/** How the values of a variant stand in a message, over all ways to read it. */
export interface Ways {
  /** One per slot. */
  readonly spans: readonly SlotSpan[];
  /** Where the variant ends: the end of the message, or the (first) beginning of an unknown tail. */
  readonly end: number;
}

/** The places where the literal after a slot stands: where it begins, and where the next value does. */
interface Places {
  readonly starts: number[];
  readonly ends: number[];
}

/** What else a message may be read as. */
export interface WayOptions {
  /** Positions of `, word=` with unknown words: one of them begins a tail that the template does not know. Null: no tail. */
  readonly tails: readonly number[] | null;
  /** Leaves out rule 4 of docs/decoding.md: that an older template's last text holds no key of a newer one. */
  readonly ignoreNewerKeys: boolean;
}

/**
 * Finds all ways to read messages as variants of templates, without going through them one by one: for each literal
 * the places it can stand at, reached from the left and then confirmed from the right. Work grows with the length of
 * the message, not with the number of ways.
 */
export class WayFinder {
  #steps = 0;
  #message: Message | null = null;
  readonly #endFinder = new EndFinder();

  /** Bytes, places and beginnings looked at since the start: what the cost is measured in. */
  get steps(): number {
    return this.#steps + this.#endFinder.steps;
  }

  /** Call once before the variants of a message are tried. */
  begin(message: Message): void {
    this.#message = message;
    this.#endFinder.begin(message);
    this.#steps += message.end - message.start;
  }

  /** All ways to read the message as this variant; null where there is none. */
  find(variant: Variant, options: WayOptions): Ways | null {
    const message = this.#message!;
    const { literals, slots } = variant;
    const first = literals[0]!.matchAt(message.bytes, message.start, message.end);
    if (first === -1) return null;
    if (slots.length === 0) return this.#atEnd(first, options) ? { spans: [], end: first } : null;

    const reached: Places[] = [];
    const ranges: EndRange[][] = [];
    let starts = [first];
    for (const [index, slot] of slots.entries()) {
      const last = index === slots.length - 1;
      const places = last
        ? this.#lastPlaces(literals[index + 1]!, starts[0]!, options)
        : this.#places(literals[index + 1]!, starts[0]!);
      const range =
        slot.repeats === -1
          ? this.#endRanges(slot, starts, options)
          : this.#repeated(
              slot,
              starts,
              reached[slot.repeats - 1]?.ends[0] ?? first,
              reached[slot.repeats]!.starts[0]!,
            );
      ranges.push(range);
      const kept = this.#forward(range, places);
      if (kept.starts.length === 0) return null;
      reached.push(kept);
      starts = kept.ends;
    }
    return { spans: this.#backward(first, reached, ranges), end: reached.at(-1)!.ends[0]! };
  }

  #atEnd(at: number, options: WayOptions): boolean {
    return options.tails === null ? at === this.#message!.end : options.tails.includes(at);
  }

  /** Every place of a literal from `from` on. */
  #places(literal: Literal, from: number): Places {
    const { bytes, end, equals, equalsCount } = this.#message!;
    const places: Places = { starts: [], ends: [] };
    if (literal.keyed) {
      this.#steps += equalsCount;
      for (let index = 0; index < equalsCount; index++) {
        const sign = equals[index]!;
        if (sign < from) continue;
        const start = literal.startBefore(bytes, sign, from);
        if (start !== -1) push(places, start, sign + 1);
      }
    } else {
      this.#steps += end - from;
      for (let at = literal.candidate(bytes, from, end); at < end; at = literal.candidate(bytes, at + 1, end)) {
        const next = literal.matchAt(bytes, at, end);
        if (next !== -1) push(places, at, next);
      }
    }
    return places;
  }

  /** Every place of the literal after the last value: before the end of the message, or before an unknown tail. */
  #lastPlaces(literal: Literal, from: number, options: WayOptions): Places {
    const { bytes, end } = this.#message!;
    const places: Places = { starts: [], ends: [] };
    const stops = options.tails ?? [end];
    this.#steps += stops.length;
    for (const stop of stops) {
      const start = literal.startEndingAt(bytes, stop, from);
      if (start !== -1) push(places, start, stop);
    }
    return places;
  }

  /** For each beginning of a value, where it can end. */
  #endRanges(slot: Slot, starts: readonly number[], options: WayOptions): EndRange[] {
    const keys = options.ignoreNewerKeys ? slot.forbidden : [...slot.forbidden, ...slot.forbiddenNewer];
    const barriers = keys.length === 0 ? null : this.#barriers(keys, starts[0]!);
    const pairs = slot.type === 'list' ? this.#pairs(starts[0]!) : NO_PLACES;
    let barrier = 0;
    let pair = 0;
    return starts.map((start) => {
      this.#steps++;
      while (pair < pairs.ends.length && pairs.ends[pair]! < start) pair++;
      // A value that begins behind the word of the first sign begins with that sign, which ends no pair of its own then.
      const isWhole = pairs.starts[pair]! >= start;
      const range = this.#endFinder.of(slot, start, pairs.ends[isWhole ? pair : pair + 1]);
      // A list in brackets ends where they close, and a bare one holds no pair: neither can have swallowed a segment.
      if (barriers !== null && (slot.type !== 'list' || range.rule === 'quote')) {
        while (barrier < barriers.starts.length && barriers.starts[barrier]! < start) barrier++;
        const sign = barriers.ends[barrier];
        if (sign !== undefined) range.last = Math.min(range.last, sign);
      }
      return range;
    });
  }

  /** A field that occurs again must have the value it had, which stands at one place: compiled templates see to that. */
  #repeated(slot: Slot, starts: readonly number[], begin: number, stop: number): EndRange[] {
    const { bytes, end } = this.#message!;
    const earlier = skipBlanks(bytes, begin, stop);
    const length = stop - earlier;
    this.#steps += end - starts[0]!;
    const found = new Set(length === 0 ? [] : occurrences(bytes, earlier, stop, starts[0]!, end));
    return starts.map((start) => {
      const from = slot.afterEquals ? skipBlanks(bytes, start, end) : start;
      if (length === 0) return { first: start, last: from, rule: 'any' };
      return found.has(from) ? { first: from + length, last: from + length, rule: 'any' } : nowhere();
    });
  }

  /** Every `, key=` with one of the keys: where it begins and where its equals sign is. */
  #barriers(keys: readonly string[], from: number): Places {
    const { bytes, equals, equalsCount } = this.#message!;
    const barriers: Places = { starts: [], ends: [] };
    this.#steps += equalsCount;
    for (let index = 0; index < equalsCount; index++) {
      const sign = equals[index]!;
      if (sign < from) continue;
      const stop = skipBlanksBack(bytes, sign, from);
      const start = wordStart(bytes, stop, from);
      if (start - 2 < from || bytes[start - 1] !== 0x20 || bytes[start - 2] !== 0x2c) continue;
      const key = Buffer.from(bytes.subarray(start, stop)).toString('latin1').toLowerCase();
      if (keys.includes(key)) push(barriers, start - 2, sign);
    }
    return barriers;
  }

  /** Every `word=` from `from` on, which no bare list holds: the last character of the word that is no digit, and the sign. */
  #pairs(from: number): Places {
    const { bytes, start, equals, equalsCount } = this.#message!;
    this.#steps += equalsCount;
    const pairs: Places = { starts: [], ends: [] };
    for (let index = 0; index < equalsCount; index++) {
      const sign = equals[index]!;
      if (sign < from) continue;
      const stop = skipBlanksBack(bytes, sign, start);
      const word = wordStart(bytes, stop, start);
      if (word === stop) continue;
      let last = stop - 1;
      while (last > word && isDigit(bytes[last]!)) last--;
      push(pairs, last, sign);
    }
    return pairs;
  }

  /** The places that a value beginning somewhere can end at. */
  #forward(ranges: readonly EndRange[], places: Places): Places {
    const { starts } = places;
    const cover = { any: new Int32Array(starts.length + 1), strict: new Int32Array(starts.length + 1) };
    for (const range of ranges) {
      this.#steps++;
      const low = lowerBound(starts, range.first);
      const high = lowerBound(starts, range.last + 1);
      if (low >= high) continue;
      const marks = range.rule === 'any' ? cover.any : cover.strict;
      marks[low]!++;
      marks[high]!--;
    }
    const rule = strictRule(ranges);
    const kept: Places = { starts: [], ends: [] };
    let any = 0;
    let strict = 0;
    this.#steps += starts.length;
    for (const [index, start] of starts.entries()) {
      any += cover.any[index]!;
      strict += cover.strict[index]!;
      if (any > 0 || (strict > 0 && this.#holds(rule, start))) push(kept, start, places.ends[index]!);
    }
    return kept;
  }

  /** Keeps what leads to the end, from the last slot to the first, and gathers what is left of each. */
  #backward(first: number, reached: readonly Places[], ranges: readonly (readonly EndRange[])[]): readonly SlotSpan[] {
    const spans: SlotSpan[] = [];
    let alive = reached.at(-1)!;
    for (let index = reached.length - 1; index >= 0; index--) {
      const begins = index === 0 ? { starts: [first], ends: [first] } : reached[index - 1]!;
      const kept = this.#confirmed(begins, ranges[index]!, alive);
      spans.unshift(spanOf(kept.ends, alive.starts));
      alive = kept;
    }
    return spans;
  }

  /** The beginnings from which one of the ends can be reached. */
  #confirmed(begins: Places, ranges: readonly EndRange[], ends: Places): Places {
    const { starts } = ends;
    const rule = strictRule(ranges);
    const strict = new Int32Array(starts.length + 1);
    for (const [index, start] of starts.entries())
      strict[index + 1] = strict[index]! + (this.#holds(rule, start) ? 1 : 0);
    this.#steps += starts.length;
    const kept: Places = { starts: [], ends: [] };
    for (const [index, range] of ranges.entries()) {
      this.#steps++;
      const low = lowerBound(starts, range.first);
      const high = lowerBound(starts, range.last + 1);
      const count = low >= high ? 0 : range.rule === 'any' ? high - low : strict[high]! - strict[low]!;
      if (count > 0) push(kept, begins.starts[index]!, begins.ends[index]!);
    }
    return kept;
  }

  #holds(rule: EndRule, at: number): boolean {
    const { bytes, start } = this.#message!;
    if (rule === 'quote') return quoteLengthBefore(bytes, at, start) > 0;
    return rule === 'any' || (at > start && !isBlank(bytes[at - 1]!));
  }
}

const NO_PLACES: Places = { starts: [], ends: [] };

function push(places: Places, start: number, end: number): void {
  places.starts.push(start);
  places.ends.push(end);
}

/** The one rule but `any` that the values of a slot can have. */
function strictRule(ranges: readonly EndRange[]): EndRule {
  return ranges.find((range) => range.rule !== 'any')?.rule ?? 'any';
}

function spanOf(starts: readonly number[], ends: readonly number[]): SlotSpan {
  return starts.length === 1 && ends.length === 1 ? { start: starts[0]!, end: ends[0]! } : 'many';
}

/** The index of the first of the ascending values that is not below `limit`. */
function lowerBound(values: readonly number[], limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
