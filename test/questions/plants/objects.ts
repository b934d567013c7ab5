import { ADMIN, devices, logIn, type Plant, type Row, run } from '../plant.ts';

const [action, other] = ['ra-77', 'ra-78'];

/** The object's story takes place before the days that other questions look at. */
export const OBJECTS: readonly Plant[] = [
  {
    note: 'made',
    time: '2025-09-01T10:00:00Z',
    code: 92012,
    message: `Created remote action, ID=${action}, name=Wipe`,
    actor: ADMIN,
  },
  {
    note: 'renamed',
    time: '2025-09-02T10:00:00Z',
    code: 92011,
    message: `Updated remote action, ID=${action}, name=Clean up`,
    actor: ADMIN,
  },
  { note: 'run', time: '2025-09-03T10:00:00Z', ...run(93011, 2, devices(2), action, 'Clean up'), actor: 'api-client' },
  {
    note: 'shared',
    time: '2025-09-04T10:00:00Z',
    code: 91181,
    message: `Granted access to content, ID=${action}, name=Clean up, role_id=R-77, role_name=Field, permission=view`,
    actor: ADMIN,
  },
  {
    note: 'a message without id that names it',
    time: '2025-09-05T10:00:00Z',
    code: 92013,
    message: 'Deleted remote action, name=Wipe',
    actor: ADMIN,
  },
  {
    note: 'its namesake made',
    time: '2025-09-06T10:00:00Z',
    code: 92012,
    message: `Created remote action, ID=${other}, name=Wipe`,
    actor: ADMIN,
  },
  {
    note: 'the same id at another instance',
    time: '2025-09-07T10:00:00Z',
    code: 92013,
    message: `Deleted remote action, ID=${action.toUpperCase()}, name=Wipe`,
    actor: ADMIN,
    instance: 'us',
  },
  {
    note: 'run on a device of the same id',
    time: '2025-09-08T10:00:00Z',
    ...run(93011, 1, [action], action, 'Clean up'),
    actor: 'api-client',
  },
  {
    note: 'deleted tomorrow',
    time: '2026-04-01T10:00:00Z',
    code: 92013,
    message: `Deleted remote action, ID=${action}, name=Clean up`,
    actor: ADMIN,
  },
  {
    note: 'the role made',
    time: '2025-08-01T10:00:00Z',
    code: 91022,
    message: 'Added role, id=r-77, name="Field", permissions_granted="View dashboards"',
    actor: ADMIN,
  },
  {
    note: 'the role granted by name',
    time: '2025-10-01T10:00:00Z',
    code: 91011,
    message: 'Updated user, id=u-zac, name=zac@corp.example, roles_granted=[field], roles_revoked=[]',
    actor: ADMIN,
  },
  {
    note: 'a role of the name of the remote action granted',
    time: '2025-10-01T10:30:00Z',
    code: 91011,
    message: 'Updated user, id=u-2, name=y@corp.example, roles_granted=[Wipe], roles_revoked=[]',
    actor: ADMIN,
  },
  {
    note: 'the role revoked by name',
    time: '2025-10-01T11:00:00Z',
    code: 91011,
    message: 'Updated user, id=u-1, name=x@corp.example, roles_granted=[], roles_revoked=[Field]',
    actor: ADMIN,
  },
  {
    note: 'the role given to support as the main one',
    time: '2025-10-01T12:00:00Z',
    code: 91041,
    message:
      'Nexthink access granted, grantee="v0@nexthink.example", expiration="2025-10-02", main_role="FIELD", additional_roles=[]',
    actor: ADMIN,
    found: { 'vendor-access': { what_became: 'changed' } },
  },
  {
    note: 'the role given to support as a further one',
    time: '2025-10-01T13:00:00Z',
    code: 91042,
    message:
      'Nexthink access updated, grantee="v0@nexthink.example", expiration="2025-10-02", main_role="Support", additional_roles=[Field]',
    actor: ADMIN,
    found: { 'vendor-access': { what_became: 'expired' } },
  },
  {
    note: 'a role made without an id',
    time: '2025-10-01T14:00:00Z',
    code: 91022,
    message: 'Added role, name=FIELD',
    actor: ADMIN,
  },
  {
    note: 'a user of the name of the role',
    time: '2025-10-01T15:00:00Z',
    code: 90214,
    message: 'User Field is locked',
    actor: 'system',
  },
  {
    note: 'a role of a longer name granted',
    time: '2025-10-02T10:00:00Z',
    code: 91011,
    message: 'Updated user, id=u-yan, name=yan@corp.example, roles_granted=[Field ops], roles_revoked=[]',
    actor: ADMIN,
  },
  {
    note: 'zac renamed',
    time: '2025-10-03T10:00:00Z',
    code: 91011,
    message:
      'Updated user, id=U-ZAC, name=zack@corp.example, roles_granted=[], roles_revoked=[], previous_name=Zac@corp.example',
    actor: ADMIN,
  },
  {
    note: 'zac locked',
    time: '2025-10-04T10:00:00Z',
    code: 90214,
    message: 'User ZAC@corp.example is locked',
    actor: 'system',
  },
  {
    note: 'Spark asked for zac',
    time: '2025-10-04T11:00:00Z',
    code: 95471,
    message: 'user=li sent a chat request to Spark on behalf of user=Zack@corp.example with conversation ID=k-1',
    actor: 'li',
  },
  {
    note: 'another account of the name zac',
    time: '2025-10-05T10:00:00Z',
    ...logIn({ id: 'u-zac-2', name: 'zac@corp.example' }, '203.0.113.90'),
  },
];

