import { isUtf8 } from 'node:buffer';

/** Where a text is no JSON, and what was expected there. */
export interface JsonFault {
  readonly kind: 'syntax' | 'depth' | 'utf8';
  /** In bytes, 0-based. */
  readonly offset: number;
  /** 1-based; a column is a character. */
  readonly line: number;
  readonly column: number;
  readonly expected: string;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPENING_BRACKET, CLOSING_BRACKET, OPENING_BRACE, CLOSING_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d];
const FIRST_PRINTABLE = 0x20;
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
/** What separates the texts of a sequence (RFC 7464), and a byte order mark. */
const BETWEEN_TEXTS: ReadonlySet<number> = new Set([0x1e, 0xef, 0xbb, 0xbf]);
const ESCAPED: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrtu'));
const WORDS = ['true', 'false', 'null'];
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;
const OF_NUMBERS: ReadonlySet<number> = new Set(Buffer.from('-+.eE0123456789'));

type Expected = 'text' | 'value' | 'value or ]' | 'name' | 'name or }' | 'colon' | 'comma';

const WHAT: Readonly<Record<Expected, string>> = {
  text: 'an object or a list',
  value: 'a value',
  'value or ]': 'a value or ]',
  name: 'a name in quotes',
  'name or }': 'a name in quotes or }',
  colon: 'a colon',
  comma: 'a comma or the closing bracket',
};

/**
 * Finds where bytes are not what RFC 8259 calls JSON, an object or a list, or several one after the other: JSON lines are.
 * Nothing is built of it, so that whatever it holds costs no more than its length.
 * @param maxDepth how many objects and lists may be open at once
 */
export function faultOfJson(bytes: Buffer, maxDepth: number): JsonFault | null {
  const found = isUtf8(bytes) ? new JsonCheck(bytes, maxDepth).fault() : notUtf8(bytes);
  return found === null ? null : { ...found, ...placeOf(bytes, found.offset) };
}

type Fault = Pick<JsonFault, 'kind' | 'offset' | 'expected'>;

class JsonCheck {
  readonly #bytes: Buffer;
  readonly #maxDepth: number;
  /** What closes each object and list that is open. */
  readonly #open: number[] = [];
  #at = 0;
  #expects: Expected = 'text';

  constructor(bytes: Buffer, maxDepth: number) {
    this.#bytes = bytes;
    this.#maxDepth = maxDepth;
  }

  fault(): Fault | null {
    const bytes = this.#bytes;
    let hasText = false;
    for (;;) {
      this.#skipBlanks();
      if (this.#at === bytes.length) return this.#expects === 'text' && hasText ? null : this.#noJson();
      hasText = true;
      const fault = this.#step(bytes[this.#at]!);
      if (fault !== null) return fault;
    }
  }

  #step(byte: number): Fault | null {
    if (this.#expects === 'colon') return byte === COLON ? this.#goOn('value') : this.#noJson();
    if (this.#expects === 'comma') return this.#behindValue(byte);
    const mayClose = this.#expects === 'value or ]' || this.#expects === 'name or }';
    if (mayClose && byte === this.#open.at(-1)) return this.#close();
    if (this.#expects === 'name' || this.#expects === 'name or }') {
      return byte === QUOTE ? this.#readString('colon') : this.#noJson();
    }
    if (byte === OPENING_BRACE || byte === OPENING_BRACKET) return this.#openValue(byte);
    if (this.#expects === 'text') return this.#noJson();
    if (byte === QUOTE) return this.#readString('comma');
    return this.#readWord();
  }

  #behindValue(byte: number): Fault | null {
    const closing = this.#open.at(-1);
    if (byte === closing) return this.#close();
    return byte === COMMA ? this.#goOn(closing === CLOSING_BRACE ? 'name' : 'value') : this.#noJson();
  }

  #openValue(byte: number): Fault | null {
    if (this.#open.length === this.#maxDepth) {
      return {
        kind: 'depth',
        offset: this.#at,
        expected: `at most ${this.#maxDepth} objects and lists within each other`,
      };
    }
    this.#open.push(byte === OPENING_BRACE ? CLOSING_BRACE : CLOSING_BRACKET);
    return this.#goOn(byte === OPENING_BRACE ? 'name or }' : 'value or ]');
  }

  #close(): null {
    this.#open.pop();
    return this.#goOn(this.#open.length === 0 ? 'text' : 'comma');
  }

  #goOn(expects: Expected): null {
    this.#at++;
    this.#expects = expects;
    return null;
  }

