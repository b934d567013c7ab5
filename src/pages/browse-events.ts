import { Temporal } from 'temporal-polyfill';
import {
  EVENT_SORTS,
  type EventFilter,
  type EventPage,
  eventPage,
  type FilterName,
  isFindable,
  objectsOf,
  parseEventSort,
  parsePlace,
  placeText,
} from '../asking/index.ts';
import { countText, type Html, markup, UsageError } from '../present/index.ts';
import { exactAddress, field } from './browse-fields.ts';
import { type AskedFilter, addressOf, askedFilter, filterForm, narrowed, type Reading } from './browse-filter.ts';
import type { AnswerMemory, Remembering } from './browse-memory.ts';
import { pages } from './browse-quarantine.ts';
import { scrolling, shortened, shownText } from './browse-table.ts';
import { countsOf, type Timeline, timelineChart } from './browse-timeline.ts';
import { type Asked, address, type Shown } from './browse-view.ts';

const PAGE = 50;

const COLUMNS = [
  ...['event_time', 'instance', 'code', 'event_name', 'family', 'severity', 'actor_name', 'actor_id', 'user_name'],
  ...['object_name', 'role_name', 'group_name', 'ip_address', 'decode_status', 'message', 'event_uid'],
];

const SORTS = Object.keys(EVENT_SORTS).flatMap((name) => [`-${name}`, name]);

/** What the pages before and after are called, where the order is by time. */
const NEWEST_FIRST = ['Newer', 'Older'] as const;
const DIRECTIONS: Readonly<Record<string, readonly [string, string]>> = {
  '-time': NEWEST_FIRST,
  time: ['Older', 'Newer'],
};

interface Found {
  /** Null where there is none to show. */
  readonly page: EventPage | null;
  readonly timeline: Timeline | null;
  readonly total: number;
  /** Whether a filter finds events by a value that is shown. */
  readonly finds: (value: string) => boolean;
}

/** The events that filters want, page by page. */
export function eventsView(memory: AnswerMemory, reading: Reading): (asked: Asked) => Promise<Shown> {
  return async ({ params, lake }) => {
    const asked = askedFilter(params, reading, ['sort', 'after', 'before']);
    const { filter } = asked;
    const found =
      filter === null
        ? null
        : await lake('tables', async (session) => await foundEvents(memory.of(session), filter, asked, params));
    const sort = params.get('sort') ?? '';
    const links = found?.page == null ? { next: null, previous: null } : pageLinks(found.page, asked, sort);
    return {
      title: 'Events',
      part: 'events',
      zone: asked.zone,
      ...(filter === null && { status: 400 as const }),
      data: {
        filters: asked.words,
        fault: asked.fault,
        ...(found !== null && {
          total: found.total,
          timeline: found.timeline,
          rows: found.page === null ? [] : objectsOf(found.page),
        }),
        ...links,
      },
      ...links,
      body: async () =>
        markup`${filterForm('/events', asked, reading.timeZone, [sortField(sort)])}${asked.fault === null ? '' : markup`<p class="card bad" role="alert">${asked.fault}</p>`}${found === null ? '' : await foundBody(found, asked, links, sort)}`,
    };
  };
}

async function foundEvents(
  remembering: Remembering,
  filter: EventFilter,
  { zone }: AskedFilter,
  params: URLSearchParams,
): Promise<Found> {
  const { session, remember } = remembering;
  const request = requestOf(params);
  // They tell whether there is anything to be looked for.
  const counts = await countsOf(remembering, filter, zone, {});
  const total = counts?.timeline.total ?? 0;
  const finds = (value: string): boolean => isFindable(session, value);
  if (total === 0) return { page: null, timeline: null, total, finds };
  const key = ['page', filter.wanted, String(filter.from), String(filter.to), request];
  const page = await remember(key, async () => await eventPage(session, filter, request));
  return { page, timeline: counts?.timeline ?? null, total, finds };
}

/** @throws UsageError where order or place in an address are none */
function requestOf(params: URLSearchParams): Parameters<typeof eventPage>[2] {
  const [sort = '', after = '', before = ''] = ['sort', 'after', 'before'].map((name) => params.get(name) ?? '');
  if (after !== '' && before !== '') {
    throw new UsageError('expected after or before in the address, found both: a page begins or ends at one place');
  }
  return {
    columns: COLUMNS,
    limit: PAGE,
    ...(sort !== '' && { sort: parseEventSort(sort) }),
    ...(after !== '' && { after: parsePlace(after) }),
    ...(before !== '' && { before: parsePlace(before) }),
  };
}

