import type { FieldKind } from '../catalogue/index.ts';
import {
  digitsEnd,
  EQUALS,
  isBlank,
  phraseEnd,
  position,
  quoteLength,
  quoteLengthBefore,
  SLASH,
  skipBlanks,
  skipBlanksBack,
  wordStart,
} from './characters.ts';
import { areTokens, beginsEnclosed, closingBracket, isOpeningBracket, ListCursor, tokenLimit } from './list.ts';
import { ABSENT, BRACKETED, NUMBER, SEPARATED, TEXT } from './reading.ts';

/** The types a placeholder can have, as written in templates. `token?` may be empty; `kind` is a phrase without `/`; `tokens` a list of tokens. */
export const VALUE_TYPES = [
  'token',
  'token?',
  'ip',
  'int',
  'phrase',
  'kind',
  'stamp',
  'quoted',
  'text',
  'list',
  'tokens',
] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** The kind of field that can hold a value of the type. */
export function kindOf(type: ValueType): FieldKind {
  if (type === 'int') return 'number';
  return isList(type) ? 'list' : 'text';
}

export function isList(type: ValueType): boolean {
  return type === 'list' || type === 'tokens';
}

const STAMP_MARK = /[:+]/;
const SEPARATES_STAMP = /(?:^|[^\p{L}\p{M}\p{Nd}_])(by|with)(?![\p{L}\p{M}\p{Nd}_])/u;

/** Where a value stands once its enclosing brackets or quotes are taken off. */
export class ValueSpan {
  form = ABSENT;
  start = 0;
  end = 0;
  readonly #cursor = new ListCursor();

  #set(form: number, start: number, end: number): boolean {
    this.form = form;
    this.start = start;
    this.end = end;
    return true;
  }

  /**
   * Reads the bytes as a value of the type; false where they are none. Blanks before any value but a text are
   * dropped where `afterEquals` says that they follow an equals sign.
   */
  read(type: ValueType, bytes: Uint8Array, start: number, end: number, afterEquals: boolean): boolean {
    if (type === 'text') return this.#set(TEXT, start, end);
    const from = afterEquals ? skipBlanks(bytes, start, end) : start;
    switch (type) {
      case 'token':
        return from < end && tokenLimit(bytes, from, end) === end && this.#set(TEXT, from, end);
      case 'token?':
      case 'ip':
        return tokenLimit(bytes, from, end) === end && this.#set(TEXT, from, end);
      case 'int':
        return from < end && digitsEnd(bytes, from, end) === end && this.#set(NUMBER, from, end);
      case 'phrase':
      case 'kind':
      case 'stamp':
        return (
          from < end &&
          phraseLimit(type, bytes, from, end) === end &&
          !isBlank(bytes[end - 1]!) &&
          this.#set(TEXT, from, end)
        );
      case 'quoted':
        return this.#readQuoted(TEXT, bytes, from, end) ?? this.#set(TEXT, start, end);
      case 'list':
      case 'tokens':
        return this.#readList(type, bytes, from, end);
    }
  }

  /**
   * Reads the value that is the run of its type's characters beginning at `start`, for types and contexts where
   * {@link endsRun} holds. Returns where it ends; -1 where none begins there.
   */
  readRun(type: ValueType, bytes: Uint8Array, start: number, end: number, afterEquals: boolean): number {
    const from = afterEquals ? skipBlanks(bytes, start, end) : start;
    if (type === 'int') {
      this.#set(NUMBER, from, digitsEnd(bytes, from, end));
    } else if (type === 'phrase' || type === 'kind') {
      this.#set(TEXT, from, phraseLimit(type, bytes, from, end));
      if (this.end > from && isBlank(bytes[this.end - 1]!)) return -1;
    } else {
      this.#set(TEXT, from, tokenLimit(bytes, from, end));
    }
    return this.end === from && type !== 'ip' && type !== 'token?' ? -1 : this.end;
  }

  /** Null where the value does not begin with a quote. */
  #readQuoted(form: number, bytes: Uint8Array, start: number, end: number): boolean | null {
    const open = quoteLength(bytes, start, end);
    if (open === 0) return null;
    const close = quoteLengthBefore(bytes, end, start + open);
    return close > 0 && this.#set(form, start + open, end - close);
  }

  #readList(type: 'list' | 'tokens', bytes: Uint8Array, start: number, end: number): boolean {
    if (start < end && isOpeningBracket(bytes[start]!)) {
      if (closingBracket(bytes, start, end) !== end - 1) return false;
      this.#set(BRACKETED, start + 1, end - 1);
    } else if (this.#readQuoted(SEPARATED, bytes, start, end) ?? this.#set(SEPARATED, start, end)) {
      if (!beginsEnclosed(bytes, start, end) && firstPair(bytes, start, end) < end) return false;
    } else {
      return false;
    }
    if (type === 'list') return true;
    this.#cursor.set(bytes, this.start, this.end, this.form);
    return areTokens(this.#cursor, bytes);
  }
}

/**
 * Whether a value of the type is a run of characters that the given text does not go on with: it ends where the run does.
 * Blanks after an equals sign may be the text's where the value is empty.
 */
export function endsRun(type: ValueType, text: string, afterEquals: boolean): boolean {
  const first = Buffer.from(text.slice(0, 1));
  switch (type) {
    case 'token?':
    case 'ip':
      return first.length > 0 && tokenLimit(first, 0, first.length) === 0 && !(afterEquals && isBlank(first[0]!));
    case 'token':
      return first.length > 0 && tokenLimit(first, 0, first.length) === 0;
    case 'int':
      return first.length > 0 && digitsEnd(first, 0, first.length) === 0;
    case 'phrase':
    case 'kind':
      return first.length > 0 && phraseLimit(type, first, 0, first.length) === 0 && !isBlank(first[0]!);
    default:
      return false;
  }
}

/** The first position that a phrase, kind or stamp beginning at `from` cannot reach beyond; `from` where none begins there. */
export function phraseLimit(type: 'phrase' | 'kind' | 'stamp', bytes: Uint8Array, from: number, end: number): number {
  if (from < end && isBlank(bytes[from]!)) return from;
  let at = phraseEnd(bytes, from, end);
  if (type === 'kind') return position(bytes, SLASH, from, at);
  if (type === 'phrase') return at;
  while (at < end && STAMP_MARK.test(String.fromCharCode(bytes[at]!))) at = phraseEnd(bytes, at + 1, end);
  const text = Buffer.from(bytes.subarray(from, at)).toString('utf8');
  const word = SEPARATES_STAMP.exec(text);
  return word === null ? at : from + Buffer.byteLength(text.slice(0, word.index + word[0].length - word[1]!.length));
}

/** The position of the equals sign of the first `word=` in a text; `end` where there is none. */
function firstPair(bytes: Uint8Array, start: number, end: number): number {
  for (let at = position(bytes, EQUALS, start, end); at < end; at = position(bytes, EQUALS, at + 1, end)) {
    const key = skipBlanksBack(bytes, at, start);
    if (wordStart(bytes, key, start) < key) return at;
  }
  return end;
}
