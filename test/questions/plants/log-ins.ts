import { ADMIN, type Answers, failure, logIn, type Plant, person } from '../plant.ts';

const [pat, quinn, rae, sam, tess] = ['pat', 'quinn', 'rae', 'sam', 'tess'].map(person) as [P, P, P, P, P];
const [uma, vic, wes, xena, yuri] = ['uma', 'vic', 'wes', 'xena', 'yuri'].map(person) as [P, P, P, P, P];
const [lea, rob, kim] = [person('lea'), person('rob'), person('kim')];
const [zoe, amy, quoted] = [person('zoe'), person('amy'), { id: 'u-obrien', name: `O'Brien "Bob", Jr.` }];
type P = ReturnType<typeof person>;

const NEW = 'log-ins-from-a-new-address';
const RESET = 'reset-then-new-address';

const failures: Plant[] = [
  { note: 'pat usual', time: '2026-01-15T09:00:00Z', ...logIn(pat, '203.0.113.10') },
  { note: 'pat failed 31 days ago', time: '2026-02-28T23:59:59Z', ...failure(pat) },
  { note: 'pat failed 1', time: '2026-03-05T09:00:00Z', ...failure(pat) },
  { note: 'pat failed 2', time: '2026-03-05T09:01:00Z', ...failure(pat, 'Locked soon') },
  { note: 'pat failed 3', time: '2026-03-05T09:02:00Z', ...failure({ ...pat, name: 'PAT@corp.example' }) },
  { note: 'pat in', time: '2026-03-05T09:05:00Z', ...logIn(pat, '203.0.113.10') },
  { note: 'pat failed at another instance', time: '2026-03-05T09:03:00Z', ...failure(pat), instance: 'us' },
  {
    note: 'guest failed 1',
    time: '2026-03-06T10:00:00Z',
    code: 90213,
    message: 'User failed login attempt, id=, name=Guest@corp.example, error="No such user"',
    actor: '',
  },
  {
    note: 'guest failed 2',
    time: '2026-03-06T10:01:00Z',
    code: 90213,
    message: 'User failed login attempt, id=, name=guest@CORP.example, error="No such user"',
    actor: '',
  },
  { note: 'quinn failed', time: '2026-03-06T10:00:00Z', ...failure(quinn) },
  { note: 'quinn in an hour and a second later', time: '2026-03-06T11:00:01Z', ...logIn(quinn, '203.0.113.20') },
  { note: 'lea usual', time: '2026-02-09T09:00:00Z', ...logIn(lea, '203.0.113.21') },
  { note: 'lea usual, other place', time: '2026-02-10T09:00:00Z', ...logIn(lea, '203.0.113.22') },
  { note: 'lea failed', time: '2026-03-06T12:00:00Z', ...failure(lea) },
  { note: 'lea in after exactly an hour', time: '2026-03-06T13:00:00Z', ...logIn(lea, '203.0.113.22') },
  { note: 'rob usual', time: '2026-02-09T10:00:00Z', ...logIn(rob, '203.0.113.23') },
  { note: 'rob usual, other place', time: '2026-02-10T10:00:00Z', ...logIn(rob, '203.0.113.24') },
  {
    note: 'rob failed, no id stated',
    time: '2026-03-06T14:00:00Z',
    code: 90213,
    message: 'User failed login attempt, id=, name=Rob@CORP.example, error="No such user"',
    actor: '',
  },
  { note: 'rob in', time: '2026-03-06T14:01:00Z', ...logIn(rob, '203.0.113.24') },
  { note: 'rob in from elsewhere', time: '2026-03-06T14:02:00Z', ...logIn(rob, '203.0.113.23') },
  { note: 'a quoted name failed', time: '2026-03-09T10:00:00Z', ...failure(quoted) },
  { note: 'failed after the day asked for', time: '2026-04-01T10:00:00Z', ...failure(pat) },
];

/** A log-in whose message is not quite of the known shape, from an address that is always the same. */
function withoutId(note: string, time: string, name: string): Plant {
  const message = `User logged in, id=, name=${name}, session_id=s-1, ip=203.0.113.41`;
  return { note, time, code: 90211, message, actor: name };
}

