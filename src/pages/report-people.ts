import { type Html, markup, numberText } from '../present/index.ts';
import { tableBar } from './charts.ts';
import { engineMomentText, type PeriodEvents } from './period.ts';
import { plainTable } from './plain-table.ts';
import { shortened } from './row-table.ts';

/** How many of each are listed. */
const MOST = 10;

/** A list of who or what had the most events. */
interface Ranking {
  readonly title: string;
  /** What is counted: an expression over the events, and what to call it. Null is counted as nobody and nothing. */
  readonly what: string;
  readonly key: string;
  /** What the key is shown as, where that is something else. */
  readonly shown?: string;
  /** One more column: how it is called, and an expression over the group. */
  readonly beside: readonly [name: string, expression: string];
  readonly none: string;
}

const RANKINGS: readonly Ranking[] = [
  {
    title: 'Who did most',
    what: 'actor',
    key: 'LOWER(actor_name)',
    shown: 'MIN(actor_name)',
    beside: ['of these failed', "COUNT(*) FILTER (outcome = 'failure')"],
    none: 'No event names who did it.',
  },
  {
    title: 'From which addresses',
    what: 'address',
    key: 'ip_address',
    beside: ['accounts', 'COUNT(DISTINCT LOWER(COALESCE(user_name, actor_name)))'],
    none: 'No event names an address.',
  },
  {
    title: 'What it was done to',
    what: 'object',
    key: "COALESCE(object_type, '') || chr(31) || COALESCE(object_id, object_name)",
    shown: "ANY_VALUE(object_type) || ' ' || COALESCE(ARG_MAX(object_name, event_time), ANY_VALUE(object_id))",
    beside: ['actors', 'COUNT(DISTINCT LOWER(actor_name))'],
    none: 'No event names an object.',
  },
];

/** Who and what had the most events: actors, addresses, objects. */
export async function peoplePart(period: PeriodEvents): Promise<Html> {
  const parts: Html[] = [];
  for (const ranking of RANKINGS) parts.push(await rankingPart(period, ranking));
  return markup`${parts}`;
}

async function rankingPart(period: PeriodEvents, { title, what, key, shown, beside, none }: Ranking): Promise<Html> {
  const { rows } = await period.ask(`SELECT shown, events, beside, first_time, last_time, COUNT(*) OVER () AS groups
FROM (
  SELECT ${key} AS key, ${shown ?? `MIN(${key})`} AS shown, COUNT(*) AS events, ${beside[1]} AS beside, MIN(event_time) AS first_time, MAX(event_time) AS last_time
  FROM period WHERE ${key} IS NOT NULL GROUP BY 1
)
ORDER BY events DESC, key LIMIT ${MOST}`);
  if (rows.length === 0) return markup`<h3>${title}</h3><p>${none}</p>`;
  const most = Number(rows[0]?.[1] ?? 0);
  const groups = Number(rows[0]?.[5] ?? 0);
  const { timeZone } = period.scope;
  const moment = (value: unknown) => engineMomentText(String(value), timeZone);
  return markup`<h3>${title}</h3>
${plainTable({
  caption: `${numberText(rows.length)} of ${numberText(groups)}, times in ${timeZone}`,
  named: true,
  columns: [
    { name: what },
    { name: 'events', isNumber: true },
    { name: 'share of the first' },
    { name: beside[0], isNumber: true },
    { name: 'first', isWhole: true },
    { name: 'last', isWhole: true },
  ],
  rows: rows.map(([name, events, more, first, last]) => [
    shortened(name),
    numberText(Number(events)),
    tableBar(Number(events), most),
    numberText(Number(more)),
    moment(first),
    moment(last),
  ]),
})}`;
}
