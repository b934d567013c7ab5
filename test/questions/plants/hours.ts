import { ADMIN, type Answers, type Plant, run } from '../plant.ts';

const OUTSIDE = 'changes-outside-office-hours';

function roleRemoved(note: string, time: string): Plant {
  return { note, time, code: 91023, message: 'Removed role, id=r-9, name=Temporary', actor: ADMIN };
}

function outside(weekday: number, severity: string | null, what: string | null) {
  return { [OUTSIDE]: { event_weekday: weekday, severity, what } };
}

export const HOURS: readonly Plant[] = [
  {
    note: 'something a second before nothing came for six hours',
    time: '2026-03-21T05:59:59Z',
    code: 92041,
    message: 'Updated dashboard, ID=d-9, name=Weekend',
    actor: ADMIN,
  },
  {
    ...roleRemoved('a role removed on Saturday', '2026-03-07T10:00:00Z'),
    found: outside(6, 'medium', 'Temporary'),
  },
  {
    ...roleRemoved('a role removed before seven', '2026-03-19T06:59:59Z'),
    found: outside(4, 'medium', 'Temporary'),
  },
  roleRemoved('a role removed at seven', '2026-03-19T07:00:00Z'),
  roleRemoved('a role removed before nineteen', '2026-03-19T18:59:59Z'),
  {
    ...roleRemoved('a role removed at nineteen', '2026-03-19T19:00:00Z'),
    found: outside(4, 'medium', 'Temporary'),
  },
  {
    note: 'a campaign changed on Sunday',
    time: '2026-03-08T23:59:59Z',
    code: 92031,
    message: 'Updated campaign, ID=#poll, name=Poll',
    actor: ADMIN,
    found: outside(7, 'low', 'Poll'),
  },
  {
    note: 'a change with an unknown code at night',
    time: '2026-03-20T02:00:00Z',
    code: 92992,
    message: 'Created thing, ID=z-2',
    actor: ADMIN,
    found: outside(5, null, null),
  },
  { note: 'a run at night', time: '2026-03-20T02:01:00Z', ...run(93011, 1, ['dev-1']), actor: 'api-client' },
  {
    note: 'a dashboard at night',
    time: '2026-03-20T02:02:00Z',
    code: 92041,
    message: 'Updated dashboard, ID=d-9, name=Night shift',
    actor: ADMIN,
  },
  {
    note: 'access taken away at night',
    time: '2026-03-20T03:00:00Z',
    code: 91183,
    message: 'Revoked access to content, ID=c-9, name=Plans, role_id=r-9, role_name=Temporary',
    actor: ADMIN,
    found: outside(5, 'low', 'Plans'),
  },
  {
    note: 'a deletion scheduled at night',
    time: '2026-03-20T03:01:00Z',
    code: 94301,
    message: '1 device(s) scheduled successfully for deletion with the following device name(s): PC-9',
    actor: ADMIN,
    found: { ...outside(5, 'medium', null), 'deletions-scheduled': { scheduled_for_deletion: 'PC-9' } },
  },
  {
    note: 'support let in at night',
    time: '2026-03-20T03:02:00Z',
    code: 91041,
    message:
      'Nexthink access granted, grantee="v9@nexthink.example", expiration="2026-03-21", main_role="", additional_roles=[]',
    actor: ADMIN,
    found: {
      ...outside(5, 'high', 'v9@nexthink.example'),
      'vendor-access': { what_became: 'expired' },
    },
  },
  // The clocks of Berlin are set forward on 29 March.
  roleRemoved('a role removed in winter time', '2026-03-27T17:30:00Z'),
  roleRemoved('a role removed in summer time', '2026-03-30T17:30:00Z'),
  {
    ...roleRemoved('a role removed on a winter morning', '2026-03-27T06:30:00Z'),
    found: outside(5, 'medium', 'Temporary'),
  },
  {
    ...roleRemoved('a role removed on a summer morning', '2026-03-30T06:30:00Z'),
    found: outside(1, 'medium', 'Temporary'),
  },
  roleRemoved('a role removed on a Saturday 31 days ago', '2026-02-28T10:00:00Z'),
];

export const GAP_ANSWERS: Answers = {
  'gaps-in-the-export': [
    // What came before the 35 days came by hand, days before the automation began.
    { instance: 'us', gap_begins: '2026-02-14 09:00:00+00', gap_ends: '2026-02-24 00:00:00+00', whole_hours: 231 },
    { instance: 'eu', gap_begins: '2026-02-20 09:00:00+00', gap_ends: '2026-02-24 00:00:00+00', whole_hours: 87 },
    { instance: 'lab', gap_begins: '2026-02-03 10:00:00+00', gap_ends: '2026-02-24 12:00:00+00', whole_hours: 506 },
    { instance: 'old', gap_begins: '2026-03-29 12:00:00+00', gap_ends: null, whole_hours: null },
    { instance: 'us', gap_begins: '2026-03-18 06:00:00+00', gap_ends: '2026-03-18 21:00:00+00', whole_hours: 15 },
    { instance: 'eu', gap_begins: '2026-03-14 00:00:00+00', gap_ends: '2026-03-14 06:00:00+00', whole_hours: 6 },
  ],
};
