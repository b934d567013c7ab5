import {
  COMMA,
  EQUALS,
  isBlank,
  isWord,
  quoteLength,
  quoteLengthBefore,
  SPACE,
  skipBlanks,
  skipBlanksBack,
  wordStart,
} from './characters.ts';
import { completeNumber } from './completion.ts';
import { fieldName, type KeyField, type KeyFields } from './known-keys.ts';
import { bracketPairs, isOpeningBracket, isOpenList } from './list.ts';
import { NUMBER, type Reading } from './reading.ts';
import { isList, ValueSpan } from './value.ts';

const value = new ValueSpan();

/** A `key=value` pair of a message: positions in its bytes. */
export interface Pair {
  readonly keyStart: number;
  readonly keyEnd: number;
  /** Just after the equals sign: the value verbatim. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

/**
 * The pairs of a text: the first `word=` at the start or after a blank or comma, then one at each `, word=` outside
 * quotes and brackets. A quote or bracket that nothing closes is an ordinary character.
 */
export function findPairs(bytes: Uint8Array, start: number, end: number): readonly Pair[] {
  const keys: { start: number; end: number; sign: number }[] = [];
  let at = firstKey(bytes, start, end);
  if (at === null) return [];
  const brackets = bracketPairs(bytes, at.sign + 1, end);
  while (at !== null) {
    keys.push(at);
    at = nextKey(bytes, at.sign + 1, end, brackets);
  }
  return keys.map((key, index) => ({
    keyStart: key.start,
    keyEnd: key.end,
    valueStart: key.sign + 1,
    valueEnd: index + 1 < keys.length ? keys[index + 1]!.start - 2 : end,
  }));
}

/** A `, word=` of a text, in quotes and brackets too. */
export interface CommaPair {
  readonly comma: number;
  readonly word: string;
  readonly valueStart: number;
}

/** Every `, word=` of a text. */
export function commaPairs(bytes: Uint8Array, start: number, end: number): CommaPair[] {
  const pairs: CommaPair[] = [];
  for (let at = start; at + 2 < end; at++) {
    if (bytes[at] !== COMMA || bytes[at + 1] !== SPACE) continue;
    const key = keyAt(bytes, at + 2, end);
    if (key === null) continue;
    const word = Buffer.from(bytes.buffer, bytes.byteOffset + key.start, key.end - key.start).toString('latin1');
    pairs.push({ comma: at, word, valueStart: key.sign + 1 });
  }
  return pairs;
}

/** The value of a pair without the quotes that enclose it. */
export function withoutQuotes(bytes: Uint8Array, start: number, end: number): { start: number; end: number } {
  const open = quoteLength(bytes, start, end);
  const close = open === 0 ? 0 : quoteLengthBefore(bytes, end, start + open);
  return close === 0 ? { start, end } : { start: start + open, end: end - close };
}

/**
 * Places pairs in the fields their keys belong to; all others become unmapped, in the order of the message. A key that
 * occurs again (in whatever case) fills no field.
 */
export function placePairs(reading: Reading, pairs: readonly Pair[], keys: KeyFields): void {
  const occurrences = new Map<string, number>();
  const spelling = new Map<string, string>();
  const named = pairs.map((pair) => {
    const written = reading.text(pair.keyStart, pair.keyEnd);
    const key = written.toLowerCase();
    occurrences.set(key, (occurrences.get(key) ?? 0) + 1);
    if (!spelling.has(key)) spelling.set(key, written);
    return { pair, key };
  });
  for (const { pair, key } of named) {
    const repeated = occurrences.get(key)! > 1;
    if (repeated) reading.addDetail('repeated_key');
    const field = repeated ? null : (keys.get(key) ?? null);
    if (field !== null && fill(reading, pair, field)) continue;
    const { start, end } = withoutQuotes(reading.bytes, pair.valueStart, pair.valueEnd);
    reading.addUnmapped(spelling.get(key)!, reading.text(start, end));
  }
}

/** False where the value is not of the field's type, or the field already has one. */
function fill(reading: Reading, pair: Pair, { field, type }: KeyField): boolean {
  if (reading.has(field)) return false;
  const { bytes } = reading;
  const enclosed = isList(type) || type === 'quoted';
  const bare = enclosed
    ? { start: pair.valueStart, end: pair.valueEnd }
    : withoutQuotes(bytes, pair.valueStart, pair.valueEnd);
  if (!value.read(type, bytes, bare.start, bare.end, true)) {
    const isCut = isList(type) && isOpenList(bytes, bare.start, bare.end);
    if (isCut) reading.addDetail('possibly_cut', fieldName(field));
    return false;
  }
  reading.fill(field, value.form, value.start, value.end);
  if (value.form === NUMBER) completeNumber(reading, field);
  return true;
}

type Key = { readonly start: number; readonly end: number; readonly sign: number };

function firstKey(bytes: Uint8Array, start: number, end: number): Key | null {
  for (let sign = start; sign < end; sign++) {
    if (bytes[sign] !== EQUALS) continue;
    const stop = skipBlanksBack(bytes, sign, start);
    const word = wordStart(bytes, stop, start);
    if (word === stop) continue;
    if (word === start || isBlank(bytes[word - 1]!) || bytes[word - 1] === COMMA)
      return { start: word, end: stop, sign };
  }
  return null;
}

function nextKey(bytes: Uint8Array, from: number, end: number, brackets: ReadonlyMap<number, number>): Key | null {
  let at = from;
  while (at < end) {
    const quote = quoteLength(bytes, at, end);
    if (quote > 0) {
      at = afterQuotes(bytes, at + quote, end) ?? at + quote;
    } else if (isOpeningBracket(bytes[at]!)) {
      at = (brackets.get(at) ?? at) + 1;
    } else if (bytes[at] === COMMA && bytes[at + 1] === SPACE) {
      const key = keyAt(bytes, at + 2, end);
      if (key !== null) return key;
      at += 2;
    } else {
      at++;
    }
  }
  return null;
}

/** The position after the next quote; null where none follows. */
function afterQuotes(bytes: Uint8Array, from: number, end: number): number | null {
  for (let at = from; at < end; at++) {
    const quote = quoteLength(bytes, at, end);
    if (quote > 0) return at + quote;
  }
  return null;
}

/** The key that begins exactly at `at`; null where none does. */
function keyAt(bytes: Uint8Array, at: number, end: number): Key | null {
  let stop = at;
  while (stop < end && isWord(bytes[stop]!)) stop++;
  if (stop === at || wordStart(bytes, stop, at) !== at) return null;
  const sign = skipBlanks(bytes, stop, end);
  return sign < end && bytes[sign] === EQUALS ? { start: at, end: stop, sign } : null;
}
