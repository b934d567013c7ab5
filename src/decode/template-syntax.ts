import { FIELDS, type FieldKind, fieldIndex, type TemplateRow } from '../catalogue/index.ts';
import { kindOf, VALUE_TYPES, type ValueType } from './value.ts';

/** The parts of a template text. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly field: string; readonly type: ValueType }
  | { readonly kind: 'constant'; readonly field: string; readonly value: string }
  | { readonly kind: 'optional'; readonly nodes: readonly TemplateNode[] }
  | { readonly kind: 'alternatives'; readonly choices: readonly (readonly TemplateNode[])[] };

/**
 * Parses the text of a template:
 *
 * - `{field:type}` a value; `{field=word}` a value that the wording implies;
 * - `[…]` a segment that may be missing;
 * - `<a|b>` one of several, the documented one first;
 * - `key=` a key, whose case does not matter; `key?=` one whose equals sign may be missing before a quote;
 * - anything else stands for itself, and so does each of these characters behind a backslash.
 *
 * Throws an Error that names the template where the text does not follow this.
 */
export function parseTemplate(row: TemplateRow): readonly TemplateNode[] {
  const parser = new Parser(row);
  return parser.sequence('');
}

const KINDS: Readonly<Record<FieldKind, string>> = { text: 'text', list: 'a list', number: 'a number' };

class Parser {
  readonly #id: string;
  readonly #text: string;
  #at = 0;

  constructor(row: TemplateRow) {
    this.#id = row.id;
    this.#text = row.text;
  }

  /** Everything up to one of the closing characters, or to the end where none is given. */
  sequence(closing: string): TemplateNode[] {
    const nodes: TemplateNode[] = [];
    while (this.#at < this.#text.length && !closing.includes(this.#text[this.#at]!)) nodes.push(this.#node());
    if (closing !== '' && this.#at === this.#text.length) this.#fail(`a closing ${closing.at(-1)} is missing`);
    return nodes;
  }

  #node(): TemplateNode {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#value();
      case '[': {
        this.#at++;
        const nodes = this.sequence(']');
        this.#at++;
        return { kind: 'optional', nodes };
      }
      case '<':
        return this.#alternatives();
      default: {
        const text = /^(?:[^\\{}[\]<>|]|\\[\\{}[\]<>|])+/.exec(this.#text.slice(this.#at))?.[0];
        if (text === undefined) return this.#fail(`${this.#text[this.#at]} stands where none may`);
        this.#at += text.length;
        return { kind: 'text', text: text.replaceAll(/\\(.)/g, '$1') };
      }
    }
  }

  #value(): TemplateNode {
    const match = /^\{(\w+)(?::([\w?]+)|=(\w+))\}/.exec(this.#text.slice(this.#at));
    if (match === null) return this.#fail('expected {field:type} or {field=word}');
    const [whole, field = '', type, value] = match;
    if (fieldIndex(field) === -1) this.#fail(`there is no field ${field}`);
    this.#at += whole.length;
    if (value !== undefined) return { kind: 'constant', field, value };
    const known = VALUE_TYPES.find((each) => each === type);
    if (known === undefined) return this.#fail(`${type} is not one of the types ${VALUE_TYPES.join(', ')}`);
    const held = FIELDS[fieldIndex(field)]!.kind;
    const stated = kindOf(known);
    if (held !== stated) this.#fail(`${field} holds ${KINDS[held]}, and ${type} is ${KINDS[stated]}`);
    return { kind: 'value', field, type: known };
  }

  #alternatives(): TemplateNode {
    const choices: TemplateNode[][] = [];
    do {
      this.#at++;
      choices.push(this.sequence('|>'));
    } while (this.#text[this.#at] === '|');
    this.#at++;
    return { kind: 'alternatives', choices };
  }

  #fail(problem: string): never {
    throw new Error(`template ${this.#id}, character ${this.#at + 1}: ${problem}`);
  }
}
