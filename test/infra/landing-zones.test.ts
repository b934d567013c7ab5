import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';

const SNAPSHOTS = join(import.meta.dirname, 'snapshots');

interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly properties?: Properties;
  readonly identity?: Properties;
}
interface Properties {
  readonly [name: string]: unknown;
}

const snapshot = (variant: string) =>
  JSON.parse(readFileSync(join(SNAPSHOTS, `${variant}.json`), 'utf8')) as readonly Resource[];

const of = (resources: readonly Resource[], type: string) => resources.filter((each) => each.type === type);

/** The value at a path such as `encryption.services.queue.keyType`. */
function at(resource: Resource | undefined, path: string): unknown {
  let found: unknown = resource?.properties;
  for (const name of path.split('.')) found = (found as Properties | undefined)?.[name];
  return found;
}

const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const SITE = 'Microsoft.Web/sites';
const SUBSCRIPTION = 'Microsoft.EventGrid/systemTopics/eventSubscriptions';

const app = (resources: readonly Resource[]) => of(resources, SITE).find(({ name }) => !name.includes('-land-'));
const landingApp = (resources: readonly Resource[]) => of(resources, SITE).find(({ name }) => name.includes('-land-'));

/** Names of what can be reached from the internet. */
const open = (resources: readonly Resource[]) =>
  resources.filter((each) => at(each, 'publicNetworkAccess') === 'Enabled').map(({ type, name }) => `${type} ${name}`);

describe('delivery = queue', () => {
  const resources = snapshot('queue-delivery');

  it('closes the app, and leads to it and to what deploys it by a private endpoint with its name', () => {
    assert.equal(at(app(resources), 'publicNetworkAccess'), 'Disabled');
    const [endpoint, ...others] = of(resources, 'Microsoft.Network/privateEndpoints');
    assert.deepEqual(others, []);
    assert.match(
      JSON.stringify(endpoint?.properties),
      new RegExp(`"privateLinkServiceId":"${app(resources)?.id}","groupIds":\\["sites"\\]`),
    );
    assert.deepEqual(
      of(resources, 'Microsoft.Network/privateDnsZones').map(({ name }) => name),
      ['privatelink.azurewebsites.net'],
    );
  });

  it('delivers to the queue of the host account by the identity of the topic alone', () => {
    const [subscription, ...others] = of(resources, SUBSCRIPTION);
    assert.deepEqual(others, []);
    assert.equal(at(subscription, 'destination'), undefined);
    assert.deepEqual(at(subscription, 'deliveryWithResourceIdentity.identity'), { type: 'SystemAssigned' });
    const queue = of(resources, `${ACCOUNT}/queueServices/queues`).find(({ name }) => name.endsWith('/raw-events'));
    const to = at(subscription, 'deliveryWithResourceIdentity.destination.properties') as Properties;
    assert.equal(queue?.id, `${to['resourceId']}/queueServices/default/queues/${to['queueName']}`);
    const sender = 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a';
    const roles = of(resources, 'Microsoft.Authorization/roleAssignments').filter((each) =>
      String(at(each, 'roleDefinitionId')).endsWith(sender),
    );
    assert.deepEqual(
      roles.map(({ id }) => id.split('/providers/Microsoft.Authorization/')[0]),
      [queue?.id],
    );
  });

  it('keeps instances of the function that reads the queue', () => {
    assert.deepEqual(at(app(resources), 'functionAppConfig.scaleAndConcurrency.alwaysReady'), [
      { name: 'function:ingest-announced', instanceCount: 1 },
    ]);
    assert.deepEqual(at(app(snapshot('prod')), 'functionAppConfig.scaleAndConcurrency.alwaysReady'), [
      { name: 'blob', instanceCount: 1 },
    ]);
    assert.deepEqual(at(app(snapshot('plain')), 'functionAppConfig.scaleAndConcurrency.alwaysReady'), []);
  });
});

