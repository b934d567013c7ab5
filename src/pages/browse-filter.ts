import {
  EVENT_FILTERS,
  type EventFilter,
  eventFilter,
  FILTER_CHOICES,
  type FilterName,
  parseTimeZone,
} from '../asking/index.ts';
import { type Html, markup, UsageError } from '../present/index.ts';
import { exactAddress, field } from './browse-fields.ts';

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

const TIMES = {
  from: 'a day, a time, or -7d',
  to: 'the same; all of a day counts',
} as const;

/** The filters of an address. @param now milliseconds */
export function askedFilter(params: URLSearchParams, now: number): AskedFilter {
  const words = Object.fromEntries(
    ['from', 'to', ...NAMES, 'zone'].map((name) => [name, params.getAll(name).filter((each) => each.trim() !== '')]),
  );
  let zone = 'UTC';
  try {
    zone = parseTimeZone(words['zone']?.[0] ?? 'UTC');
    const times = { from: words['from']?.[0], to: words['to']?.[0] };
    const wanted = Object.fromEntries(NAMES.map((name) => [name, words[name]]));
    return { words, zone, fault: null, filter: eventFilter({ ...times, ...wanted }, { now, timeZone: zone }) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { words, zone, fault: error.message.replace(/^--time-zone:/, 'zone:').replaceAll('--', ''), filter: null };
  }
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

/** The form with the filters, and what counts now, each with an address that takes it away. */
export function filterForm(path: string, asked: AskedFilter, more: readonly Html[] = []): Html {
  const { words } = asked;
  const all = ['from', 'to', ...NAMES];
  const inOrder = (names: readonly string[]): Html[] => names.flatMap((name) => fieldsOf(name, words[name] ?? []));
  const others = all.filter((name) => !FIRST.includes(name));
  const isOpen = [...others, 'zone'].some((name) => (words[name] ?? []).length > 0);
  return markup`<form class="filters" method="get" action="${path}" role="search" aria-label="Filters">
<div class="fields">${inOrder(FIRST)}</div>
<details${isOpen ? OPEN : ''}><summary>More filters</summary><div class="fields">${inOrder(others)}${field({ name: 'zone', label: 'Time zone', value: words['zone']?.[0] ?? '', hint: 'of the times above and of those shown, such as Europe/Zurich; UTC where it is empty' })}${more}</div></details>
<div class="actions"><button class="main">Show</button><a href="${path}">Without filters</a></div>
</form>
${chips(path, asked)}`;
}

function fieldsOf(name: string, values: readonly string[]): Html[] {
  const choices: readonly string[] | undefined = FILTER_CHOICES[name as keyof typeof FILTER_CHOICES];
  const hint = TIMES[name as keyof typeof TIMES] ?? EVENT_FILTERS[name as FilterName];
  const label = name === 'ip' ? 'Address' : `${name[0]?.toUpperCase()}${name.slice(1)}`;
  if (choices !== undefined && values.every((value) => choices.includes(value))) {
    const options = [['', 'any'], ...choices.map((each) => [each, each])] as [string, string][];
    return (values.length === 0 ? [''] : values).map((value, index) =>
      field({ name, label, value, choices: options, index }),
    );
  }
  return (values.length === 0 ? [''] : values).map((value, index) => field({ name, label, value, hint, index }));
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

/** Whether a value has a pseudonym in it: filters go by the names behind them, so no filter finds it. */
export function isMasked(value: string): boolean {
  return /person-[0-9a-f]{15}/.test(value);
}
