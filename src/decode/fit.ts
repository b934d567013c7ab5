import type { Literal } from './literal.ts';
import type { Message } from './message.ts';
import type { Reading } from './reading.ts';
import type { Slot, Variant } from './template.ts';
import { ValueSpan, valueLimit } from './value.ts';

/** There is no way to read the message as the variant. */
export const NO_WAY = 0;
/** There is exactly one. */
export const ONE_WAY = 1;
/** It takes more than one look to tell. */
export const UNSURE = 2;

export type Fitting = typeof NO_WAY | typeof ONE_WAY | typeof UNSURE;

const MOST_SLOTS = 16;

/**
 * Reads a message as a variant in one pass from the left, where every value can end at one place only: at the end of its
 * run of characters, or where the literal after it stands, if it stands nowhere else. Nearly every message is read so.
 */
export class Fit {
  variant: Variant | null = null;
  /** Bytes and equals signs looked at since the start, each as often as it was. */
  steps = 0;
  readonly #value = new ValueSpan();
  readonly #forms = new Uint8Array(MOST_SLOTS);
  readonly #starts = new Int32Array(MOST_SLOTS);
  readonly #ends = new Int32Array(MOST_SLOTS);
  /** Where the values begin and end with what encloses them. */
  readonly #rawStarts = new Int32Array(MOST_SLOTS);
  readonly #rawEnds = new Int32Array(MOST_SLOTS);
  /** The first equals sign of the message that is not passed yet. */
  #sign = 0;

  /** Where the last value begins. */
  get lastStart(): number {
    return this.#rawStarts[(this.variant?.slots.length ?? 1) - 1]!;
  }

  try(variant: Variant, message: Message): Fitting {
    const { bytes, end } = message;
    const { literals, slots } = variant;
    this.variant = variant;
    const last = slots.length - 1;
    this.steps += end - message.start;
    // The end decides most cases at once: it is looked at first.
    const lastEnd = literals[last + 1]!.startEndingAt(bytes, end, message.start);
    let start = literals[0]!.matchAt(bytes, message.start, end);
    if (lastEnd === -1 || start === -1) return NO_WAY;
    if (last === -1) return start === end ? ONE_WAY : NO_WAY;
    this.#sign = 0;
    for (let index = 0; index <= last; index++) {
      const slot = slots[index]!;
      const stop = index === last ? lastEnd : this.#end(slot, literals[index + 1]!, start, message);
      if (stop < start) return stop === MANY ? UNSURE : NO_WAY;
      const kept = this.#keep(index, slot, start, stop, message);
      if (kept !== ONE_WAY) return kept;
      if (index < last) start = literals[index + 1]!.matchAt(bytes, stop, end);
    }
    return ONE_WAY;
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

  /** The one place where a value can end; {@link NONE} where there is none, {@link MANY} where there are more. */
  #end(slot: Slot, next: Literal, start: number, message: Message): number {
    const { bytes, end, equals, equalsCount } = message;
    if (slot.endsAtLimit) {
      const limit = valueLimit(slot.type, bytes, start, end, slot.afterEquals);
      return next.matchAt(bytes, limit, end) === -1 ? NONE : limit;
    }
    let found = NONE;
    if (next.keyed) {
      this.steps += equalsCount - this.#sign;
      while (this.#sign < equalsCount && equals[this.#sign]! < start) this.#sign++;
      for (let index = this.#sign; index < equalsCount; index++) {
        const at = next.startBefore(bytes, equals[index]!, start);
        if (at === -1) continue;
        if (found !== NONE) return MANY;
        found = at;
      }
      return found;
    }
    this.steps += end - start;
    for (let at = next.candidate(bytes, start, end); at < end; at = next.candidate(bytes, at + 1, end)) {
      if (next.matchAt(bytes, at, end) === -1) continue;
      if (found !== NONE) return MANY;
      found = at;
    }
    return found;
  }

  #keep(index: number, slot: Slot, start: number, stop: number, message: Message): Fitting {
    const { bytes } = message;
    if (!this.#value.read(slot.type, bytes, start, stop, slot.afterEquals)) return NO_WAY;
    // A value that holds an equals sign may hold a key that it must not: that takes a closer look.
    if (slot.forbids && message.holdsEquals(start, stop)) return UNSURE;
    this.#rawStarts[index] = start;
    this.#rawEnds[index] = stop;
    this.#forms[index] = this.#value.form;
    this.#starts[index] = this.#value.start;
    this.#ends[index] = this.#value.end;
    return slot.repeats === -1 || this.#repeats(slot.repeats, start, stop, bytes) ? ONE_WAY : NO_WAY;
  }

  #repeats(earlier: number, start: number, stop: number, bytes: Uint8Array): boolean {
    const from = this.#rawStarts[earlier]!;
    if (this.#rawEnds[earlier]! - from !== stop - start) return false;
    for (let at = start; at < stop; at++) if (bytes[at] !== bytes[from + at - start]) return false;
    return true;
  }
}

const NONE = -1;
const MANY = -2;
