import { ADMIN, GRANTS, grant, logIn, type Plant, person, userUpdate } from '../plant.ts';

const SELF = 'self-granted-roles';
const AMBIGUOUS = 'ambiguous-or-hostile-text';

const [dan, eve, fay, gil, hal, ivy] = ['dan', 'eve', 'fay', 'gil', 'hal', 'ivy'].map(person) as [P, P, P, P, P, P];
const mallory = person('mallory');
const kit = { id: 'u-kit', name: `O'Neil "Kit"` };
type P = ReturnType<typeof person>;

const grants: Plant[] = [
  {
    note: 'dan gets two roles and loses one',
    time: '2026-03-01T12:00:00Z',
    ...userUpdate(dan, 'Administrator, EU [West]', 'Viewer'),
    actor: ADMIN,
    found: {
      [GRANTS]: [grant('roles_granted', 'Administrator', dan.name), grant('roles_granted', 'EU [West]', dan.name)],
      // A Sunday.
      'changes-outside-office-hours': { event_weekday: 7, what: dan.name },
    },
  },
  { note: 'dan got a role 31 days ago', time: '2026-02-28T12:00:00Z', ...userUpdate(dan, 'Viewer'), actor: ADMIN },
  {
    note: 'dan gets a role, the code of older versions',
    time: '2026-03-02T11:58:00Z',
    ...userUpdate(dan, 'Viewer'),
    code: 91014,
    actor: ADMIN,
    found: { [GRANTS]: { ...grant('roles_granted', 'Viewer', dan.name), granted_to_id: dan.id } },
  },
  {
    note: 'a role made',
    time: '2026-03-02T11:59:00Z',
    code: 91022,
    message: 'Added role, id=r-2, name="Field", permissions_granted="Execute remote actions"',
    actor: ADMIN,
    found: { [GRANTS]: grant('permissions_granted', 'Execute remote actions', 'Field') },
  },
  {
    note: 'a role may now edit what it could see',
    time: '2026-03-02T12:04:30Z',
    code: 91182,
    message: 'Updated access to content, ID=c-1, name=Sales, role_id=r-2, role_name=Field, permission=edit',
    actor: ADMIN,
    found: { [GRANTS]: { ...grant('permission', 'edit', 'Field'), on_content: 'Sales' } },
  },
  { note: 'dan only loses a role', time: '2026-03-02T12:00:00Z', ...userUpdate(dan, '', 'EU [West]'), actor: ADMIN },
  {
    note: 'dan updated, the older shape',
    time: '2026-03-02T12:01:00Z',
    code: 91011,
    message: 'Updated user, id=u-dan, name=dan@corp.example',
    actor: ADMIN,
  },
  {
    note: 'ivy created with a role',
    time: '2026-03-02T12:02:00Z',
    code: 91012,
    message: 'Created user, id=u-ivy, name=ivy@corp.example, roles_granted=[Viewer]',
    actor: ADMIN,
    found: { [GRANTS]: { ...grant('roles_granted', 'Viewer', ivy.name), granted_to_id: ivy.id } },
  },
  {
    note: 'a role gains a permission',
    time: '2026-03-02T12:03:00Z',
    code: 91021,
    message:
      'Updated role, id=r-1, name="Desk", permissions_granted="Manage roles", permissions_revoked="View dashboards"',
    actor: ADMIN,
    found: { [GRANTS]: { ...grant('permissions_granted', 'Manage roles', 'Desk'), granted_to_id: 'r-1' } },
  },
  {
    note: 'a role sees more',
    time: '2026-03-02T12:03:30Z',
    code: 91021,
    message:
      'Updated role, id=r-1, name="Desk", permissions_granted="", permissions_revoked="", data_privacy_visibility="Full", data_model_visibility="All", view_domain="World"',
    actor: ADMIN,
    found: {
      [GRANTS]: [
        grant('data_privacy_visibility', 'Full', 'Desk'),
        grant('data_model_visibility', 'All', 'Desk'),
        grant('view_domain', 'World', 'Desk'),
      ],
    },
  },
  {
    note: 'a role may edit content',
    time: '2026-03-02T12:04:00Z',
    code: 91181,
    message: 'Granted access to content, ID=c-1, name=Sales, role_id=r-1, role_name=Desk, permission=edit',
    actor: ADMIN,
    found: { [GRANTS]: { ...grant('permission', 'edit', 'Desk'), on_content: 'Sales' } },
  },
  {
    note: 'a role may no longer see content',
    time: '2026-03-02T12:05:00Z',
    code: 91183,
    message: 'Revoked access to content, ID=c-1, name=Sales, role_id=r-1, role_name=Desk',
    actor: ADMIN,
  },
];

