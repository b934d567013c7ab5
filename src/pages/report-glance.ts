import { type Html, markup, numberText } from '../present/index.ts';
import { engineMomentText, type PeriodEvents } from './period.ts';
import { plainTable } from './plain-table.ts';
import { periodText } from './report-activity.ts';
import { type AskedQuestion, askedText, idOf, isUnusual } from './report-questions.ts';
import { shortened } from './row-table.ts';

const MOST_ACTORS = 3;
const MOST_INSTANCES = 50;

/** What stands at the top of a report. */
export interface Glance {
  readonly period: PeriodEvents;
  readonly lake: string;
  readonly asked: readonly AskedQuestion[];
  /** Whether the evidence is whole: a sentence, and whether that is good, bad, or not known. */
  readonly evidence: { readonly text: string; readonly kind: 'good' | 'bad' | 'warn' };
}

/** Five lines: the period, the events, who did most, what stands out, whether the evidence is whole. */
export async function glancePart({ period, lake, asked, evidence }: Glance): Promise<Html> {
  const { rows } =
    await period.ask(`SELECT COUNT(*), COUNT(DISTINCT LOWER(actor_name)), MIN(event_time), MAX(event_time),
  COUNT(*) FILTER (severity = 'high'), COUNT(*) FILTER (outcome = 'failure'), COUNT(*) FILTER (decode_status <> 'decoded')
FROM period`);
  const [events = 0, actors, first, last, high, failed, unread] = rows[0] ?? [];
  const { timeZone, instance } = period.scope;
  const moment = (value: unknown) => engineMomentText(String(value), timeZone);
  const number = (value: unknown) => numberText(Number(value));
  const told =
    Number(events) === 0
      ? 'None in this period.'
      : `${number(events)} by ${number(actors)} ${Number(actors) === 1 ? 'actor' : 'actors'}, from ${moment(first)} to ${moment(last)}; ${number(high)} of high severity, ${number(failed)} failed, ${number(unread)} not read for sure.`;
  return markup`<dl class="glance">
<dt>Period</dt><dd>${periodText(period)}, ${instance === null ? 'all instances' : `instance ${instance}`}, of <span class="mono">${lake}</span></dd>
<dt>Events</dt><dd>${told}</dd>
<dt>Who did most</dt><dd>${await actorsText(period, Number(events))}</dd>
<dt>What stands out</dt><dd>${standingOut(asked)}</dd>
<dt>Is the evidence whole?</dt><dd><span class="${evidence.kind}">${evidence.text}</span>${await doubtedPart(period)}</dd>
</dl>`;
}

/** Hours in which events are missing by Nexthink's own counts; nothing where none is known. */
async function doubtedPart(period: PeriodEvents): Promise<Html | null> {
  const { rows } = await period.ask(`SELECT COUNT(*) FROM audit_coverage
WHERE code IS NULL AND state = 'differs' AND hour_end > CAST($from AS TIMESTAMPTZ) AND hour_start < CAST($to AS TIMESTAMPTZ)
  AND (CAST($instance AS VARCHAR) IS NULL OR instance = $instance)`);
  const hours = Number(rows[0]?.[0] ?? 0);
  if (hours === 0) return null;
  const many = hours === 1 ? 'In 1 hour' : `In ${numberText(hours)} hours`;
  return markup` <a href="#gaps" class="bad">${many} it has not as many events as Nexthink counted.</a>`;
}

async function actorsText(period: PeriodEvents, events: number): Promise<Html> {
  const { rows } = await period.ask(`SELECT MIN(actor_name), COUNT(*) FROM period WHERE actor_name IS NOT NULL
GROUP BY LOWER(actor_name) ORDER BY 2 DESC, 1 LIMIT ${MOST_ACTORS}`);
  if (rows.length === 0) return markup`Nobody is named.`;
  const named = rows.map(([name, count], index) => {
    const share = Math.round((Number(count) / events) * 100);
    return markup`${index === 0 ? '' : ', then '}${shortened(name)} (${numberText(Number(count))}, ${share === 0 ? 'under 1' : share} %)`;
  });
  return markup`${named}.`;
}

function standingOut(asked: readonly AskedQuestion[]): Html {
  const unusual = asked.filter(isUnusual);
  if (unusual.length === 0) return markup`No question whose usual answer is nothing has one.`;
  const items = unusual.map(
    ({ question, answer }) =>
      markup`<li><a href="#${idOf(question)}">${askedText(question)}</a> ${numberText(answer?.count ?? 0)}</li>`,
  );
  return markup`<p>Questions that usually have no answer, or hardly one, and have one:</p><ul>${items}</ul>`;
}

/** The instances that the events are of, where they are of several; null where not. */
export async function instancesPart(period: PeriodEvents): Promise<Html | null> {
  const { rows } =
    await period.ask(`SELECT instance, COUNT(*), COUNT(DISTINCT LOWER(actor_name)), MIN(event_time), MAX(event_time),
  COUNT(*) FILTER (severity = 'high'), COUNT(*) FILTER (decode_status <> 'decoded'), COUNT(*) OVER ()
FROM period GROUP BY instance ORDER BY 2 DESC, 1 LIMIT ${MOST_INSTANCES}`);
  if (rows.length < 2) return null;
  const { timeZone } = period.scope;
  const all = Number(rows[0]?.[7] ?? 0);
  return markup`<p>For one alone: <code>--instance NAME</code>.</p>${plainTable({
    caption: `${numberText(rows.length)} of ${numberText(all)} instances, times in ${timeZone}`,
    named: true,
    columns: [
      { name: 'instance' },
      { name: 'events', isNumber: true },
      { name: 'actors', isNumber: true },
      { name: 'high severity', isNumber: true },
      { name: 'not read for sure', isNumber: true },
      { name: 'first', isWhole: true },
      { name: 'last', isWhole: true },
    ],
    rows: rows.map(([name, events, actors, first, last, high, unread]) => [
      shortened(name),
      ...[events, actors, high, unread].map((each) => numberText(Number(each))),
      ...[first, last].map((each) => engineMomentText(String(each), timeZone)),
    ]),
  })}`;
}
