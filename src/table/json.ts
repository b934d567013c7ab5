/** What JSON.parse returns. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [field: string]: JsonValue | undefined;
}

/**
 * JSON in ASCII as far as possible: some readers of a log mistake its encoding (Synapse under UTF-8 collations). Characters
 * of the even planes from 2 on stay as they are: arrow-rs, and with it delta-rs, takes their escapes for others.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\u{10ffff}]/gu, (character) => {
    const codePoint = character.codePointAt(0)!;
    if (codePoint > 0xffff && (codePoint & 0x10000) === 0) return character;
    return Array.from({ length: character.length }, (_, unit) => escaped(character.charCodeAt(unit))).join('');
  });
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

/** Whether a JSON value is an object. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a JSON value is an object all of whose fields are strings. */
export function isTextMap(value: JsonValue | undefined): value is Readonly<Record<string, string>> {
  if (!isObject(value)) return false;
  for (const key in value) if (typeof value[key] !== 'string') return false;
  return true;
}

/**
 * The fields of one JSON object, read by type. A null counts as absent, as writers of other languages put it.
 * Every reader throws TypeError, saying which field held what, for a value of another type.
 */
export class Fields {
  readonly #name: string;
  readonly #values: JsonObject;

  constructor(name: string, value: JsonValue | undefined) {
    if (!isObject(value)) throw mismatch(name, 'an object', value);
    this.#name = name;
    this.#values = value;
  }

  /** All fields as they are. */
  get values(): JsonObject {
    return this.#values;
  }

  has(field: string): boolean {
    return Object.hasOwn(this.#values, field) && this.#values[field] !== null;
  }

  text(field: string): string {
    const value = this.#values[field];
    if (typeof value !== 'string') throw mismatch(`${this.#name}.${field}`, 'a string', value);
    return value;
  }

  /** Integers beyond 2^53 come rounded. */
  number(field: string): number {
    const value = this.#values[field];
    if (typeof value !== 'number') throw mismatch(`${this.#name}.${field}`, 'a number', value);
    return value;
  }

  /** A whole number from 0 on that is exact. */
  count(field: string): number {
    const value = this.#values[field];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw mismatch(`${this.#name}.${field}`, 'a whole number from 0 on', value);
  }

  flag(field: string): boolean {
    const value = this.#values[field];
    if (typeof value !== 'boolean') throw mismatch(`${this.#name}.${field}`, 'true or false', value);
    return value;
  }

  texts(field: string): readonly string[] {
    const value = this.#values[field];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
      throw mismatch(`${this.#name}.${field}`, 'a list of strings', value);
    }
    return value;
  }

  /** A map of strings; a null value is read as the empty string, its equal in partition values. */
  textMap(field: string): Readonly<Record<string, string>> {
    const value = this.#values[field];
    if (isTextMap(value)) return value;
    const inner = new Fields(`${this.#name}.${field}`, value);
    return Object.fromEntries(Object.keys(inner.values).map((key) => [key, inner.has(key) ? inner.text(key) : '']));
  }

  object(field: string): Fields {
    return new Fields(`${this.#name}.${field}`, this.#values[field]);
  }
}

function mismatch(name: string, expected: string, value: JsonValue | undefined): TypeError {
  const found = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
  return new TypeError(`${name}: expected ${expected}, found ${found}`);
}
