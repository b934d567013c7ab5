import { ADDRESSES_KNOWN, atWork, DAYS, minutesFrom, SET_UP, timeWithin, WORKING_DAYS, weekday } from './calendar.ts';
import {
  type Account,
  BO,
  CHIDI,
  DEVICES,
  EMPLOYEES,
  EVA,
  GITA,
  ITSM_SYNC,
  LI,
  nameAt,
  PATCH_RUNNER,
  STAFF,
  thing,
} from './company.ts';
import { type Deed, HOUR } from './deed.ts';
import { Random } from './random.ts';
import type { Values } from './values.ts';

/** Something that is done again and again. Every record of it draws from a stream of its own. */
interface Habit {
  readonly code: number;
  /** How often on a day, on average. */
  readonly perDay: number;
  /** UTC; the office opens at seven. */
  readonly hours: readonly [from: number, to: number];
  readonly days?: (weekday: number) => boolean;
  /** Who does it: one of these, if at work, or a program. */
  readonly who: readonly Account[] | string;
  readonly says: (random: Random, time: number, actor: string) => Values;
}

const OFFICE = [8, 16] as const;
const DESK = [LI, BO, EVA];
const EVERY_DAY = () => true;

function runOf(type: string, names: readonly string[], random: Random): Values {
  const { id, name } = thing(type, random.pick(names));
  return { object_id: id, object_name: name };
}

function onDevices(count: number, random: Random): Values {
  const first = random.whole(0, DEVICES.length - count);
  return { device_count: count, device_ids: DEVICES.slice(first, first + count).map(({ uid }) => uid) };
}

function onEmployees(count: number, random: Random): Values {
  const first = random.whole(0, EMPLOYEES.length - count);
  return { user_count: count, user_ids: EMPLOYEES.slice(first, first + count).map(({ sid }) => sid) };
}

/** What Spark is asked for by an employee: an action on the device of whoever asks. */
function sparkRuns(type: string, names: readonly string[], random: Random): Values {
  const { id, name, device } = random.pick(EMPLOYEES);
  const request = { user_id: id, user_name: name, request_id: random.uuid() };
  return { object_id: thing(type, random.pick(names)).id, ...request, device_ids: [device.uid] };
}

function fieldValue(field: string, time: number, actor: string): Values {
  const at = new Date(time).toISOString();
  return { target_object_type: 'device', custom_field_name: `#${field}`, value_updated_at: at, updated_by: actor };
}

const DESK_ACTIONS = ['Clear the print queue', 'Restart the VPN client', 'Free disk space', 'Repair Office'];

const HABITS: readonly Habit[] = [
  {
    code: 94011,
    perDay: 8,
    hours: OFFICE,
    who: DESK,
    says: (random) => ({
      trigger_source: random.pick(['device view', 'investigation']),
      ...runOf('remote_action', DESK_ACTIONS, random),
      ...onDevices(random.chance(0.8) ? 1 : random.whole(2, 4), random),
    }),
  },
  {
    code: 94131,
    perDay: 0.8,
    hours: OFFICE,
    who: [EVA, CHIDI],
    says: (random) => {
      const { sid, device } = random.pick(EMPLOYEES);
      const { object_id } = runOf('workflow', ['Onboard device', 'Replace battery'], random);
      return { object_id: String(object_id), device_ids: [device.uid], user_ids: [sid] };
    },
  },
  {
    code: 94031,
    perDay: 0.3,
    hours: OFFICE,
    who: [GITA],
    says: (random) => ({
      ...runOf('campaign', ['Restart your laptop', 'How was your sign-in today?'], random),
      ...(random.chance(0.3) ? { target_scope: 'investigation' } : onEmployees(random.whole(2, 5), random)),
    }),
  },
  {
    code: 94262,
    perDay: 2,
    hours: OFFICE,
    who: DESK,
    says: (random, time, actor) => fieldValue(random.pick(['owner', 'cost_centre']), time, actor),
  },
  {
    code: 95011,
    perDay: 1.5,
    hours: OFFICE,
    who: 'employee',
    says: (random) => sparkRuns('remote_action', DESK_ACTIONS, random),
  },
  {
    code: 95012,
    perDay: 0.3,
    hours: OFFICE,
    who: 'Spark',
    says: (random) => sparkRuns('remote_action', ['Clear the print queue', 'Restart the VPN client'], random),
  },
  {
    code: 95381,
    perDay: 0.7,
    hours: OFFICE,
    who: 'employee',
    says: (random) => sparkRuns('agent_action', ['Open a ticket', 'Book a loan laptop'], random),
  },
  {
    code: 95382,
    perDay: 0.2,
    hours: OFFICE,
    who: 'Spark',
    says: (random) => sparkRuns('agent_action', ['Open a ticket'], random),
  },
  {
    code: 95471,
    perDay: 0.4,
    hours: OFFICE,
    who: DESK,
    says: (random, _time, actor) => ({
      user_name: actor,
      target_user_name: random.pick(EMPLOYEES).name,
      conversation_id: random.uuid(),
    }),
  },
  {
    code: 93131,
    perDay: 0.6,
    hours: OFFICE,
    who: ITSM_SYNC,
    says: (random) => {
      const { sid, device } = random.pick(EMPLOYEES);
      return { object_id: thing('workflow', 'Onboard device').id, device_ids: [device.uid], user_ids: [sid] };
    },
  },
  {
    code: 93031,
    perDay: 1,
    hours: [9, 9.1],
    days: (day) => day === 3,
    who: ITSM_SYNC,
    says: (random) => ({
      ...runOf('campaign', ['Restart your laptop'], random),
      ...onEmployees(random.whole(3, 6), random),
    }),
  },
  {
    code: 93011,
    perDay: 1,
    hours: [20.5, 20.6],
    days: EVERY_DAY,
    who: PATCH_RUNNER,
    says: (random) => ({
      trigger_source: 'api',
      ...runOf('remote_action', ['Free disk space'], random),
      ...onDevices(random.whole(3, 8), random),
    }),
  },
  // Twelve times round the clock: it is why the nights are quiet, and not silent.
  ...Array.from(
    { length: 12 },
    (_, slot): Habit => ({
      code: 93262,
      perDay: 1,
      hours: [2 * slot + 0.05, 2 * slot + 0.1],
      days: EVERY_DAY,
      who: ITSM_SYNC,
      says: (random, time, actor) => ({ ...fieldValue('cost_centre', time, actor), request_id: random.uuid() }),
    }),
  ),
];

