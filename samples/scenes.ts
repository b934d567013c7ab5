import {
  ANA,
  BO,
  DANA,
  DEVICES,
  EMPLOYEES,
  EVA,
  GITA,
  HUGO,
  INES,
  ITSM_SYNC,
  PATCH_RUNNER,
  RENAMED,
  STAFF,
  thing,
} from './company.ts';
import { type Deed, deed } from './deed.ts';

const GRANTEE = 'support@vendor.example';

function role(name: string) {
  const { id } = thing('role', name);
  return { role_id: id, role_name: name };
}

function credentials(name: string) {
  const { id } = thing('api_credential', name);
  return { object_id: id, object_name: name };
}

function about({ id, name }: { readonly id: string; readonly name: string }) {
  return { user_id: id, user_name: name };
}

function shared(name: string, roleName: string) {
  const { id } = thing('dashboard', name);
  return { object_id: id, object_name: name, ...role(roleName) };
}

function accounts(): Deed[] {
  return [...STAFF.filter((who) => who !== ANA), INES].map((who, index) =>
    deed(`2025-11-24T10:${20 + index}:31.482Z`, 91012, ANA.name, {
      user_id: who.id,
      user_name: who.formerName ?? who.name,
      roles_granted: [],
    }),
  );
}

/** The platform is set up: single sign-on, roles, accounts, credentials, retention; the vendor's support helps. */
const SET_UP: readonly Deed[] = [
  deed('2025-11-24T08:02:11.204Z', 90211, ANA.name, { ...about(ANA), ip_address: ANA.office }),
  deed('2025-11-24T08:41:50.117Z', 91051, ANA.name),
  deed('2025-11-24T08:55:03.640Z', 91062, ANA.name, {
    group_name: 'SG-Service-desk',
    roles_granted: ['Service desk L1'],
    rank: '2',
  }),
  deed('2025-11-24T08:58:47.093Z', 91062, ANA.name, {
    group_name: 'SG-Pilot',
    roles_granted: ['Dashboard viewer'],
    rank: '9',
  }),
  deed('2025-11-25T09:12:05.771Z', 91061, ANA.name, {
    group_name: 'SG-Service-desk',
    roles_granted: ['Service desk L2'],
    roles_revoked: [],
    rank_change: '2 to 1',
  }),
  deed('2025-11-26T14:20:33.915Z', 91063, ANA.name, { group_name: 'SG-Pilot' }),
  deed('2025-11-24T09:10:12.008Z', 91022, ANA.name, role('Service desk L1')),
  deed('2025-11-24T09:12:40.365Z', 91022, ANA.name, role('Service desk L2')),
  deed('2025-11-24T09:15:26.712Z', 91022, ANA.name, role('Automation author')),
  deed('2025-11-24T09:19:02.440Z', 91022, ANA.name, role('Dashboard viewer')),
  deed('2025-11-24T09:23:58.129Z', 91022, ANA.name, role('Pilot viewer')),
  deed('2025-11-25T10:04:44.536Z', 91021, ANA.name, role('Service desk L2')),
  ...accounts(),
  deed('2025-11-24T11:30:20.671Z', 91032, ANA.name, credentials(ITSM_SYNC)),
  deed('2025-11-24T11:34:09.050Z', 91032, ANA.name, credentials(PATCH_RUNNER)),
  deed('2025-11-24T11:41:37.888Z', 91032, ANA.name, credentials('try-out')),
  deed('2025-11-26T15:02:18.261Z', 91033, ANA.name, credentials('try-out')),
  deed('2025-11-24T13:05:00.742Z', 91041, ANA.name, {
    grantee: GRANTEE,
    expiration: '2025-11-25T18:00:00Z',
    main_role: 'Service desk L2',
    additional_roles: ['Dashboard viewer'],
  }),
  deed('2025-11-25T15:48:13.390Z', 91042, ANA.name, {
    grantee: GRANTEE,
    expiration: '2025-11-26T18:00:00Z',
    main_role: 'Service desk L2',
    additional_roles: [],
  }),
  deed('2025-11-26T15:30:55.614Z', 91043, ANA.name, { grantee: GRANTEE }),
  deed('2025-11-25T11:15:42.037Z', 94341, ANA.name, { inventory_retention_days: 365, operational_retention_days: 90 }),
  deed('2025-11-26T09:40:19.556Z', 94162, DANA.name, { user_name: EMPLOYEES[2]!.name, data_type: 'Device data' }),
  deed('2025-11-26T10:22:07.903Z', 94301, EVA.name, {
    device_count: 3,
    device_names: DEVICES.slice(-3).map(({ name }) => name),
  }),
  deed('2025-11-26T10:31:45.218Z', 94303, DANA.name, {
    user_count: 2,
    user_ids: EMPLOYEES.slice(6, 8).map(({ sid }) => sid),
  }),
];

