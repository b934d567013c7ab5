import type { Temporal } from 'temporal-polyfill';
import { ACTIONS, CATALOGUE, FAMILIES, SEVERITIES } from '../catalogue/index.ts';
import { DECODE_STATUSES } from '../decode/index.ts';
import { UsageError } from '../present/index.ts';
import { nearest } from '../settings/index.ts';
import { type Clock, parseSpan, quoted } from './dates.ts';
import { ADDRESSES, parseAddresses } from './network-address.ts';

/**
 * What events are looked up by, beside the time, and what each takes: options of `events` and parameters of an address
 * have these names. Several values of one are "any of them", several filters "all of them".
 */
export const EVENT_FILTERS = {
  actor: 'who did it: part of the name, or the whole id',
  user: 'whom it is about: part of any name or e-mail address that the message has, or a whole id, in lists too',
  person: 'any of these people: who did it, or whom it is about',
  code: 'the audit code, or the name of the event such as user.login (user.* for all that begin so)',
  family: 'the part of the product',
  action: 'what was done',
  severity: 'how severe it is',
  object: 'what it was done to: part of the name of content, a role, a group, a field or a device, or the whole id',
  ip: 'the address it came from: one, a network such as 198.51.100.0/24, or how it begins (198.51.100.)',
  status: 'how well the message was understood',
  text: 'part of the message, as it stands',
  instance: 'the Nexthink instance',
} as const satisfies Record<string, string>;

export type FilterName = keyof typeof EVENT_FILTERS;

/** Filters as they are typed. Times are as `parseMoment` takes them. */
export type FilterWords = { readonly from?: string | undefined; readonly to?: string | undefined } & {
  readonly [name in FilterName]?: readonly string[] | undefined;
};

/** Which events are wanted, checked: made by {@link eventFilter} and by nothing else. */
export interface EventFilter {
  /** The first instant that is wanted; null where there is none. */
  readonly from: Temporal.Instant | null;
  /** The first instant that is not wanted any more. */
  readonly to: Temporal.Instant | null;
  /** By filter the values of which any has to fit. None is empty. */
  readonly wanted: { readonly [name in FilterName]?: readonly string[] };
}

/** What is wanted of closed lists. */
export const FILTER_CHOICES = {
  family: FAMILIES,
  action: ACTIONS,
  severity: SEVERITIES,
  status: DECODE_STATUSES,
} as const satisfies { readonly [name in FilterName]?: readonly string[] };

const EVENT_NAMES = [...new Set(CATALOGUE.map(({ name }) => name))].sort();

/** Filters whose values hold no comma: one text may give several. */
const SEPARATED: ReadonlySet<FilterName> = new Set(['code', 'family', 'action', 'severity', 'ip', 'status']);

const LARGEST_CODE = 2 ** 31 - 1;

/**
 * Filters as they are typed, made sure of.
 * @throws UsageError in one line that names the option, with what is near to a name that there is not
 */
export function eventFilter(words: FilterWords, clock: Clock): EventFilter {
  const span = parseSpan(words, clock);
  const names = Object.keys(EVENT_FILTERS) as FilterName[];
  const wanted = names.flatMap((name) => {
    const values = (words[name] ?? []).flatMap((text) => valuesOf(name, text));
    return values.length === 0 ? [] : [[name, [...new Set(values)]] as const];
  });
  return { ...span, wanted: Object.fromEntries(wanted) };
}

function valuesOf(name: FilterName, text: string): string[] {
  const parts = SEPARATED.has(name) ? text.split(',').map((part) => part.trim()) : [text];
  return parts.map((part) => {
    if (part.trim() === '' || (part.trim() === '=' && name !== 'text')) {
      throw new UsageError(
        `--${name}: expected ${EVENT_FILTERS[name]}; found an empty text. Leave the option out to find all`,
      );
    }
    return checked(name, part);
  });
}

function checked(name: FilterName, value: string): string {
  if (name === 'code') return codeOf(value);
  if (name === 'ip') {
    if (parseAddresses(value) !== null) return value;
    throw new UsageError(
      `--ip: expected ${ADDRESSES}, found ${quoted(value)}; --text finds anything else that a message says`,
    );
  }
  const choices: readonly string[] | undefined = FILTER_CHOICES[name as keyof typeof FILTER_CHOICES];
  return choices === undefined ? value : chosen(name, value, choices);
}

/** A code, an event's name, or how names begin. */
function codeOf(value: string): string {
  if (/^\d{1,10}$/.test(value) && Number(value) <= LARGEST_CODE) return String(Number(value));
  const wanted = value.toLowerCase();
  const isThere = wanted.endsWith('*')
    ? EVENT_NAMES.some((each) => each.startsWith(wanted.slice(0, -1)))
    : EVENT_NAMES.includes(wanted);
  if (isThere) return wanted;
  const near = nearest(value, EVENT_NAMES);
  const advice = near === null ? 'audit-lake codes lists them' : `did you mean ${near}? audit-lake codes lists them`;
  throw new UsageError(`--code: expected an audit code or the name of an event, found ${quoted(value)}; ${advice}`);
}

function chosen(name: FilterName, value: string, choices: readonly string[]): string {
  const found = choices.find((choice) => choice === value.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(value, choices);
  const advice = near === null ? '' : `; did you mean ${near}?`;
  throw new UsageError(`--${name}: expected one of ${choices.join(', ')}, found ${quoted(value)}${advice}`);
}
