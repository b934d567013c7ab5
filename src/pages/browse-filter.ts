import {
  EVENT_FILTERS,
  type EventFilter,
  eventFilter,
  FILTER_CHOICES,
  type FilterName,
  MOMENTS,
  parseTimeZone,
} from '../asking/index.ts';
import { type Html, markup, UsageError } from '../present/index.ts';
import { exactAddress, field } from './browse-fields.ts';
import { LONGEST_ADDRESS } from './browse-guard.ts';
import { refuseOthers } from './browse-words.ts';

/** What an address asks for: the filters, in the words of the options of `events`. */
export interface AskedFilter {
  readonly words: Words;
  /** Null where something in it cannot be read. */
  readonly filter: EventFilter | null;
  /** What cannot be read; null where there is nothing. */
  readonly fault: string | null;
  /** The zone that times are meant and shown in. */
  readonly zone: string;
}

/** What stands in the address, by name, in the order of the form; empty lists where nothing does. */
type Words = Readonly<Record<string, readonly string[]>>;

const NAMES = Object.keys(EVENT_FILTERS) as FilterName[];

/** What is always at hand; the others are folded away. */
const FIRST: readonly string[] = ['from', 'to', 'text', 'person', 'family', 'ip'];

/** What may be written in a field: all of it, and a few words that stand there while it is empty. */
const HINTS: { readonly [name in FilterName | 'from' | 'to']?: readonly [title: string, placeholder: string] } = {
  from: [`events from then on: ${MOMENTS}`, '2026-03-01, -7d'],
  to: ['events before then; a day or a month is meant with all of it', 'all of a day counts'],
  text: [EVENT_FILTERS.text, 'part of the message'],
  person: [EVENT_FILTERS.person, 'who, or whom'],
  ip: [EVENT_FILTERS.ip, '198.51.100.0/24'],
  actor: [EVENT_FILTERS.actor, 'name or id'],
  user: [EVENT_FILTERS.user, 'name or id'],
  code: [EVENT_FILTERS.code, '92042, user.*'],
  object: [EVENT_FILTERS.object, 'name or id'],
};

/** What an address is read with. */
export interface Reading {
  /** Milliseconds. */
  readonly now: () => number;
  /** The zone of an address that names none. */
  readonly timeZone: string;
}

/** The filters of an address. @param more what else may stand there once */
export function askedFilter(
  params: URLSearchParams,
  { now, timeZone }: Reading,
  more: readonly string[] = [],
): AskedFilter {
  const words = Object.fromEntries(
    ['from', 'to', ...NAMES, 'zone'].map((name) => [name, params.getAll(name).filter((each) => each.trim() !== '')]),
  );
  let zone = timeZone;
  try {
    refuseOthers(params, { once: ['from', 'to', 'zone', ...more], often: NAMES });
    zone = zoneAsked(params, timeZone);
    const times = { from: words['from']?.[0], to: words['to']?.[0] };
    const wanted = Object.fromEntries(NAMES.map((name) => [name, words[name]]));
    return { words, zone, fault: null, filter: eventFilter({ ...times, ...wanted }, { now: now(), timeZone: zone }) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { words, zone, fault: error.message.replaceAll('--', ''), filter: null };
  }
}

/** The zone that an address names, else the usual one. @throws UsageError where there is no such zone */
export function zoneAsked(params: URLSearchParams, timeZone: string): string {
  try {
    return parseTimeZone(params.getAll('zone').find((each) => each.trim() !== '') ?? timeZone);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(error.message.replace(/^--time-zone:/, 'zone:')) : error;
  }
}

/** The field of the zone, which an address names where it is to be another than the usual. */
export function zoneField(params: Pick<URLSearchParams, 'get'>, timeZone: string): Html {
  const title = `of the times that are given and of those that are shown, such as Europe/Zurich; ${timeZone} where it is empty`;
  return field({ name: 'zone', label: 'Time zone', value: params.get('zone') ?? '', title, placeholder: timeZone });
}

/** An address with the same filters, some of them changed; null takes one away. */
export function narrowed(
  path: string,
  { words }: AskedFilter,
  changes: Readonly<Record<string, string | null>> = {},
): string {
  const params = new URLSearchParams();
  for (const [name, values] of Object.entries(words)) {
    if (name in changes) continue;
    for (const value of values) params.append(name, value);
  }
  for (const [name, value] of Object.entries(changes)) if (value !== null) params.append(name, value);
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The address of what else there is of a value; null where no filter can find it. */
export function addressOf(value: string, filter: FilterName, prefix: '=' | '', asked: AskedFilter): string | null {
  // What is no whole text would be sent as another.
  if (!value.isWellFormed()) return null;
  try {
    eventFilter({ [filter]: [prefix + value] }, { now: 0, timeZone: 'UTC' });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return null;
  }
  const to = narrowed('/events', asked, { [filter]: prefix + value });
  // The place that stands before it in the address has to fit as well.
  return to.length > LONGEST_ADDRESS - 100 ? null : to;
}

/** The form with the filters, and what counts now, each with an address that takes it away. */
export function filterForm(path: string, asked: AskedFilter, timeZone: string, more: readonly Html[] = []): Html {
  const { words } = asked;
  const all = ['from', 'to', ...NAMES];
  const inOrder = (names: readonly string[]): Html[] => names.flatMap((name) => fieldsOf(name, words[name] ?? []));
  const others = all.filter((name) => !FIRST.includes(name));
  const isOpen = [...others, 'zone'].some((name) => (words[name] ?? []).length > 0);
  const zone = zoneField({ get: () => words['zone']?.[0] ?? null }, timeZone);
  return markup`<form class="filters" method="get" action="${path}" role="search" aria-label="Filters">
<div class="fields">${inOrder(FIRST)}</div>
<div class="under"><details${isOpen ? OPEN : ''}><summary>More filters</summary><div class="fields">${inOrder(others)}${zone}${more}</div></details>
<div class="actions"><button class="main">Show</button><a href="${path}">Without filters</a></div></div>
</form>
${chips(path, asked)}`;
}

function fieldsOf(name: string, values: readonly string[]): Html[] {
  const choices: readonly string[] | undefined = FILTER_CHOICES[name as keyof typeof FILTER_CHOICES];
  const [title, placeholder] = HINTS[name as keyof typeof HINTS] ?? [EVENT_FILTERS[name as FilterName]];
  const label = name === 'ip' ? 'Address' : `${name[0]?.toUpperCase()}${name.slice(1)}`;
  if (choices !== undefined && values.every((value) => choices.includes(value))) {
    const options = [['', 'any'], ...choices.map((each) => [each, each])] as [string, string][];
    return (values.length === 0 ? [''] : values).map((value, index) =>
      field({ name, label, value, title, choices: options, index }),
    );
  }
  return (values.length === 0 ? [''] : values).map((value, index) =>
    field({ name, label, value, title, placeholder, index }),
  );
}

function chips(path: string, asked: AskedFilter): Html | string {
  const all = Object.entries(asked.words).flatMap(([name, values]) => values.map((value) => ({ name, value })));
  if (all.length === 0) return '';
  const items = all.map(({ name, value }) => {
    const left = (asked.words[name] ?? []).filter((each) => each !== value);
    const without = narrowed(path, { ...asked, words: { ...asked.words, [name]: left } });
    return markup`<li><a href="${exactAddress(without)}" aria-label="Take away ${name} ${value}">${name}: ${value} <span aria-hidden="true">×</span></a></li>`;
  });
  return markup`<ul class="chips" aria-label="Filters that count">${items}</ul>`;
}

const OPEN = markup` open`;
