import { at, made, nameOf, type Row, text } from './dump.ts';

/** A role of somebody on something, and why: a row of the table in docs/deploy.md. */
export interface Grant {
  readonly who: string;
  readonly scope: string;
  readonly role: string;
  readonly reason: string;
}

const ASSIGNMENT = 'Microsoft.Authorization/roleAssignments';
const DEFINITION = 'Microsoft.Authorization/roleDefinitions';

/** The one role that is no built-in one, and all that it may. */
const FILE_ADDER = 'Audit lake file adder (custom), below its folders';
const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
const FILE_ADDER_MAY = [`${BLOBS}/add/action`, `${BLOBS}/read`];

/** All that what lands files may have, on what. */
const LANDING_APP = [
  `landing account, container \`raw\`: ${FILE_ADDER}`,
  'landing account, container `landing-state`: Storage Blob Data Contributor',
  'landing app’s host account: Storage Blob Data Owner',
  'landing app’s host account: Storage Table Data Contributor',
  'key vault: Key Vault Secrets User',
  'Application Insights: Monitoring Metrics Publisher',
];

/** The modules that give one role, by what they give it on. */
const MODULES: Readonly<Record<string, (row: Row) => string>> = {
  'container-role.bicep': (row) => `${accountOf(row)}, container ${containerOf(row)}`,
  'account-role.bicep': accountOf,
  'telemetry-role.bicep': () => 'Application Insights',
  'vault-role.bicep': () => 'key vault',
  'landing-role.bicep': (row) => `${accountOf(row)}, container ${containerOf(row)}`,
};

const WHO: Readonly<Record<string, string>> = {
  appPrincipalId: 'function app',
  landingPrincipalId: 'landing app (`landingSources`)',
  exporterPrincipalId: 'exporter (`exporterPrincipalId`)',
  readerPrincipalIds: 'engines (`readerPrincipalIds`)',
  readerGroupIds: 'people (`readerGroupIds`)',
  deployerPrincipalId: 'whoever deploys (`deployerPrincipalId`)',
  'events.outputs.principalId': 'Event Grid system topic',
};

const ACCOUNTS: Readonly<Record<string, string>> = {
  landingAccountName: 'landing account',
  lakeAccountName: 'lake account',
  hostAccountName: 'host account',
  landingHostAccountName: 'landing app’s host account',
};

const CONTAINERS: Readonly<Record<string, string>> = {
  rawContainer: '`raw`',
  stateContainer: '`landing-state`',
  deadLetterContainer: '`dead-letters`',
};

/** Every role that is given, as the table has it. @throws Error where one is given in a way that the table has no words for */
export function grantsOf(rows: readonly Row[]): Grant[] {
  return rows.filter(givesRole).map((row) => ({
    who: known(WHO, row.loop ?? text(param(row, 'principalId')), row),
    scope: MODULES[fileName(row.path)]!(row),
    role: fileName(row.path) === 'landing-role.bicep' ? FILE_ADDER : text(param(row, 'role')),
    reason: text(param(row, 'reason')),
  }));
}

/** What makes roles broader than a container, or an account where the host needs it; none where all is well. */
export function accessFaults(rows: readonly Row[]): string[] {
  const faults: string[] = [];
  for (const row of made(rows, ASSIGNMENT)) {
    const expect = (path: string, pattern: RegExp) => {
      const found = text(at(row.body, path));
      if (!pattern.test(found)) faults.push(`${nameOf(row)}: ${path} is ${found}`);
    };
    // Without a scope it would be the resource group; an identity's role is on one thing.
    expect('scope', /^(account|account::blobs::container|component|vault)$/);
    if (text(at(row.body, 'scope')) === 'vault' && fileName(row.file) !== 'vault-role.bicep')
      faults.push(`${nameOf(row)}: on the vault`);
    if (fileName(row.file) === 'landing-role.bicep') {
      faults.push(...conditionFaults(row));
      continue;
    }
    expect('name', /^guid\((account|account::blobs::container|component|vault)\.id, principalId, roleIds\[role\]\)$/);
    expect('properties.principalType', /^(ServicePrincipal|principalType)$/);
    expect('properties.description', /^reason$/);
    expect(
      'properties.roleDefinitionId',
      /^subscriptionResourceId\('Microsoft\.Authorization\/roleDefinitions', roleIds\[role\]\)$/,
    );
    if (!(fileName(row.file) in MODULES)) faults.push(`${nameOf(row)}: given outside the modules that give roles`);
  }
  faults.push(...definitionFaults(rows), ...landingFaults(rows));
  for (const { who, scope, role } of grantsOf(rows)) {
    if (who.startsWith('landing app')) continue;
    const wide = !scope.includes('container');
    if (wide && who !== 'function app') faults.push(`${who} has ${role} on the whole ${scope}`);
    if (wide && scope === 'lake account') faults.push(`${who} has ${role} on the whole lake`);
    if (role === 'Storage Blob Data Owner' && scope !== 'host account')
      faults.push(`${who} owns blobs of the ${scope}`);
    if (who.startsWith('engines') || who.startsWith('people')) {
      if (role !== 'Storage Blob Data Reader' || !scope.endsWith('`curated`'))
        faults.push(`${who} has ${role} on ${scope}`);
    }
  }
  return faults;
}

