import { codePoint, SPACE } from './characters.ts';
import type { Template } from './template.ts';

/** White space of any script, and the byte order mark. */
const OUTER_SPACE = /[\p{White_Space}\u{feff}]/u;

/** Where a text begins after the white space before it; `end` where it is nothing else. */
export function afterOuterSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isOuterSpace(bytes, at)) at = characterEnd(bytes, at, end);
  return at;
}

/** Where a text ends before the white space behind it; `start` where it is nothing else. */
export function beforeOuterSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start) {
    const last = characterBegin(bytes, at, start);
    if (!isOuterSpace(bytes, last)) return at;
    at = last;
  }
  return at;
}

function isOuterSpace(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at]!;
  if (byte > SPACE && byte < 0x80) return false;
  return OUTER_SPACE.test(String.fromCodePoint(codePoint(bytes, at)));
}

function characterBegin(bytes: Uint8Array, end: number, start: number): number {
  let at = end - 1;
  while (at > start && (bytes[at]! & 0xc0) === 0x80) at--;
  return at;
}

function characterEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1;
  while (at < end && (bytes[at]! & 0xc0) === 0x80) at++;
  return at;
}

/** A byte that is no white space, nor part of any: nearly every message begins and ends with one. */
export function isInk(byte: number): boolean {
  return byte > SPACE && byte < 0x7f;
}

/** Where a message ends before its outer white space; the blank stays that parts words from an empty list. */
export function endBeforeOuterSpace(
  bytes: Uint8Array,
  start: number,
  end: number,
  listWords: readonly Uint8Array[],
): number {
  const to = beforeOuterSpace(bytes, start, end);
  const isBlankOfWords =
    to < end && bytes[to] === SPACE && listWords.some((words) => endsWith(bytes, start, to, words));
  return isBlankOfWords ? to + 1 : to;
}

function endsWith(bytes: Uint8Array, start: number, end: number, words: Uint8Array): boolean {
  const from = end - words.length;
  return from >= start && words.every((byte, index) => bytes[from + index] === byte);
}

/** The words, without their last blank, after which an empty list may end a message. */
export function wordsBeforeLists(templates: readonly Template[]): readonly Uint8Array[] {
  const texts = templates.flatMap(({ variants }) =>
    variants.flatMap(({ slots, literals }) => {
      const type = slots.at(-1)?.type;
      const endsInList = (type === 'list' || type === 'tokens') && literals.at(-1)?.isEmpty === true;
      return endsInList ? (literals.at(-2)?.texts ?? []) : [];
    }),
  );
  return [...new Set(texts)].filter((text) => text.endsWith(' ')).map((text) => Buffer.from(text.slice(0, -1)));
}
