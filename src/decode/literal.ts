import { EQUALS, lower, position, quoteLength, skipBlanks, skipBlanksBack } from './characters.ts';

/** What ends the words of a literal: nothing, a key's equals sign, or one that may be missing before a quote. */
type Ending = 'none' | 'equals' | 'equals_or_quote';

/** One wording of a literal: words that are matched strictly, then perhaps a key, whose case does not matter. */
interface Wording {
  readonly text: string;
  readonly words: Uint8Array;
  readonly key: Uint8Array;
  readonly ending: Ending;
}

/** The fixed text before, between or after the values of a template; one or more wordings, of which one fits at most. */
export class Literal {
  readonly #wordings: readonly Wording[];
  /** The wordings as written. */
  readonly texts: readonly string[];
  /** The keys of the wordings in lower case, without a repetition. */
  readonly keys: readonly string[];
  /** The text as rendered: the first wording. */
  readonly text: string;
  /** Whether every wording ends with a key and its equals sign. */
  readonly keyed: boolean;
  /** Whether a value after it may have blanks before it. */
  readonly endsWithEquals: boolean;
  readonly isEmpty: boolean;
  /** The bytes that one of the wordings begins with. */
  readonly #beginnings: readonly number[];

  /** Wordings as written in a template, `, name=` or `group?=`. */
  constructor(texts: readonly string[]) {
    this.texts = texts;
    this.#wordings = texts.map(wording);
    this.text = texts[0]!.replace('?=', '=');
    this.keys = [...new Set(this.#wordings.map((each) => Buffer.from(each.key).toString()))].filter(
      (key) => key !== '',
    );
    this.keyed = this.#wordings.every((each) => each.ending === 'equals');
    this.endsWithEquals = this.#wordings[0]!.ending !== 'none';
    this.isEmpty = this.text === '';
    this.#beginnings = [...new Set(this.#wordings.flatMap(beginnings))];
  }

  /** The position after the literal where it stands at `at`; -1 where it does not. */
  matchAt(bytes: Uint8Array, at: number, end: number): number {
    for (const { words, key, ending } of this.#wordings) {
      let next = at + words.length + key.length;
      if (next > end || !sameWords(bytes, at, words) || !sameKey(bytes, at + words.length, key)) continue;
      if (ending === 'none') return next;
      next = skipBlanks(bytes, next, end);
      if (next < end && bytes[next] === EQUALS) return next + 1;
      if (ending === 'equals_or_quote' && quoteLength(bytes, next, end) > 0) return next;
    }
    return -1;
  }

  /** Where the literal begins whose key ends at the equals sign at `equals`; -1 where none does, or only before `start`. */
  startBefore(bytes: Uint8Array, equals: number, start: number): number {
    const keyEnd = skipBlanksBack(bytes, equals, start);
    for (const { words, key } of this.#wordings) {
      const at = keyEnd - key.length - words.length;
      if (at >= start && sameKey(bytes, at + words.length, key) && sameWords(bytes, at, words)) return at;
    }
    return -1;
  }

  /** Where a literal begins that ends exactly at `to`; -1 where none does. */
  startEndingAt(bytes: Uint8Array, to: number, start: number): number {
    if (this.endsWithEquals)
      return to > start && bytes[to - 1] === EQUALS ? this.startBefore(bytes, to - 1, start) : -1;
    for (const { words } of this.#wordings) {
      const at = to - words.length;
      if (at >= start && sameWords(bytes, at, words)) return at;
    }
    return -1;
  }

  /** The first position from `from` on with a byte that a wording begins with; `end` where there is none. */
  candidate(bytes: Uint8Array, from: number, end: number): number {
    if (this.#beginnings.length === 1) return position(bytes, this.#beginnings[0]!, from, end);
    let at = from;
    while (at < end && !this.#beginnings.includes(bytes[at]!)) at++;
    return at;
  }
}

/** Whether more than one of the texts could begin or end at one place, or values stand otherwise behind one than behind another. */
export function couldMistake(texts: readonly string[]): boolean {
  const endings = new Set(texts.map((text) => wording(text).ending === 'none'));
  return (
    endings.size > 1 ||
    texts.some((text, index) =>
      texts.some((other, place) => place !== index && (other.startsWith(text) || other.endsWith(text))),
    )
  );
}

/** The bytes that a wording can begin with: those of a key are of either case. */
function beginnings({ words, key }: Wording): readonly number[] {
  return words.length > 0 ? [words[0]!] : [...key.subarray(0, 1)].flatMap((byte) => [byte, byte & ~0x20]);
}

function wording(text: string): Wording {
  const match = /^(.*?)([A-Za-z_]\w*)(\?=|=)$/s.exec(text);
  if (match === null) return { text, words: Buffer.from(text), key: new Uint8Array(0), ending: 'none' };
  const [, words = '', key = '', sign] = match;
  return {
    text,
    words: Buffer.from(words),
    key: Buffer.from(key.toLowerCase()),
    ending: sign === '=' ? 'equals' : 'equals_or_quote',
  };
}

function sameWords(bytes: Uint8Array, at: number, words: Uint8Array): boolean {
  for (let index = 0; index < words.length; index++) if (bytes[at + index] !== words[index]) return false;
  return true;
}

function sameKey(bytes: Uint8Array, at: number, key: Uint8Array): boolean {
  for (let index = 0; index < key.length; index++) if (lower(bytes[at + index]!) !== key[index]) return false;
  return true;
}
