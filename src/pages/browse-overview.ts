import { type EventFilter, isFindable } from '../asking/index.ts';
import { countText, type Html, markup, numberText } from '../present/index.ts';
import { exactAddress } from './browse-fields.ts';
import { type AskedFilter, addressOf, askedFilter, filterForm, narrowed, type Reading } from './browse-filter.ts';
import type { AnswerMemory, Remembering } from './browse-memory.ts';
import { shownText } from './browse-table.ts';
import { countsOf, type TopValues, timelineChart } from './browse-timeline.ts';
import type { Asked, Shown } from './browse-view.ts';
import { tableBar } from './charts.ts';

/** What is counted: what the list is called, the filter that one of its lines leads to, and what stands for it in SQL. */
const LISTS = {
  actor: { title: 'Who did it', key: 'coalesce(actor_name, actor_id)', whole: true },
  code: { title: 'What was done', key: 'coalesce(event_name, CAST(code AS VARCHAR))', whole: false },
  ip: { title: 'From where', key: 'ip_address', whole: false },
  object: { title: 'To what', key: 'coalesce(object_name, role_name, group_name)', whole: true },
} as const;

type List = keyof typeof LISTS;

const KEYS = Object.fromEntries(Object.entries(LISTS).map(([name, { key }]) => [name, key])) as Record<List, string>;

/** What happened when, who did most of it, and where to look next. */
export function overviewView(memory: AnswerMemory, reading: Reading): (asked: Asked) => Promise<Shown> {
  return async ({ params, lake }) => {
    const asked = askedFilter(params, reading);
    const { filter } = asked;
    const found =
      filter === null
        ? null
        : await lake('tables', async (session) => await overviewOf(memory.of(session), filter, asked));
    return {
      title: 'Overview',
      part: 'overview',
      zone: asked.zone,
      ...(filter === null && { status: 400 as const }),
      data: { filters: asked.words, fault: asked.fault, ...found?.data },
      body: async () =>
        markup`${filterForm('/', asked, reading.timeZone)}${asked.fault === null ? '' : markup`<p class="card bad" role="alert">${asked.fault}</p>`}${found === null ? '' : await overviewBody(found, asked)}`,
    };
  };
}

async function overviewOf(remembering: Remembering, filter: EventFilter, { zone }: AskedFilter) {
  const counts = await countsOf(remembering, filter, zone, KEYS);
  const { session } = remembering;
  const data = { days: session.days, timeline: counts?.timeline ?? null, top: counts?.top ?? null };
  return { data, finds: (value: string) => isFindable(session, value) };
}

async function overviewBody(
  { data: { days, timeline, top }, finds }: Awaited<ReturnType<typeof overviewOf>>,
  asked: AskedFilter,
): Promise<Html> {
  if (days === null) return markup`<p class="card">The lake has no events yet.</p>`;
  const held = `The lake has events from ${days[0]} to ${days[1]}.`;
  if (timeline === null || top === null || timeline.total === 0) {
    return markup`<p class="card">No event is as these filters want. ${held}</p>`;
  }
  const lists = Object.keys(LISTS) as List[];
  return markup`
<p><a href="${exactAddress(narrowed('/events', asked))}"><strong>${countText(timeline.total, 'event')}</strong></a> <span class="dim">${held}</span></p>
${await timelineChart(timeline, '/events', asked, 'tall')}
<div class="beside">${lists.map((list) => topList({ list, values: top[list], finds }, asked))}</div>`;
}

interface Top {
  readonly list: List;
  readonly values: TopValues;
  /** Whether a filter finds events by a value. */
  readonly finds: (value: string) => boolean;
}

function topList({ list, values, finds }: Top, asked: AskedFilter): Html {
  const { title, whole } = LISTS[list];
  const most = values[0]?.events ?? 0;
  const lines = values.map(({ value, events }) => {
    const to = finds(value) ? addressOf(value, list, whole ? '=' : '', asked) : null;
    const text = shownText(value, 60);
    return markup`<tr><th scope="row">${to === null ? text : markup`<a href="${exactAddress(to)}">${text}</a>`}</th><td class="number">${numberText(events)}</td><td>${tableBar(events, most)}</td></tr>`;
  });
  const body =
    values.length === 0
      ? markup`<p class="dim">Nothing.</p>`
      : markup`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="top"><tbody>${lines}</tbody></table></div>`;
  return markup`<section><h2>${title}</h2>${body}</section>`;
}
