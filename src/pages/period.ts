import { Temporal } from 'temporal-polyfill';
import { type Answer, answerIn, type LakeSession, type Span, type Values } from '../asking/index.ts';

/** Of which events a page is. */
export interface Scope {
  /** An open end is that of the lake. */
  readonly span: Span;
  /** One Nexthink tenant; null for all of them. */
  readonly instance: string | null;
  /** IANA zone in which days begin and times are shown. */
  readonly timeZone: string;
}

/** The events of a scope in an open session, to be asked about. */
export class PeriodEvents {
  /** In it; and the first instant that is not. Both are now where the lake has no events and nothing else was said. */
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  readonly scope: Scope;
  /** The first and the last day of which the lake has events, `YYYY-MM-DD`; null where it has none. */
  readonly lakeDays: LakeSession['days'];
  readonly #session: LakeSession;

  /** @param now milliseconds since 1970 */
  constructor(session: LakeSession, scope: Scope, now: number) {
    const [first, last] = session.days ?? [null, null];
    const { from, to } = scope.span;
    const earliest = first === null ? null : startOf(first);
    const end = last === null ? null : startOf(last).add({ hours: 24 });
    const nothing = Temporal.Instant.fromEpochMilliseconds(now);
    this.from = from ?? earlier(earliest, to) ?? nothing;
    this.to = to ?? later(end, this.from) ?? this.from;
    this.scope = scope;
    this.lakeDays = session.days;
    this.#session = session;
  }

  /**
   * Runs a statement over `period`: the events of the scope, with `local_time`, which is event_time in the zone of the scope.
   * @throws UsageError where it cannot be run
   */
  async ask(select: string, values: Values = {}): Promise<Answer> {
    return await answerIn(this.#session, `WITH period AS (${EVENTS})\n${select}`, { ...this.#values(), ...values });
  }

  #values(): Values {
    return {
      from: this.from.toString(),
      to: this.to.toString(),
      first_day: dayIn(this.from, 'UTC'),
      last_day: dayIn(this.to, 'UTC'),
      instance: this.scope.instance,
      zone: this.scope.timeZone,
    };
  }
}

/** Whole days first: only their files are read. */
const EVENTS = `SELECT *, timezone($zone, event_time) AS local_time
  FROM audit_events
  WHERE event_date BETWEEN CAST($first_day AS DATE) AND CAST($last_day AS DATE)
    AND event_time >= CAST($from AS TIMESTAMPTZ) AND event_time < CAST($to AS TIMESTAMPTZ)
    AND (CAST($instance AS VARCHAR) IS NULL OR instance = $instance)`;

/** An instant in a zone as people read it, to the second; with its offset where the zone is not UTC. */
export function momentText(moment: Temporal.Instant, timeZone: string): string {
  const there = moment.toZonedDateTimeISO(timeZone);
  const offset = timeZone === 'UTC' ? '' : there.offset;
  return `${there.toPlainDate()} ${there.toPlainTime().toString({ smallestUnit: 'second' })}${offset}`;
}

/** A day in a zone, `YYYY-MM-DD`. */
export function dayIn(moment: Temporal.Instant, timeZone: string): string {
  return moment.toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

const ENGINE_INSTANT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/;

/** An instant as the engine writes it (in UTC), in another zone; any other text as it is. */
export function engineMomentText(text: string, timeZone: string): string {
  if (!ENGINE_INSTANT.test(text)) return text;
  return momentText(Temporal.Instant.from(text.replace(' ', 'T').replace('+00', 'Z')), timeZone);
}

function startOf(day: string): Temporal.Instant {
  return Temporal.Instant.from(`${day}T00:00Z`);
}

function earlier(a: Temporal.Instant | null, b: Temporal.Instant | null): Temporal.Instant | null {
  if (a === null || b === null) return a ?? b;
  return Temporal.Instant.compare(a, b) < 0 ? a : b;
}

function later(a: Temporal.Instant | null, b: Temporal.Instant): Temporal.Instant {
  return a !== null && Temporal.Instant.compare(a, b) > 0 ? a : b;
}
