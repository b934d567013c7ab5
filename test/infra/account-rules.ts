import { at, made, nameOf, type Row, text } from './dump.ts';

const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const CONTAINER = `${ACCOUNT}/blobServices/containers`;
const POLICY = `${CONTAINER}/immutabilityPolicies`;

/** What holds for every storage account, by path in its body. */
const ALWAYS: Readonly<Record<string, string>> = {
  'properties.defaultToOAuthAuthentication': 'true',
  'properties.minimumTlsVersion': 'TLS1_2',
  'properties.supportsHttpsTrafficOnly': 'true',
  'properties.allowBlobPublicAccess': 'false',
  'properties.allowCrossTenantReplication': 'false',
  'properties.isLocalUserEnabled': 'false',
  'properties.networkAcls.bypass': 'AzureServices',
};

/** What holds for one of them. */
const EACH: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'modules/landing.bicep': {
    'properties.isHnsEnabled': 'true',
    'properties.allowSharedKeyAccess': "exporterAuth == 'key'",
    'properties.publicNetworkAccess': 'Enabled',
    'properties.networkAcls.defaultAction': "empty(exporterIpRules) ? 'Allow' : 'Deny'",
  },
  'modules/lake.bicep': {
    'properties.isHnsEnabled': 'true',
    'properties.allowSharedKeyAccess': 'false',
    'properties.publicNetworkAccess': "isPrivate ? 'Disabled' : 'Enabled'",
    'properties.networkAcls.defaultAction': "isPrivate ? 'Deny' : 'Allow'",
  },
  'modules/host.bicep': {
    'properties.isHnsEnabled': 'false',
    'properties.allowSharedKeyAccess': 'false',
    'properties.publicNetworkAccess': "isPrivate ? 'Disabled' : 'Enabled'",
    'properties.networkAcls.defaultAction': "isPrivate ? 'Deny' : 'Allow'",
  },
};

/** The containers that there are, by account. */
const CONTAINERS: Readonly<Record<string, readonly string[]>> = {
  'modules/landing.bicep': ['raw'],
  'modules/lake.bicep': ['curated', 'evidence', 'quarantine'],
  'modules/host.bicep': ['app-packages', 'dead-letters'],
  'modules/landing-state.bicep': ['landing-state'],
};

/** What a policy lets a writer do: appending where the exporter writes through dfs, nothing where files come whole. */
const APPENDS: Readonly<Record<string, readonly [string, string]>> = {
  'modules/landing.bicep': ['null', 'true'],
  'modules/lake.bicep': ['false', 'false'],
};

/** What is wrong with the storage accounts, in words; none where all is well. */
export function accountFaults(rows: readonly Row[]): string[] {
  const faults: string[] = [];
  const accounts = made(rows, ACCOUNT);
  const expect = (row: Row, path: string, expected: string) => {
    const found = text(at(row.body, path));
    if (found !== expected) faults.push(`${nameOf(row)}: ${path}: expected ${expected}, found ${found}`);
  };
  const files = accounts.map(({ file }) => file).sort();
  if (files.join() !== Object.keys(EACH).sort().join()) faults.push(`accounts in ${files.join(', ')}`);
  for (const account of accounts) {
    for (const [path, expected] of Object.entries({ ...ALWAYS, ...EACH[account.file] }))
      expect(account, path, expected);
  }
  for (const [file, expected] of Object.entries(CONTAINERS)) {
    const containers = made(rows, CONTAINER).filter((row) => row.file === file);
    for (const container of containers) expect(container, 'properties.publicAccess', 'None');
    const names = containers.map(({ body }) => text(at(body, 'name'))).sort();
    if (names.join() !== expected.join()) faults.push(`${file}: containers ${names.join(', ')}`);
  }
  for (const policy of made(rows, POLICY)) {
    const [some, all] = APPENDS[policy.file] ?? ['no policy', 'no policy'];
    expect(policy, 'properties.allowProtectedAppendWrites', some);
    expect(policy, 'properties.allowProtectedAppendWritesAll', all);
    if (policy.condition === undefined) faults.push(`${nameOf(policy)}: made without being asked for`);
  }
  faults.push(...switchFaults(rows), ...lifecycleFaults(rows));
  return faults;
}

/** The switch closes lake and host, and the landing account knows nothing of it. */
function switchFaults(rows: readonly Row[]): string[] {
  const module = (path: string) => rows.find((row) => row.kind === 'module' && row.path === path);
  const given = (path: string) => text(at(module(path)?.body, 'params.isPrivate'));
  return [
    ...(given('modules/lake.bicep') === 'privateNetwork' ? [] : ['the switch does not reach the lake']),
    ...(given('modules/host.bicep') === 'privateNetwork' ? [] : ['the switch does not reach the host']),
    ...(given('modules/landing.bicep') === 'null' ? [] : ['the switch reaches the landing account']),
    ...rows
      .filter(({ path }) => path === 'modules/private-endpoints.bicep' || path === 'modules/private-dns.bicep')
      .filter(({ condition }) => condition !== 'privateNetwork')
      .map((row) => `${nameOf(row)}: made without the switch`),
  ];
}

/** Raw files are deleted only where somebody says after how long, and never go where they cannot be read. */
function lifecycleFaults(rows: readonly Row[]): string[] {
  const faults: string[] = [];
  const policies = made(rows, `${ACCOUNT}/managementPolicies`);
  if (policies.map(({ file }) => file).join() !== 'modules/landing.bicep') faults.push('lifecycle of other accounts');
  for (const policy of policies) {
    const rules = at(policy.body, 'properties.policy.rules');
    for (const rule of Array.isArray(rules) ? rules : []) {
      const deletes = at(rule, 'definition.actions.baseBlob.delete') !== undefined;
      const switched = text(at(rule, 'enabled'));
      if (switched !== (deletes ? 'retentionDays > 0' : 'coolAfterDays > 0')) {
        faults.push(`rule ${text(at(rule, 'name'))}: on when ${switched}`);
      }
      const prefixes = at(rule, 'definition.filters.prefixMatch');
      if (!Array.isArray(prefixes) || prefixes.map(text).join() !== `'\${raw.name}/'`) {
        faults.push(`rule ${text(at(rule, 'name'))}: reaches more than raw`);
      }
    }
    if (/archive/i.test(JSON.stringify(rules))) faults.push('a rule archives');
  }
  return faults;
}
