import { at, ofType, type Resource, type Value } from './snapshot.ts';

const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const CONTAINER = `${ACCOUNT}/blobServices/containers`;

/** What holds for every storage account, by path. */
const ALWAYS: Readonly<Record<string, Value>> = {
  'properties.defaultToOAuthAuthentication': true,
  'properties.minimumTlsVersion': 'TLS1_2',
  'properties.supportsHttpsTrafficOnly': true,
  'properties.allowBlobPublicAccess': false,
  'properties.allowCrossTenantReplication': false,
  'properties.isLocalUserEnabled': false,
};

/** Kinds of accounts: the namespace that each needs, and its containers. */
const KINDS = {
  landing: { hasFolders: true, containers: ['landing-state', 'raw'] },
  lake: { hasFolders: true, containers: ['curated', 'evidence', 'quarantine'] },
  host: { hasFolders: false, containers: ['app-packages', 'dead-letters'] },
  landhost: { hasFolders: false, containers: ['app-packages'] },
} as const;

/** What a policy lets a writer do: appending where the exporter writes through dfs, nothing where files come whole. */
const APPENDS: Readonly<Record<string, Value>> = {
  raw: { allowProtectedAppendWritesAll: true },
  evidence: { allowProtectedAppendWrites: false, allowProtectedAppendWritesAll: false },
};

function kindOf(name: string): keyof typeof KINDS | undefined {
  return (['landhost', 'landing', 'lake', 'host'] as const).find((kind) => name.startsWith(kind));
}

/** What is wrong with the storage accounts, in words; none where all is well. @param hasKeys whether the exporter signs in with one */
export function accountFaults(resources: readonly Resource[], hasKeys = false): string[] {
  const faults: string[] = [];
  const expect = (account: Resource, path: string, expected: Value) => {
    const found = at(account, path);
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
      faults.push(`${account.name}: ${path}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
    }
  };
  for (const account of ofType(resources, ACCOUNT)) {
    const kind = kindOf(account.name);
    if (kind === undefined) {
      faults.push(`${account.name}: an account of no kind`);
      continue;
    }
    for (const [path, expected] of Object.entries(ALWAYS)) expect(account, path, expected);
    // Who closes out the services that Azure trusts as well, closes them out of landing and lake: the host needs them.
    const mayBypass = at(account, 'properties.networkAcls.bypass');
    if (mayBypass !== 'AzureServices' && (mayBypass !== 'None' || kind === 'host')) {
      faults.push(`${account.name}: bypass ${String(mayBypass)}`);
    }
    expect(account, 'properties.isHnsEnabled', KINDS[kind].hasFolders);
    expect(account, 'properties.allowSharedKeyAccess', kind === 'landing' && hasKeys);
    const containers = ofType(resources, CONTAINER).filter(({ name }) => name.startsWith(`${account.name}/`));
    for (const container of containers) expect(container, 'properties.publicAccess', 'None');
    const names = containers.map(({ name }) => name.slice(name.lastIndexOf('/') + 1));
    const lacking = KINDS[kind].containers.filter((name) => name !== 'landing-state' && !names.includes(name));
    faults.push(...lacking.map((name) => `${account.name}: no container ${name}`));
    const allowed: readonly string[] = KINDS[kind].containers;
    faults.push(...names.filter((name) => !allowed.includes(name)).map((name) => `${account.name}: a further ${name}`));
  }
  return [...faults, ...policyFaults(resources), ...lifecycleFaults(resources)];
}

/** A policy is never locked by a template, and lets in what its writer does. */
function policyFaults(resources: readonly Resource[]): string[] {
  return ofType(resources, `${CONTAINER}/immutabilityPolicies`).flatMap(({ name, properties }) => {
    const [, , container = ''] = name.split('/');
    const { immutabilityPeriodSinceCreationInDays: days, ...rest } = properties ?? {};
    const isRight = JSON.stringify(rest) === JSON.stringify(APPENDS[container]) && Number(days) > 0;
    return isRight ? [] : [`${name}: ${JSON.stringify(properties)}`];
  });
}

/** Raw files are deleted only where somebody says after how long, and never go where they cannot be read. */
function lifecycleFaults(resources: readonly Resource[]): string[] {
  return ofType(resources, `${ACCOUNT}/managementPolicies`).flatMap((policy) => {
    if (kindOf(policy.name) !== 'landing') return [`${policy.name}: a lifecycle of another account`];
    const rules = at(policy, 'properties.policy.rules');
    const [cools, expires, ...others] = Array.isArray(rules) ? (rules as Value[]) : [];
    const reach = [cools, expires].map((rule) => JSON.stringify(at(rule, 'definition.filters.prefixMatch')));
    return [
      ...(others.length > 0 ? ['further rules'] : []),
      ...reach.filter((each) => each !== '["raw/"]').map((each) => `a rule reaches ${each}`),
      ...(at(cools, 'definition.actions.baseBlob.delete') === undefined ? [] : ['what cools deletes']),
      ...(/archive/i.test(JSON.stringify(rules)) ? ['a rule archives'] : []),
    ];
  });
}

/** After how many days raw files cool and are deleted; null for never. */
export function lifecycle(resources: readonly Resource[]): { cools: Value; tier: string; deletes: Value } {
  const [policy] = ofType(resources, `${ACCOUNT}/managementPolicies`);
  const [cools, expires] = at(policy, 'properties.policy.rules') as readonly Value[];
  const [[tier, days] = ['', undefined]] = Object.entries(at(cools, 'definition.actions.baseBlob') as object) as [
    string,
    Value,
  ][];
  const after = 'daysAfterModificationGreaterThan';
  return {
    cools: at(cools, 'enabled') === true ? (at(days, after) ?? null) : null,
    tier,
    deletes:
      at(expires, 'enabled') === true ? (at(expires, `definition.actions.baseBlob.delete.${after}`) ?? null) : null,
  };
}
