import { foldName } from './column-roles.ts';
import { extraKey } from './header.ts';
import { innerName, type JsonPaths, leadsInto } from './json-paths.ts';

/** A member of a JSON object: its key, and where its value stands as text. */
export interface Member {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** Whether it stands within another one, to which a path leads: its key is the whole path then. */
  readonly isInner?: true;
  /** Whether its value is an object or a list. */
  readonly isNested?: true;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const BLANK = 0x20;
const [OPENING_BRACKET, CLOSING_BRACKET] = [0x5b, 0x5d];
const [OPENING_BRACE, CLOSING_BRACE] = [0x7b, 0x7d];
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|[^u])/g;
const ESCAPE_LENGTH = '\\u0000'.length;

/**
 * The members of the JSON object in bytes[start, end), which are UTF-8. A string's value is its text (with escapes undone at
 * `scratch`), null is empty, anything else is its JSON text as written. What paths lead into is given as its own members.
 * Answers why the line is no record where it is none.
 */
export function readMembers(
  bytes: Buffer,
  start: number,
  end: number,
  scratch: number,
  paths: JsonPaths,
): readonly Member[] | 'invalid_json' | 'not_an_object' | 'invalid_utf8' | 'duplicate_key' {
  const text = bytes.toString('utf8', start, end);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'invalid_json';
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return 'not_an_object';
  if (SURROGATE_ESCAPE.test(text) && hasLoneSurrogate(text)) return 'invalid_utf8';
  const scanner = new MemberScanner(bytes, start, end, scratch);
  const members = scanner.members();
  if (hasTwice(members)) return 'duplicate_key';
  return scanner.hasNested ? withInner(members, bytes, scanner.scratch, paths) : members;
}

function hasTwice(members: readonly Member[]): boolean {
  return new Set(members.map(({ key }) => key)).size < members.length;
}

/** Members, and in the place of those that a path leads into what stands within them. Their own key with a dot wins. */
function withInner(
  members: readonly Member[],
  bytes: Buffer,
  scratch: number,
  paths: JsonPaths,
): readonly Member[] | 'duplicate_key' {
  const inner = new InnerMembers(bytes, scratch, paths);
  const all = members.flatMap((member) => inner.of(member) ?? [member]);
  if (inner.hasTwice) return 'duplicate_key';
  const own = new Set(all.flatMap(({ key, isInner }) => (isInner ? [] : [foldName(key)])));
  const keys = new Set(all.map(({ key }) => key));
  return all.map((member) => {
    if (!member.isInner || !own.has(foldName(member.key))) return member;
    const key = extraKey(member.key, 0, keys);
    keys.add(key);
    return { ...member, key };
  });
}

/** Finds what stands within members, however deep a path leads. */
class InnerMembers {
  /** Whether some object that a path leads into has a key twice. */
  hasTwice = false;
  readonly #bytes: Buffer;
  readonly #paths: JsonPaths;
  #scratch: number;

  constructor(bytes: Buffer, scratch: number, paths: JsonPaths) {
    this.#bytes = bytes;
    this.#scratch = scratch;
    this.#paths = paths;
  }

  /** Null where no path leads into the member. */
  of({ key, start, end, isNested }: Member): Member[] | null {
    const isList = this.#bytes[start] === OPENING_BRACKET;
    if (!isNested || !leadsInto(this.#paths, key, isList)) return null;
    const scanner = new MemberScanner(this.#bytes, start, end, this.#scratch);
    const found: Member[] = isList
      ? scanner.values().map((value, index) => ({ key: String(index), ...value }))
      : scanner.members();
    this.#scratch = scanner.scratch;
    this.hasTwice ||= hasTwice(found);
    return found.flatMap((member) => {
      const named: Member = { ...member, key: innerName(key, member.key), isInner: true };
      return this.of(named) ?? [named];
    });
  }
}

/**
 * Whether an escape anywhere in a JSON text is half of a surrogate pair. Asked of the text and not of the value, where a key
 * that stands twice hides what it held first.
 */
function hasLoneSurrogate(text: string): boolean {
  let lowDueAt = -1;
  for (const { index, 1: digits } of text.matchAll(ESCAPE)) {
    const unit = digits === undefined ? 0 : Number.parseInt(digits, 16);
    const isLow = unit >= 0xdc00 && unit <= 0xdfff;
    if (lowDueAt === -1 ? isLow : !isLow || index !== lowDueAt) return true;
    lowDueAt = unit >= 0xd800 && unit <= 0xdbff ? index + ESCAPE_LENGTH : -1;
  }
  return lowDueAt !== -1;
}

/**
 * The values of the JSON list in bytes[start, end), under the names given for them. As {@link readMembers}; a list of another
 * length is none of these columns.
 */
export function readValues(
  bytes: Buffer,
  start: number,
  end: number,
  scratch: number,
  names: readonly string[],
): readonly Member[] | 'invalid_json' | 'not_an_object' | 'invalid_utf8' | 'column_count' {
  const text = bytes.toString('utf8', start, end);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'invalid_json';
  }
  if (!Array.isArray(value)) return 'not_an_object';
  if (value.length !== names.length) return 'column_count';
  if (SURROGATE_ESCAPE.test(text) && hasLoneSurrogate(text)) return 'invalid_utf8';
  const places = new MemberScanner(bytes, start, end, scratch).values();
  return places.map((place, index) => ({ key: names[index]!, ...place }));
}

/** Where the object that begins in bytes[start, end), behind blanks, ends; -1 where none begins or it does not end. */
export function objectEnd(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at]! <= BLANK) at++;
  return bytes[at] === OPENING_BRACE ? valueEnd(bytes, at, end) : -1;
}

