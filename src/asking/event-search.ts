import { Temporal } from 'temporal-polyfill';
import { type Rows, UsageError } from '../present/index.ts';
import { nearest } from '../settings/index.ts';
import { VIEWS } from '../views/index.ts';
import { type Answer, answerIn, objectsOf } from './answer.ts';
import { quoted } from './dates.ts';
import { folded } from './event-condition.ts';
import type { EventFilter } from './event-filter.ts';
import { conditionIn } from './pseudonym-filter.ts';
import type { LakeSession, Values } from './session.ts';

/** What events can be put in order by, the first of these columns that is not null; with `-` before it, from the last to the first. */
export const EVENT_SORTS = {
  time: [],
  actor: ['actor_name', 'actor_id'],
  user: ['user_name', 'new_email', 'user_id'],
  code: ['code'],
  object: ['object_name', 'role_name', 'group_name', 'object_id'],
} as const satisfies Record<string, readonly string[]>;

/** An order; within one value of it, and by `-time`, the newest event is first. */
export type EventSort = keyof typeof EVENT_SORTS | `-${keyof typeof EVENT_SORTS}`;

/** An event among others in order: where a page ends or begins. */
export interface EventPlace {
  readonly eventUid: string;
  /** Its time to the microsecond, as an instant of UTC in ISO 8601. */
  readonly time: string;
}

/** Which of the events that a filter wants are to be had. */
export interface PageRequest {
  /** Names of columns of audit_events, in order. */
  readonly columns: readonly string[];
  readonly sort?: EventSort;
  /** How many at most. */
  readonly limit: number;
  /** Only what comes behind this event in the order. */
  readonly after?: EventPlace | undefined;
  /** Only what comes before it: the last of these, still in the order. */
  readonly before?: EventPlace | undefined;
}

/** Some events in order, and whether there are more at either end. */
export interface EventPage extends Answer {
  /** For each row, which event it is. */
  readonly places: readonly EventPlace[];
  readonly isMoreBefore: boolean;
  readonly isMoreAfter: boolean;
}

/** The columns that say most of an event in little room. */
export const TELLING_COLUMNS: readonly string[] = [
  ...['event_time', 'instance', 'actor_name', 'event_name', 'user_name', 'object_name', 'ip_address', 'outcome'],
  ...['message', 'event_uid'],
];

/** Every column of audit_events, in its order. */
export const ALL_EVENT_COLUMNS: readonly string[] = VIEWS.audit_events.columns.map(({ name }) => name);

const PLACE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)_([\da-f]{32})$/;

/** Days that are looked through before all others: most pages are found in them. */
const FIRST_DAYS = 8;

/** Days from which on it is worth it to look through some of them first. */
const MANY_DAYS = 32;

/** An order as it is typed. @throws UsageError */
export function parseEventSort(text: string): EventSort {
  const sorts = Object.keys(EVENT_SORTS).flatMap((name) => [`-${name}`, name]);
  const found = sorts.find((each) => each === text.trim().toLowerCase());
  if (found !== undefined) return found as EventSort;
  throw new UsageError(`--sort: expected one of ${sorts.join(', ')}, found ${quoted(text)}`);
}

/** Names of columns as they are typed, several with commas between them. @throws UsageError with what is near to a name that there is not */
export function parseEventColumns(texts: readonly string[]): readonly string[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => {
      const wanted = text.trim().toLowerCase();
      if (ALL_EVENT_COLUMNS.includes(wanted)) return wanted;
      const near = nearest(wanted, ALL_EVENT_COLUMNS);
      const advice =
        near === null ? 'docs/columns.md and audit-lake columns say what there is' : `did you mean ${near}?`;
      throw new UsageError(`--columns: expected a column of audit_events, found ${quoted(text)}; ${advice}`);
    });
}

/** A place as an address has it. */
export function placeText({ time, eventUid }: EventPlace): string {
  return `${time}_${eventUid}`;
}

/** A place of which an address has the text. @throws UsageError */
export function parsePlace(text: string): EventPlace {
  const [, time, eventUid] = PLACE.exec(text) ?? [];
  if (time !== undefined && eventUid !== undefined && !Number.isNaN(Date.parse(time))) return { time, eventUid };
  throw new UsageError(
    `expected a place among events, such as 2026-03-02T22:04:45.673000Z_ and the 32 hex digits of an event_uid; found ${quoted(text)}`,
  );
}

/** How many events a filter wants. */
export async function countEvents(session: LakeSession, filter: EventFilter): Promise<number> {
  const { sql, values } = conditionIn(session, filter);
  const { rows } = await answerIn(session, `SELECT count(*) FROM ${session.realEvents} WHERE ${sql}`, values);
  return Number(rows[0]?.[0] ?? 0);
}

