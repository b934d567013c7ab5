import { COMMA, position, quoteLength, skipBlanks, skipBlanksBack, tokenEnd } from './characters.ts';
import { BRACKETED } from './reading.ts';

const STRAIGHT_QUOTE = 0x22;
const NULL = Buffer.from('null');

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

/**
 * Walks the elements of a list: `start` and `end` are those of the current one. Nothing between two commas is no element,
 * nor is a `null` without quotes of its own: they are passed over, and known after the last element.
 */
export class ListCursor {
  start = 0;
  end = 0;
  /** Whether the list ends with a comma: what came after it is perhaps missing. */
  endsInComma = false;
  /** Whether an empty element was passed over elsewhere. */
  hasEmpty = false;
  /** Whether a `null` was passed over. */
  hasNull = false;
  #bytes: Uint8Array = new Uint8Array(0);
  #next = 0;
  #end = 0;
  #bracketed = false;
  #quotesClose = true;
  /** Whether the current element stood in quotes. */
  #isQuoted = false;

  /** The content of a list, without the brackets or quotes around it, and its form. */
  set(bytes: Uint8Array, start: number, end: number, form: number): void {
    this.#bytes = bytes;
    this.#end = end;
    this.#bracketed = form === BRACKETED;
    this.#quotesClose = true;
    this.endsInComma = false;
    this.hasEmpty = false;
    this.hasNull = false;
    this.#next = skipBlanks(bytes, start, end) === end ? end + 1 : start;
  }

  /** Moves to the next element; false after the last. Blanks around an element are not part of it. */
  next(): boolean {
    while (this.#nextOrNone()) {
      const length = this.end - this.start;
      if (length !== 0 && (length !== NULL.length || this.#isQuoted || !isNull(this.#bytes, this.start, this.end))) {
        return true;
      }
      if (length !== 0) this.hasNull = true;
      else if (this.#next > this.#end && !this.#isQuoted) this.endsInComma = true;
      else this.hasEmpty = true;
    }
    return false;
  }

  /** Moves on to what stands before the next comma, be it an element or nothing. */
  #nextOrNone(): boolean {
    this.#isQuoted = false;
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
        this.#isQuoted = true;
        return true;
      }
    }
    // No quote closes an element from here on, so no later element need look again.
    this.#quotesClose = false;
    return false;
  }
}

/** Whether a text is `null`: what programs write for a value that is not there. */
export function isNull(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== NULL.length) return false;
  for (let index = 0; index < NULL.length; index++) if (bytes[start + index] !== NULL[index]) return false;
  return true;
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

/** Whether every element of a list is a token. */
export function areTokens(cursor: ListCursor, bytes: Uint8Array): boolean {
  while (cursor.next()) {
    if (tokenLimit(bytes, cursor.start, cursor.end) !== cursor.end) return false;
  }
  return true;
}

/**
 * Whether a text begins a list in brackets or quotes that nothing closes, and goes on after a comma: one that was cut off,
 * since a name may begin with a bracket, but hardly goes on like that.
 */
export function isOpenList(bytes: Uint8Array, from: number, end: number): boolean {
  const start = skipBlanks(bytes, from, end);
  if (!beginsEnclosed(bytes, start, end) || position(bytes, COMMA, start, end) === end) return false;
  const quote = quoteLength(bytes, start, end);
  if (quote === 0) return closingBracket(bytes, start, end) === -1;
  for (let at = start + quote; at < end; at++) if (quoteLength(bytes, at, end) > 0) return false;
  return true;
}

/** Whether the text begins with a bracket or a quote, so that a bare list it is not. */
export function beginsEnclosed(bytes: Uint8Array, at: number, end: number): boolean {
  return at < end && (isOpeningBracket(bytes[at]!) || quoteLength(bytes, at, end) > 0);
}
