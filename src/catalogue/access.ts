import type { CodeRow } from './audit-code.ts';
import { AUDIT_CODES_PAGE, auditEvent, entity, ocsf, userManagement } from './mapping.ts';

const common = {
  family: 'access',
  channel: null,
  outcome: 'success',
  severity: 'medium',
  source: AUDIT_CODES_PAGE,
} as const;
const role = { ...common, objectType: 'role' } as const;
const credentials = { ...common, objectType: 'api_credential' } as const;
const support = { ...common, objectType: 'support_access' } as const;
const group = { ...common, objectType: 'sso_group' } as const;
const content = { ...common, objectType: 'content_access', severity: 'low' } as const;

const ROLE_VIEW =
  '[, data_privacy_visibility={data_privacy_visibility:quoted}][, data_model_visibility={data_model_visibility:quoted}][, view_domain={view_domain:quoted}]';
const SUPPORT =
  'grantee={grantee:quoted}, expiration={expiration:quoted}, main_role={main_role:quoted}, additional_roles={additional_roles:list}';
/** The documentation prints the key as `group_` and leaves the equals sign out. */
const GROUP = '<group_|group|group_name>?={group_name:quoted}';
const CONTENT = 'ID={object_id:token}, name={object_name:text}, role_id={role_id:token}, role_name={role_name:text}';