/**
 * Events that a filter wants, all of them or the first of the order, as they come from the engine.
 * @param columns names of columns of audit_events
 * @param limit null for all
 */
export async function eventRows(
  session: LakeSession,
  filter: EventFilter,
  { columns, sort = '-time', limit }: Pick<PageRequest, 'columns' | 'sort'> & { readonly limit: number | null },
): Promise<Rows> {
  const { sql, values } = conditionIn(session, filter);
  const order = orderIn(session, sort, 'forwards');
  const first = limit === null ? '' : ` ORDER BY ${order} LIMIT ${Math.floor(limit)}`;
  // Names are masked in what is shown and put in order, and found as they are.
  const found = `SELECT *, ${keyIn(session, sort) ?? 'NULL'} AS ${SORT_KEY} FROM ${session.realEvents} WHERE ${sql}${first}`;
  return await session.ownRows(
    `SELECT ${columns.join(', ')} FROM ${session.shown(found)} ORDER BY ${orderOf(sort, 'forwards', SORT_KEY, 'event_uid')}`,
    values,
  );
}

/**
 * One page of the events that a filter wants. Which events these are is found by the columns that the filter and the
 * order need, in the days nearest to the page first; only then are the columns to show read, in the days that have them.
 */
export async function eventPage(session: LakeSession, filter: EventFilter, request: PageRequest): Promise<EventPage> {
  const backwards = request.before !== undefined;
  const real = (place: EventPlace | undefined) => place && { ...place, eventUid: session.realId(place.eventUid) };
  const [after, before] = [real(request.after), real(request.before)];
  const found = await foundPlaces(session, filter, { ...request, after, before });
  const isMore = found.length > request.limit;
  const kept = found.slice(0, request.limit);
  const places = backwards ? kept.reverse() : kept;
  return {
    ...(await shownRows(session, places, request.columns)),
    places: places.map((place) => ({ ...place, eventUid: session.shownId(place.eventUid) })),
    isMoreBefore: backwards ? isMore : request.after !== undefined,
    isMoreAfter: backwards ? true : isMore,
  };
}

/** One more than the page holds, if there is one. */
async function foundPlaces(session: LakeSession, filter: EventFilter, request: PageRequest): Promise<EventPlace[]> {
  const limit = request.limit + 1;
  for (const nearby of spansInOrder(session, filter, request)) {
    const found = await placesIn(session, nearby, request, limit);
    if (found.length >= limit || nearby === filter) return found;
  }
  return [];
}

/** The filter, before it the same for a few days where that can be enough. */
function spansInOrder(session: LakeSession, filter: EventFilter, request: PageRequest): EventFilter[] {
  const { sort = '-time', after, before } = request;
  if ((sort !== '-time' && sort !== 'time') || session.days === null) return [filter];
  const [first, last] = session.days.map((day) => Temporal.PlainDate.from(day).toZonedDateTime('UTC').toInstant());
  if (first === undefined || last === undefined) return [filter];
  const place = after ?? before;
  const at = place === undefined ? null : Temporal.Instant.from(place.time);
  const isDown = (sort === '-time') === (before === undefined);
  const hours = 24;
  const begin = latest(first, filter.from);
  const end = earliest(last.add({ hours }), filter.to);
  const from = isDown ? begin : latest(begin, at);
  const to = isDown ? earliest(end, at?.add({ microseconds: 1 }) ?? null) : end;
  if (to.since(from, { largestUnit: 'hours' }).hours < MANY_DAYS * hours) return [filter];
  const few = { hours: FIRST_DAYS * hours };
  const nearby = isDown ? { from: to.subtract(few), to } : { from, to: from.add(few) };
  return [{ ...filter, ...nearby }, filter];
}

function latest(one: Temporal.Instant, other: Temporal.Instant | null): Temporal.Instant {
  return other !== null && Temporal.Instant.compare(other, one) > 0 ? other : one;
}

function earliest(one: Temporal.Instant, other: Temporal.Instant | null): Temporal.Instant {
  return other !== null && Temporal.Instant.compare(other, one) < 0 ? other : one;
}

async function placesIn(
  session: LakeSession,
  filter: EventFilter,
  { sort = '-time', after, before }: PageRequest,
  limit: number,
): Promise<EventPlace[]> {
  const condition = conditionIn(session, filter);
  const place = after ?? before;
  const beyond =
    place === undefined ? null : beyondPlace(session, sort, place, before === undefined ? 'forwards' : 'backwards');
  const answer = await answerIn(
    session,
    `SELECT event_uid, strftime(event_time AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ') AS time FROM ${session.realEvents}
WHERE ${condition.sql}${beyond === null ? '' : ` AND ${beyond.sql}`}
ORDER BY ${orderIn(session, sort, before === undefined ? 'forwards' : 'backwards')} LIMIT ${Math.floor(limit)}`,
    { ...condition.values, ...beyond?.values },
  );
  return answer.rows.map(([eventUid, time]) => ({ eventUid: String(eventUid), time: String(time) }));
}

