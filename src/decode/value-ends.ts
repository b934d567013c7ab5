import { digitsEnd, quoteLength, skipBlanks } from './characters.ts';
import { areTokens, bracketPairs, isOpeningBracket, ListCursor, tokenLimit, tokenListEnd } from './list.ts';
import { Message } from './message.ts';
import { BRACKETED } from './reading.ts';
import type { Slot } from './template.ts';
import { phraseLimit } from './value.ts';

/** What must precede the end of a value: nothing special, a closing quote, a character that is not blank. */
export type EndRule = 'any' | 'quote' | 'no_blank';

/** Where a value can end that begins at one place: anywhere in [first, last] where the rule holds. */
export interface EndRange {
  first: number;
  last: number;
  rule: EndRule;
}

/** Finds where values can end. */
export class EndFinder {
  /** Bytes of lists looked at since the start. */
  steps = 0;
  #message = new Message();
  #brackets: ReadonlyMap<number, number> | null = null;
  readonly #cursor = new ListCursor();

  /** Call once for each message. */
  begin(message: Message): void {
    this.#message = message;
    this.#brackets = null;
  }

  /** Where a value of the slot can end that begins at `start`; `nextPair` is the first equals sign from there on that ends a word. */
  of(slot: Slot, start: number, nextPair: number | undefined): EndRange {
    const { bytes, end } = this.#message;
    const from = slot.afterEquals ? skipBlanks(bytes, start, end) : start;
    switch (slot.type) {
      case 'text':
        return { first: start, last: end, rule: 'any' };
      case 'token':
        return { first: from + 1, last: tokenLimit(bytes, from, end), rule: 'any' };
      case 'token?':
      case 'ip':
        return { first: start, last: tokenLimit(bytes, from, end), rule: 'any' };
      case 'int':
        return { first: from + 1, last: digitsEnd(bytes, from, end), rule: 'any' };
      case 'phrase':
      case 'kind':
      case 'stamp':
        return { first: from + 1, last: phraseLimit(slot.type, bytes, from, end), rule: 'no_blank' };
      case 'quoted': {
        const quote = quoteLength(bytes, from, end);
        return quote === 0
          ? { first: start, last: end, rule: 'any' }
          : { first: from + quote + 1, last: end, rule: 'quote' };
      }
      case 'list':
      case 'tokens':
        return this.#listEnds(slot.type, start, from, nextPair);
    }
  }

  #listEnds(type: 'list' | 'tokens', start: number, from: number, nextPair: number | undefined): EndRange {
    const { bytes, end } = this.#message;
    if (from < end && isOpeningBracket(bytes[from]!)) {
      const close = this.#closing(from);
      if (close === undefined || (type === 'tokens' && !this.#holdsTokens(from, close))) return nowhere();
      return { first: close + 1, last: close + 1, rule: 'any' };
    }
    const quote = quoteLength(bytes, from, end);
    if (type === 'list') {
      return quote === 0
        ? { first: start, last: nextPair ?? end, rule: 'any' }
        : { first: from + quote + 1, last: end, rule: 'quote' };
    }
    const limit = tokenListEnd(bytes, from + quote, end);
    this.steps += limit - from;
    if (quote === 0) return { first: start, last: limit, rule: 'any' };
    const close = quoteLength(bytes, limit, end);
    return close === 0 ? nowhere() : { first: limit + close, last: limit + close, rule: 'any' };
  }

  #closing(open: number): number | undefined {
    const { bytes, start, end } = this.#message;
    this.#brackets ??= bracketPairs(bytes, start, end);
    return this.#brackets.get(open);
  }

  #holdsTokens(open: number, close: number): boolean {
    const { bytes } = this.#message;
    for (let at = open + 1; at < close; at++) {
      this.steps++;
      // No token holds a bracket; to look beyond it again from each of many nested lists would not be linear.
      if (isOpeningBracket(bytes[at]!)) return false;
    }
    this.#cursor.set(bytes, open + 1, close, BRACKETED);
    return areTokens(this.#cursor, bytes);
  }
}

/** Of a value that cannot stand where it would. */
export function nowhere(): EndRange {
  return { first: 0, last: -1, rule: 'any' };
}
