import { skipBlanks } from './characters.ts';
import { beginsEnclosed } from './list.ts';
import type { Literal } from './literal.ts';
import type { Message } from './message.ts';
import type { Reading } from './reading.ts';
import type { Slot, Variant } from './template.ts';
import { ValueSpan } from './value.ts';

/** There is no way to read the message as the variant. */
export const NO_WAY = 0;
/** There is exactly one. */
export const ONE_WAY = 1;
/** It takes more than one look to tell. */
export const UNSURE = 2;

export type Fitting = typeof NO_WAY | typeof ONE_WAY | typeof UNSURE;

/**
 * Reads a message as a variant in one pass from the left, where every value can end at one place only: at the end of its
 * run of characters, or where the literal after it stands, if it stands nowhere else. Nearly every message is read so.
 */
export class Fit {
  variant: Variant | null = null;
  /** Bytes and equals signs looked at since the start, each as often as it was. */
  steps = 0;
  /** Where the last value begins, with what encloses it. */
  lastStart = 0;
  readonly #value = new ValueSpan();
  readonly #forms: Uint8Array;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  /** Where the next value begins. */
  #next = 0;
  /** The first equals sign of the message that is not passed yet. */
  #sign = 0;

  /** For variants of at most as many slots. */
  constructor(mostSlots: number) {
    this.#forms = new Uint8Array(mostSlots);
    this.#starts = new Int32Array(mostSlots);
    this.#ends = new Int32Array(mostSlots);
  }

  try(variant: Variant, message: Message): Fitting {
    const { bytes, end } = message;
    const { literals, slots } = variant;
    this.variant = variant;
    const last = slots.length - 1;
    this.steps += end - message.start;
    // The end decides most cases at once: it is looked at first.
    const lastEnd = literals[last + 1]!.startEndingAt(bytes, end, message.start);
    const start = literals[0]!.matchAt(bytes, message.start, end);
    if (lastEnd === -1 || start === -1) return NO_WAY;
    if (last === -1) return start === end ? ONE_WAY : NO_WAY;
    this.#sign = 0;
    this.#next = start;
    for (let index = 0; index < last; index++) {
      const fitting = this.#step(index, slots[index]!, literals[index + 1]!, message);
      if (fitting !== ONE_WAY) return fitting;
    }
    return this.#read(last, slots[last]!, lastEnd, message);
  }

  /** Fills a reading with the values of the last try. */
  fill(reading: Reading): void {
    const { slots, constants } = this.variant!;
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index]!;
      if (slot.repeats === -1) reading.fill(slot.field, this.#forms[index]!, this.#starts[index]!, this.#ends[index]!);
    }
    for (const { field, value } of constants) reading.fillConstant(field, value);
  }

  /** Reads the value that begins at `#next` and the literal after it. */
  #step(index: number, slot: Slot, literal: Literal, message: Message): Fitting {
    const { bytes, end } = message;
    const start = this.#next;
    if (slot.endsAtLimit) {
      const stop = this.#value.readRun(slot.type, bytes, start, end, slot.afterEquals);
      if (stop === -1) return NO_WAY;
      this.#next = literal.matchAt(bytes, stop, end);
      return this.#next === -1 ? NO_WAY : this.#keep(index, slot, start, bytes);
    }
    const stop = literal.keyed ? this.#keyedPlace(literal, start, message) : this.#place(literal, start, message);
    if (stop < 0) return stop === MANY ? UNSURE : NO_WAY;
    const next = this.#next;
    this.#next = start;
    const fitting = this.#read(index, slot, stop, message);
    this.#next = next;
    return fitting;
  }

  /** Where a literal stands, if at one place only; `#next` is then the position after it. Else {@link NONE} or {@link MANY}. */
  #place(literal: Literal, start: number, { bytes, end }: Message): number {
    let found = NONE;
    this.steps += end - start;
    for (let at = literal.candidate(bytes, start, end); at < end; at = literal.candidate(bytes, at + 1, end)) {
      const next = literal.matchAt(bytes, at, end);
      if (next === -1) continue;
      if (found !== NONE) return MANY;
      found = at;
      this.#next = next;
    }
    return found;
  }

  /** The same for a literal that ends in a key: only equals signs can end it. */
  #keyedPlace(literal: Literal, start: number, { bytes, equals, equalsCount }: Message): number {
    let found = NONE;
    this.steps += equalsCount - this.#sign;
    while (this.#sign < equalsCount && equals[this.#sign]! < start) this.#sign++;
    for (let index = this.#sign; index < equalsCount; index++) {
      const at = literal.startBefore(bytes, equals[index]!, start);
      if (at === -1) continue;
      if (found !== NONE) return MANY;
      found = at;
      this.#next = equals[index]! + 1;
    }
    return found;
  }

  /** Reads the value from `#next` to `stop`. */
  #read(index: number, slot: Slot, stop: number, message: Message): Fitting {
    const { bytes } = message;
    const start = this.#next;
    if (stop < start || !this.#value.read(slot.type, bytes, start, stop, slot.afterEquals)) return NO_WAY;
    // A value that holds an equals sign may hold a key that it must not: that takes a closer look.
    if (slot.forbids && message.holdsEquals(start, stop)) return UNSURE;
    // What seems to follow nothing may be the value itself, in quotes or brackets.
    if (slot.isEnclosed && skipBlanks(bytes, start, stop) === stop) {
      const next = slot.afterEquals ? skipBlanks(bytes, stop, message.end) : stop;
      if (beginsEnclosed(bytes, next, message.end)) return UNSURE;
    }
    return this.#keep(index, slot, start, bytes);
  }

  #keep(index: number, slot: Slot, start: number, bytes: Uint8Array): Fitting {
    this.lastStart = start;
    this.#forms[index] = this.#value.form;
    this.#starts[index] = this.#value.start;
    this.#ends[index] = this.#value.end;
    return slot.repeats === -1 || this.#repeats(slot.repeats, index, bytes) ? ONE_WAY : NO_WAY;
  }

  #repeats(earlier: number, index: number, bytes: Uint8Array): boolean {
    const [from, start] = [this.#starts[earlier]!, this.#starts[index]!];
    const length = this.#ends[index]! - start;
    if (this.#ends[earlier]! - from !== length) return false;
    for (let at = 0; at < length; at++) if (bytes[start + at] !== bytes[from + at]) return false;
    return true;
  }
}

const NONE = -1;
const MANY = -2;