const newAddresses: Plant[] = [
  { note: 'quinn usual in January', time: '2026-01-12T09:00:00Z', ...logIn(quinn, '203.0.113.20') },
  {
    note: 'quinn from somewhere new',
    time: '2026-03-09T12:00:00Z',
    ...logIn(quinn, '198.51.100.99'),
    found: { [NEW]: { address: '198.51.100.99', previous_address: '203.0.113.20' } },
  },
  { note: 'quinn there again', time: '2026-03-10T12:00:00Z', ...logIn(quinn, '198.51.100.99') },
  { note: 'rae last there', time: '2025-12-05T09:00:00Z', ...logIn(rae, '203.0.113.30') },
  { note: 'rae elsewhere', time: '2026-01-05T09:00:00Z', ...logIn(rae, '203.0.113.31') },
  {
    note: 'rae back after 90 days and a second',
    time: '2026-03-05T09:00:01Z',
    ...logIn(rae, '203.0.113.30'),
    found: { [NEW]: { address: '203.0.113.30', previous_address: '203.0.113.31' } },
  },
  { note: 'sam last there', time: '2025-12-05T09:00:00Z', ...logIn(sam, '203.0.113.30') },
  { note: 'sam back after 90 days', time: '2026-03-05T09:00:00Z', ...logIn(sam, '203.0.113.30') },
  {
    note: 'tess from an address that is known for others only',
    time: '2026-03-10T09:00:00Z',
    ...logIn(tess, '203.0.113.20'),
    found: { [NEW]: { user_name: 'tess@corp.example', previous_address: null, previous_log_in: null } },
  },
  { note: 'uma usual', time: '2026-02-10T09:00:00Z', ...logIn(uma, '203.0.113.40') },
  {
    note: 'uma under a new name from the same address',
    time: '2026-03-10T09:00:00Z',
    ...logIn({ ...uma, name: 'uma.new@corp.example' }, '203.0.113.40'),
  },
  {
    note: 'another account of the name uma',
    time: '2026-03-11T09:00:00Z',
    ...logIn({ ...uma, id: 'u-uma-2' }, '203.0.113.40'),
    found: { [NEW]: { user_id: 'u-uma-2', previous_address: null } },
  },
  withoutId('una usual, no id stated', '2026-02-10T11:00:00Z', 'una@corp.example'),
  withoutId('una in capitals', '2026-03-10T11:00:00Z', 'UNA@corp.example'),
  {
    ...withoutId('neither id nor name', '2026-03-10T11:01:00Z', ''),
    found: { [NEW]: { user_id: null, previous_log_in: null } },
  },
  {
    ...withoutId('neither id nor name again', '2026-03-10T11:02:00Z', ''),
    found: { [NEW]: { user_id: null, previous_log_in: null } },
  },
  { note: 'vic usual', time: '2026-02-11T09:00:00Z', ...logIn(vic, '2001:db8::1') },
  { note: 'vic, address in capitals', time: '2026-03-11T09:00:00Z', ...logIn(vic, '2001:DB8::1') },
  {
    note: 'vic at another instance',
    time: '2026-03-11T09:10:00Z',
    ...logIn(vic, '2001:db8::1'),
    instance: 'us',
    found: { [NEW]: { instance: 'us', address: '2001:db8::1', previous_address: null } },
  },
  { note: 'vic from a new address 31 days ago', time: '2026-02-28T09:00:00Z', ...logIn(vic, '198.51.100.1') },
  { note: 'vic from a new address tomorrow', time: '2026-04-01T09:00:00Z', ...logIn(vic, '198.51.100.2') },
  {
    note: 'vic, no address stated',
    time: '2026-03-12T09:00:00Z',
    code: 90211,
    message: 'User logged in, id=u-vic, name=vic@corp.example, session_id=s-2',
    actor: vic.name,
  },
];

/** Somebody reset what protects an account. */
function reset(code: 91072 | 91073 | 91075, name: string) {
  const what = { 91072: 'Password reset requested', 91073: 'Password reset completed', 91075: 'MFA reset completed' };
  return { code, message: `${what[code]} for user, name="${name}"`, actor: code === 91072 ? 'anonymous' : name };
}

