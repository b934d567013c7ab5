import { createSecretKey, type KeyObject } from 'node:crypto';
import { composed, folded } from './folded-text.ts';
import type { MaskingKey } from './key.ts';
import { isShort, KnownNames, type Span } from './known-names.ts';
import { MaskedIds } from './masked-ids.ts';
import { PSEUDONYM, pseudonymOf } from './pseudonym.ts';
import { escapedNames, shorterNames, writtenNames } from './written-names.ts';

/** So many pseudonyms are kept: they are asked for row by row. */
const MOST_KEPT = 200_000;

/** A text in JSON text. */
const JSON_TEXT = /"(?:[^"\\]|\\.)*"/g;

/** Gives pseudonyms in place of people, in columns that name them and in texts that may. */
export class PeopleMask {
  readonly key: MaskingKey;
  /** Who is shown as they stand, on purpose; and what was asked for and is nobody's name. */
  readonly revealed: readonly string[];
  readonly unknown: readonly string[];
  /** Whether somebody's name is so short that it is looked for in the texts of its own row alone. */
  readonly hasShortNames: boolean;
  /** Of events, files and content: digests of what a record says, and so of who is in it. */
  readonly ids: MaskedIds;
  /** Folded. */
  readonly #shown: ReadonlySet<string>;
  readonly #names = new KnownNames();
  /** What is written otherwise than it is, folded, and what it is. */
  readonly #escaped = new Map<string, string>();
  readonly #pseudonyms = new Map<string, string>();
  readonly #people: readonly string[];
  /** Made with the first that is asked for. */
  #behind: ReadonlyMap<string, readonly string[]> | null = null;
  readonly #secret: KeyObject;

  /**
   * @param people every value of the lake that names a person
   * @param reveal values, in any letter case, or pseudonyms, of whom is shown as they stand
   */
  constructor(key: MaskingKey, people: readonly string[], reveal: readonly string[] = []) {
    this.key = key;
    this.#people = people;
    this.#secret = createSecretKey(key.bytes);
    this.ids = new MaskedIds(this.#secret);
    const wanted = new Set(reveal.map(folded));
    const isAskedByPseudonym = reveal.some((value) => PSEUDONYM.test(value));
    const found = new Map<string, string>();
    let hasShortNames = false;
    for (const person of people) {
      hasShortNames ||= person !== '' && isShort(person);
      this.#learn(person);
      const pseudonym = isAskedByPseudonym ? pseudonymOf(this.#secret, person) : '';
      for (const asked of [folded(person), pseudonym]) if (wanted.has(asked)) found.set(asked, person);
    }
    this.hasShortNames = hasShortNames;
    this.#shown = new Set([...found.values()].map(folded));
    this.revealed = [...new Set(reveal.flatMap((value) => found.get(folded(value)) ?? []))];
    this.unknown = reveal.filter((value) => !found.has(folded(value)));
  }

  /** What stands in place of a value that names a person; of an empty one that, and of one shown on purpose itself. */
  person(value: string): string {
    const kept = this.#pseudonyms.get(value);
    if (kept !== undefined) return kept;
    const made = value === '' || this.#shown.has(folded(value)) ? value : pseudonymOf(this.#secret, value);
    if (this.#pseudonyms.size >= MOST_KEPT) this.#pseudonyms.clear();
    this.#pseudonyms.set(value, made);
    return made;
  }

  /** Every value of the lake that a pseudonym stands for, in each letter case that it has there; none where it is nobody's. */
  behind(pseudonym: string): readonly string[] {
    if (!PSEUDONYM.test(pseudonym)) return [];
    this.#behind ??= Map.groupBy(this.#named(), (name) => pseudonymOf(this.#secret, name));
    return this.#behind.get(pseudonym.toLowerCase()) ?? [];
  }

  *#named(): Generator<string> {
    const names = new Set<string>();
    for (const person of this.#people) for (const name of [person, ...shorterNames(person)]) names.add(name);
    names.delete('');
    yield* names;
  }

  /**
   * A text with pseudonyms in place of every name of the lake, and of whatever is written as one.
   * @param own names that are looked for in this text only, however short
   */
  text(given: string, own: readonly string[] = []): string {
    const text = composed(given);
    let made = '';
    let at = 0;
    for (const [from, to] of this.#placesIn(text, own)) {
      if (from < at) continue;
      made += text.slice(at, from) + this.#inText(text.slice(from, to));
      at = to;
    }
    return at === 0 ? given : made + text.slice(at);
  }

  /** JSON text, with every text in it masked; what is no JSON, as a text. */
  json(given: string, mask: (text: string) => string = (text) => this.text(text)): string {
    try {
      JSON.parse(given);
    } catch {
      return mask(given);
    }
    // Text by text: numbers stay as they are written, and so does a name that an object has twice.
    return given.replace(JSON_TEXT, (text) => {
      const value = JSON.parse(text) as string;
      const masked = mask(value);
      return masked === value ? text : JSON.stringify(masked);
    });
  }

  #learn(person: string): void {
    if (isShort(person)) return;
    for (const name of [person, ...shorterNames(person)]) {
      if (isShort(name)) continue;
      this.#names.add(name);
      for (const escaped of escapedNames(name)) {
        this.#names.add(escaped);
        this.#escaped.set(folded(escaped), name);
      }
    }
  }

  /** What stands in a text in place of a name, as it is written there. */
  #inText(written: string): string {
    const name = this.#escaped.get(folded(written)) ?? written.replaceAll('\\\\', '\\').replaceAll('%40', '@');
    const shown = this.person(name);
    return shown === name ? written : shown;
  }

  /** In the order of where they begin, the longest first. */
  #placesIn(text: string, own: readonly string[]): Span[] {
    const fold = folded(text);
    const places: Span[] = [...this.#names.in(fold), ...writtenNames(text)];
    if (own.length > 0) {
      const others = new KnownNames();
      for (const name of own) others.add(name);
      places.push(...others.in(fold));
    }
    return places.sort((one, other) => one[0] - other[0] || other[1] - one[1]);
  }
}