  #readString(next: Expected): Fault | null {
    const bytes = this.#bytes;
    for (let at = this.#at + 1; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        this.#at = at;
        return this.#goOn(next);
      }
      if (byte < FIRST_PRINTABLE) return this.#noString(at, 'no line end or other control character within quotes');
      if (byte !== BACKSLASH) continue;
      at++;
      if (at === bytes.length) break;
      if (!ESCAPED.has(bytes[at]!)) return this.#noString(at, 'an escape that JSON knows behind the backslash');
      if (bytes[at] !== 0x75) continue;
      if (!/^[0-9a-fA-F]{4}$/.test(bytes.toString('latin1', at + 1, at + 5)))
        return this.#noString(at, 'four hex digits behind \\u');
      at += 4;
    }
    return this.#noString(bytes.length, 'the closing quote of a text');
  }

  #readWord(): Fault | null {
    const bytes = this.#bytes;
    const word = WORDS.find((each) => bytes.toString('latin1', this.#at, this.#at + each.length) === each);
    let end = this.#at + (word?.length ?? 0);
    if (word === undefined) {
      while (end < bytes.length && OF_NUMBERS.has(bytes[end]!)) end++;
      if (!NUMBER.test(bytes.toString('latin1', this.#at, end))) return this.#noJson();
    }
    this.#at = end - 1;
    return this.#goOn('comma');
  }

  #noString(offset: number, expected: string): Fault {
    return { kind: 'syntax', offset, expected };
  }

  #noJson(): Fault {
    return { kind: 'syntax', offset: this.#at, expected: WHAT[this.#expects] };
  }

  #skipBlanks(): void {
    const isBetween = this.#expects === 'text';
    for (; this.#at < this.#bytes.length; this.#at++) {
      const byte = this.#bytes[this.#at]!;
      if (!BLANKS.has(byte) && !(isBetween && BETWEEN_TEXTS.has(byte))) return;
    }
  }
}

function notUtf8(bytes: Buffer): Fault {
  let [good, bad] = [0, bytes.length];
  // The longest beginning that is UTF-8, but for a character that is cut at its end.
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isUtf8Start(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  while (!isUtf8(bytes.subarray(0, good))) good--;
  return { kind: 'utf8', offset: good, expected: 'text in UTF-8' };
}

/** Whether bytes are UTF-8, or would be if a character cut at their end were whole. */
function isUtf8Start(bytes: Buffer): boolean {
  for (let cut = 0; cut < 4 && cut <= bytes.length; cut++) {
    if (!isUtf8(bytes.subarray(0, bytes.length - cut))) continue;
    const rest = bytes.subarray(bytes.length - cut);
    if (cut === 0 || (rest[0]! >= 0xc2 && rest[0]! <= 0xf4 && rest.subarray(1).every((byte) => (byte & 0xc0) === 0x80)))
      return true;
  }
  return false;
}

function placeOf(bytes: Buffer, offset: number): Pick<JsonFault, 'line' | 'column'> {
  let [line, start] = [1, 0];
  for (let at = bytes.indexOf(0x0a); at !== -1 && at < offset; at = bytes.indexOf(0x0a, at + 1)) {
    line++;
    start = at + 1;
  }
  let column = 1;
  for (let at = start; at < offset; at++) if ((bytes[at]! & 0xc0) !== 0x80) column++;
  return { line, column };
}
