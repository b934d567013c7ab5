import { Temporal } from 'temporal-polyfill';
import { type Html, markup } from '../present/index.ts';
import { heatMap, stackedChart } from './charts.ts';
import { familyParts } from './families.ts';
import { momentText, type PeriodEvents } from './period.ts';

/** What one bar is: as long a time as leaves bars that can be told apart. */
export type Step = 'day' | 'week' | 'month';

const MOST_DAYS = 190;
const MOST_WEEKS = 190;

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));

/** When things happened: by day and family, by weekday and hour. */
export async function activityPart(period: PeriodEvents): Promise<Html> {
  const [byStep, byHour] = [await stepChart(period), await hourChart(period)];
  return markup`${byStep}
${byHour}`;
}

async function stepChart(period: PeriodEvents): Promise<Html> {
  const days = shownDays(period);
  const step = stepOf(days);
  const steps = stepsOf(days, step);
  const names = steps.map((date) => stepName(date, step));
  const { rows } = await period.ask(
    `SELECT strftime(date_trunc('${step}', local_time), '%Y-%m-%d') AS step, family, COUNT(*) AS events
FROM period GROUP BY ALL`,
  );
  const parts = familyParts(
    steps.map(String),
    rows.map(([date, family, events]) => [String(date), family === null ? null : String(family), Number(events)]),
  );
  const totals = names.map((_, index) => parts.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0));
  const most = Math.max(0, ...totals);
  const { timeZone } = period.scope;
  return await stackedChart({
    id: 'by-step',
    title: `Events per ${step} by family, ${step === 'day' ? 'days' : `${step}s`} in ${timeZone}`,
    description: `From ${names.at(0) ?? ''} to ${names.at(-1) ?? ''}; the most on one ${step}: ${most}, ${names[totals.indexOf(most)] ?? ''}.`,
    ...{ step, steps: names, parts },
  });
}

async function hourChart(period: PeriodEvents): Promise<Html> {
  const { rows } = await period.ask(
    'SELECT isodow(local_time) AS weekday, hour(local_time) AS hour, COUNT(*) AS events FROM period GROUP BY ALL',
  );
  const counts = WEEKDAYS.map(() => HOURS.map(() => 0));
  for (const [weekday, hour, events] of rows) {
    const row = counts[Number(weekday) - 1];
    if (row !== undefined) row[Number(hour)] = Number(events);
  }
  const byDay = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const most = byDay.indexOf(Math.max(...byDay));
  return await heatMap({
    id: 'by-hour',
    title: `Events by weekday and hour, in ${period.scope.timeZone}`,
    description: `The most are on ${WEEKDAYS[most] ?? ''}.`,
    axes: ['weekday', 'hour'],
    ...{ rows: WEEKDAYS, columns: HOURS, counts },
  });
}

/** The days of the period, the last of them too; of a long one those alone that the lake has events of. */
function shownDays({ from, to, lakeDays, scope: { timeZone } }: PeriodEvents): Days {
  const last = Temporal.Instant.compare(from, to) < 0 ? to.subtract({ nanoseconds: 1 }) : from;
  const asked: Days = [
    from.toZonedDateTimeISO(timeZone).toPlainDate(),
    last.toZonedDateTimeISO(timeZone).toPlainDate(),
  ];
  if (lakeDays === null || stepOf(asked) === 'day') return asked;
  // The lake's days are those of UTC: a zone may have the day before or after.
  const [first, end] = lakeDays.map((day) => Temporal.PlainDate.from(day));
  const shown: Days = [latest(asked[0], first?.subtract({ days: 1 })), earliest(asked[1], end?.add({ days: 1 }))];
  return Temporal.PlainDate.compare(...shown) <= 0 ? shown : [asked[0], asked[0]];
}

type Days = readonly [first: Temporal.PlainDate, last: Temporal.PlainDate];

function latest(a: Temporal.PlainDate, b = a): Temporal.PlainDate {
  return Temporal.PlainDate.compare(a, b) < 0 ? b : a;
}

function earliest(a: Temporal.PlainDate, b = a): Temporal.PlainDate {
  return Temporal.PlainDate.compare(a, b) < 0 ? a : b;
}

/** How long a bar is for so many days. */
export function stepOf([first, last]: Days): Step {
  const days = first.until(last).days + 1;
  if (days <= MOST_DAYS) return 'day';
  return days <= MOST_WEEKS * 7 ? 'week' : 'month';
}

/** The first day of each step. */
export function stepsOf([first, last]: Days, step: Step): Temporal.PlainDate[] {
  const begin = { day: first, week: first.subtract({ days: first.dayOfWeek - 1 }), month: first.with({ day: 1 }) }[
    step
  ];
  const steps: Temporal.PlainDate[] = [];
  for (let at = begin; Temporal.PlainDate.compare(at, last) <= 0; at = at.add({ [`${step}s`]: 1 })) steps.push(at);
  return steps;
}

function stepName(date: Temporal.PlainDate, step: Step): string {
  return step === 'month' ? date.toString().slice(0, 7) : date.toString();
}

/** The period in words. */
export function periodText({ from, to, scope: { timeZone } }: PeriodEvents): string {
  const [begin, end] = [from, to].map((moment) => moment.toZonedDateTimeISO(timeZone));
  const isMidnight = (each: Temporal.ZonedDateTime | undefined) => each?.equals(each.startOfDay()) === true;
  if (begin === undefined || end === undefined || !isMidnight(begin) || !isMidnight(end) || begin.equals(end)) {
    return `${momentText(from, timeZone)} to ${momentText(to, timeZone)} (${timeZone})`;
  }
  const last = end.subtract({ nanoseconds: 1 }).toPlainDate();
  const day = begin.toPlainDate();
  return day.equals(last) ? `${day} (${timeZone})` : `${day} to ${last} (${timeZone})`;
}
