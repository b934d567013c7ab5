import type { CodeRow } from './audit-code.ts';
import { AUDIT_CODES_PAGE, authentication, ocsf, userManagement } from './mapping.ts';

const common = { family: 'session', objectType: 'user', channel: null, source: AUDIT_CODES_PAGE } as const;

/** 902xx: who came, who left, who was refused. */
export const SESSION: readonly CodeRow[] = [
  {
    ...common,
    code: 90211,
    name: 'user.login',
    meaning: 'User login',
    action: 'login',
    outcome: 'success',
    severity: 'informational',
    templates: [
      {
        id: '90211.B',
        text: 'User logged in, id={user_id:token}, name={user_name:text}, session_id={session_id:token}, ip={ip_address:ip}',
      },
      {
        id: '90211.A',
        text: 'User logged in, id={user_id:token}, name={user_name:text}, session_id={session_id:token}',
      },
    ],
    ocsf: ocsf(3002, 1),
    asim: authentication('Logon'),
  },
  {
    ...common,
    code: 90212,
    name: 'user.logout',
    meaning: 'User logout (only manual logouts are audited)',
    action: 'logout',
    outcome: 'success',
    severity: 'informational',
    templates: [
      {
        id: '90212.A',
        text: 'User logged out, id={user_id:token}, name={user_name:text}, session_id={session_id:token}',
      },
    ],
    ocsf: ocsf(3002, 2),
    asim: authentication('Logoff'),
  },
  {
    ...common,
    code: 90213,
    name: 'user.login_failed',
    meaning: 'User failed login attempt',
    action: 'login',
    outcome: 'failure',
    severity: 'low',
    templates: [
      {
        id: '90213.A',
        text: 'User failed login attempt, id={user_id:token}, name={user_name:text}, error={error:quoted}',
      },
    ],
    ocsf: ocsf(3002, 1),
    asim: authentication('Logon', 'Failure'),
  },
  {
    ...common,
    code: 90214,
    name: 'user.locked',
    meaning: 'User is locked',
    action: 'lock',
    outcome: 'success',
    severity: 'medium',
    templates: [{ id: '90214.A', text: 'User {user_name:text} is locked' }],
    ocsf: ocsf(3001, 9),
    asim: userManagement('UserLocked'),
  },
];