/** What happens again and again on ordinary days: log-ins, the desk's runs, Spark, and the jobs of API clients. */
export function habitualDeeds(): Deed[] {
  return [...HABITS.flatMap((habit, index) => deedsOf(habit, index)), ...sessions()];
}

function deedsOf({ code, perDay, hours, days = (day) => day <= 5, who, says }: Habit, index: number): Deed[] {
  return DAYS.filter((day) => days(weekday(day))).flatMap((day) => {
    const count = Math.floor(perDay + Random.of(code, index, day).next());
    const people = typeof who === 'string' ? [] : atWork(day).filter((each) => who.includes(each));
    if (people.length === 0 && typeof who !== 'string') return [];
    return Array.from({ length: count }, (_, nth) => {
      const random = Random.of(code, index, day, nth);
      const time = timeWithin(day, ...hours, random);
      const named = typeof who === 'string' ? who : nameAt(random.pick(people), time);
      const values = says(random, time, named);
      return { time, code, actor: named === 'employee' ? String(values['user_name']) : named, values };
    });
  });
}

/** Everyone logs in in the morning; some mistype, some forgot their password, some log out. */
function sessions(): Deed[] {
  const setUp = SET_UP.slice(1).flatMap((day) => STAFF.map((who) => ({ day, who })));
  const daily = WORKING_DAYS.flatMap((day) => atWork(day).map((who) => ({ day, who })));
  return [...setUp, ...daily].flatMap(({ day, who }) => session(day, who));
}

function session(day: number, who: Account): Deed[] {
  const random = Random.of('session', who.id, day);
  const [logIn, logOut] = [timeWithin(day, 6.8, 7.8, random), timeWithin(day, 16.1, 17.3, random)];
  const address = weekday(day) === who.homeDay ? who.home : who.office;
  const done = (time: number, code: number, values: Values, actor = nameAt(who, time)): Deed => ({
    time,
    code,
    actor,
    values: { user_id: who.id, user_name: nameAt(who, time), ...values },
  });
  const session_id = random.uuid();
  const mistypes = random.chance(0.08) ? random.whole(1, 2) : 0;
  // Where an address could still be new, a reset before the log-in would look like a takeover.
  const mayReset = day >= ADDRESSES_KNOWN;
  const forgot = random.chance(0.03) && mayReset;
  const hasNewPhone = random.chance(0.02) && mayReset && who !== LI && atWork(day).includes(LI);
  const noon = day + 12 * HOUR;
  return [
    ...Array.from({ length: mistypes }, (_, nth) => done(minutesFrom(logIn, nth - 3, random), 90213, {})),
    ...(forgot
      ? [done(minutesFrom(logIn, -9, random), 91072, {}, 'anonymous'), done(minutesFrom(logIn, -5, random), 91073, {})]
      : []),
    done(logIn, 90211, { session_id, ip_address: address }),
    ...(hasNewPhone
      ? [done(minutesFrom(noon, 0, random), 91074, {}, LI.name), done(minutesFrom(noon, 4, random), 91075, {})]
      : []),
    ...(random.chance(0.6) ? [done(logOut, 90212, { session_id })] : []),
  ];
}
