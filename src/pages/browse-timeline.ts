import { Temporal } from 'temporal-polyfill';
import { answerIn, conditionIn, type EventFilter, type LakeSession } from '../asking/index.ts';
import type { Html } from '../present/index.ts';
import { numberText } from '../present/index.ts';
import { type AskedFilter, narrowed } from './browse-filter.ts';
import type { Remembering } from './browse-memory.ts';
import { type StackedChart, stackedChart } from './charts.ts';
import { type FamilyCounts, familyParts } from './families.ts';

type Step = 'hour' | 'day' | 'week' | 'month';

/** Up to how many days of a span its bars are that long. */
const STEPS: readonly (readonly [step: Step, days: number])[] = [
  ['hour', 3],
  ['day', 100],
  ['week', 800],
];

/** Bars at most; a span that has more is shown without its end. */
const MOST_BARS = 400;

/** How many events of each family each step of a span has. */
export interface Timeline {
  readonly step: Step;
  /** The beginning of each step, in the zone: `2026-03-02`, or `2026-03-02T10:00`. */
  readonly steps: readonly string[];
  /** By family, in the order that they always have. */
  readonly parts: readonly FamilyCounts[];
  readonly total: number;
}

/** The values that most events have, the first with most. */
export type TopValues = readonly { readonly value: string; readonly events: number }[];

/** Values of each list. */
const MOST_VALUES = 10;

/**
 * Counts the events that a filter wants, step by step, and by whatever else is wanted, in one look at them: what costs is to
 * open the files of many days.
 * @param keys what else is counted, each by a name with what stands for it in SQL: a text
 * @returns null where the lake has none in that time
 */
export async function countsOf<Name extends string>(
  { session, remember }: Remembering,
  filter: EventFilter,
  zone: string,
  keys: Readonly<Record<Name, string>>,
): Promise<{ readonly timeline: Timeline; readonly top: Readonly<Record<Name, TopValues>> } | null> {
  const span = spanOf(session, filter, zone);
  if (span === null) return null;
  const days = span.to.since(span.from, { largestUnit: 'hours' }).hours / 24;
  const step = STEPS.find(([, most]) => days <= most)?.[0] ?? 'month';
  const { sql, values } = conditionIn(session, filter);
  // The day of UTC is the name of a file's folder: it need not be read.
  const time = zone === 'UTC' && step !== 'hour' ? 'event_date' : 'event_time AT TIME ZONE $zone';
  // Filters look at what is there, and what is counted is what is shown: names may be masked.
  const events = session.shown(`SELECT * FROM ${session.realEvents} WHERE ${sql}`);
  const names = Object.keys(keys) as Name[];
  const columns = names.map((_, index) => `key_${index}`);
  const statement = `SELECT grouping_id(${['step', ...columns].join(', ')}) AS list, step, coalesce(${[...columns, 'family'].join(', ')}) AS value, count(*) AS events
FROM (SELECT strftime(date_trunc('${step}', ${time}), '%Y-%m-%dT%H:%M') AS step, coalesce(family, '') AS family${names
    .map((name, index) => `, ${keys[name]} AS key_${index}`)
    .join('')} FROM ${events})
GROUP BY GROUPING SETS (${['(step, family)', ...columns.map((column) => `(${column})`)].join(', ')})
QUALIFY step IS NOT NULL OR row_number() OVER (PARTITION BY list ORDER BY value IS NULL, events DESC, value) <= ${MOST_VALUES}`;
  const given = time === 'event_date' ? values : { ...values, zone };
  const { rows } = await remember(['counts', statement, given], async () => await answerIn(session, statement, given));
  const found = rows as [list: number, step: string | null, value: string | null, events: number][];
  const steps = found.flatMap(([, at, family, events]) =>
    at === null ? [] : [[at, family ?? '', Number(events)] as const],
  );
  const top = names.map((name, index) => {
    // Each bit stands for a column that a list is not about, the first for the step.
    const list = 2 ** (names.length + 1) - 1 - 2 ** (names.length - 1 - index);
    const own = found.flatMap(([of, , value, events]) =>
      Number(of) === list && value !== null ? [{ value, events: Number(events) }] : [],
    );
    return [name, own.toSorted((a, b) => b.events - a.events)] as const;
  });
  return {
    timeline: filled(step, stepsBetween(step, span.from, span.to), steps),
    top: Object.fromEntries(top) as unknown as Record<Name, TopValues>,
  };
}

