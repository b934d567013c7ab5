import { createSecretKey, type KeyObject } from 'node:crypto';
import { composed, folded } from './folded-text.ts';
import type { MaskingKey } from './key.ts';
import { isShort, KnownNames } from './known-names.ts';
import { MaskedIds } from './masked-ids.ts';
import { PSEUDONYM, pseudonymOf } from './pseudonym.ts';
import { inPlainLetters, parted, type TextForm, tidied } from './text-forms.ts';
import { escapedNames, isOfWords, shorterNames, writtenNames } from './written-names.ts';

/** So many pseudonyms are kept: they are asked for row by row. */
const MOST_KEPT = 200_000;

/** Where a name is in a text, and the name, folded, where it is written otherwise there. */
interface Place {
  readonly from: number;
  readonly to: number;
  readonly name?: string;
}

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
  /** Names of words, by their words with one blank between them. */
  readonly #ofWords = new KnownNames();
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
    const wanted = new Set(reveal.filter((value) => value.trim() !== '').map(folded));
    const isAskedByPseudonym = reveal.some((value) => PSEUDONYM.test(value));
    const found = new Map<string, string[]>();
    let hasShortNames = false;
    for (const person of people) {
      hasShortNames ||= person !== '' && isShort(person);
      const names = [person, ...shorterNames(person)];
      this.#learn(names);
      for (const name of wanted.size === 0 ? [] : names) {
        const pseudonym = isAskedByPseudonym ? pseudonymOf(this.#secret, name) : '';
        for (const asked of [folded(name), pseudonym]) {
          if (wanted.has(asked)) found.set(asked, [...(found.get(asked) ?? []), person]);
        }
      }
    }
    this.hasShortNames = hasShortNames;
    const shown = [...new Set([...found.values()].flat())];
    this.#shown = new Set(shown.flatMap((person) => [person, ...shorterNames(person)].map(folded)));
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
    for (const { from, to, name } of this.#placesIn(text, own)) {
      if (from < at) continue;
      made += text.slice(at, from) + this.#inText(text.slice(from, to), name);
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

  #learn(names: readonly string[]): void {
    const [person = ''] = names;
    if (isShort(person)) return;
    for (const name of names) {
      if (isShort(name)) continue;
      this.#names.add(name);
      const fold = folded(name);
      const plain = plainForms(fold);
      for (const other of [...escapedNames(name), ...plain]) {
        this.#names.add(other);
        if (!this.#escaped.has(folded(other))) this.#escaped.set(folded(other), name);
      }
      for (const each of [fold, ...plain]) if (isOfWords(each)) this.#learnWords(each, name, names);
    }
  }

  #learnWords(words: string, name: string, names: readonly string[]): void {
    const key = parted(words);
    this.#ofWords.add(key);
    if (names.some((each) => folded(each) === key) || this.#escaped.has(key)) return;
    if (key !== folded(name)) this.#escaped.set(key, name);
  }

  /** What stands in a text in place of a name, as it is written there. */
  #inText(written: string, known: string = folded(written)): string {
    const name = this.#escaped.get(known) ?? (known === folded(written) ? unescaped(written) : known);
    const shown = this.person(name);
    return shown === name ? written : shown;
  }

  /** In the order of where they begin, the longest first. */
  #placesIn(text: string, own: readonly string[]): Place[] {
    const fold = folded(text);
    const places: Place[] = [];
    for (const [from, to] of this.#names.in(fold)) places.push({ from, to });
    if (own.length > 0) {
      const others = new KnownNames();
      for (const name of own) others.add(name);
      for (const [from, to] of others.in(fold)) places.push({ from, to });
    }
    const form = tidied(fold) ?? { text: fold, at: null };
    const forms = [form, ...inPlainLetters(form)];
    for (const each of forms) {
      if (each.at !== null) places.push(...placesOf(this.#names, each));
      let words: string | null = null;
      const written = () => (words ??= parted(each.text));
      places.push(...placesOf(this.#ofWords, each, written));
    }
    // Of equal places the first one holds.
    for (const [from, to] of writtenNames(text)) places.push({ from, to });
    places.sort((one, other) => one.from - other.from || other.to - one.to);
    return text.includes(',') ? withoutNeighbours(text, places) : places;
  }
}

/** A folded name of words tidily and in plain letters, as far as that is another. A single word in plain letters may be an ordinary one. */
function plainForms(fold: string): string[] {
  const tidy = tidied(fold);
  const form = tidy === null ? { text: fold, at: null } : { ...tidy, text: tidy.text.trim() };
  const plain = /[\p{L}\p{N}][^\p{L}\p{N}]+[\p{L}\p{N}]/u.test(form.text) ? inPlainLetters(form) : [];
  return [...(tidy === null ? [] : [form]), ...plain].map(({ text }) => text).filter((text) => !isShort(text));
}

function unescaped(written: string): string {
  return written.replaceAll('\\\\', '\\').replaceAll('%40', '@');
}

function placesOf(names: KnownNames, { at, text }: TextForm, written = () => text): Place[] {
  return [...names.in(text, written)].map(([from, to]) => ({
    from: at?.[from] ?? from,
    // What was left out at its end is none of it.
    to: at === null ? to : (at[to - 1] ?? to) + 1,
    name: written().slice(from, to),
  }));
}

/** Places but those that a comma made of two neighbours of which the second begins a whole name. */
function withoutNeighbours(text: string, places: readonly Place[]): Place[] {
  const hasComma = ({ from, to }: Place) => text.slice(from, to).includes(',');
  return places.filter((place, index) => {
    if (!hasComma(place)) return true;
    for (let at = index + 1; at < places.length; at++) {
      const next = places[at];
      if (next === undefined || next.from >= place.to) return true;
      if (next.from > place.from && next.to > place.to && !hasComma(next)) return false;
    }
    return true;
  });
}
