/** Where something stands in a text, both from 1; a column is counted in characters of the text. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A member of an object: its value, and where its name stands. */
export interface PlacedMember {
  readonly name: string;
  readonly value: unknown;
  readonly place: Place;
}

/** A text that is no JSON, and where it ceases to be. */
export class JsonFault extends SyntaxError {
  readonly place: Place;

  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}

/** Nothing that people write by hand lies deeper. */
const MOST_DEPTH = 16;

const LITERALS: readonly (readonly [word: string, value: unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/**
 * The members of the JSON object that a text is, in their order, also those that are there twice.
 * Source: RFC 8259.
 * @throws JsonFault
 */
export function placedMembers(text: string): PlacedMember[] {
  const reader = new Reader(text);
  const members: PlacedMember[] = [];
  reader.blanks();
  reader.object(1, (name, value, at) => members.push({ name, value, place: reader.place(at) }));
  reader.blanks();
  if (!reader.isAtEnd) throw reader.fault('the end of the file');
  return members;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  place(at: number): Place {
    const before = this.#text.slice(0, at).split('\n');
    return { line: before.length, column: [...(before.at(-1) ?? '')].length + 1 };
  }

  fault(expected: string): JsonFault {
    const next = this.#text.codePointAt(this.#at);
    const found = next === undefined ? 'the end of the file' : JSON.stringify(String.fromCodePoint(next));
    return new JsonFault(`expected ${expected}, found ${found}`, this.place(this.#at));
  }

  blanks(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  object(depth: number, member: (name: string, value: unknown, at: number) => void): void {
    this.#take('{', 'an object, which begins with {');
    this.#several('}', () => {
      const at = this.#at;
      const name = this.#string('a name in double quotes');
      this.blanks();
      this.#take(':', ': after the name');
      this.blanks();
      member(name, this.#value(depth + 1), at);
    });
  }

  #value(depth: number): unknown {
    if (depth > MOST_DEPTH) throw this.fault(`at most ${MOST_DEPTH} levels`);
    const next = this.#text[this.#at];
    if (next === '"') return this.#string('a text');
    if (next === '{') {
      const members: [string, unknown][] = [];
      this.object(depth, (name, value) => members.push([name, value]));
      return Object.fromEntries(members);
    }
    if (next === '[') {
      this.#at++;
      const values: unknown[] = [];
      this.#several(']', () => values.push(this.#value(depth + 1)));
      return values;
    }
    for (const [word, value] of LITERALS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    const [number] =
      /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(this.#text.slice(this.#at, this.#at + 40)) ?? [];
    if (number === undefined) throw this.fault('a value');
    this.#at += number.length;
    return Number(number);
  }

  /** What stands between commas until the end. */
  #several(end: string, each: () => void): void {
    this.blanks();
    if (this.#text[this.#at] === end) {
      this.#at++;
      return;
    }
    for (;;) {
      each();
      this.blanks();
      if (this.#text[this.#at] === end) break;
      this.#take(',', `, or ${end}`);
      this.blanks();
    }
    this.#at++;
  }

  #string(expected: string): string {
    const from = this.#at;
    if (this.#text[from] !== '"') throw this.fault(expected);
    let end = from + 1;
    while (end < this.#text.length && this.#text[end] !== '"' && this.#text[end] !== '\n') {
      end += this.#text[end] === '\\' ? 2 : 1;
    }
    const closes = this.#text[end] === '"';
    if (closes) {
      try {
        const value: unknown = JSON.parse(this.#text.slice(from, end + 1));
        this.#at = end + 1;
        return String(value);
      } catch {
        throw new JsonFault('expected a text without unescaped controls or unknown escapes', this.place(from));
      }
    }
    throw new JsonFault('expected a double quote at the end of the text, found none in its line', this.place(from));
  }

  #take(character: string, expected: string): void {
    if (this.#text[this.#at] !== character) throw this.fault(expected);
    this.#at++;
  }
}
