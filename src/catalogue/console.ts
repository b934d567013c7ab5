import type { CodeRow, EventAction, Severity } from './audit-code.ts';
import {
  auditEvent,
  authentication,
  CONSOLE_CODES_PAGE,
  entity,
  OLD_CONSOLE_CODES_PAGE,
  ocsf,
  otherEntity,
  userManagement,
} from './mapping.ts';

const common = { channel: null, outcome: 'success', source: CONSOLE_CODES_PAGE } as const;
const session = { ...common, family: 'session', objectType: 'user', severity: 'informational' } as const;
const logout = {
  ...session,
  name: 'user.logout',
  action: 'logout',
  ocsf: ocsf(3002, 2),
  asim: authentication('Logoff'),
} as const;

/** Accounts that are nobody's: of the console, of remote management by the Portal, of SSH. */
type SharedAccount = 'console_account' | 'remote_account' | 'ssh_account';

function password(code: number, objectType: SharedAccount, meaning: string, text: string): CodeRow {
  return {
    ...common,
    code,
    name: `${objectType}.password_changed`,
    meaning,
    family: 'account',
    action: 'update',
    objectType,
    severity: 'high',
    templates: [{ id: `${code}.A`, text }],
    ocsf: ocsf(3001, 3),
    asim: userManagement('PasswordChanged'),
  };
}

function enabling(
  code: number,
  action: 'enable' | 'disable',
  objectType: SharedAccount,
  meaning: string,
  text: string,
): CodeRow {
  return {
    ...common,
    code,
    name: `${objectType}.${action}d`,
    meaning,
    family: 'account',
    action,
    objectType,
    severity: action === 'enable' ? 'high' : 'medium',
    templates: [{ id: `${code}.A`, text }],
    ocsf: ocsf(3001, action === 'enable' ? 2 : 5),
    asim: userManagement(action === 'enable' ? 'UserEnabled' : 'UserDisabled'),
  };
}

/** What each thing of the system is called in OCSF, and how much a change of it weighs. */
const THINGS = {
  appliance: ['Appliance', 'medium'],
  static_route: ['Static Route', 'medium'],
  dns_server: ['DNS Server', 'medium'],
  default_gateway: ['Default Gateway', 'medium'],
  ntp_servers: ['NTP Servers', 'medium'],
  ntp_service: ['NTP Service', 'medium'],
  network_interface: ['Network Interface', 'medium'],
  // What is logged through it, this trail included, may have a gap there.
  rsyslog_service: ['rsyslog Service', 'high'],
  crond_service: ['crond Service', 'low'],
  automatic_updates: ['Automatic Updates', 'medium'],
  update_recipient: ['Update E-mail Recipient', 'low'],
  system_update: ['System Update', 'low'],
  portal: ['Portal', 'low'],
  engine: ['Engine', 'low'],
  event_storage: ['Event Storage', 'medium'],
  portal_access: ['Portal', 'high'],
  aggregation_policy: ['Aggregation Policy', 'low'],
  domain_compression: ['Domain Compression', 'low'],
  internal_network: ['Internal Network', 'medium'],
  internal_domains: ['Internal Domains', 'medium'],
  active_directory: ['Active Directory', 'high'],
  mobile_bridge: ['Engine Mobile Bridge', 'low'],
  license_manager: ['LLM', 'low'],
} as const satisfies Record<string, readonly [entityType: string, severity: Severity]>;

const PAST_TENSE = {
  create: 'created',
  update: 'updated',
  delete: 'deleted',
  enable: 'enabled',
  disable: 'disabled',
  start: 'started',
  stop: 'stopped',
  trigger: 'triggered',
} as const satisfies Partial<Record<EventAction, string>>;

const ASIM_EVENT_TYPE = {
  create: 'Create',
  update: 'Set',
  delete: 'Delete',
  enable: 'Enable',
  disable: 'Disable',
  start: 'Start',
  stop: 'Stop',
  trigger: 'Execute',
} as const;

const OTHER_ACTIVITY = { start: 'Start', stop: 'Stop', trigger: 'Trigger' } as const;

/** A row about a thing of the system; without a text where no page shows the message, and then of the older page. */
function row(
  code: number,
  action: keyof typeof PAST_TENSE,
  objectType: keyof typeof THINGS,
  meaning: string,
  text?: string,
  source = text === undefined ? OLD_CONSOLE_CODES_PAGE : CONSOLE_CODES_PAGE,
): CodeRow {
  const [entityType, severity] = THINGS[objectType];
  return {
    ...common,
    code,
    name: `${objectType}.${PAST_TENSE[action]}`,
    meaning,
    family: 'system',
    action,
    objectType,
    severity,
    templates: text === undefined ? [] : [{ id: `${code}.A`, text }],
    ocsf:
      action === 'start' || action === 'stop' || action === 'trigger'
        ? otherEntity(OTHER_ACTIVITY[action], entityType)
        : entity(action, entityType),
    asim: auditEvent(ASIM_EVENT_TYPE[action], action === 'update' ? 'Configuration Atom' : 'Service'),
    source,
  };
}

