import { isObject, type JsonValue } from './json.ts';

/** How deep objects and lists may lie in each other: as deep as the strictest of the engines reads them. */
const MOST_DEPTH = 127;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** What a text of JSON is made of, as far as it can be seen without understanding it. */
export interface JsonShape {
  /** Members of all objects together. */
  readonly members: number;
  readonly depth: number;
  /** Whether a number may be written with a fraction or an exponent. */
  readonly hasFraction: boolean;
}

/**
 * JSON that every reader takes for the same: no object has a member twice, of which some readers take the first and some
 * the last, and nothing lies deeper than all of them follow. One pass over the text beside the engine's own.
 * @throws SyntaxError saying which of it is not so
 */
export function strictJson(text: string): JsonValue {
  return strictValue(text, shapeOf(text));
}

/** The same, of a text whose shape is known. @throws SyntaxError */
export function strictValue(text: string, { members, depth }: JsonShape): JsonValue {
  if (depth > MOST_DEPTH) throw new SyntaxError(`expected JSON of at most ${MOST_DEPTH} levels, found ${depth}`);
  const value = JSON.parse(text) as JsonValue;
  // Every member has one colon; of members of one name only the last is left in the value.
  if (membersOf(value) !== members) throw new SyntaxError(`expected every member once, found ${twice(text)} twice`);
  return value;
}

/** The shape of a text, whose strings alone are told from the rest: one step for each character outside of them. */
export function shapeOf(text: string): JsonShape {
  let members = 0;
  let depth = 0;
  let level = 0;
  let hasFraction = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at);
    else if (character === COLON) members++;
    // `[`, `{` and `]`, `}` differ in one bit.
    else if ((character | 0x20) === 0x7b) depth = Math.max(depth, ++level);
    else if ((character | 0x20) === 0x7d) level--;
    // `.`, and the `E` or `e` after a digit.
    else if (character === 0x2e) hasFraction = true;
    else if ((character | 0x20) === 0x65) hasFraction ||= isDigit(text.charCodeAt(at - 1));
  }
  return { members, depth, hasFraction };
}

/** Where the string that begins at `start` ends; the end of the text where it does not. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text.charCodeAt(before - 1) === BACKSLASH) before--;
    if ((end - before) % 2 === 0) return end;
  }
  return text.length;
}

function membersOf(value: JsonValue | undefined): number {
  if (typeof value !== 'object' || value === null) return 0;
  let members = 0;
  if (!isObject(value)) {
    for (const item of value) members += membersOf(item);
    return members;
  }
  for (const name in value) members += 1 + membersOf(value[name]);
  return members;
}

/** A member that is there twice, in quotes. */
function twice(text: string): string {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') open.push(new Set());
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = endOfString(text, at);
      if (/^\s*:/.test(text.slice(end + 1, end + 64))) {
        const name = String(JSON.parse(text.slice(at, end + 1)));
        if (open.at(-1)?.has(name)) return JSON.stringify(name);
        open.at(-1)?.add(name);
      }
      at = end;
    }
  }
  return 'a member';
}

function isDigit(character: number): boolean {
  return character >= 0x30 && character <= 0x39;
}