const selfGrants: Plant[] = [
  {
    note: 'eve to herself, in capitals',
    time: '2026-03-03T10:00:00Z',
    ...userUpdate({ ...eve, name: 'EVE@corp.example' }, 'Administrator'),
    actor: eve.name,
    found: {
      [SELF]: { role_granted: 'Administrator', same_by: 'name' },
      [GRANTS]: grant('roles_granted', 'Administrator', 'EVE@corp.example'),
    },
  },
  {
    note: 'fay to herself, by id, 90 days ago',
    time: '2025-12-31T10:00:00Z',
    ...userUpdate(fay, 'Administrator'),
    actor: 'Fay F.',
    actorId: 'U-FAY',
    found: { [SELF]: { role_granted: 'Administrator', same_by: 'id' } },
  },
  { note: 'fay to herself 91 days ago', time: '2025-12-30T10:00:00Z', ...userUpdate(fay, 'Editor'), actor: fay.name },
  {
    note: 'gil renamed',
    time: '2026-02-02T10:00:00Z',
    ...userUpdate({ ...gil, name: 'g2@corp.example' }, '', '', `, previous_name=${gil.name}`),
    actor: ADMIN,
  },
  {
    note: 'gil to himself under the new name',
    time: '2026-02-03T10:00:00Z',
    ...userUpdate({ ...gil, name: 'g2@corp.example' }, 'Administrator'),
    actor: gil.name,
    found: { [SELF]: { role_granted: 'Administrator', same_by: 'another name of the account' } },
  },
  {
    note: 'hal makes an account for himself, the actor in capitals',
    time: '2026-02-03T11:00:00Z',
    code: 91012,
    message: 'Created user, id=u-hal, name=hal@corp.example, roles_granted=[Editor]',
    actor: 'HAL@corp.example',
    found: { [SELF]: { role_granted: 'Editor', same_by: 'name', event_name: 'user.created' } },
  },
  {
    note: 'gil to himself, the code of older versions, a former name in capitals',
    time: '2026-02-03T12:00:00Z',
    ...userUpdate({ ...gil, name: 'g2@corp.example' }, 'Editor'),
    code: 91014,
    actor: 'GIL@corp.example',
    found: { [SELF]: { role_granted: 'Editor', same_by: 'another name of the account' } },
  },
  {
    note: 'joy known by an update only',
    time: '2026-02-03T13:00:00Z',
    code: 91011,
    message: 'Updated user, id=u-joy, name=Joy@CORP.example',
    actor: ADMIN,
  },
  {
    note: 'joy to herself under a new name',
    time: '2026-02-04T09:00:00Z',
    ...userUpdate({ id: 'u-joy', name: 'j2@corp.example' }, 'Editor'),
    actor: 'joy@corp.example',
    found: { [SELF]: { role_granted: 'Editor', same_by: 'another name of the account' } },
  },
  {
    note: 'another joy to an account of the id at another instance',
    time: '2026-02-04T09:30:00Z',
    ...userUpdate({ id: 'u-joy', name: 'j3@corp.example' }, 'Editor'),
    actor: 'joy@corp.example',
    instance: 'us',
  },
  { note: 'hal to ivy', time: '2026-02-04T10:00:00Z', ...userUpdate(ivy, 'Editor'), actor: hal.name },
  {
    note: 'ivy to somebody whose name begins like hers',
    time: '2026-02-04T11:00:00Z',
    ...userUpdate({ id: 'u-9', name: 'ivy@corp.example.org' }, 'Editor'),
    actor: ivy.name,
  },
  {
    note: 'ivy takes a role from herself',
    time: '2026-02-04T12:00:00Z',
    ...userUpdate(ivy, '', 'Editor'),
    actor: ivy.name,
  },
  {
    note: 'nobody to nobody',
    time: '2026-02-04T13:00:00Z',
    ...userUpdate({ id: 'u-none', name: '' }, 'Editor'),
    actor: '',
  },
  {
    note: 'kit to himself, quotes in the name',
    time: '2026-02-05T10:00:00Z',
    ...userUpdate(kit, 'Editor'),
    actor: kit.name,
    found: { [SELF]: { role_granted: 'Editor', same_by: 'name', user_name: kit.name } },
  },
  { note: 'mallory usual', time: '2026-02-05T09:00:00Z', ...logIn(mallory, '203.0.113.70') },
  {
    note: 'mallory hides a grant to herself in a name',
    time: '2026-03-04T10:00:00Z',
    ...userUpdate(
      { id: mallory.id, name: 'M' },
      '',
      '',
      ', previous_name=P, roles_granted=[Administrator], roles_revoked=[]',
    ),
    actor: mallory.name,
    found: {
      [SELF]: { role_granted: null, same_by: 'another name of the account', decode_status: 'ambiguous' },
      [GRANTS]: { granted: null, granted_to: null, decode_status: 'ambiguous' },
      [AMBIGUOUS]: { decode_status: 'ambiguous', text_flags: null },
    },
  },
];

export const ROLE_GRANTS: readonly Plant[] = [...grants, ...selfGrants];
