import type { CodeRow, Severity } from './audit-code.ts';
import { auditEvent, authentication, entity, ocsf, otherEntity, PORTAL_CODES_PAGE, userManagement } from './mapping.ts';

const common = { channel: null, outcome: 'success', source: PORTAL_CODES_PAGE } as const;
const portal = { ...common, family: 'system', objectType: 'portal' } as const;
const engine = { ...common, family: 'system', objectType: 'engine', severity: 'medium', templates: [] } as const;
const session = { ...common, family: 'session', objectType: 'user', severity: 'informational' } as const;
const account = { ...common, family: 'account', objectType: 'user' } as const;
const updated = {
  ...account,
  name: 'user.updated',
  action: 'update',
  severity: 'low',
  ocsf: ocsf(3001, 'Update'),
  asim: userManagement('UserModified'),
} as const;
const remoteAction = {
  ...common,
  family: 'execution',
  name: 'remote_action.executed',
  action: 'execute',
  objectType: 'remote_action',
  severity: 'medium',
  templates: [],
  ocsf: ocsf(6003, 'Execute'),
  asim: auditEvent('Execute'),
} as const;

const PAST_TENSE = { create: 'created', update: 'updated', delete: 'deleted' } as const;
const ASIM_EVENT_TYPE = { create: 'Create', update: 'Set', delete: 'Delete' } as const;

/** Something that is made, changed and removed. */
interface Kind extends Pick<CodeRow, 'family' | 'objectType'> {
  readonly severity: Severity;
  readonly entityType: string;
  readonly asimObjectType: string;
}

const ROLE: Kind = kind('access', 'role', 'Role', 'medium', 'Policy Rule');
const PROFILE: Kind = kind('access', 'profile', 'Profile', 'medium', 'Policy Rule');
const HIERARCHY: Kind = kind('content', 'hierarchy', 'Hierarchy', 'low');
const ENTITY_DEFINITION: Kind = kind('content', 'entity_definition', 'Entity Definition', 'low');
const ASSIGNMENT: Kind = kind('content', 'collector_assignment', 'Collector Assignment', 'medium');
const REMOTE_ACTION: Kind = kind('content', 'remote_action', 'Remote Action', 'medium');
const METRIC: Kind = kind('content', 'metric', 'Metric', 'informational');
const SERVICE: Kind = kind('content', 'service', 'Service', 'informational');
const CAMPAIGN: Kind = kind('content', 'campaign', 'Campaign', 'low');
const CATEGORY: Kind = kind('content', 'category', 'Category', 'informational');

function kind(
  family: Kind['family'],
  objectType: string,
  entityType: string,
  severity: Severity,
  asimObjectType = 'Configuration Atom',
): Kind {
  return { family, objectType, severity, entityType, asimObjectType };
}

/** A row about one of these; without a text where the page does not show the message. */
function row(
  code: number,
  action: keyof typeof PAST_TENSE,
  { entityType, asimObjectType, ...of }: Kind,
  meaning: string,
  text?: string,
): CodeRow {
  return {
    ...common,
    ...of,
    code,
    name: `${of.objectType}.${PAST_TENSE[action]}`,
    meaning,
    action,
    templates: text === undefined ? [] : [{ id: `${code}.A`, text }],
    ocsf: entity(action, entityType),
    asim: auditEvent(ASIM_EVENT_TYPE[action], asimObjectType),
  };
}