/** By the id of an object: what its history must hold, in order, and how it was found. */
export const HISTORIES: Readonly<Record<string, readonly (Row & { readonly note: string })[]>> = {
  'RA-77': [
    { note: 'made', found_by: 'id', name_then: 'Wipe', renamed_from: null },
    { note: 'renamed', found_by: 'id', name_then: 'Clean up', renamed_from: 'Wipe' },
    { note: 'run', found_by: 'id', name_then: 'Clean up', renamed_from: null },
    { note: 'shared', found_by: 'id', name_then: 'Clean up', renamed_from: null },
    { note: 'a message without id that names it', found_by: 'name', name_then: null, renamed_from: null },
    { note: 'the same id at another instance', found_by: 'id', name_then: 'Wipe', renamed_from: null },
    { note: 'run on a device of the same id', found_by: 'id', name_then: 'Clean up', renamed_from: null },
  ],
  'r-77': [
    { note: 'the role made', found_by: 'id', name_then: 'Field', renamed_from: null },
    { note: 'shared', found_by: 'id', name_then: 'Field', renamed_from: null },
    { note: 'the role granted by name', found_by: 'name', name_then: null, renamed_from: null },
    { note: 'the role revoked by name', found_by: 'name', name_then: null, renamed_from: null },
    { note: 'the role given to support as the main one', found_by: 'name', name_then: null, renamed_from: null },
    { note: 'the role given to support as a further one', found_by: 'name', name_then: null, renamed_from: null },
    { note: 'a role made without an id', found_by: 'name', name_then: null, renamed_from: null },
  ],
  'u-zac': [
    { note: 'the role granted by name', found_by: 'id', name_then: 'zac@corp.example', renamed_from: null },
    { note: 'zac renamed', found_by: 'id', name_then: 'zack@corp.example', renamed_from: 'zac@corp.example' },
    { note: 'zac locked', found_by: 'name', name_then: null, renamed_from: null },
    { note: 'Spark asked for zac', found_by: 'name', name_then: null, renamed_from: null },
  ],
  'S-1-12-1-7': [{ note: 'a user to delete', found_by: 'list', name_then: null, renamed_from: null }],
  "nobody's' OR 'a'='a": [],
};
