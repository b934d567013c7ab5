import { FIELDS } from '../catalogue/index.ts';
import type { EngineSyntax } from './ocsf-mapping.ts';
import { attribute, type Expression, OCSF_MAPPING, type OcsfAttribute } from './ocsf-mapping.ts';

/** Stands in for an engine where only the columns that an expression reads are asked for. */
const READING: EngineSyntax = {
  milliseconds: (timestamp) => timestamp,
  first: (items) => items,
  prepended: (item, items) => `${item} ${items}`,
  listOf: (...items) => items.join(' '),
};

const FIELD_TYPES = { text: 'text', list: 'list', number: 'integer' } as const;

/** Every attribute: those of the mapping, then what a message can state and the event's class has no attribute for. */
export const OCSF_ATTRIBUTES: readonly OcsfAttribute[] = [
  ...OCSF_MAPPING,
  ...FIELDS.flatMap(({ name, kind }) => {
    const classes = classesThatCarry(name);
    if (classes === 'all') return [];
    const value =
      classes.length === 0
        ? `e.${name}`
        : `CASE WHEN c.ocsf_class_uid IN (${classes.join(', ')}) THEN NULL ELSE e.${name} END`;
    return [
      attribute(FIELD_TYPES[kind])(
        `unmapped_${name}`,
        `${name} of audit_events, where the class has no attribute for it.`,
        value,
      ),
    ];
  }),
];

/** An attribute's value in SQL. */
export function ocsfValue({ value }: OcsfAttribute, dialect: EngineSyntax): string {
  if (!(value instanceof Map)) return expression(value, dialect);
  const branches = [...value].map(([classUid, ofClass]) => `WHEN ${classUid} THEN ${expression(ofClass, dialect)}`);
  return `CASE c.ocsf_class_uid ${branches.join(' ')} END`;
}

function expression(value: Expression, dialect: EngineSyntax): string {
  return typeof value === 'string' ? value : value(dialect);
}

function classesThatCarry(field: string): 'all' | readonly number[] {
  const column = new RegExp(`\\be\\.${field}\\b`);
  const classes = new Set<number>();
  for (const { value, keeps } of OCSF_MAPPING) {
    if (keeps.includes(field)) continue;
    if (value instanceof Map) {
      for (const [classUid, ofClass] of value) if (column.test(expression(ofClass, READING))) classes.add(classUid);
    } else if (column.test(expression(value, READING))) return 'all';
  }
  return [...classes].sort((a, b) => a - b);
}
