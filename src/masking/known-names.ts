import { folded, isAscii } from './folded-text.ts';

/** A name as a text has it: letters and digits that stand together. */
const WORD = /[\p{L}\p{N}]+/gu;
const WORD_CHARACTER = /[\p{L}\p{N}]/u;

/** Names with fewer letters and digits than this are looked for in no text but that of their own row. */
export const SHORTEST_NAME = 3;

/** From so many names on it is worth it to keep {@link HASHES}. */
const MANY_NAMES = 100;

/** Numbers of words that are told apart, less one. */
const HASHES = (1 << 20) - 1;

/** Where a name stands in a text: from, to (exclusive), in UTF-16 units. */
export type Span = readonly [from: number, to: number];

/** Whether a name is so short that it would be found in every text. */
export function isShort(name: string): boolean {
  return [...name].filter((character) => WORD_CHARACTER.test(character)).length < SHORTEST_NAME;
}

/** Names that are looked for in texts as words of their own, whatever their letter case; of several the longest. */
export class KnownNames {
  /** Folded. */
  readonly #names = new Set<string>();
  /** Their lengths by how they begin, longest first: by their first word, or the character they begin with. */
  readonly #lengths = new Map<string, number[]>();
  readonly #otherBeginnings = new Set<string>();
  /** Which numbers their first words have: most words of a text have another, and need not be looked up. */
  #beginnings: Uint8Array | null = null;

  add(name: string): void {
    const key = folded(name);
    if (key === '' || this.#names.has(key)) return;
    this.#names.add(key);
    const beginning = beginningOf(key);
    if (!WORD_CHARACTER.test(beginning)) this.#otherBeginnings.add(beginning);
    const lengths = this.#lengths.get(beginning);
    if (lengths === undefined) this.#lengths.set(beginning, [key.length]);
    else if (!lengths.includes(key.length)) lengths.push(key.length);
    this.#lengths.get(beginning)?.sort((one, other) => other - one);
    if (this.#names.size === MANY_NAMES) {
      this.#beginnings = new Uint8Array(HASHES + 1);
      for (const each of this.#lengths.keys()) this.#beginnings[hashOf(each) & HASHES] = 1;
    }
    if (this.#beginnings !== null) this.#beginnings[hashOf(beginning) & HASHES] = 1;
  }

  /**
   * The longest name at each place of a folded text where one may begin.
   * @param written the text with other signs between its words, in which names are looked for; asked for where one may begin
   */
  *in(text: string, written: () => string = () => text): Generator<Span> {
    if (this.#names.size === 0) return;
    for (const [from, end] of this.#wordsIn(text)) {
      const beginning = text.slice(from, end);
      const to = this.#lengths.has(beginning) ? this.#longestAt(written(), from, beginning) : 0;
      if (to > 0) yield [from, to];
    }
    if (this.#otherBeginnings.size === 0) return;
    for (let index = 0; index < text.length; index++) {
      const beginning = text[index] ?? '';
      if (!this.#otherBeginnings.has(beginning) || isWordBefore(text, index)) continue;
      const to = this.#longestAt(text, index, beginning);
      if (to > 0) yield [index, to];
    }
  }

  /** Where words are in a folded text with which a name may begin: letters and digits that stand together. */
  *#wordsIn(text: string): Generator<Span> {
    if (!isAscii(text)) {
      for (const { 0: word, index } of text.matchAll(WORD)) yield [index, index + word.length];
      return;
    }
    let from = -1;
    let hash = 0;
    for (let index = 0; index <= text.length; index++) {
      const code = text.charCodeAt(index);
      if ((code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39)) {
        if (from < 0) [from, hash] = [index, 0];
        hash = nextHash(hash, code);
      } else if (from >= 0) {
        if (this.#beginnings === null || this.#beginnings[hash & HASHES] === 1) yield [from, index];
        from = -1;
      }
    }
  }

  #longestAt(text: string, from: number, beginning: string): number {
    for (const length of this.#lengths.get(beginning) ?? []) {
      const to = from + length;
      if (to > text.length || isWordAt(text, to) || !this.#names.has(text.slice(from, to))) continue;
      return to;
    }
    return 0;
  }
}

/** A number of a word, the same for the same word. */
function hashOf(word: string): number {
  let hash = 0;
  for (let index = 0; index < word.length; index++) hash = nextHash(hash, word.charCodeAt(index));
  return hash;
}

function nextHash(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0;
}

function beginningOf(name: string): string {
  return /^[\p{L}\p{N}]+/u.exec(name)?.[0] ?? name[0] ?? '';
}

function isWordAt(text: string, index: number): boolean {
  const point = text.codePointAt(index);
  return point !== undefined && WORD_CHARACTER.test(String.fromCodePoint(point));
}

function isWordBefore(text: string, index: number): boolean {
  if (index === 0) return false;
  const isPair = index > 1 && /[\uDC00-\uDFFF]/.test(text[index - 1] ?? '');
  return isWordAt(text, isPair ? index - 2 : index - 1);
}