/** 50xxx to 53xxx: the Web Console of the classic Appliances. */
export const CONSOLE: readonly CodeRow[] = [
  {
    ...session,
    code: 50000,
    name: 'user.login',
    meaning: 'User logged in',
    action: 'login',
    templates: [{ id: '50000.A', text: 'Login successful' }],
    ocsf: ocsf(3002, 1),
    asim: authentication('Logon'),
  },
  {
    ...session,
    code: 50001,
    name: 'user.login_failed',
    meaning: 'User login failed',
    action: 'login',
    outcome: 'failure',
    severity: 'low',
    templates: [{ id: '50001.A', text: 'Login failed' }],
    ocsf: ocsf(3002, 1),
    asim: authentication('Logon', 'Failure'),
  },
  { ...logout, code: 50002, meaning: 'User logged out', templates: [{ id: '50002.A', text: 'User logout' }] },
  {
    ...logout,
    code: 50003,
    meaning: 'User logged out (the code of V6.8; 50002 since)',
    templates: [{ id: '50003.A', text: 'User logout' }],
    source: OLD_CONSOLE_CODES_PAGE,
  },
  password(51000, 'console_account', 'Web Console password updated', 'Console password updated'),
  password(51010, 'remote_account', 'Portal remote management account password updated', 'Remote password updated'),
  enabling(51011, 'enable', 'remote_account', 'Portal remote management account enabled', 'Remote access enabled'),
  enabling(51012, 'disable', 'remote_account', 'Portal remote management account disabled', 'Remote access disabled'),
  password(
    51020,
    'ssh_account',
    'SSH Nexthink account password updated',
    'SSH <Nexthink account|account> password updated',
  ),
  enabling(51021, 'enable', 'ssh_account', 'SSH Nexthink account enabled', 'SSH <Nexthink account|account> enabled'),
  enabling(51022, 'disable', 'ssh_account', 'SSH Nexthink account disabled', 'SSH <Nexthink account|account> disabled'),
  row(51100, 'update', 'appliance', 'Appliance hostname updated', '<Appliance hostname|hostname> updated'),
  row(51101, 'update', 'static_route', 'Appliance static route updated', '<Appliance static|static> route updated'),
  row(51102, 'delete', 'static_route', 'Appliance static route deleted', '<Appliance static|static> route deleted'),
  row(
    51103,
    'update',
    'dns_server',
    'Appliance DNS server updated',
    '<Appliance dns|Appliance DNS|dns|DNS> server updated',
  ),
  row(51104, 'update', 'default_gateway', 'Appliance default gateway updated (the message is cut off in the page)'),
  row(51106, 'update', 'ntp_servers', 'Appliance NTP servers updated'),
  row(51107, 'enable', 'ntp_service', 'Appliance NTP service enabled'),
  row(51108, 'disable', 'ntp_service', 'Appliance NTP service disabled'),
  row(51109, 'update', 'network_interface', 'Appliance network interface updated'),
  row(51111, 'start', 'rsyslog_service', 'rsyslog service restarted'),
  row(51112, 'start', 'crond_service', 'crond service restarted'),
  row(51603, 'update', 'automatic_updates', 'Automatic updates enabled / disabled'),
  row(51609, 'update', 'update_recipient', 'Updates email recipient updated'),
  { ...row(51610, 'trigger', 'system_update', 'Check for updates triggered'), name: 'system_update.check_triggered' },
  row(51611, 'trigger', 'system_update', 'Start updates triggered'),
  {
    ...row(51800, 'trigger', 'appliance', 'Appliance reboot triggered'),
    name: 'appliance.reboot_triggered',
  },
  row(52000, 'update', 'portal', 'Portal parameters updated'),
  row(52001, 'update', 'engine', 'Engine name updated'),
  row(52007, 'update', 'event_storage', 'Maximum stored events updated'),
  {
    ...row(52010, 'update', 'portal_access', 'Portal server address updated, or Portal admin account reset'),
    usedTwice: true,
  },
  row(52011, 'update', 'aggregation_policy', 'Aggregation policy updated'),
  row(52012, 'update', 'domain_compression', 'Domain compression updated'),
  row(52090, 'stop', 'engine', 'Engine stopped'),
  row(52091, 'start', 'engine', 'Engine started'),
  {
    ...row(52100, 'update', 'internal_network', 'Internal network removed, or internal network added'),
    usedTwice: true,
  },
  row(52105, 'update', 'internal_domains', 'Engine internal domains configuration updated'),
  row(52200, 'create', 'active_directory', 'Active directory added'),
  row(52201, 'delete', 'active_directory', 'Active directory removed'),
  row(52550, 'update', 'mobile_bridge', 'Engine Mobile Bridge parameters updated'),
  row(53090, 'stop', 'portal', 'Portal stopped'),
  row(53091, 'start', 'portal', 'Portal started'),
  row(53092, 'start', 'license_manager', 'LLM started'),
  row(53093, 'stop', 'license_manager', 'LLM stopped'),
];