/** 20xxx and 210xx: the Portal of the classic product. 21101 is not among them: of it the page shows the first letter. */
export const PORTAL: readonly CodeRow[] = [
  {
    ...portal,
    code: 20001,
    name: 'portal.starting',
    meaning: 'Portal is starting',
    action: 'start',
    severity: 'informational',
    templates: [{ id: '20001.A', text: 'Portal is starting' }],
    ocsf: otherEntity('Start', 'Portal'),
    asim: auditEvent('Start', 'Service'),
  },
  {
    ...portal,
    code: 20002,
    name: 'portal.started',
    meaning: 'Portal is up and running',
    action: 'start',
    severity: 'informational',
    templates: [{ id: '20002.A', text: 'Portal is up and running' }],
    ocsf: otherEntity('Start', 'Portal'),
    asim: auditEvent('Start', 'Service'),
  },
  {
    ...portal,
    code: 20004,
    name: 'portal.stopped',
    meaning: 'Portal is stopped',
    action: 'stop',
    severity: 'low',
    templates: [{ id: '20004.A', text: 'Portal is stopped' }],
    ocsf: otherEntity('Stop', 'Portal'),
    asim: auditEvent('Stop', 'Service'),
  },
  {
    ...session,
    code: 20101,
    name: 'user.login',
    meaning: 'User logged in',
    action: 'login',
    templates: [{ id: '20101.A', text: 'User {user_name:text} logged with session id {session_id:token}' }],
    ocsf: ocsf(3002, 1),
    asim: authentication('Logon'),
  },
  {
    ...session,
    code: 20102,
    name: 'user.logout',
    meaning: 'User logged out',
    action: 'logout',
    templates: [{ id: '20102.A', text: 'User {user_name:text} logout for session id {session_id:token}' }],
    ocsf: ocsf(3002, 2),
    asim: authentication('Logoff'),
  },
  {
    ...session,
    code: 20103,
    name: 'user.login_failed',
    meaning: 'User login failed',
    action: 'login',
    outcome: 'failure',
    severity: 'low',
    templates: [{ id: '20103.A', text: 'User {user_name:text} failed login attempts - {error:text}' }],
    ocsf: ocsf(3002, 1),
    asim: authentication('Logon', 'Failure'),
  },
  {
    ...session,
    code: 20104,
    name: 'user.locked',
    meaning: 'User locked',
    action: 'lock',
    severity: 'medium',
    templates: [{ id: '20104.A', text: 'User {user_name:text} is locked' }],
    ocsf: ocsf(3001, 9),
    asim: userManagement('UserLocked'),
  },
  {
    ...account,
    code: 20201,
    name: 'user.created',
    meaning: 'User created',
    action: 'create',
    severity: 'medium',
    templates: [{ id: '20201.A', text: 'User {user_name:text} is created' }],
    ocsf: ocsf(3001, 1),
    asim: userManagement('UserCreated'),
  },
  {
    ...account,
    code: 20202,
    name: 'user.deleted',
    meaning: 'User removed',
    action: 'delete',
    severity: 'medium',
    templates: [{ id: '20202.A', text: 'User {user_name:text} is removed' }],
    ocsf: ocsf(3001, 6),
    asim: userManagement('UserDeleted'),
  },
  {
    ...updated,
    code: 20203,
    meaning: 'User updated (the page has the words of a creation for it)',
    templates: [{ id: '20203.A', text: 'User {user_name:text} is <created|updated>' }],
  },
  {
    ...updated,
    code: 20204,
    meaning:
      'User profile updated; with the words of 20205, user domain ownership updated (the page shows that with 20204 too)',
    templates: [
      { id: '20204.B', text: 'Updated account ownership of {user_count:int} <users|user>' },
      { id: '20204.A', text: 'Updated profile of {user_count:int} <users|user>' },
    ],
  },
  {
    ...updated,
    code: 20205,
    meaning: 'User domain ownership updated (the page shows its message with 20204)',
    templates: [{ id: '20205.A', text: 'Updated account ownership of {user_count:int} <users|user>' }],
  },
  row(20206, 'create', ROLE, 'Role added', 'Role {role_name:text} is added'),
  row(20207, 'update', ROLE, 'Role updated', 'Role {role_name:text} is updated'),
  row(20208, 'delete', ROLE, 'Role removed', 'Role {role_name:text} is removed'),
  row(20209, 'create', PROFILE, 'Profile added (with roles)', 'Added profile {object_name:text} roles: {roles:list}'),
  row(
    20210,
    'update',
    PROFILE,
    'Profile updated (with roles)',
    'Updated profile {object_name:text} roles: {roles:list}',
  ),
  row(20211, 'delete', PROFILE, 'Profile removed', 'Removed profile {object_name:text}'),
  row(20501, 'create', HIERARCHY, 'Hierarchy added', 'Hierarchy {object_name:text} is added'),
  row(20502, 'delete', HIERARCHY, 'Hierarchy removed', 'Hierarchy {object_name:text} is removed'),
  row(20503, 'update', HIERARCHY, 'Hierarchy updated', 'Hierarchy {object_name:text} is updated'),
  row(20504, 'update', ENTITY_DEFINITION, 'Definition of entities updated'),
  row(20505, 'update', ASSIGNMENT, 'Collector assignment updated'),
  {
    ...engine,
    code: 20701,
    name: 'engine.added',
    meaning: 'Engine added',
    action: 'create',
    ocsf: entity('create', 'Engine'),
    asim: auditEvent('Create', 'Service'),
  },
  {
    ...engine,
    code: 20702,
    name: 'engine.removed',
    meaning: 'Engine removed',
    action: 'delete',
    ocsf: entity('delete', 'Engine'),
    asim: auditEvent('Delete', 'Service'),
  },
  {
    ...engine,
    code: 20703,
    name: 'engine.connected',
    meaning: 'Engine connected',
    action: 'connect',
    severity: 'informational',
    ocsf: otherEntity('Connect', 'Engine'),
    asim: auditEvent('Other', 'Service'),
  },
  {
    ...engine,
    code: 20704,
    name: 'engine.disconnected',
    meaning: 'Engine disconnected',
    action: 'disconnect',
    severity: 'low',
    ocsf: otherEntity('Disconnect', 'Engine'),
    asim: auditEvent('Other', 'Service'),
  },
  {
    ...session,
    code: 20801,
    name: 'user.login',
    meaning: 'Finder user logged in',
    action: 'login',
    templates: [],
    ocsf: ocsf(3002, 1),
    asim: authentication('Logon'),
  },
  {
    ...session,
    code: 20803,
    name: 'user.login_failed',
    meaning: 'Finder user login failed',
    action: 'login',
    outcome: 'failure',
    severity: 'low',
    templates: [],
    ocsf: ocsf(3002, 1),
    asim: authentication('Logon', 'Failure'),
  },
  {
    ...common,
    code: 20804,
    name: 'library_pack.import_requested',
    meaning: 'Library pack import request (only issued for big packs)',
    family: 'content',
    action: 'request',
    objectType: 'library_pack',
    outcome: 'requested',
    severity: 'low',
    templates: [],
    ocsf: otherEntity('Import', 'Library Pack'),
    asim: auditEvent('Install', 'Configuration Atom', 'NA'),
  },
  row(20901, 'update', REMOTE_ACTION, 'Remote action updated'),
  row(20902, 'create', REMOTE_ACTION, 'Remote action created'),
  row(20903, 'delete', REMOTE_ACTION, 'Remote action deleted'),
  row(20911, 'update', METRIC, 'Metric updated'),
  row(20912, 'create', METRIC, 'Metric created'),
  row(20913, 'delete', METRIC, 'Metric deleted'),
  row(20921, 'update', SERVICE, 'Service updated'),
  row(20922, 'create', SERVICE, 'Service created'),
  row(20923, 'delete', SERVICE, 'Service deleted'),
  row(20931, 'update', CAMPAIGN, 'Campaign updated'),
  row(20932, 'create', CAMPAIGN, 'Campaign created'),
  row(20933, 'delete', CAMPAIGN, 'Campaign deleted'),
  row(20941, 'update', CATEGORY, 'Category updated'),
  row(20942, 'create', CATEGORY, 'Category created'),
  row(20943, 'delete', CATEGORY, 'Category deleted'),
  { ...remoteAction, code: 21001, meaning: 'Manual execution of a remote action through the Finder' },
  {
    ...remoteAction,
    code: 21002,
    meaning: 'External execution of a remote action through the API',
    channel: 'api',
  },
  {
    ...remoteAction,
    code: 21003,
    meaning: 'External execution of a remote action through the API v2',
    channel: 'api',
  },
];