function pageLinks({ places, isMoreBefore, isMoreAfter }: EventPage, asked: AskedFilter, sort: string) {
  const order: Record<string, string> = sort === '' ? {} : { sort };
  const [first, last] = [places[0], places.at(-1)];
  return {
    next: isMoreAfter && last !== undefined ? narrowed('/events', asked, { ...order, after: placeText(last) }) : null,
    previous:
      isMoreBefore && first !== undefined ? narrowed('/events', asked, { ...order, before: placeText(first) }) : null,
  };
}

function sortField(sort: string): Html {
  const choices = SORTS.map((each): [string, string] => [each === '-time' ? '' : each, each]);
  return field({ name: 'sort', label: 'Order', value: sort, title: 'with - from the last to the first', choices });
}

async function foundBody(
  { page, timeline, total, finds }: Found,
  asked: AskedFilter,
  { next, previous }: ReturnType<typeof pageLinks>,
  sort: string,
): Promise<Html> {
  if (page === null) return markup`<p class="card">No event is as these filters want.</p>`;
  const rows = objectsOf(page).map((row) => eventRow(row, asked, finds));
  const directions = DIRECTIONS[sort] ?? (sort === '' ? NEWEST_FIRST : undefined);
  const heads = ['Time', 'Event', 'Who', 'Whom or what', 'Address', 'Message'].map(
    (name, column) => markup`<th scope="col">${column === 0 ? `${name} (${asked.zone})` : name}</th>`,
  );
  return markup`
${timeline === null || timeline.total === 0 ? '' : await timelineChart(timeline, '/events', asked, 'low')}
<div class="counted"><p><strong>${countText(total, 'event')}</strong>${next === null && previous === null ? '' : markup` <span class="dim">${page.rows.length} of them here</span>`}</p>
${pages('Pages', previous, next, directions)}</div>
${scrolling('Events', markup`<thead><tr>${heads}</tr></thead><tbody>${rows}</tbody>`, true)}
${pages('Pages, below', previous, next, directions)}`;
}

function eventRow(row: Record<string, unknown>, asked: AskedFilter, finds: Found['finds']): Html {
  const text = (name: string): string | null =>
    row[name] === null || row[name] === undefined ? null : String(row[name]);
  const linked = (value: string | null, filter: FilterName, prefix: '=' | ''): Html | string =>
    value === null ? '' : finds(value) ? filterLink(value, asked, filter, prefix) : shownText(value, 80);
  const actor = text('actor_name') ?? text('actor_id');
  const [user, thing] = [text('user_name'), text('object_name') ?? text('role_name') ?? text('group_name')];
  const ip = text('ip_address');
  const status = text('decode_status');
  const mark = status === null || status === 'decoded' ? '' : markup` <span class="tag warn">${status}</span>`;
  const instance = text('instance') === null ? '' : markup`<br><span class="dim">${text('instance')}</span>`;
  const [who, what] = [linked(actor, 'actor', '='), linked(thing, 'object', '=')];
  return markup`<tr><td class="time"><a href="${exactAddress(address(`/events/${text('event_uid')}`, { zone: asked.words['zone']?.[0] }))}">${timeText(text('event_time') ?? '', asked.zone)}</a>${instance}</td>
<td>${text('event_name') ?? 'code not known'}<br><span class="dim">${text('code')}</span>${mark}</td>
<td><div class="brief">${who}</div></td><td><div class="brief">${linked(user, 'person', '=')}${user !== null && thing !== null ? markup`<br>` : ''}${what}</div></td>
<td>${linked(ip, 'ip', '')}</td><td class="long"><div class="brief">${shortened(text('message') ?? '')}</div></td></tr>
`;
}

/** A value that leads to what else there is of it. */
function filterLink(value: string, asked: AskedFilter, filter: FilterName, prefix: '=' | ''): Html {
  const to = addressOf(value, filter, prefix, asked);
  const text = shownText(value, 80);
  return to === null ? text : markup`<a href="${exactAddress(to)}">${text}</a>`;
}

/** An instant as the engine gives it, in a zone: `2026-03-02 22:04:45.673`. */
function timeText(text: string, zone: string): string {
  const utc = text.replace(/\+00(?::00)?$/, '');
  if (zone === 'UTC' || utc === '') return utc;
  const local = Temporal.Instant.from(`${utc.replace(' ', 'T')}Z`).toZonedDateTimeISO(zone);
  return `${local.toPlainDateTime().toString({ fractionalSecondDigits: 3 }).replace('T', ' ')} ${local.offset}`;
}
