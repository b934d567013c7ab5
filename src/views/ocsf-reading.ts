import { EVENT_COLUMNS } from '../events/index.ts';
import { NEVER } from './column-notes.ts';
import { ocsfValue } from './ocsf.ts';
import type { EngineSyntax, OcsfAttribute } from './ocsf-mapping.ts';
import { CLASSES } from './ocsf-names.ts';

/** Any engine's words will do: only what is read is asked for. */
const READING: EngineSyntax = {
  milliseconds: (timestamp) => timestamp,
  first: (items) => items,
  prepended: (item, items) => `${item} ${items}`,
  listOf: (...items) => items.join(' '),
};

/** The columns of audit_events that an attribute is made of, in the order of the table; those of audit_codes follow from the code. */
export function ocsfSources(attribute: OcsfAttribute): readonly string[] {
  const sql = ocsfValue(attribute, READING);
  const read = new Set([...sql.matchAll(/\be\.(\w+)/g)].map(([, column]) => column));
  if (/\bc\./.test(sql)) read.add('code');
  return EVENT_COLUMNS.flatMap(({ name }) => (read.has(name) ? [name] : []));
}

/** Expressions that end with a value of their own where nothing else has one. */
const ALWAYS = /^(?:COALESCE\(c\..*|CAST\(COALESCE\(c\..*|CASE .+ ELSE (?:'[^']*'|\w+) END|'[^']*')$/s;

/** Columns of audit_events that are never null, and what is made of them. */
const PRESENT = [
  'event_date',
  'event_time',
  'event_uid',
  'message',
  'code',
  'landed_at',
  'event_time_text',
  'catalogue_version',
  'decode_status',
];

/** When an attribute is null, as {@link DictionaryColumn} says it. */
export function ocsfNullWhen(attribute: OcsfAttribute): string {
  const { value } = attribute;
  const sources = ocsfSources(attribute);
  if (value instanceof Map) {
    const classes = [...value.keys()].map((uid) => CLASSES[uid]?.name ?? String(uid)).join(', ');
    return `the class is not ${classes.replace(/, (?=[^,]*$)/, ' or ')}, or what it is made of is null`;
  }
  const sql = ocsfValue(attribute, READING);
  const only = sources.filter((source) => source !== 'code').join(' and ');
  if (sql.startsWith('CASE WHEN c.ocsf_class_uid IN')) return `the class has an attribute for it, or ${only} is null`;
  const isPresent = sources.every((source) => PRESENT.includes(source)) && !sql.startsWith('CASE');
  if (isPresent || ALWAYS.test(sql)) return NEVER;
  if (only === '') return 'the catalogue says nothing of it';
  return only.includes(' and ') ? `${only} are null` : `${only} is null`;
}

/** The columns whose values an attribute holds; those that are only asked whether they are null are left out. */
export function ocsfValues(attribute: OcsfAttribute): readonly string[] {
  const sql = ocsfValue(attribute, READING).replaceAll(/\be\.\w+ IS (?:NOT )?NULL/g, '');
  return EVENT_COLUMNS.flatMap(({ name }) => (new RegExp(`\\be\\.${name}\\b`).test(sql) ? [name] : []));
}