const resets: Plant[] = [
  { note: 'kim elsewhere', time: '2025-12-11T10:00:00Z', ...logIn(kim, '203.0.113.55') },
  { note: 'kim usual', time: '2026-02-11T10:00:00Z', ...logIn(kim, '203.0.113.56') },
  { note: 'kim usual at another instance', time: '2026-02-12T10:00:00Z', ...logIn(kim, '2001:DB8::5'), instance: 'us' },
  { note: 'kim password reset', time: '2026-03-11T09:00:00Z', ...reset(91073, kim.name) },
  { note: 'kim back after 90 days', time: '2026-03-11T10:00:00Z', ...logIn(kim, '203.0.113.55') },
  {
    note: 'KIM from an address that is known at the other instance',
    time: '2026-03-11T13:00:00Z',
    ...logIn({ ...kim, name: 'KIM@corp.example' }, '2001:db8::5'),
    found: {
      [NEW]: { address: '2001:db8::5', previous_address: '203.0.113.55' },
      [RESET]: { address: '2001:db8::5', previous_address: '203.0.113.55', previous_log_in: '2026-03-11 10:00:00+00' },
    },
  },
  { note: 'kim there again, in other letters', time: '2026-03-11T13:10:00Z', ...logIn(kim, '2001:DB8::5') },
  { note: 'wes usual', time: '2026-02-11T09:00:00Z', ...logIn(wes, '203.0.113.50') },
  { note: 'wes second factor reset', time: '2026-03-11T10:00:00Z', ...reset(91075, 'Wes@CORP.example') },
  {
    note: 'wes from a new address a day later',
    time: '2026-03-12T10:00:00Z',
    ...logIn(wes, '198.51.100.50'),
    found: {
      [NEW]: { address: '198.51.100.50', previous_address: '203.0.113.50' },
      [RESET]: {
        reset_kind: 'user.mfa_reset_completed',
        seconds_after_reset: 86_400,
        previous_address: '203.0.113.50',
      },
    },
  },
  { note: 'xena usual', time: '2026-02-11T09:00:00Z', ...logIn(xena, '203.0.113.51') },
  { note: 'xena password reset', time: '2026-03-11T11:00:00Z', ...reset(91073, xena.name) },
  { note: 'xena from the usual address', time: '2026-03-11T11:05:00Z', ...logIn(xena, '203.0.113.51') },
  { note: 'yuri password reset', time: '2026-03-11T12:00:00Z', ...reset(91073, yuri.name) },
  {
    note: 'yuri from a new address a day and a second later',
    time: '2026-03-12T12:00:01Z',
    ...logIn(yuri, '198.51.100.52'),
    found: { [NEW]: { address: '198.51.100.52' } },
  },
  { note: 'zoe password reset requested only', time: '2026-03-13T09:00:00Z', ...reset(91072, zoe.name) },
  {
    note: 'zoe from a new address',
    time: '2026-03-13T09:30:00Z',
    ...logIn(zoe, '198.51.100.53'),
    found: { [NEW]: { address: '198.51.100.53' } },
  },
  { note: 'zoe password reset after the log-in', time: '2026-03-13T09:31:00Z', ...reset(91073, zoe.name) },
  { note: 'amy password reset', time: '2026-03-13T13:00:00Z', ...reset(91073, amy.name) },
  { note: 'amy second factor reset', time: '2026-03-13T13:10:00Z', ...reset(91075, amy.name) },
  {
    note: 'amy from a new address after both',
    time: '2026-03-13T13:30:00Z',
    ...logIn(amy, '198.51.100.54'),
    found: {
      [NEW]: { address: '198.51.100.54' },
      [RESET]: [
        { reset_kind: 'user.password_reset_completed', seconds_after_reset: 1800, previous_address: null },
        { reset_kind: 'user.mfa_reset_completed', seconds_after_reset: 1200, previous_address: null },
      ],
    },
  },
];

const [ben, cat, dot] = [person('ben'), person('cat'), person('dot')];

function lock(name: string) {
  return { code: 90214, message: `User ${name} is locked`, actor: 'system' };
}

