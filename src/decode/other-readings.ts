import { catalogueOf, type SourceSystem } from '../catalogue/index.ts';
import { fieldName } from './known-keys.ts';
import { afterOuterSpace, beforeOuterSpace } from './outer-space.ts';
import { compileTemplates, type Template, type Variant } from './template.ts';
import { ValueSpan } from './value.ts';

/** One way to spell a message out as a template, for people: what each field would be then, as it stands in the message. */
export interface OneReading {
  readonly templateId: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Places looked at before the search ends: a message of many equals signs has more ways than anybody can read. */
const MOST_STEPS = 50_000;

const compiled = new Map<string, readonly Template[]>();

/**
 * Some of the ways in which a message of a code can be read, those of the newest template that fits first, each given once.
 * Rule 4 of docs/decoding.md, by which an older template gives way to a newer one, is left out: what a forgery pretends is among them.
 * @param most how many at most
 */
export function possibleReadings(system: SourceSystem, code: number, message: string, most: number): OneReading[] {
  const bytes = Buffer.from(message, 'utf8');
  const start = afterOuterSpace(bytes, 0, bytes.length);
  const search = new Search(bytes, start, beforeOuterSpace(bytes, start, bytes.length), most);
  for (const template of templatesOf(system, code)) {
    for (const variant of template.variants) search.try(template.id, variant);
  }
  return search.found;
}

function templatesOf(system: SourceSystem, code: number): readonly Template[] {
  const key = `${system} ${code}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const row = catalogueOf(system).find((each) => each.code === code);
  const templates = row === undefined ? [] : compileTemplates(row.templates);
  compiled.set(key, templates);
  return templates;
}

/** Goes through the ways one by one, as far as its steps go. */
class Search {
  readonly found: OneReading[] = [];
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly #most: number;
  readonly #seen = new Set<string>();
  readonly #value = new ValueSpan();
  #steps = 0;

  constructor(bytes: Buffer, start: number, end: number, most: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#most = most;
  }

  try(templateId: string, variant: Variant): void {
    const first = variant.literals[0]!.matchAt(this.#bytes, this.#start, this.#end);
    if (first !== -1) this.#from(templateId, variant, 0, first, []);
  }

  /** Reads on from a slot that begins at `at`, given the texts of the slots before it. */
  #from(templateId: string, variant: Variant, slot: number, at: number, values: readonly string[]): void {
    if (this.found.length >= this.#most) return;
    if (slot === variant.slots.length) {
      if (at === this.#end) this.#note(templateId, variant, values);
      return;
    }
    const literal = variant.literals[slot + 1]!;
    const isLast = slot === variant.slots.length - 1;
    for (let stop = isLast && literal.isEmpty ? this.#end : at; stop <= this.#end; stop++) {
      if (++this.#steps > MOST_STEPS) return;
      const next = literal.matchAt(this.#bytes, stop, this.#end);
      if (next === -1 || (isLast && next !== this.#end)) continue;
      const value = this.#read(variant, slot, at, stop);
      if (value !== null) this.#from(templateId, variant, slot + 1, next, [...values, value]);
    }
  }

  /** The text of a slot; null where what stands there is no value of it. */
  #read(variant: Variant, index: number, from: number, to: number): string | null {
    const { type, afterEquals, forbidden } = variant.slots[index]!;
    if (!this.#value.read(type, this.#bytes, from, to, afterEquals)) return null;
    const text = this.#bytes.toString('utf8', this.#value.start, this.#value.end);
    const keys = [...text.matchAll(/, (\w+)[ \t]*=/g)].map(([, key = '']) => key.toLowerCase());
    return keys.some((key) => forbidden.includes(key)) ? null : text;
  }

  #note(templateId: string, { slots, constants }: Variant, values: readonly string[]): void {
    const named = new Map(constants.map(({ field, value }) => [fieldName(field), value]));
    for (const [index, { field, repeats }] of slots.entries()) {
      if (repeats !== -1 && named.get(fieldName(field)) !== values[index]) return;
      named.set(fieldName(field), values[index]!);
    }
    const key = JSON.stringify([...named].sort());
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.found.push({ templateId, values: Object.fromEntries(named) });
  }
}