/** What is wrong with the assignment that lets files be added: the condition has to hold for all that the role allows. */
function conditionFaults(row: Row): string[] {
  const faults: string[] = [];
  const expected = {
    name: "guid(account::blobs::container.id, principalId, 'audit-lake-file-adder')",
    'properties.principalType': 'ServicePrincipal',
    'properties.description': 'reason',
    'properties.roleDefinitionId': 'empty(roleDefinitionId) ? adder.id : roleDefinitionId',
    'properties.conditionVersion': '2.0',
    'properties.condition':
      "'((!(ActionMatches{\\'$<blob>/add/action\\'}) AND !(ActionMatches{\\'$<blob>/read\\'})) OR ($<below>))'",
  };
  for (const [path, value] of Object.entries(expected)) {
    const found = text(at(row.body, path)).replaceAll(/\$\{(\w+)\}/g, '$<$1>');
    if (found !== value) faults.push(`${nameOf(row)}: ${path} is ${found}`);
  }
  return faults;
}

/** Roles of our own: one, which may add blobs and read them. */
function definitionFaults(rows: readonly Row[]): string[] {
  const [definition, ...others] = made(rows, DEFINITION);
  const permissions = at(definition?.body, 'properties.permissions');
  const expected = [{ actions: [], notActions: [], dataActions: FILE_ADDER_MAY, notDataActions: [] }];
  const isNarrow = JSON.stringify(permissions) === JSON.stringify(expected);
  return [
    ...others.map((row) => `${nameOf(row)}: a further role`),
    ...(isNarrow ? [] : [`the file adder may ${JSON.stringify(permissions)}`]),
    ...(definition?.file === 'modules/landing-role.bicep' ? [] : ['the file adder is elsewhere']),
  ];
}

/** What lands files reaches neither curated nor quarantine nor evidence, and of raw no more than it adds. */
function landingFaults(rows: readonly Row[]): string[] {
  const given = grantsOf(rows).filter(({ who }) => who.startsWith('landing app'));
  const found = given.map(({ scope, role }) => `${scope}: ${role}`);
  return [
    ...found.filter((each) => !LANDING_APP.includes(each)).map((each) => `the landing app has ${each}`),
    ...LANDING_APP.filter((each) => !found.includes(each)).map((each) => `the landing app lacks ${each}`),
    ...grantsOf(rows)
      .filter(({ who, role }) => role === FILE_ADDER && !who.startsWith('landing app'))
      .map(({ who }) => `${who} adds files`),
  ];
}

/** The rows of a Markdown table with the columns who, scope, role and reason. */
export function grantsInTable(markdown: string): Grant[] {
  const [, body] = /^\| who \| scope \| role \| reason \|\n\|[-|]+\|\n((?:\|.*\|\n)+)/m.exec(markdown) ?? [];
  if (body === undefined) throw new Error('expected a table with the columns who, scope, role and reason, found none');
  return body
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [who = '', scope = '', role = '', reason = ''] = line.slice(2, -2).split(' | ');
      return { who, scope, role, reason };
    });
}

function givesRole({ kind, path }: Row): boolean {
  return kind === 'module' && fileName(path) in MODULES;
}

function accountOf(row: Row): string {
  return known(ACCOUNTS, text(param(row, 'accountName')), row);
}

function containerOf(row: Row): string {
  const name = param(row, 'containerName');
  return typeof name === 'string' ? `\`${name}\`` : known(CONTAINERS, text(name), row);
}

function param(row: Row, name: string) {
  return at(row.body, `params.${name}`);
}

function fileName(path = ''): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function known(words: Readonly<Record<string, string>>, expression: string, row: Row): string {
  const word = words[expression];
  if (word === undefined)
    throw new Error(`${nameOf(row)}: expected one of ${Object.keys(words).join(', ')}, found ${expression}`);
  return word;
}
