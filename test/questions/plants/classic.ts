import { type Answers, GRANTS, grant, type Plant } from '../plant.ts';

const OUTSIDE = 'changes-outside-office-hours';
const LOGIN = ['Portal', 'LOGIN'] as const;
const USER = ['Portal', 'USER'] as const;
const CONSOLE = ['Console', 'Login'] as const;
const APPLIANCE = ['Console', 'Appliance'] as const;

/** A failure at the Portal, which says itself whose it is. */
function failure(note: string, time: string, name: string): Plant {
  const message = `User ${name} failed login attempts - Bad credentials`;
  return { note, time, code: 20103, message, actor: '*system', classic: LOGIN };
}

function logIn(note: string, time: string, name: string): Plant {
  return {
    ...{ note, time, code: 20101, actor: name, classic: LOGIN },
    message: `User ${name} logged with session id 7f3a`,
  };
}

/** A line of the Web Console, whose messages name nobody. */
function console(note: string, time: string, code: 50000 | 50001, actor: string): Plant {
  return { note, time, code, message: code === 50000 ? 'Login successful' : 'Login failed', actor, classic: CONSOLE };
}

function byMax(note: string, time: string, code: number, message: string): Plant {
  return { note, time, code, message, actor: 'max', classic: USER };
}

const logIns: Plant[] = [
  failure('nia failed at the Portal 31 days ago', '2026-02-28T23:59:59Z', 'nia'),
  failure('nia failed at the Portal', '2026-03-12T09:00:00Z', 'nia'),
  {
    note: 'nia locked at the Portal',
    time: '2026-03-12T09:05:00Z',
    code: 20104,
    message: 'User Nia is locked',
    actor: 'nia',
    classic: LOGIN,
  },
  logIn('nia in at the Portal', '2026-03-12T09:10:00Z', 'NIA'),
  {
    note: 'nia in with the Finder',
    time: '2026-03-12T09:20:00Z',
    code: 10006,
    message: 'Finder user logged in:[31]',
    actor: 'nia',
    classic: ['Engine-01', 'Communication'],
  },
  // The account of that name at Infinity logs in a minute later: another account.
  failure('rob failed at the Portal', '2026-03-06T14:00:30Z', 'rob@corp.example'),
  console('admin failed at the console 1', '2026-03-12T10:00:00Z', 50001, 'admin'),
  console('admin failed at the console 2', '2026-03-12T10:01:00Z', 50001, 'Admin'),
  console('admin in at the console', '2026-03-12T10:02:00Z', 50000, 'admin'),
  {
    note: 'a failure with the Finder, of whom nobody knows',
    time: '2026-03-12T11:00:00Z',
    code: 20803,
    message: 'Something about a log-in',
    actor: '*system',
    classic: LOGIN,
  },
  logIn('a log-in at the Portal while the export is silent', '2026-03-14T03:00:00Z', 'nia'),
];

const rights: Plant[] = [
  {
    ...byMax('a role at the Portal', '2026-03-12T12:00:00Z', 20206, 'Role Classic auditors is added'),
    found: { [GRANTS]: grant(null, null, 'Classic auditors') },
  },
  {
    ...byMax('a role at the Portal changed', '2026-03-12T12:01:00Z', 20207, 'Role Classic auditors is updated'),
    found: { [GRANTS]: grant(null, null, 'Classic auditors') },
  },
  byMax('a role at the Portal removed', '2026-03-12T12:02:00Z', 20208, 'Role Classic auditors is removed'),
  {
    ...byMax(
      'a profile with two roles',
      '2026-03-12T12:03:00Z',
      20209,
      'Added profile Classic operations roles: Classic auditors, Finder users',
    ),
    found: {
      [GRANTS]: [
        { ...grant('roles', 'Classic auditors', null), in_profile: 'Classic operations', source_system: 'portal' },
        { ...grant('roles', 'Finder users', null), in_profile: 'Classic operations', source_system: 'portal' },
      ],
    },
  },
  byMax('a profile without roles', '2026-03-12T12:04:00Z', 20210, 'Updated profile Classic operations roles: []'),
  byMax('a profile removed', '2026-03-12T12:05:00Z', 20211, 'Removed profile Classic operations'),
  {
    ...byMax('a profile given to three', '2026-03-12T12:06:00Z', 20204, 'Updated profile of 3 users'),
    found: { [GRANTS]: grant(null, null, null) },
  },
];

const rest: Plant[] = [
  {
    note: 'a remote action run with the Finder',
    time: '2026-03-12T13:00:00Z',
    code: 21001,
    message: 'Something was run on a device',
    actor: 'max',
    classic: ['Portal', 'REMOTE_ACTION'],
    found: { 'manual-remote-actions': { actor_name: 'max', remote_action: null, decode_status: 'unmatched' } },
  },
  {
    note: 'one of two things at the console',
    time: '2026-03-12T13:01:00Z',
    code: 52010,
    message: 'Portal admin account reset',
    actor: 'admin',
    classic: APPLIANCE,
    found: { 'ambiguous-or-hostile-text': { code: 52010, decode_detail: 'code_used_twice' } },
  },
  {
    note: 'remote access enabled at night',
    time: '2026-03-20T02:05:00Z',
    code: 51011,
    message: 'Remote access enabled',
    actor: 'admin',
    classic: APPLIANCE,
    found: { [OUTSIDE]: { event_weekday: 5, severity: 'high', what: null } },
  },
  {
    ...byMax('a user made at the Portal at night', '2026-03-20T02:06:00Z', 20201, 'User classic.one is created'),
    found: { [OUTSIDE]: { event_weekday: 5, severity: 'medium', what: 'classic.one' } },
  },
];

export const CLASSIC: readonly Plant[] = [...logIns, ...rights, ...rest];

const once = { instance: 'eu', user_id: null, address: null, failures: 1, followed_by_log_in: 0, different_errors: 1 };
const ofNia = { user_name: 'Nia', what_followed: 'user.login', events: 1 };

export const CLASSIC_ANSWERS: Answers = {
  'failed-log-ins': [
    { ...once, followed_by_log_in: 1 },
    { ...once },
    { ...once, failures: 2, followed_by_log_in: 2, different_errors: 0 },
    { ...once, different_errors: 0 },
  ],
  'locked-accounts': [
    { ...ofNia, relation: 'about it', seconds_after_lock: 300 },
    { ...ofNia, relation: 'done by it', seconds_after_lock: 900 },
  ],
  'unmatched-and-new-shapes': [
    { code: 20803, decode_status: 'unmatched', decode_detail: null, events: 1 },
    { code: 21001, decode_status: 'unmatched', decode_detail: null, events: 1 },
  ],
};
