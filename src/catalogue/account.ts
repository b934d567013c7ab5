import type { CodeRow, TemplateRow } from './audit-code.ts';
import { AUDIT_CODES_PAGE, ocsf, userManagement } from './mapping.ts';

const common = { family: 'account', objectType: 'user', channel: null, source: AUDIT_CODES_PAGE } as const;

function userUpdated(code: number): readonly TemplateRow[] {
  return [
    {
      id: `${code}.B`,
      text: 'Updated user, id={user_id:token}, name={user_name:text}, roles_granted={roles_granted:list}, roles_revoked={roles_revoked:list}[, previous_name={previous_user_name:text}]',
    },
    { id: `${code}.A`, text: 'Updated user, id={user_id:token}, name={user_name:text}' },
  ];
}

/** 9101x and 9107x: accounts, their e-mail addresses, passwords and second factors. */
export const ACCOUNT: readonly CodeRow[] = [
  {
    ...common,
    code: 91011,
    name: 'user.updated',
    meaning: 'User update',
    action: 'update',
    outcome: 'success',
    severity: 'low',
    templates: userUpdated(91011),
    ocsf: ocsf(3001, 'Update'),
    asim: userManagement('UserModified'),
  },
  {
    ...common,
    code: 91012,
    name: 'user.created',
    meaning: 'User creation',
    action: 'create',
    outcome: 'success',
    severity: 'medium',
    templates: [
      {
        id: '91012.B',
        text: 'Created user, id={user_id:token}, name={user_name:text}, roles_granted={roles_granted:list}',
      },
      { id: '91012.A', text: 'Created user, id={user_id:token}, name={user_name:text}' },
    ],
    ocsf: ocsf(3001, 1),
    asim: userManagement('UserCreated'),
  },
  {
    ...common,
    code: 91013,
    name: 'user.deleted',
    meaning: 'User deletion',
    action: 'delete',
    outcome: 'success',
    severity: 'medium',
    templates: [{ id: '91013.A', text: 'Removed user, id={user_id:token}, name={user_name:text}' }],
    ocsf: ocsf(3001, 6),
    asim: userManagement('UserDeleted'),
  },
  {
    ...common,
    code: 91014,
    name: 'user.updated',
    meaning: 'User update (the code of older versions; 91011 today)',
    action: 'update',
    outcome: 'success',
    severity: 'low',
    templates: userUpdated(91014),
    ocsf: ocsf(3001, 'Update'),
    asim: userManagement('UserModified'),
    source: 'https://docs.nexthink.com/platform/latest/audit-trail',
  },
  {
    ...common,
    code: 91071,
    name: 'user.email_changed',
    meaning: 'User email updated',
    action: 'update',
    outcome: 'success',
    severity: 'medium',
    templates: [
      {
        id: '91071.A',
        text: 'Updated user email, id={user_id:token}, name={user_name:quoted}, old_email={old_email:quoted}, new_email={new_email:quoted}',
      },
    ],
    ocsf: ocsf(3001, 'Update'),
    asim: userManagement('UserModified'),
  },
  {
    ...common,
    code: 91072,
    name: 'user.password_reset_requested',
    meaning: 'Password reset requested (recorded as anonymous: nobody is signed in yet)',
    action: 'request',
    outcome: 'requested',
    severity: 'low',
    templates: [{ id: '91072.A', text: 'Password reset requested for user, name={user_name:quoted}' }],
    ocsf: ocsf(3001, 4),
    asim: userManagement('PasswordReset', 'NA'),
  },
  {
    ...common,
    code: 91073,
    name: 'user.password_reset_completed',
    meaning: 'Password reset completed (attributed to the affected account)',
    action: 'complete',
    outcome: 'success',
    severity: 'medium',
    templates: [{ id: '91073.A', text: 'Password reset completed for user, name={user_name:quoted}' }],
    ocsf: ocsf(3001, 4),
    asim: userManagement('PasswordReset'),
  },
  {
    ...common,
    code: 91074,
    name: 'user.mfa_reset_requested',
    meaning: 'MFA reset requested',
    action: 'request',
    outcome: 'requested',
    severity: 'medium',
    templates: [{ id: '91074.A', text: 'MFA reset requested for user, name={user_name:quoted}' }],
    ocsf: ocsf(3001, 'MFA Reset'),
    asim: userManagement('UserModified', 'NA'),
  },
  {
    ...common,
    code: 91075,
    name: 'user.mfa_reset_completed',
    meaning: 'MFA reset completed (attributed to the affected account)',
    action: 'complete',
    outcome: 'success',
    severity: 'medium',
    templates: [{ id: '91075.A', text: 'MFA reset completed for user, name={user_name:quoted}' }],
    ocsf: ocsf(3001, 'MFA Reset'),
    asim: userManagement('UserModified'),
  },
];
