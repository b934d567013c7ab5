import { Random } from './random.ts';

/** An invented account of the platform. It keeps its id, whatever it is called. */
export interface Account {
  readonly id: string;
  readonly name: string;
  /** Until {@link RENAMED}. */
  readonly formerName?: string;
  /** Where it logs in from: the office, and home one day a week (1 Monday to 5 Friday). */
  readonly office: string;
  readonly home: string;
  readonly homeDay: number;
}

function account(name: string, number: number, formerName?: string): Account {
  return {
    id: Random.of('account', name).uuid(),
    name: email(name),
    ...(formerName !== undefined && { formerName: email(formerName) }),
    office: '198.51.100.20',
    home: `203.0.113.${10 + number}`,
    homeDay: 1 + (number % 5),
  };
}

function email(name: string): string {
  return `${name}@corp.example`;
}

/** Who runs the platform, the automation, the service desk, privacy and reports. */
export const ANA = account('ana.sousa', 0);
export const CHIDI = account('chidi.obi', 1);
export const LI = account('li.wei', 2);
export const BO = account('bo.larsen', 3);
export const EVA = account('eva.novak', 4);
export const DANA = account('dana.levy', 5);
const FINN = account('finn.maki', 6);
export const GITA = account('gita.rao', 7, 'gita.mehta');
/** Joins in January. */
export const HUGO = account('hugo.silva', 11);
/** Leaves in January. */
export const INES = account('ines.roth', 8);

/** Everyone with an account while nobody joins or leaves. */
export const STAFF: readonly Account[] = [ANA, CHIDI, LI, BO, EVA, DANA, FINN, GITA];

/** When Gita's account got another name and e-mail address. */
export const RENAMED = Date.UTC(2026, 0, 26, 9, 30, 12, 480);

/** What an account is called at a time. */
export function nameAt(who: Account, time: number): string {
  return time < RENAMED ? (who.formerName ?? who.name) : who.name;
}

/** API clients: each has credentials of its name. */
export const ITSM_SYNC = 'itsm-sync';
export const PATCH_RUNNER = 'patch-runner';

export const ROLES = [
  'Administrator',
  'Service desk L1',
  'Service desk L2',
  'Automation author',
  'Dashboard viewer',
  'Auditor',
] as const;
export const PERMISSIONS = [
  'View dashboards',
  'Execute remote actions',
  'Manage campaigns',
  'Edit investigations',
  'Manage roles',
];

/** An employee who is watched, not an account: with a device. */
export interface Employee {
  readonly id: string;
  readonly name: string;
  readonly sid: string;
  readonly device: Device;
}

export interface Device {
  readonly uid: string;
  readonly name: string;
}

export const DEVICES: readonly Device[] = Array.from({ length: 120 }, (_, index) => ({
  uid: Random.of('device', index).uuid(),
  name: `LT-${10_001 + index}`,
}));

export const EMPLOYEES: readonly Employee[] = [
  'kaya.demir',
  'lars.berg',
  'mina.cho',
  'noor.haddad',
  'olga.petrova',
  'paul.meyer',
  'rosa.vega',
  'sam.okoro',
].map((name, index) => ({
  id: Random.of('employee', name).uuid(),
  name: email(name),
  sid: `S-1-12-1-${Random.of('sid', name).whole(100_000_000, 999_999_999)}`,
  device: DEVICES[index]!,
}));

/** A thing that keeps its id: a role, a dashboard, credentials. */
export interface Thing {
  readonly id: string;
  readonly name: string;
}

export function thing(type: string, name: string): Thing {
  // Workflows and campaigns have the ids by which queries name them.
  const isNamed = type === 'workflow' || type === 'campaign';
  return { id: isNamed ? `#${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}` : Random.of(type, name).uuid(), name };
}

/** What the company has of a type of content. */
export interface Content {
  readonly owner: Account;
  readonly lasting: readonly string[];
  /** Made, and deleted days later. */
  readonly trial: string;
  /** How often the lasting ones are changed on a working day; 0 where they are set up once and left alone. */
  readonly updatesPerDay: number;
}

/** By object type of the catalogue. */
export const CONTENT: Readonly<Record<string, Content>> = {
  remote_action: content(
    CHIDI,
    0.4,
    ['Clear the print queue', 'Restart the VPN client', 'Free disk space', 'Repair Office'],
    'Reset audio driver (pilot)',
  ),
  checklist: content(LI, 0.2, ['New joiner laptop', 'Windows 11 readiness'], 'Meeting room check (draft)'),
  campaign: content(GITA, 0.3, ['Restart your laptop', 'How was your sign-in today?'], 'Lunch survey (test)'),
  dashboard: content(
    FINN,
    1.2,
    ['Service desk today', 'VPN health by region and gateway', 'Sign-in times'],
    'Copy of Sign-in times',
  ),
  monitor: content(EVA, 0.4, ['Disk almost full', 'VPN drops'], 'Teams crashes (test)'),
  application: content(FINN, 0.2, ['Office', 'ERP client'], 'Old ERP client'),
  bulk_export: content(ANA, 0, ['Audit log to the data lake'], 'Inventory to CSV (test)'),
  webhook: content(ANA, 0, ['Alerts to the service desk'], 'Alerts to nowhere (test)'),
  dex_score: content(FINN, 0.1, ['Office workers'], 'Field engineers (draft)'),
  azure_connector: content(ANA, 0, ['Directory of corp.example'], 'Directory (test)'),
  teams_connector: content(ANA, 0, ['Teams call quality'], 'Teams (test)'),
  workflow: content(CHIDI, 0.3, ['Onboard device', 'Replace battery'], 'Swap headset (pilot)'),
  zoom_connector: content(ANA, 0, ['Zoom call quality'], 'Zoom (test)'),
  saved_investigation: content(
    EVA,
    1.2,
    ['Laptops with worn batteries', 'Slow sign-ins after patch Tuesday', 'Crashes, last 30 days'],
    'What is on LT-10007?',
  ),
  connector_credentials: content(ANA, 0, ['Data lake, landing account'], 'Test account'),
  amplify_configuration: content(CHIDI, 0.1, ['Ticket form'], 'Ticket form (test)'),
  ms_avd_connector: content(ANA, 0, ['Virtual desktops EU'], 'Virtual desktops (test)'),
  location_type: content(FINN, 0, ['Site'], 'Floor'),
  nql_api_query: content(ANA, 0, ['#devices_for_itsm'], '#try_out'),
  product_configuration: content(ANA, 0, ['Data collection'], 'Data collection (test)'),
  organization: content(ANA, 0, ['Headquarters', 'EU operations'], 'Unused'),
  custom_field: content(FINN, 0.1, ['cost_centre', 'owner'], 'colour'),
  collector_updater_configuration: content(CHIDI, 0, ['Ring 1', 'Ring 2'], 'Ring 0 (test)'),
  custom_trend: content(FINN, 0.2, ['Boot time, weekly'], 'Boot time, daily'),
  rating: content(FINN, 0.1, ['boot_time'], 'battery_age'),
  guide: content(GITA, 0.2, ['Set up VPN'], 'Set up the old VPN'),
};

function content(owner: Account, updatesPerDay: number, lasting: readonly string[], trial: string): Content {
  return { owner, lasting, trial, updatesPerDay };
}