/** Roles are put in order at the end of January; somebody joins, somebody leaves, somebody has another name. */
const JANUARY: readonly Deed[] = [
  deed('2026-01-22T06:31:02.115Z', 90213, EVA.name, about(EVA)),
  deed('2026-01-22T06:31:20.806Z', 90213, EVA.name, about(EVA)),
  deed('2026-01-22T06:31:44.370Z', 90213, EVA.name, about(EVA)),
  deed('2026-01-22T06:31:45.022Z', 90214, EVA.name, about(EVA)),
  deed('2026-01-26T09:05:31.447Z', 91031, ANA.name, credentials(ITSM_SYNC)),
  deed('2026-01-26T09:08:14.985Z', 91031, ANA.name, credentials(PATCH_RUNNER)),
  deed('2025-11-25T09:30:10.264Z', 91011, ANA.name, about(BO)),
  deed('2026-01-22T08:50:36.701Z', 91012, ANA.name, { ...about(HUGO), roles_granted: ['Dashboard viewer'] }),
  deed('2026-01-26T10:14:22.093Z', 91011, ANA.name, {
    ...about(BO),
    roles_granted: ['Service desk L2'],
    roles_revoked: ['Service desk L1'],
  }),
  deed('2026-01-26T13:02:51.530Z', 91022, ANA.name, {
    ...role('Auditor'),
    permissions_granted: ['View dashboards'],
    data_privacy_visibility: 'anonymised',
    view_domain: 'all',
  }),
  deed('2026-01-26T13:10:08.947Z', 91021, ANA.name, {
    ...role('Service desk L2'),
    permissions_granted: ['Execute remote actions'],
    permissions_revoked: ['Manage campaigns'],
  }),
  deed('2026-01-26T13:16:40.312Z', 91023, ANA.name, role('Pilot viewer')),
  deed(new Date(RENAMED).toISOString(), 91011, ANA.name, {
    ...about(GITA),
    roles_granted: [],
    roles_revoked: [],
    previous_user_name: GITA.formerName!,
  }),
  deed(new Date(RENAMED + 95_206).toISOString(), 91071, ANA.name, {
    ...about(GITA),
    old_email: GITA.formerName!,
    new_email: GITA.name,
  }),
  deed('2026-01-27T15:40:28.659Z', 91013, ANA.name, about(INES)),
  deed('2026-01-27T10:12:17.428Z', 91181, ANA.name, { ...shared('Service desk today', 'Auditor'), permission: 'edit' }),
  deed('2026-01-27T10:14:59.706Z', 91182, ANA.name, { ...shared('Service desk today', 'Auditor'), permission: 'view' }),
  deed('2026-02-17T13:33:06.184Z', 91183, ANA.name, shared('Sign-in times', 'Dashboard viewer')),
  deed('2026-02-10T09:20:41.865Z', 91031, ANA.name, credentials(ITSM_SYNC)),
];

/** What happens once, for a reason that everyone knows. */
export const SCENES: readonly Deed[] = [...SET_UP, ...JANUARY];
