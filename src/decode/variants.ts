import type { Variant } from './template.ts';
import { ValueSpan } from './value.ts';
import type { SlotSpan, WayFinder, WayOptions, Ways } from './ways.ts';

const value = new ValueSpan();

/** All ways to read a message as a template, taken together. */
export interface TemplateReading {
  /** The first variant that fits, and its spans: one per slot. */
  readonly variant: Variant;
  readonly spans: readonly SlotSpan[];
  /** The fields on which the ways differ: positions in `FIELDS`. */
  readonly contested: ReadonlySet<number>;
  /** Where the template ends: the end of the message, or the beginning of an unknown tail. */
  readonly end: number;
}

/** Counts the ways of all variants together; null where none fits. */
export function readVariants(
  ways: WayFinder,
  variants: readonly Variant[],
  options: WayOptions,
  bytes: Uint8Array,
): TemplateReading | null {
  let first: (Ways & { variant: Variant; values: ReadonlyMap<number, string> }) | null = null;
  const contested = new Set<number>();
  for (const variant of variants) {
    const found = ways.find(variant, options);
    if (found === null) continue;
    const values = valuesOf(variant, found.spans, bytes);
    for (const [field, each] of values) if (each === 'many') contested.add(field);
    if (first === null) first = { ...found, variant, values };
    else for (const field of differences(first.values, values)) contested.add(field);
  }
  if (first === null) return null;
  const { variant, spans, end } = first;
  return { variant, spans, contested, end };
}

/** What each field is read as, in a form that can be compared. */
function valuesOf(variant: Variant, spans: readonly SlotSpan[], bytes: Uint8Array): ReadonlyMap<number, string> {
  const values = new Map<number, string>();
  for (const constant of variant.constants) values.set(constant.field, `=${constant.value}`);
  for (const [index, slot] of variant.slots.entries()) {
    const span = spans[index]!;
    if (slot.repeats !== -1) continue;
    if (span !== 'many') value.read(slot.type, bytes, span.start, span.end, slot.afterEquals);
    values.set(slot.field, span === 'many' ? 'many' : `${value.start}-${value.end}`);
  }
  return values;
}

function differences(one: ReadonlyMap<number, string>, other: ReadonlyMap<number, string>): number[] {
  const fields = new Set([...one.keys(), ...other.keys()]);
  return [...fields].filter((field) => one.get(field) !== other.get(field));
}
