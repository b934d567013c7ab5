import { FIELDS, fieldIndex, type TemplateRow } from '../catalogue/index.ts';
import { parseTemplate, type TemplateNode } from './template-syntax.ts';
import { ValueSpan, type ValueType } from './value.ts';

const LARGEST_INT32 = 2_147_483_647;
const LONE_SURROGATE = /\p{Surrogate}/u;
const value = new ValueSpan();

/**
 * Writes the message that a template makes of values: the inverse of decoding, for samples, fixtures and tests.
 *
 * An optional segment is written where one of its fields is given, of alternatives the first that has a place for the
 * given fields and lacks none, and wordings as documented. Decoding gives the values back; or says `ambiguous` and
 * leaves out what it cannot know; or reads the text as a newer template that it also fits.
 *
 * Throws an Error that names the field where a value is not of its placeholder's type, where one is missing, where
 * the template has no place for one, where a text holds `, key=` of an optional segment left out just after it, and where
 * the last value ends in white space.
 */
export function render(template: TemplateRow, values: Readonly<Record<string, string | number | string[]>>): string {
  const given = new Map(Object.entries(values));
  const nodes = parseTemplate(template);
  const places = new Set(fieldsOf(nodes));
  for (const field of given.keys()) {
    if (!places.has(field)) throw new Error(`${field}: template ${template.id} has no place for it`);
  }
  const message = new Renderer(template.id, given).sequence(nodes);
  if (/[\p{White_Space}\ufeff]$/u.test(message)) {
    throw new Error(`ends in white space, which is no part of a message, found ${JSON.stringify(message)}`);
  }
  return message;
}

class Renderer {
  readonly #id: string;
  readonly #given: ReadonlyMap<string, string | number | string[]>;
  /** The field written last: the one before a gap. */
  #lastField = '';

  constructor(id: string, given: ReadonlyMap<string, string | number | string[]>) {
    this.#id = id;
    this.#given = given;
  }

  sequence(nodes: readonly TemplateNode[]): string {
    return nodes.map((node) => this.#node(node)).join('');
  }

  #node(node: TemplateNode): string {
    switch (node.kind) {
      case 'text':
        return node.text.replace('?=', '=');
      case 'value':
        return this.#value(node.field, node.type);
      case 'constant':
        return this.#constant(node.field, node.value);
      case 'optional':
        return this.#optional(node.nodes);
      case 'alternatives':
        return this.sequence(this.#choice(node.choices));
    }
  }

  #value(field: string, type: ValueType): string {
    const given = this.#given.get(field);
    if (given === undefined) throw new Error(`${field}: template ${this.#id} needs it`);
    const problem = refusal(field, type, given);
    if (problem !== null) throw new Error(`${field}: ${problem}, found ${JSON.stringify(given)}`);
    this.#lastField = field;
    if (Array.isArray(given)) return `[${given.join(', ')}]`;
    return type === 'quoted' ? `"${given}"` : String(given);
  }

  /** A text before a gap that holds the key of the segment left out would be read as that segment. */
  #optional(nodes: readonly TemplateNode[]): string {
    if (fieldsOf(nodes).some((field) => this.#given.has(field))) return this.sequence(nodes);
    const key = nodes[0]?.kind === 'text' ? /\w+(?==$)/.exec(nodes[0].text)?.[0] : undefined;
    const before = this.#given.get(this.#lastField);
    if (key !== undefined && typeof before === 'string' && new RegExp(`, ${key}[ \\t]*=`, 'i').test(before))
      throw new Error(`${this.#lastField}: holds the key ${key} of a segment that is left out just after it`);
    return '';
  }

  /** A constant is said by the wording around it, so there is nothing to write. */
  #constant(field: string, word: string): string {
    const given = this.#given.get(field);
    if (given !== word) throw new Error(`${field}: expected ${word}, found ${JSON.stringify(given)}`);
    return '';
  }

  #choice(choices: readonly (readonly TemplateNode[])[]): readonly TemplateNode[] {
    const concerned = choices.flatMap((choice) => fieldsOf(choice)).filter((field) => this.#given.has(field));
    const choice = choices.find((nodes) => {
      const places = fieldsOf(nodes);
      return (
        concerned.every((field) => places.includes(field)) && neededBy(nodes).every((field) => this.#given.has(field))
      );
    });
    if (choice !== undefined) return choice;
    const wanted = choices.map((nodes) => neededBy(nodes).join(' and ')).join(', or ');
    throw new Error(`${concerned.join(', ') || wanted}: template ${this.#id} expects either ${wanted}`);
  }
}

function fieldsOf(nodes: readonly TemplateNode[]): readonly string[] {
  return nodes.flatMap((node) => {
    switch (node.kind) {
      case 'text':
        return [];
      case 'optional':
        return fieldsOf(node.nodes);
      case 'alternatives':
        return node.choices.flatMap((choice) => fieldsOf(choice));
      default:
        return [node.field];
    }
  });
}

/** The fields without which nodes cannot be written. */
function neededBy(nodes: readonly TemplateNode[]): readonly string[] {
  return nodes.flatMap((node) => (node.kind === 'value' || node.kind === 'constant' ? [node.field] : []));
}

/** Why a value is not of a placeholder's type; null where it is. */
function refusal(field: string, type: ValueType, given: string | number | string[]): string | null {
  const kind = FIELDS[fieldIndex(field)]!.kind;
  if (kind === 'number') {
    const fits = typeof given === 'number' && Number.isInteger(given) && given >= 0 && given <= LARGEST_INT32;
    return fits ? null : `expected a whole number from 0 to ${LARGEST_INT32}`;
  }
  if (kind === 'list') return Array.isArray(given) ? listRefusal(type, given) : 'expected a list of texts';
  if (typeof given !== 'string') return 'expected a text';
  if (LONE_SURROGATE.test(given)) return 'expected text without lone surrogates';
  return type === 'text' || type === 'quoted' || isOfType(type, given) ? null : `expected a value of type ${type}`;
}

function listRefusal(type: ValueType, elements: readonly string[]): string | null {
  if (elements.some((element) => LONE_SURROGATE.test(element))) return 'expected texts without lone surrogates';
  if (elements.some((element) => element === '' || element === 'null' || /^[ \t]|[ \t]$|[,"“”„[\]{}]/.test(element)))
    return 'expected elements that are neither empty nor null, without a blank at either end, a comma, a quote or a bracket';
  return type === 'list' || elements.every((element) => isOfType('token', element))
    ? null
    : 'expected elements of type token';
}

function isOfType(type: ValueType, text: string): boolean {
  const bytes = Buffer.from(text);
  return value.read(type, bytes, 0, bytes.length, false);
}