/** Where the value that begins at `start` ends; -1 where that is not before `end`. Objects and lists end with their last bracket. */
export function valueEnd(bytes: Buffer, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      for (at++; at < end && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
      if (depth === 0 && at < end) return at + 1;
    } else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) depth++;
    else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (byte === COMMA || byte <= BLANK)) return at;
  }
  return -1;
}

/** Finds where members stand in a text that is known to be a JSON object. */
class MemberScanner {
  /** Whether some value is an object or a list. */
  hasNested = false;
  /** Where scratch is free. */
  scratch: number;
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, start: number, end: number, scratch: number) {
    this.#bytes = bytes;
    this.#end = end;
    this.#at = start;
    this.scratch = scratch;
  }

  /** The values of a list, of a text that is known to be one. */
  values(): Omit<Member, 'key'>[] {
    const values: Omit<Member, 'key'>[] = [];
    this.#at = this.#bytes.indexOf('[', this.#at) + 1;
    for (let next = this.#next(); next !== CLOSING_BRACKET; next = this.#next()) {
      if (next === COMMA) this.#at++;
      else values.push(this.#value());
    }
    return values;
  }

  members(): Member[] {
    const members: Member[] = [];
    this.#at = this.#bytes.indexOf('{', this.#at) + 1;
    for (let next = this.#next(); next !== CLOSING_BRACE; next = this.#next()) {
      if (next === COMMA) {
        this.#at++;
        continue;
      }
      const [keyStart, keyEnd] = this.#skipString();
      const key = JSON.parse(this.#bytes.toString('utf8', keyStart, keyEnd)) as string;
      this.#next();
      this.#at++;
      members.push({ key, ...this.#value() });
    }
    return members;
  }

  /** The next byte that is no white space; `#at` is there. */
  #next(): number {
    while (this.#at < this.#end && this.#bytes[this.#at]! <= BLANK) this.#at++;
    return this.#bytes[this.#at]!;
  }

  #value(): Omit<Member, 'key'> {
    const first = this.#next();
    const start = this.#at;
    if (first === QUOTE) {
      this.#skipString();
      return this.#text(start, this.#at);
    }
    this.#skipOther();
    let end = this.#at;
    while (this.#bytes[end - 1]! <= BLANK) end--;
    if (first === OPENING_BRACE || first === OPENING_BRACKET) {
      this.hasNested = true;
      return { start, end, isNested: true };
    }
    return this.#bytes.toString('latin1', start, end) === 'null' ? { start, end: start } : { start, end };
  }

  /** The text of a string; without escapes it stands there as it is. */
  #text(start: number, end: number): { start: number; end: number } {
    if (!this.#bytes.subarray(start, end).includes(BACKSLASH)) return { start: start + 1, end: end - 1 };
    const text = JSON.parse(this.#bytes.toString('utf8', start, end)) as string;
    const from = this.scratch;
    this.scratch += this.#bytes.write(text, from, 'utf8');
    return { start: from, end: this.scratch };
  }

  #skipString(): readonly [number, number] {
    const start = this.#at;
    this.#at++;
    while (this.#bytes[this.#at] !== QUOTE) this.#at += this.#bytes[this.#at] === BACKSLASH ? 2 : 1;
    this.#at++;
    return [start, this.#at];
  }

  /** Passes over a number, word, array or object, to the comma or bracket after it. */
  #skipOther(): void {
    let depth = 0;
    for (; this.#at < this.#end; this.#at++) {
      const byte = this.#bytes[this.#at]!;
      if (byte === QUOTE) {
        this.#skipString();
        this.#at--;
      } else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) depth++;
      else if (depth === 0 && (byte === COMMA || byte === CLOSING_BRACE || byte === CLOSING_BRACKET)) return;
      else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) depth--;
    }
  }
}