describe('every deployment', () => {
  for (const file of readdirSync(SNAPSHOTS).filter((name) => name !== 'eventgrid.json')) {
    const resources = snapshot(file.replace(/\.json$/, ''));
    it(`has both queues of events, so that none is lost when delivery is switched: ${file}`, () => {
      const names = of(resources, `${ACCOUNT}/queueServices/queues`).map(({ name }) => name.split('/')[2]);
      assert.deepEqual(names, ['raw-events', 'raw-events-poison']);
    });

    it(`closes the app exactly where its events come by the queue: ${file}`, () => {
      const isQueue = of(resources, SUBSCRIPTION).length > 0;
      assert.equal(at(app(resources), 'publicNetworkAccess'), isQueue ? 'Disabled' : 'Enabled');
    });

    it(`passes the policies on how accounts are encrypted and keep containers: ${file}`, () => {
      for (const account of of(resources, ACCOUNT)) {
        const isBefore = file === 'customer-key-given.json';
        assert.equal(at(account, 'encryption.requireInfrastructureEncryption'), !isBefore, account.name);
        for (const service of ['queue', 'table']) {
          assert.equal(at(account, `encryption.services.${service}.keyType`), isBefore ? 'Service' : 'Account');
        }
        for (const service of ['blob', 'file'])
          assert.equal(at(account, `encryption.services.${service}.enabled`), true);
      }
      for (const blobs of of(resources, `${ACCOUNT}/blobServices`)) {
        assert.ok(Number(at(blobs, 'containerDeleteRetentionPolicy.days')) >= 7, blobs.name);
      }
    });
  }
});

