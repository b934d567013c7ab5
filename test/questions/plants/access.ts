import { ADMIN, GRANTS, grant, type Plant } from '../plant.ts';

const SSO = 'sso-and-provisioning-changes';

/** Nexthink's support was given access, or other access. */
function access(verb: 'granted' | 'updated', grantee: string, expiration: string, more = '') {
  const roles = `main_role="Support", additional_roles=[${more}]`;
  const message = `Nexthink access ${verb}, grantee="${grantee}", expiration="${expiration}", ${roles}`;
  return { code: verb === 'granted' ? 91041 : 91042, message, actor: ADMIN };
}

function revoked(grantee: string) {
  return { code: 91043, message: `Nexthink access revoked, grantee="${grantee}"`, actor: ADMIN };
}

const VENDOR = 'vendor-access';
const support = (grantee: string) => grant('main_role', 'Support', grantee);

const vendors: Plant[] = [
  {
    note: 'v1 granted',
    time: '2026-03-02T09:00:00Z',
    ...access('granted', 'v1@nexthink.example', '2026-04-30T00:00:00Z', 'Auditor'),
    found: {
      [VENDOR]: { what_became: 'revoked', expires_on: '2026-04-30', step: 'granted' },
      [GRANTS]: [grant('additional_roles', 'Auditor', 'v1@nexthink.example'), support('v1@nexthink.example')],
    },
  },
  { note: 'v1 revoked, in capitals', time: '2026-03-04T09:00:00Z', ...revoked('V1@nexthink.example') },
  {
    note: 'v1 granted again',
    time: '2026-03-30T09:00:00Z',
    ...access('granted', 'v1@nexthink.example', '2026-04-02'),
    found: { [VENDOR]: { what_became: 'open', ended_at: null }, [GRANTS]: support('v1@nexthink.example') },
  },
  { note: 'v1 revoked tomorrow', time: '2026-04-01T09:00:00Z', ...revoked('v1@nexthink.example') },
  {
    note: 'v2 granted until yesterday',
    time: '2026-02-10T09:00:00Z',
    ...access('granted', 'v2@nexthink.example', '2026-03-30T23:59:59Z'),
    found: { [VENDOR]: { what_became: 'expired' } },
  },
  {
    note: 'v3 granted until this morning',
    time: '2026-02-10T09:01:00Z',
    ...access('granted', 'v3@nexthink.example', '2026-03-31T06:00:00Z'),
    found: { [VENDOR]: { what_became: 'open' } },
  },
  {
    note: 'v4 granted until nobody can tell',
    time: '2026-02-10T09:02:00Z',
    ...access('granted', 'v4@nexthink.example', '31/03/2026 06:00'),
    found: { [VENDOR]: { what_became: 'open, end not readable', expires_on: null } },
  },
  {
    note: 'v4 granted until a day that is none',
    time: '2026-02-10T09:03:00Z',
    ...access('granted', 'v4@nexthink.example', '2026-13-41'),
    found: { [VENDOR]: { what_became: 'open, end not readable', expires_on: null } },
  },
  {
    note: 'v5 granted',
    time: '2026-02-20T09:00:00Z',
    ...access('granted', 'v5@nexthink.example', '2026-02-25'),
    found: { [VENDOR]: { what_became: 'changed', ended_at: '2026-02-24 09:00:00+00' } },
  },
  {
    note: 'v5 prolonged',
    time: '2026-02-24T09:00:00Z',
    ...access('updated', 'v5@nexthink.example', '2026-04-30'),
    found: { [VENDOR]: { what_became: 'open', step: 'changed', expires_on: '2026-04-30' } },
  },
  {
    note: 'v5 revoked at another instance',
    time: '2026-03-05T09:00:00Z',
    ...revoked('v5@nexthink.example'),
    instance: 'us',
  },
  {
    note: 'v7 granted',
    time: '2026-02-11T09:00:00Z',
    ...access('granted', 'v7@nexthink.example', '2026-02-25'),
    found: { [VENDOR]: { what_became: 'changed', ended_at: '2026-02-12 09:00:00+00' } },
  },
  {
    note: 'v7 prolonged',
    time: '2026-02-12T09:00:00Z',
    ...access('updated', 'v7@nexthink.example', '2026-04-30'),
    found: { [VENDOR]: { what_became: 'changed', ended_at: '2026-03-12 09:00:00+00' } },
  },
  {
    note: 'v7 prolonged again, no role stated',
    time: '2026-03-12T09:00:00Z',
    code: 91042,
    message:
      'Nexthink access updated, grantee="v7@nexthink.example", expiration="2026-05-30", main_role="", additional_roles="Auditor"',
    actor: ADMIN,
    found: {
      [VENDOR]: { what_became: 'revoked', ended_at: '2026-03-13 09:00:00+00', main_role: '' },
      [GRANTS]: grant('additional_roles', 'Auditor', 'v7@nexthink.example'),
    },
  },
  { note: 'v7 revoked', time: '2026-03-13T09:00:00Z', ...revoked('v7@nexthink.example') },
  { note: 'v7 revoked once more', time: '2026-03-16T09:00:00Z', ...revoked('v7@nexthink.example') },
  {
    note: 'v8 granted',
    time: '2026-02-13T09:00:00Z',
    ...access('granted', 'v8@nexthink.example', '2026-04-30'),
    found: { [VENDOR]: { what_became: 'open', ended_at: null } },
  },
  {
    note: 'v8 prolonged at another instance',
    time: '2026-02-14T09:00:00Z',
    ...access('updated', 'v8@nexthink.example', '2026-06-30'),
    instance: 'us',
    found: { [VENDOR]: { what_became: 'open', instance: 'us' } },
  },
  {
    note: 'v6 granted more than two years ago',
    time: '2024-03-30T09:00:00Z',
    ...access('granted', 'v6@nexthink.example', '2030-01-01'),
    found: { [VENDOR]: { what_became: 'open' } },
  },
];

