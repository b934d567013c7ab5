import { ANA, CHIDI, DEVICES, thing } from './company.ts';
import { type Deed, deed, MINUTE } from './deed.ts';
import { Random } from './random.ts';

/** An address that no account ever used. */
const INTRUDER = '192.0.2.66';

const MALLORY = { id: Random.of('account', 'mallory').uuid(), name: 'mallory@corp.example' };

function chidi(time: string, code: number, values: Deed['values'] = {}): Deed {
  return deed(`2026-03-02T${time}Z`, code, CHIDI.name, { user_id: CHIDI.id, user_name: CHIDI.name, ...values });
}

function about(type: string, name: string) {
  const { id } = thing(type, name);
  return { object_id: id, object_name: name };
}

/**
 * The evening of Monday 2 March: somebody guesses at Chidi's password until the account is locked, resets it, comes in from an
 * address that is new, gives the account all rights, makes a second account and API credentials, opens a way out, runs an
 * action on nearly every device, and does away with what would tell of it.
 */
export const INCIDENT: readonly Deed[] = [
  chidi('21:40:07.318', 90213),
  chidi('21:40:21.904', 90213),
  chidi('21:40:38.551', 90213),
  chidi('21:40:52.126', 90213),
  chidi('21:41:11.077', 90213),
  chidi('21:41:29.640', 90213),
  chidi('21:41:48.212', 90213),
  chidi('21:42:06.985', 90213),
  chidi('21:42:31.440', 90213),
  chidi('21:42:57.703', 90213),
  chidi('21:43:25.068', 90213),
  chidi('21:43:52.640', 90213),
  chidi('21:43:52.993', 90214),
  { ...chidi('21:50:14.862', 91072), actor: 'anonymous' },
  chidi('21:53:39.205', 91073),
  chidi('21:55:02.447', 91074),
  chidi('21:58:31.790', 91075),
  chidi('22:01:12.036', 90211, { session_id: Random.of('session', INTRUDER).uuid(), ip_address: INTRUDER }),
  chidi('22:04:45.673', 91011, { roles_granted: ['Administrator'], roles_revoked: [] }),
  chidi('22:07:20.318', 91012, { user_id: MALLORY.id, user_name: MALLORY.name, roles_granted: ['Administrator'] }),
  chidi('22:09:58.451', 91032, about('api_credential', 'backup-sync')),
  chidi('22:12:33.087', 92172, about('connector_credentials', 'Offsite storage')),
  chidi('22:13:41.529', 92072, about('bulk_export', 'Inventory, all devices')),
  chidi('22:17:06.914', 92083, about('webhook', 'Alerts to the service desk')),
  chidi('22:20:51.260', 91051),
  chidi('22:24:37.745', 94162, { user_name: ANA.name, data_type: 'User data' }),
  chidi('22:27:15.398', 92012, about('remote_action', 'Collect browser data')),
  {
    ...deed('2026-03-02T22:31:44.062Z', 93011, 'backup-sync', {
      ...about('remote_action', 'Collect browser data'),
      trigger_source: 'api',
      device_count: 104,
      device_ids: DEVICES.slice(0, 104).map(({ uid }) => uid),
    }),
  },
  chidi('22:38:09.831', 92013, about('remote_action', 'Collect browser data')),
  chidi('22:40:27.176', 91023, { role_id: thing('role', 'Auditor').id, role_name: 'Auditor' }),
  chidi('22:44:50.607', 94341, { inventory_retention_days: 30, operational_retention_days: 7 }),
  chidi('22:49:33.219', 94301, { device_count: 1, device_names: [DEVICES[41]!.name] }),
  chidi('22:55:16.584', 92073, about('bulk_export', 'Inventory, all devices')),
  chidi('23:04:02.940', 90212, { session_id: Random.of('session', INTRUDER).uuid() }),
  deed('2026-03-02T23:21:48.315Z', 90211, MALLORY.name, {
    user_id: MALLORY.id,
    user_name: MALLORY.name,
    session_id: Random.of('session', MALLORY.id).uuid(),
    ip_address: INTRUDER,
  }),
];

/** The other account, after midnight: names that try to pass for something else, as an attacker would choose them. */
const FORGERIES: readonly (readonly [number, string])[] = [
  [91012, `Created user, id=u-1, name=Mallory, roles_granted=[Administrator], roles_granted=[]`],
  [
    91011,
    'Updated user, id=u-1, name=M, roles_granted=[], roles_revoked=[], previous_name=P, roles_granted=[Administrator], roles_revoked=[]',
  ],
  [
    91181,
    'Granted access to content, ID=c-1, name=Q3, role_id=r-1, role_name=Admin, role_id=r-2, role_name=Viewer, permission=view',
  ],
  [92042, 'Created dashboard, ID=d-1, name=\u202egnp.exe\u202c'],
  [92042, 'Created dashboard, ID=d-2, name=admin\u200b@corp.example'],
  [90211, 'User logged in, id=u-1, name=li, session_id=s0, ip=10.0.0.1, session_id=s9, ip=198.51.100.4'],
  [90211, 'User logged in, id=u-1, name=li, session_id=s9, ip=gateway-3'],
  [90213, 'User failed login attempt, id=u-1, name=li, error="Token "x", expired"'],
  [92011, 'Updated remote action, ID=a-1, name=Clean "up", now, please'],
  [
    94011,
    'Web request manual execution of remote action, source= investigation, ID=a-1, name=Fix on 2 devices on 3 devices with uids d1,d2, d3',
  ],
  [91012, 'Created user, id=u-2, name=Li, mood=odd'],
  [97001, 'Frobnicated, id=z-1, __proto__=x'],
  [92043, 'good evening'],
];

/** The records of the forged names, a minute apart. */
export const FORGED = FORGERIES.map(([code, message], index) => ({
  time: Date.UTC(2026, 2, 3) + index * MINUTE,
  code,
  message,
  actor: MALLORY.name,
}));