describe('what is closed', () => {
  it('is everything, where nothing comes over the internet', () => {
    const resources = snapshot('hardened');
    assert.deepEqual(open(resources), []);
    assert.equal(of(resources, SITE).length, 2);
    for (const account of of(resources, ACCOUNT)) {
      assert.deepEqual(at(account, 'networkAcls.virtualNetworkRules') ?? [], [], account.name);
      assert.equal(at(account, 'networkAcls.defaultAction'), 'Deny', account.name);
    }
    const [network] = of(resources, 'Microsoft.Network/virtualNetworks');
    for (const { name, properties } of at(network, 'subnets') as readonly { name: string; properties: Properties }[]) {
      assert.equal(properties['defaultOutboundAccess'], false, name);
      assert.equal(properties['privateEndpointNetworkPolicies'], 'Enabled', name);
      assert.ok(properties['networkSecurityGroup'], name);
      assert.equal(((properties['serviceEndpoints'] ?? []) as readonly unknown[]).length, 0, name);
      if (name !== 'endpoints') assert.ok(properties['natGateway'], name);
    }
  });

  it('has locks, the scans of Defender and logs of reads where they are asked for', () => {
    const resources = snapshot('hardened');
    const accounts = (type: string) =>
      of(resources, type)
        .map(({ id }) => /storageAccounts\/([a-z]+?)[a-z0-9]{13}\//.exec(id)?.[1])
        .sort();
    assert.deepEqual(accounts('Microsoft.Authorization/locks'), ['lake', 'landing']);
    assert.deepEqual(accounts('Microsoft.Security/defenderForStorageSettings'), ['lake', 'landing']);
    const reads = of(resources, 'Microsoft.Insights/diagnosticSettings').filter((each) =>
      JSON.stringify(each).includes('StorageRead'),
    );
    assert.equal(reads.length, 2);
    assert.deepEqual(of(snapshot('plain'), 'Microsoft.Authorization/locks'), []);
  });

  it('is the pipeline’s app and not the receiver, which an outsider calls', () => {
    const resources = snapshot('receiver-with-closed-pipeline');
    assert.equal(at(app(resources), 'publicNetworkAccess'), 'Disabled');
    assert.equal(at(landingApp(resources), 'publicNetworkAccess'), 'Enabled');
    assert.equal(at(landingApp(snapshot('own-network')), 'publicNetworkAccess'), 'Disabled', 'one that only pulls');
  });

  it('has its private endpoints one after the other, after all accounts with their firewalls', () => {
    const template = JSON.parse(readFileSync(join(SNAPSHOTS, '../../../infra/azuredeploy.json'), 'utf8')) as {
      resources: Record<string, { dependsOn?: readonly string[] }>;
    };
    const { endpoints } = template.resources;
    for (const account of ['landing', 'lake', 'host']) assert.ok(endpoints?.dependsOn?.includes(account), account);
  });
});

describe('what is there already', () => {
  it('is used and not made: network, zones, workspace, action group', () => {
    const resources = snapshot('own-network');
    for (const type of [
      'Microsoft.Network/virtualNetworks',
      'Microsoft.Network/networkSecurityGroups',
      'Microsoft.Network/privateDnsZones',
      'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
      'Microsoft.OperationalInsights/workspaces',
      'Microsoft.Insights/actionGroups',
    ]) {
      assert.deepEqual(of(resources, type), [], type);
    }
    const endpoints = of(resources, 'Microsoft.Network/privateEndpoints');
    assert.ok(endpoints.length > 8);
    for (const endpoint of endpoints) assert.match(String(at(endpoint, 'subnet.id')), /\/spoke\/subnets\/endpoints$/);
    assert.equal(of(resources, 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups').length, endpoints.length);
    assert.match(String(at(app(resources), 'virtualNetworkSubnetId')), /\/spoke\/subnets\/app$/);
    assert.match(String(at(landingApp(resources), 'virtualNetworkSubnetId')), /\/spoke\/subnets\/landing$/);
    for (const rule of of(resources, 'Microsoft.Insights/scheduledQueryRules')) {
      assert.match(JSON.stringify(at(rule, 'actions')), /actionGroups\/on-call"/);
    }
    const [budget] = of(resources, 'Microsoft.Consumption/budgets');
    assert.match(JSON.stringify(budget), /"contactGroups":\["[^"]*on-call"\]/);
  });

  it('leaves names to a policy where one makes them', () => {
    const resources = snapshot('customer-key');
    assert.ok(of(resources, 'Microsoft.Network/privateEndpoints').length > 8);
    for (const type of [
      'privateDnsZones',
      'privateDnsZones/virtualNetworkLinks',
      'privateEndpoints/privateDnsZoneGroups',
    ]) {
      assert.deepEqual(of(resources, `Microsoft.Network/${type}`), [], type);
    }
  });

  it('takes a landing account of another subscription, and makes nothing of it but roles and the subscription', () => {
    const elsewhere = snapshot('landing-elsewhere').filter(({ id }) =>
      id.startsWith('/subscriptions/00000000-0000-4000-8000-0000000000bb/resourceGroups/exports/'),
    );
    assert.deepEqual([...new Set(elsewhere.map(({ type }) => type))].sort(), [
      'Microsoft.Authorization/roleAssignments',
      'Microsoft.Authorization/roleDefinitions',
      SUBSCRIPTION,
      `${ACCOUNT}/blobServices/containers`,
    ]);
    const subscription = elsewhere.find(({ type }) => type === SUBSCRIPTION);
    assert.equal(subscription?.name, 'exports-events/nexthink-audit-lake-queue');
    assert.equal(at(subscription, 'filter.subjectBeginsWith'), '/blobServices/default/containers/raw/blobs/audit/');
  });
});

describe('customerKey', () => {
  it('is of all accounts: one that is made has a vault that cannot be purged, and renews itself', () => {
    const resources = snapshot('customer-key');
    assert.equal(of(resources, ACCOUNT).length, 4);
    for (const account of of(resources, ACCOUNT)) {
      assert.equal(at(account, 'encryption.keySource'), 'Microsoft.Keyvault', account.name);
      assert.match(JSON.stringify(account.identity), /audit-lake-encryption-identity/);
      assert.match(String(at(account, 'encryption.identity.userAssignedIdentity')), /audit-lake-encryption-identity$/);
    }
    const [key] = of(resources, 'Microsoft.KeyVault/vaults/keys');
    assert.match(JSON.stringify(key), /"rotate"/);
    const vault = of(resources, 'Microsoft.KeyVault/vaults').find(({ name }) => key?.name.startsWith(`${name}/`));
    assert.equal(at(vault, 'enablePurgeProtection'), true);
    assert.equal(at(vault, 'networkAcls.bypass'), 'AzureServices');
  });

  it('may be one that is there: no vault and no key is made', () => {
    const resources = snapshot('customer-key-given');
    assert.deepEqual(
      resources.filter(({ type }) => type.startsWith('Microsoft.KeyVault/')),
      [],
    );
    for (const account of of(resources, ACCOUNT)) {
      assert.equal(at(account, 'encryption.keyvaultproperties.keyvaulturi'), 'https://keys.vault.azure.net/');
      assert.match(JSON.stringify(account.identity), /userAssignedIdentities\/storage-key/);
    }
    for (const account of of(snapshot('plain'), ACCOUNT)) {
      assert.equal(at(account, 'encryption.keySource'), 'Microsoft.Storage');
    }
  });
});
