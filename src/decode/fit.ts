import type { Message } from './message.ts';
import type { Reading } from './reading.ts';
import type { Variant } from './template.ts';
import type { ValueSpan } from './value.ts';

/**
 * Reads a message as a keyed variant that has exactly as many equals signs as the message: each sign ends one key, so
 * there is one way at most, and it is found in one pass. False, and no field filled, where there is none.
 */
export function fit(variant: Variant, message: Message, reading: Reading, value: ValueSpan): boolean {
  const { bytes, end, equals } = message;
  const { literals, slots } = variant;
  let start = literals[0]!.matchAt(bytes, message.start, end);
  if (start === -1) return false;
  let sign = literals[0]!.keyed ? 1 : 0;
  const last = slots.length - 1;
  for (let index = 0; index <= last; index++) {
    const slot = slots[index]!;
    const next = index === last ? end : literals[index + 1]!.startBefore(bytes, equals[sign]!, start);
    if (next === -1 || !value.read(slot.type, bytes, start, next, slot.afterEquals)) {
      reading.reset(bytes);
      return false;
    }
    reading.fill(slot.field, value.form, value.start, value.end);
    start = equals[sign]! + 1;
    sign++;
  }
  return true;
}