const locks: Plant[] = [
  { note: 'ben usual', time: '2026-02-16T10:00:00Z', ...logIn(ben, '203.0.113.60') },
  { note: 'ben locked in February', time: '2026-02-17T10:00:00Z', ...lock(ben.name) },
  { note: 'ben failed before the lock', time: '2026-03-16T09:59:00Z', ...failure(ben) },
  { note: 'ben locked', time: '2026-03-16T10:00:00Z', ...lock(ben.name) },
  { note: 'ben failed after the lock', time: '2026-03-16T10:05:00Z', ...failure({ ...ben, name: 'Ben@corp.example' }) },
  { note: 'ben password reset', time: '2026-03-16T10:20:00Z', ...reset(91073, ben.name) },
  { note: 'ben in again', time: '2026-03-16T10:30:00Z', ...logIn(ben, '203.0.113.60') },
  {
    note: 'ben edits a dashboard',
    time: '2026-03-16T11:00:00Z',
    code: 92041,
    message: 'Updated dashboard, ID=d-ben, name=Mine',
    actor: 'BEN@corp.example',
  },
  {
    note: 'ben edits it once more',
    time: '2026-03-16T11:01:00Z',
    code: 92041,
    message: 'Updated dashboard, ID=d-ben, name=Mine',
    actor: ben.name,
  },
  {
    note: 'another instance has a ben',
    time: '2026-03-16T11:30:00Z',
    code: 91013,
    message: 'Removed user, id=u-ben, name=ben@corp.example',
    actor: ADMIN,
    instance: 'us',
  },
  {
    note: 'ben changed his own account, in other letters',
    time: '2026-03-17T10:00:00Z',
    code: 91011,
    message: 'Updated user, id=u-ben, name=Ben@CORP.example',
    actor: 'BEN@corp.example',
  },
  { note: 'cat locked', time: '2026-03-17T10:00:00Z', ...lock(cat.name) },
  { note: 'dot usual', time: '2026-02-18T09:00:00Z', ...logIn(dot, '203.0.113.61') },
  { note: 'dot locked', time: '2026-03-19T09:00:00Z', ...lock(dot.name) },
  { note: 'another instance has a dot', time: '2026-03-19T09:05:00Z', ...lock(dot.name), instance: 'us' },
  { note: 'dot failed', time: '2026-03-19T09:10:00Z', ...failure(dot) },
  { note: 'dot locked again', time: '2026-03-19T09:20:00Z', ...lock(dot.name) },
  { note: 'dot failed at that instant', time: '2026-03-19T09:20:00Z', ...failure(dot) },
  { note: 'dot failed while another log-in succeeds', time: '2026-03-19T09:30:00Z', ...failure(dot) },
  { note: 'dot in', time: '2026-03-19T09:30:00Z', ...logIn(dot, '203.0.113.61') },
  { note: 'cat failed a day and a second after the lock', time: '2026-03-18T10:00:01Z', ...failure(cat) },
];

export const LOG_INS: readonly Plant[] = [...failures, ...newAddresses, ...resets, ...locks];

const nothing = { relation: null, what_followed: null, seconds_after_lock: null, events: 0 };
const once = { instance: 'eu', failures: 1, followed_by_log_in: 0, address: null };

export const LOG_IN_ANSWERS: Answers = {
  'failed-log-ins': [
    {
      instance: 'eu',
      user_id: 'u-pat',
      address: '203.0.113.10',
      failures: 3,
      followed_by_log_in: 3,
      different_errors: 2,
    },
    { ...once, user_id: null, failures: 2, different_errors: 1 },
    { ...once, user_id: 'u-pat', instance: 'us', different_errors: 1 },
    { ...once, user_id: 'u-quinn', different_errors: 1 },
    { ...once, user_id: 'u-lea', address: '203.0.113.22', followed_by_log_in: 1, different_errors: 1 },
    { ...once, user_id: null, address: '203.0.113.24', followed_by_log_in: 1, different_errors: 1 },
    { ...once, user_id: 'u-obrien', different_errors: 1 },
    { ...once, user_id: 'u-ben', address: '203.0.113.60', failures: 2, followed_by_log_in: 2, different_errors: 1 },
    { ...once, user_id: 'u-dot', address: '203.0.113.61', failures: 3, followed_by_log_in: 3, different_errors: 1 },
    { ...once, user_id: 'u-cat', different_errors: 1 },
  ],
  'locked-accounts': [
    followed(ben.name, 'about it', 'user.login_failed', 300, 1),
    followed(ben.name, 'about it', 'user.password_reset_completed', 1200, 1),
    followed(ben.name, 'about it', 'user.login', 1800, 1),
    followed(ben.name, 'done by it', 'dashboard.updated', 3600, 2),
    followed(ben.name, 'about it', 'user.updated', 86_400, 1),
    // Until the next lock; what comes then followed that one.
    followed(dot.name, 'about it', 'user.login_failed', 600, 1),
    followed(dot.name, 'about it', 'user.locked', 1200, 1),
    followed(dot.name, 'about it', 'user.login_failed', 0, 2),
    followed(dot.name, 'about it', 'user.login', 600, 1),
    { ...nothing, user_name: dot.name },
    { ...nothing, user_name: cat.name },
  ],
};

function followed(name: string, relation: string, what: string, seconds: number, events: number) {
  return { user_name: name, relation, what_followed: what, seconds_after_lock: seconds, events };
}
