import { COMMA, quoteLength, skipBlanks, skipBlanksBack, tokenEnd } from './characters.ts';
import { BRACKETED } from './reading.ts';

const STRAIGHT_QUOTE = 0x22;

export function isOpeningBracket(byte: number): boolean {
  return byte === 0x5b || byte === 0x7b;
}

function isClosingBracket(byte: number): boolean {
  return byte === 0x5d || byte === 0x7d;
}

/**
 * Where the bracket at `open` closes (the position of the closing one); -1 where it does not, or where a bracket
 * inside has no partner of its own kind.
 */
export function closingBracket(bytes: Uint8Array, open: number, end: number): number {
  const pending: number[] = [];
  for (let at = open; at < end; at++) {
    const byte = bytes[at]!;
    if (isOpeningBracket(byte)) pending.push(byte + 2);
    else if (isClosingBracket(byte)) {
      if (pending.pop() !== byte) return -1;
      if (pending.length === 0) return at;
    }
  }
  return -1;
}

/** {@link closingBracket} for every opening bracket of a text at once, in one pass. */
export function bracketPairs(bytes: Uint8Array, start: number, end: number): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  let pending: number[] = [];
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (isOpeningBracket(byte)) pending.push(at);
    else if (isClosingBracket(byte)) {
      const open = pending.pop();
      if (open === undefined) continue;
      if (bytes[open]! + 2 === byte) pairs.set(open, at);
      // Everything still open now holds a bracket without a partner.
      else pending = [];
    }
  }
  return pairs;
}

/** Walks the elements of a list: `start` and `end` are those of the current one. */
export class ListCursor {
  start = 0;
  end = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #next = 0;
  #end = 0;
  #bracketed = false;
  #quotesClose = true;

  /** The content of a list, without the brackets or quotes around it, and its form. */
  set(bytes: Uint8Array, start: number, end: number, form: number): void {
    this.#bytes = bytes;
    this.#end = end;
    this.#bracketed = form === BRACKETED;
    this.#quotesClose = true;
    this.#next = skipBlanks(bytes, start, end) === end ? end + 1 : start;
  }

  /** Moves to the next element; false after the last. Blanks around an element are not part of it. */
  next(): boolean {
    if (this.#next > this.#end) return false;
    const bytes = this.#bytes;
    const start = skipBlanks(bytes, this.#next, this.#end);
    if (this.#bracketed && bytes[start] === STRAIGHT_QUOTE && this.#quotesClose && start < this.#end) {
      if (this.#quotedElement(start)) return true;
    }
    const comma = this.#bracketed ? this.#commaOutsideBrackets(start) : this.#comma(start);
    this.start = start;
    this.end = skipBlanksBack(bytes, comma, start);
    this.#next = comma + 1;
    return true;
  }

  #comma(from: number): number {
    let at = from;
    while (at < this.#end && this.#bytes[at] !== COMMA) at++;
    return at;
  }

  #commaOutsideBrackets(from: number): number {
    let depth = 0;
    for (let at = from; at < this.#end; at++) {
      const byte = this.#bytes[at]!;
      if (byte === COMMA && depth === 0) return at;
      if (isOpeningBracket(byte)) depth++;
      else if (isClosingBracket(byte)) depth--;
    }
    return this.#end;
  }

  /** An element wholly in straight quotes may hold commas; the quotes are not part of it. */
  #quotedElement(open: number): boolean {
    let depth = 0;
    for (let at = open + 1; at < this.#end; at++) {
      const byte = this.#bytes[at]!;
      if (isOpeningBracket(byte)) depth++;
      else if (isClosingBracket(byte)) depth--;
      if (byte !== STRAIGHT_QUOTE || depth !== 0) continue;
      const after = skipBlanks(this.#bytes, at + 1, this.#end);
      if (after === this.#end || this.#bytes[after] === COMMA) {
        this.start = open + 1;
        this.end = at;
        this.#next = after + 1;
        return true;
      }
    }
    // No quote closes an element from here on, so no later element need look again.
    this.#quotesClose = false;
    return false;
  }
}

/** How many bytes from `from` can be a bare or quoted list of tokens: the position of the first that cannot. */
export function tokenListEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = skipBlanks(bytes, from, end);
  for (;;) {
    const stop = tokenLimit(bytes, at, end);
    const next = skipBlanks(bytes, stop, end);
    if (next >= end || bytes[next] !== COMMA) return next;
    at = skipBlanks(bytes, next + 1, end);
  }
}

/** Most characters a token may have. */
const TOKEN_CHARACTERS = 512;

/** The end of the longest token that begins at `from`. */
export function tokenLimit(bytes: Uint8Array, from: number, end: number): number {
  const stop = tokenEnd(bytes, from, end);
  if (stop - from <= TOKEN_CHARACTERS) return stop;
  let characters = 0;
  for (let at = from; at < stop; at++) {
    if ((bytes[at]! & 0xc0) !== 0x80 && ++characters > TOKEN_CHARACTERS) return at;
  }
  return stop;
}

/** Whether every element of a list is a token; an empty element counts as one. */
export function areTokens(cursor: ListCursor, bytes: Uint8Array): boolean {
  while (cursor.next()) {
    if (tokenLimit(bytes, cursor.start, cursor.end) !== cursor.end) return false;
  }
  return true;
}

/** Whether the text begins with a bracket or a quote, so that a bare list it is not. */
export function beginsEnclosed(bytes: Uint8Array, at: number, end: number): boolean {
  return at < end && (isOpeningBracket(bytes[at]!) || quoteLength(bytes, at, end) > 0);
}
