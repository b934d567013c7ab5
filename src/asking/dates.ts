import { Temporal } from 'temporal-polyfill';
import { UsageError } from '../present/index.ts';
import { nearest } from '../settings/index.ts';
import { canonicalZone } from '../source/index.ts';

/** When something is asked, and in which IANA zone a date or a time without offset is meant. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly timeZone: string;
}

/** A span of time, its beginning in it and its end not; null where it is open. */
export interface Span {
  readonly from: Temporal.Instant | null;
  readonly to: Temporal.Instant | null;
}

/** What {@link parseMoment} reads, for help and errors. */
export const MOMENTS =
  'a day or month (2026-03-01, 2026-03), a time (2026-03-01T10:00, with or without Z or +01:00), now, today, yesterday, ' +
  'or time gone by (-7d, -36h, -90min, -2w, -P1M)';

const MONTH = /^\d{4}-\d\d$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::[0-5]\d(?:\.\d{1,6})?)?)\s?(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i;
const GONE_BY = /^[-\u2212](\d{1,6})\s?([a-z]+)$/i;
const DURATION = /^[-\u2212](P[\dTYMWDHS.]+)$/i;
const UNITS: Readonly<Record<string, 'minutes' | 'hours' | 'days' | 'weeks'>> = {
  ...{ min: 'minutes', h: 'hours', d: 'days', w: 'weeks' },
};

/**
 * The instant that somebody means by a date or a time, read in one way or not at all.
 *
 * A day, a month, `today` and `yesterday` are whole: where one is the `end` of a span, its last moment still belongs to the
 * span, so that the instant is the beginning of the next. Everything else is an instant as it stands. Time gone by is
 * counted from now, in days, weeks, months and years of the zone's calendar (a month before 31 March is 28 February) and
 * in hours and minutes as they pass. The clock comes in, so that the same text and clock give the same instant.
 * @throws UsageError for any other text, and for local times that the zone skips or has twice
 */
export function parseMoment(
  text: string,
  { now, timeZone, end = false }: Clock & { readonly end?: boolean },
): Temporal.Instant {
  const given = text.trim();
  const there = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
  try {
    const [, day, time, offset] = TIME.exec(given) ?? [];
    if (day !== undefined && time !== undefined) {
      return offset === undefined ? localInstant(`${day}T${time}`, timeZone) : offsetInstant(day, time, offset);
    }
    if (DAY.test(given)) return wholeDay(Temporal.PlainDate.from(given), timeZone, end);
    if (MONTH.test(given)) return startOf(Temporal.PlainYearMonth.from(given).add({ months: end ? 1 : 0 }), timeZone);
    switch (given.toLowerCase()) {
      case 'now':
        return there.toInstant();
      case 'today':
        return wholeDay(there.toPlainDate(), timeZone, end);
      case 'yesterday':
        return wholeDay(there.toPlainDate().subtract({ days: 1 }), timeZone, end);
      default:
        return there.subtract(goneBy(given)).toInstant();
    }
  } catch (error) {
    // What the calendar does not have, such as 30 February or a year beyond all calendars.
    if (error instanceof RangeError) throw notRead(given);
    throw error;
  }
}

/**
 * The span that two texts give, either of which may be left out.
 * @throws UsageError that names the option, and where nothing can be in the span
 */
export function parseSpan(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  clock: Clock,
): Span {
  const span = {
    from: from === undefined ? null : named('--from', () => parseMoment(from, clock)),
    to: to === undefined ? null : named('--to', () => parseMoment(to, { ...clock, end: true })),
  };
  if (span.from === null || span.to === null || Temporal.Instant.compare(span.from, span.to) < 0) return span;
  throw new UsageError(
    `expected --from to be before --to, found ${quoted(from ?? '')} and ${quoted(to ?? '')} (${span.from} and ${span.to}); a day as --to is meant with all of it, a time is not`,
  );
}

/** A zone as it is usually spelt. @throws UsageError for what is no IANA zone */
export function parseTimeZone(text: string): string {
  try {
    return canonicalZone(text.trim());
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const near = nearest(text, Intl.supportedValuesOf('timeZone'));
    const advice = near === null ? 'such as Europe/Zurich or UTC' : `did you mean ${near}?`;
    throw new UsageError(`--time-zone: expected an IANA time zone, found ${quoted(text)}; ${advice}`);
  }
}

function wholeDay(date: Temporal.PlainDate, timeZone: string, end: boolean): Temporal.Instant {
  const start = date.toZonedDateTime({ timeZone });
  if (!start.toPlainDate().equals(date)) {
    throw new UsageError(
      `expected a day that ${timeZone} has, found ${date}, which it skipped; name the day before or after`,
    );
  }
  return (end ? start.add({ days: 1 }).startOfDay() : start).toInstant();
}

function startOf(month: Temporal.PlainYearMonth, timeZone: string): Temporal.Instant {
  return month.toPlainDate({ day: 1 }).toZonedDateTime({ timeZone }).toInstant();
}

function localInstant(text: string, timeZone: string): Temporal.Instant {
  const local = Temporal.PlainDateTime.from(text);
  const earlier = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const later = local.toZonedDateTime(timeZone, { disambiguation: 'later' });
  if (earlier.equals(later)) return earlier.toInstant();
  const isTwice = earlier.toPlainDateTime().equals(local);
  throw new UsageError(
    `expected a time that ${timeZone} has once, found ${text}, which it ${isTwice ? 'has twice' : 'skips'} as clocks change; ` +
      `say with its offset which is meant: ${text}${earlier.offset} or ${text}${later.offset}`,
  );
}

function offsetInstant(day: string, time: string, offset: string): Temporal.Instant {
  return Temporal.Instant.from(`${day}T${time}${offset.toUpperCase() === 'UTC' ? 'Z' : offset}`);
}

function goneBy(given: string): Temporal.Duration {
  const [, count, unit] = GONE_BY.exec(given) ?? [];
  const units = UNITS[unit?.toLowerCase() ?? ''];
  if (units !== undefined) return Temporal.Duration.from({ [units]: Number(count) });
  const [, duration] = DURATION.exec(given) ?? [];
  if (duration !== undefined) return Temporal.Duration.from(duration.toUpperCase());
  throw notRead(given);
}

function notRead(given: string): UsageError {
  return new UsageError(`expected ${MOMENTS}, found ${quoted(given)}`);
}

/** The beginning of what somebody gave, as a message quotes it. */
export function quoted(text: string): string {
  const characters = [...text];
  return JSON.stringify(characters.length > 60 ? `${characters.slice(0, 60).join('')}…` : text);
}

/** What a reading gives; what it refuses is said to be of that option. */
function named<T>(option: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${option}: ${error.message}`, { cause: error });
    throw error;
  }
}
