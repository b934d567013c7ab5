import { FIELDS, fieldIndex, inferFamily } from '../catalogue/index.ts';
import type { Template } from './template.ts';
import { isList, type ValueType } from './value.ts';

/** The field that a key's value belongs to, and the type it must have. */
export interface KeyField {
  readonly field: number;
  readonly type: ValueType;
}

/** Keys in lower case; null where a key belongs to more than one field, so that its value cannot be placed. */
export type KeyFields = ReadonlyMap<string, KeyField | null>;

/** Which field each key of the templates fills. */
export function keyFields(templates: Iterable<Template>): KeyFields {
  const fields = new Map<string, KeyField | null>();
  for (const template of templates) {
    for (const { literals, slots } of template.variants) {
      for (const [index, { field, type }] of slots.entries()) {
        for (const key of literals[index]!.keys) {
          const known = fields.get(key);
          if (known === undefined) fields.set(key, { field, type });
          else if (known !== null && known.field !== field) fields.set(key, null);
        }
      }
    }
  }
  return fields;
}

const OBJECT_KEYS: KeyFields = new Map([
  ['id', { field: fieldIndex('object_id'), type: 'token' }],
  ['name', { field: fieldIndex('object_name'), type: 'text' }],
]);

/** The keys whose values can be placed in a message of a code that the catalogue does not hold. */
export function keyFieldsOfUnknown(code: number, all: KeyFields): KeyFields {
  return inferFamily(code) === 'content' ? new Map([...all, ...OBJECT_KEYS]) : all;
}

/** The names of fields, by position in `FIELDS`. */
export function fieldName(field: number): string {
  return FIELDS[field]!.name;
}

/** Words that end in a blank, and the list behind them that may end a message. */
export interface ListWords {
  readonly words: Uint8Array;
  readonly field: number;
}

/** The words of the templates that have a list behind them, and no key before it. */
export function listWordsOf(templates: readonly Template[]): readonly ListWords[] {
  return templates.flatMap(({ variants }) =>
    variants.flatMap(({ literals, slots }) => {
      const last = slots.at(-1);
      if (last === undefined || !isList(last.type) || !literals.at(-1)!.isEmpty) return [];
      const texts = literals.at(-2)!.texts.filter((text) => text.endsWith(' '));
      return texts.map((text) => ({ words: Buffer.from(text), field: last.field }));
    }),
  );
}