async function shownRows(session: LakeSession, places: readonly EventPlace[], columns: readonly string[]) {
  const days = [...new Set(places.map(({ time }) => `DATE '${time.slice(0, 10)}'`))];
  const uids = Object.fromEntries(places.map(({ eventUid }, index) => [`uid_${index}`, eventUid]));
  const isAmong =
    places.length === 0
      ? 'false'
      : `event_date IN (${days.join(', ')}) AND event_uid IN (${Object.keys(uids)
          .map((name) => `$${name}`)
          .join(', ')})`;
  const { names, types, numeric, rows, note } = await answerIn(
    session,
    `SELECT ${columns.join(', ')}, event_uid AS place_uid FROM ${session.shown(`SELECT * FROM ${session.realEvents} WHERE ${isAmong}`)}`,
    uids,
  );
  const byUid = new Map(rows.map((row) => [row.at(-1), row.slice(0, -1)]));
  return {
    names: names.slice(0, -1),
    numeric: numeric.slice(0, -1),
    types: types.slice(0, -1),
    ...(note !== undefined && { note }),
    rows: places.map(({ eventUid }) => byUid.get(session.shownId(eventUid)) ?? columns.map(() => null)),
  };
}

/** The column of {@link keyIn} in a relation that has it beside those of the events. */
const SORT_KEY = 'sort_key';

/**
 * SQL of what an order goes by, never null: events that have none come last both ways. It is as it is shown: where names are
 * masked their order would tell them.
 */
function keyIn(session: LakeSession, sort: EventSort): string | null {
  const columns: readonly string[] = EVENT_SORTS[sort.replace('-', '') as keyof typeof EVENT_SORTS];
  const [first, ...others] = columns.map((name) => session.shownColumn(name));
  if (first === undefined || first === 'code') return first ?? null;
  const key = folded(`coalesce(${[first, ...others].join(', ')})`);
  return `coalesce(${key}, ${sort.startsWith('-') ? "''" : 'chr(1114111)'})`;
}

type Direction = 'forwards' | 'backwards';

function orderIn(session: LakeSession, sort: EventSort, direction: Direction): string {
  return orderOf(sort, direction, keyIn(session, sort), session.shownColumn('event_uid'));
}

/** @param key SQL of what it goes by; of an order by time it is not asked @param uid SQL of the event’s id as it is shown */
function orderOf(sort: EventSort, direction: Direction, key: string | null, uid: string): string {
  const isDown = sort.startsWith('-') === (direction === 'forwards');
  const isNewestFirst = sort === 'time' ? direction === 'backwards' : direction === 'forwards';
  const byTime = `event_time ${isNewestFirst ? 'DESC' : 'ASC'}, ${uid} ${direction === 'forwards' ? 'ASC' : 'DESC'}`;
  return sort === 'time' || sort === '-time' ? byTime : `${key} ${isDown ? 'DESC' : 'ASC'}, ${byTime}`;
}

/** The condition that an event comes behind a place in the order, or before it. @param place with its id as it is */
function beyondPlace(
  session: LakeSession,
  sort: EventSort,
  place: EventPlace,
  direction: Direction,
): { sql: string; values: Values } {
  const isForwards = direction === 'forwards';
  const time = 'CAST($place_time AS TIMESTAMPTZ)';
  const isNewestFirst = sort === 'time' ? !isForwards : isForwards;
  const later = isNewestFirst ? '<' : '>';
  const uid = `${session.shownColumn('event_uid')} ${isForwards ? '>' : '<'} $shown_uid`;
  const byTime = `(event_time ${later} ${time} OR (event_time = ${time} AND ${uid}))`;
  const key = keyIn(session, sort);
  const values = { place_time: place.time, shown_uid: session.shownId(place.eventUid) };
  if (key === null) return { sql: byTime, values };
  const there = `(SELECT ${key} FROM ${session.realEvents} WHERE event_date = DATE '${place.time.slice(0, 10)}' AND event_uid = $place_uid)`;
  const comparison = sort.startsWith('-') === isForwards ? '<' : '>';
  return {
    sql: `(${key} ${comparison} ${there} OR (${key} = ${there} AND ${byTime}))`,
    values: { ...values, place_uid: place.eventUid },
  };
}

/** The instances that a lake has events of, in order; null stands for events of none. */
export async function instancesIn(session: LakeSession): Promise<readonly (string | null)[]> {
  const found = objectsOf(await answerIn(session, 'SELECT DISTINCT instance FROM audit_events ORDER BY instance'));
  return found.map(({ instance }) => (typeof instance === 'string' ? instance : null));
}