/** The timeline as a chart, by itself or above what it is about: each bar leads to its events. */
export async function timelineChart(
  timeline: Timeline,
  path: string,
  asked: AskedFilter,
  size: NonNullable<StackedChart['size']>,
): Promise<Html> {
  const { step, steps, parts, total } = timeline;
  const names = steps.map((each) =>
    step === 'hour' ? each.replace('T', ' ') : step === 'month' ? each.slice(0, 7) : each,
  );
  const most = steps.reduce(
    (best, name, bar) => {
      const count = parts.reduce((sum, { counts }) => sum + (counts[bar] ?? 0), 0);
      return count > best.count ? { name, count } : best;
    },
    { name: '', count: 0 },
  );
  return await stackedChart({
    id: 'timeline',
    size,
    title: `Events by ${step}${step === 'week' ? ', each from its Monday' : ''} (${asked.zone})`,
    description: `${numberText(total)} events; the most, ${numberText(most.count)}, in the ${step} of ${most.name}.`,
    step,
    steps: names,
    links: steps.map((each) => narrowed(path, asked, spanWords(step, each))),
    parts,
  });
}

/** From the first to the last of which there is anything to show. */
function spanOf({ days }: LakeSession, { from, to }: EventFilter, zone: string) {
  if (days === null) return null;
  const [first, last] = days.map((day) => Temporal.PlainDate.from(day).toZonedDateTime('UTC').toInstant());
  if (first === undefined || last === undefined) return null;
  const end = last.add({ hours: 24 });
  const begin = from !== null && Temporal.Instant.compare(from, first) > 0 ? from : first;
  const until = to !== null && Temporal.Instant.compare(to, end) < 0 ? to : end;
  if (Temporal.Instant.compare(begin, until) >= 0) return null;
  return { from: begin.toZonedDateTimeISO(zone), to: until.toZonedDateTimeISO(zone) };
}

function stepsBetween(step: Step, from: Temporal.ZonedDateTime, to: Temporal.ZonedDateTime): string[] {
  let at = from.toPlainDateTime().round({ smallestUnit: step === 'hour' ? 'hour' : 'day', roundingMode: 'floor' });
  if (step === 'week') at = at.subtract({ days: at.dayOfWeek - 1 });
  if (step === 'month') at = at.with({ day: 1 });
  const end = to.toPlainDateTime();
  const steps: string[] = [];
  while (Temporal.PlainDateTime.compare(at, end) < 0 && steps.length < MOST_BARS) {
    steps.push(at.toString({ smallestUnit: 'minute' }));
    at = at.add({ [`${step}s`]: 1 });
  }
  return steps;
}

function filled(step: Step, steps: readonly string[], rows: readonly (readonly [string, string, number])[]): Timeline {
  return {
    step,
    steps: step === 'hour' ? steps : steps.map((each) => each.slice(0, 10)),
    parts: familyParts(steps, rows),
    total: rows.reduce((sum, [, , count]) => sum + count, 0),
  };
}

/** The filters that mean one step. */
function spanWords(step: Step, at: string): { from: string; to: string } {
  if (step === 'hour') {
    return { from: at, to: Temporal.PlainDateTime.from(at).add({ hours: 1 }).toString({ smallestUnit: 'minute' }) };
  }
  if (step === 'month') return { from: at.slice(0, 7), to: at.slice(0, 7) };
  return { from: at, to: step === 'day' ? at : Temporal.PlainDate.from(at).add({ days: 6 }).toString() };
}