/** The rest of 91xxx: roles, credentials, support access, single sign-on, sharing of content. */
export const ACCESS: readonly CodeRow[] = [
  {
    ...role,
    code: 91021,
    name: 'role.updated',
    meaning: 'Role update',
    action: 'update',
    templates: [
      {
        id: '91021.B',
        text: `Updated role, id={role_id:token}, name={role_name:quoted}, permissions_granted={permissions_granted:list}, permissions_revoked={permissions_revoked:list}${ROLE_VIEW}`,
      },
      { id: '91021.A', text: 'Updated role, id={role_id:token}, name={role_name:quoted}' },
    ],
    ocsf: entity('update', 'Role'),
    asim: auditEvent('Set', 'Policy Rule'),
  },
  {
    ...role,
    code: 91022,
    name: 'role.created',
    meaning: 'Role creation',
    action: 'create',
    templates: [
      {
        id: '91022.B',
        text: `Added role, id={role_id:token}, name={role_name:quoted}, permissions_granted={permissions_granted:list}${ROLE_VIEW}`,
      },
      { id: '91022.A', text: 'Added role, id={role_id:token}, name={role_name:quoted}' },
    ],
    ocsf: entity('create', 'Role'),
    asim: auditEvent('Create', 'Policy Rule'),
  },
  {
    ...role,
    code: 91023,
    name: 'role.deleted',
    meaning: 'Role deletion',
    action: 'delete',
    templates: [{ id: '91023.A', text: 'Removed role, id={role_id:token}, name={role_name:text}' }],
    ocsf: entity('delete', 'Role'),
    asim: auditEvent('Delete', 'Policy Rule'),
  },
  {
    ...credentials,
    code: 91031,
    name: 'api_credentials.updated',
    meaning: 'API credentials update',
    action: 'update',
    templates: [{ id: '91031.A', text: 'Updated API credentials, id={object_id:token}, name={object_name:text}' }],
    ocsf: entity('update', 'API Credential'),
    asim: auditEvent('Set'),
  },
  {
    ...credentials,
    code: 91032,
    name: 'api_credentials.created',
    meaning: 'API credentials creation',
    action: 'create',
    templates: [{ id: '91032.A', text: 'Added API credentials, id={object_id:token}, name={object_name:text}' }],
    ocsf: entity('create', 'API Credential'),
    asim: auditEvent('Create'),
  },
  {
    ...credentials,
    code: 91033,
    name: 'api_credentials.deleted',
    meaning: 'API credentials deletion',
    action: 'delete',
    templates: [{ id: '91033.A', text: 'Removed API credentials, id={object_id:token}, name={object_name:text}' }],
    ocsf: entity('delete', 'API Credential'),
    asim: auditEvent('Delete'),
  },
  {
    ...support,
    code: 91041,
    name: 'support_access.granted',
    meaning: 'Support access granted',
    action: 'grant',
    severity: 'high',
    templates: [{ id: '91041.A', text: `Nexthink access granted, ${SUPPORT}` }],
    ocsf: ocsf(3005, 1),
    asim: auditEvent('Create'),
  },
  {
    ...support,
    code: 91042,
    name: 'support_access.updated',
    meaning: 'Support access updated',
    action: 'update',
    templates: [{ id: '91042.A', text: `Nexthink access updated, ${SUPPORT}` }],
    ocsf: ocsf(3005, 'Update'),
    asim: auditEvent('Set'),
  },
  {
    ...support,
    code: 91043,
    name: 'support_access.revoked',
    meaning: 'Support access revoked',
    action: 'revoke',
    templates: [{ id: '91043.A', text: 'Nexthink access revoked, grantee={grantee:quoted}' }],
    ocsf: ocsf(3005, 2),
    asim: auditEvent('Delete'),
  },
  {
    ...common,
    code: 91051,
    name: 'sso.configuration_updated',
    meaning: 'SSO configuration update',
    action: 'update',
    objectType: 'sso_configuration',
    severity: 'high',
    templates: [{ id: '91051.A', text: 'SSO Configuration update' }],
    ocsf: entity('update', 'SSO Configuration'),
    asim: auditEvent('Set', 'Configuration Atom'),
  },
  {
    ...group,
    code: 91061,
    name: 'sso_group.updated',
    meaning: 'Updated account provisioning SSO group',
    action: 'update',
    templates: [
      {
        id: '91061.A',
        text: `Updated account provisioning SSO group, ${GROUP}, roles_assigned?={roles_granted:list}, roles_revoked?={roles_revoked:list}, rank_change?={rank_change:quoted}`,
      },
    ],
    ocsf: ocsf(3006, 'Update'),
    asim: userManagement('GroupModified'),
  },
  {
    ...group,
    code: 91062,
    name: 'sso_group.created',
    meaning: 'Added account provisioning SSO group',
    action: 'create',
    templates: [
      {
        id: '91062.A',
        text: `Added account provisioning SSO group, ${GROUP}, roles_assigned?={roles_granted:list}, rank?={rank:quoted}`,
      },
    ],
    ocsf: ocsf(3006, 6),
    asim: userManagement('GroupCreated'),
  },
  {
    ...group,
    code: 91063,
    name: 'sso_group.deleted',
    meaning: 'Deleted account provisioning SSO group',
    action: 'delete',
    templates: [{ id: '91063.A', text: `Deleted account provisioning SSO group, ${GROUP}` }],
    ocsf: ocsf(3006, 5),
    asim: userManagement('GroupDeleted'),
  },
  {
    ...content,
    code: 91181,
    name: 'content_access.granted',
    meaning: 'Access granted',
    action: 'grant',
    templates: [{ id: '91181.A', text: `Granted access to content, ${CONTENT}, permission={permission:phrase}` }],
    ocsf: ocsf(6001, 8),
    asim: auditEvent('Set'),
  },
  {
    ...content,
    code: 91182,
    name: 'content_access.updated',
    meaning: 'Access update',
    action: 'update',
    templates: [{ id: '91182.A', text: `Updated access to content, ${CONTENT}, permission={permission:phrase}` }],
    ocsf: ocsf(6001, 3),
    asim: auditEvent('Set'),
  },
  {
    ...content,
    code: 91183,
    name: 'content_access.revoked',
    meaning: 'Access revoke',
    action: 'revoke',
    templates: [{ id: '91183.A', text: `Revoked access to content, ${CONTENT}` }],
    ocsf: ocsf(6001, 'Unshare'),
    asim: auditEvent('Set'),
  },
];