function group(code: 91061 | 91062 | 91063, rest: string) {
  const verb = { 91061: 'Updated', 91062: 'Added', 91063: 'Deleted' }[code];
  const message = `${verb} account provisioning SSO group, group_name="SG-Admins"${rest}`;
  return { code, message, actor: ADMIN };
}

const singleSignOn: Plant[] = [
  {
    note: 'sign-on reconfigured 90 days ago',
    time: '2025-12-31T09:00:00Z',
    code: 91051,
    message: 'SSO Configuration update',
    actor: ADMIN,
    found: { [SSO]: { event_name: 'sso.configuration_updated', group_name: null, role_change: null } },
  },
  {
    note: 'sign-on reconfigured 91 days ago',
    time: '2025-12-30T09:00:00Z',
    code: 91051,
    message: 'SSO Configuration update',
    actor: ADMIN,
  },
  {
    note: 'a group added',
    time: '2026-02-02T09:00:00Z',
    ...group(91062, ', roles_assigned="Viewer", rank="2"'),
    found: { [SSO]: { role_change: 'granted', role_name: 'Viewer', group_rank: '2' } },
  },
  {
    note: 'another group added',
    time: '2026-03-02T09:30:00Z',
    ...group(91062, ', roles_assigned="Editor", rank="3"'),
    found: {
      [SSO]: { role_change: 'granted', role_name: 'Editor', group_rank: '3' },
      [GRANTS]: grant('roles_granted', 'Editor', 'SG-Admins'),
    },
  },
  {
    note: 'a group changed',
    time: '2026-03-03T09:00:00Z',
    ...group(91061, ', roles_assigned="Administrator,Editor", roles_revoked="Viewer", rank_change="1"'),
    found: {
      [SSO]: [
        { role_change: 'granted', role_name: 'Administrator', group_rank: '1' },
        { role_change: 'granted', role_name: 'Editor', group_rank: '1' },
        { role_change: 'revoked', role_name: 'Viewer', group_rank: '1' },
      ],
      [GRANTS]: [grant('roles_granted', 'Administrator', 'SG-Admins'), grant('roles_granted', 'Editor', 'SG-Admins')],
    },
  },
  {
    note: 'a group deleted',
    time: '2026-03-03T09:10:00Z',
    ...group(91063, ''),
    found: { [SSO]: { event_name: 'sso_group.deleted', role_change: null, role_name: null } },
  },
];

export const ACCESS: readonly Plant[] = [...vendors, ...singleSignOn];
