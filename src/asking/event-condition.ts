import { Temporal } from 'temporal-polyfill';
import { EVENT_COLUMNS, type EventColumn } from '../events/index.ts';
import type { EventFilter, FilterName } from './event-filter.ts';
import { addressKey, letBe, parseAddresses } from './network-address.ts';
import type { Values } from './session.ts';

/** A condition on audit_events in DuckDB's SQL, and the values of its parameters. */
export interface Condition {
  readonly sql: string;
  readonly values: Values;
}

/** Texts that are told apart by nothing but case are one: as Unicode folds a character to one other. */
export function folded(sql: string): string {
  return `lower(upper(${sql}))`;
}

/** Columns that hold names, of which a part is enough, and ids, which are whole. */
interface Columns {
  readonly names: readonly EventColumn[];
  readonly ids: readonly EventColumn[];
}

const PEOPLE_BY = { actor: 'record', user: 'message' } as const;

/** Whose names and ids each column holds is said where the columns are: a new one is looked in by itself. */
function people(giver: EventColumn['by']): Columns {
  const given = EVENT_COLUMNS.filter(({ by }) => by === giver);
  return { names: given.filter(({ person }) => person === 'name'), ids: given.filter(({ person }) => person === 'id') };
}

const ACTOR = people(PEOPLE_BY.actor);
const USER = people(PEOPLE_BY.user);

const COLUMNS: { readonly [name in FilterName]?: Columns } = {
  actor: ACTOR,
  user: USER,
  person: { names: [...ACTOR.names, ...USER.names], ids: [...ACTOR.ids, ...USER.ids] },
  object: {
    names: columnsNamed('object_name', 'role_name', 'group_name', 'custom_field_name', 'device_names'),
    ids: columnsNamed('object_id', 'role_id', 'device_ids'),
  },
  instance: { names: [], ids: columnsNamed('instance') },
};

function columnsNamed(...names: readonly EventColumn['name'][]): EventColumn[] {
  return EVENT_COLUMNS.filter(({ name }) => names.includes(name));
}

/** Hands out the name of a parameter for a value. */
type Bind = (value: string | number) => string;

/** The condition that events fulfil which a filter wants; `true` for one that wants all. */
export function eventCondition(filter: EventFilter): Condition {
  const values: Record<string, string | number> = {};
  const bind: Bind = (value) => {
    const name = `filter_${Object.keys(values).length}`;
    values[name] = value;
    return `$${name}`;
  };
  const given = Object.entries(filter.wanted) as [FilterName, readonly string[]][];
  const parts = [
    ...timeParts(filter, bind),
    ...given.map(([name, wanted]) =>
      name === 'ip' ? addressFits(wanted, bind) : anyOf(wanted.map((value) => fits(name, value, bind))),
    ),
  ];
  return { sql: parts.length === 0 ? 'true' : parts.join(' AND '), values };
}

/** Where years have four digits, and so has every event. */
const [EARLIEST, LATEST] = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999Z'].map((text) =>
  Temporal.Instant.from(text),
);

/** The partition as well as the time: files of other days are not opened. */
function timeParts({ from, to }: EventFilter, bind: Bind): string[] {
  const parts: string[] = [];
  if (from !== null) parts.push(...edge('>=', bounded(from), bounded(from), bind));
  if (to !== null) parts.push(...edge('<', bounded(to), bounded(to.subtract({ microseconds: 1 })), bind));
  return parts;
}

function edge(comparison: '>=' | '<', instant: Temporal.Instant, ofDay: Temporal.Instant, bind: Bind): string[] {
  const day = ofDay.toString().slice(0, 10);
  return [
    // A literal, made here of a date: files are left out before parameters have their values.
    `event_date ${comparison === '<' ? '<=' : comparison} DATE '${day}'`,
    `event_time ${comparison} CAST(${bind(instant.toString())} AS TIMESTAMPTZ)`,
  ];
}

function bounded(instant: Temporal.Instant): Temporal.Instant {
  if (EARLIEST !== undefined && Temporal.Instant.compare(instant, EARLIEST) < 0) return EARLIEST;
  return LATEST !== undefined && Temporal.Instant.compare(instant, LATEST) > 0 ? LATEST : instant;
}

function fits(name: Exclude<FilterName, 'ip'>, value: string, bind: Bind): string {
  switch (name) {
    case 'code':
      return codeFits(value, bind);
    case 'family':
    case 'action':
    case 'severity':
      return `${name} = ${bind(value)}`;
    case 'status':
      return `decode_status = ${bind(value)}`;
    case 'text':
      return `contains(${folded('message')}, ${folded(bind(value))})`;
    default:
      return textFits(COLUMNS[name] ?? { names: [], ids: [] }, value, bind);
  }
}

function anyOf(conditions: readonly string[]): string {
  return `(${conditions.join(' OR ')})`;
}

function addressFits(wanted: readonly string[], bind: Bind): string {
  const within = wanted.flatMap((value) => {
    const range = parseAddresses(value);
    return range === null ? [] : [`address BETWEEN ${bind(range.first)} AND ${bind(range.last)}`];
  });
  return letBe('address', addressKey('ip_address'), [anyOf(within)]);
}

function codeFits(value: string, bind: Bind): string {
  if (/^\d+$/.test(value)) return `code = ${bind(Number(value))}`;
  return value.endsWith('*') ? `starts_with(event_name, ${bind(value.slice(0, -1))})` : `event_name = ${bind(value)}`;
}

/**
 * `=text` is the whole of a name or id, a text with `*` also is, each star any text; else the text is a part of a name, or
 * a whole id: by a part, ids of hex digits would be found by half of all first names.
 */
function textFits({ names, ids }: Columns, value: string, bind: Bind): string {
  const isWhole = value.startsWith('=');
  const isPattern = !isWhole && value.includes('*');
  const wanted = folded(bind(isPattern ? likePattern(value) : isWhole ? value.slice(1) : value));
  const whole = (text: string) => (isPattern ? `${text} LIKE ${wanted} ESCAPE '\\'` : `${text} = ${wanted}`);
  const part = (text: string) => (isPattern || isWhole ? whole(text) : `contains(${text}, ${wanted})`);
  const found = [...names.map((column) => inColumn(column, part)), ...ids.map((column) => inColumn(column, whole))];
  return anyOf(found);
}

function inColumn({ name, list }: EventColumn, test: (text: string) => string): string {
  return list ? `len(list_filter(${name}, lambda item: ${test(folded('item'))})) > 0` : test(folded(name));
}

function likePattern(value: string): string {
  return value.replace(/[\\%_]/g, '\\$&').replace(/\*+/g, '%');
}
