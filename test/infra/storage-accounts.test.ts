import assert from 'node:assert/strict';
import { describe, it, test } from 'vitest';
import { accountFaults, lifecycle } from './account-rules.ts';
import { at, objectsIn, ofType, only, planted, type Resource, snapshot, snapshots, template } from './snapshot.ts';

const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const CONTAINER = `${ACCOUNT}/blobServices/containers`;

/** The one variant whose exporter signs in with a key. */
const hasKeys = (variant: string) => variant === 'firewall';

const isAccount = (kind: string) => (each: Resource) => each.type === ACCOUNT && each.name.startsWith(kind);

describe.each([...snapshots])('%s', (variant, resources) => {
  it('has keys on landing alone and only if asked for, TLS, no public blobs, and the containers that there are', () => {
    assert.deepEqual(accountFaults(resources, hasKeys(variant)), []);
  });
});

test('keys, a lifecycle and policies are there as parameters ask for them', () => {
  assert.equal(at(only(snapshot('firewall'), ACCOUNT, /^landing/), 'properties.allowSharedKeyAccess'), true);
  assert.equal(accountFaults(snapshot('firewall')).length, 1);
  assert.deepEqual(lifecycle(snapshot('plain')), { cools: 30, tier: 'tierToCool', deletes: null });
  assert.deepEqual(lifecycle(snapshot('dev')), { cools: null, tier: 'tierToCool', deletes: null });
  assert.deepEqual(lifecycle(snapshot('retention')), { cools: 90, tier: 'tierToCold', deletes: 400 });
  const policies = (variant: string) =>
    ofType(snapshot(variant), `${CONTAINER}/immutabilityPolicies`)
      .map((each) => [each.name.split('/')[2], at(each, 'properties.immutabilityPeriodSinceCreationInDays')])
      .sort();
  assert.deepEqual(policies('plain'), []);
  assert.deepEqual(policies('retention'), [
    ['evidence', 3650],
    ['raw', 365],
  ]);
});

test('a weakened account is noticed', () => {
  const changes: [kind: string, path: string, value: string | boolean][] = [
    ['lake', 'properties.allowSharedKeyAccess', true],
    ['host', 'properties.allowSharedKeyAccess', true],
    ['landing', 'properties.allowSharedKeyAccess', true],
    ['lake', 'properties.minimumTlsVersion', 'TLS1_0'],
    ['lake', 'properties.allowBlobPublicAccess', true],
    ['landing', 'properties.allowCrossTenantReplication', true],
    ['host', 'properties.isHnsEnabled', true],
  ];
  for (const [kind, path, value] of changes) {
    for (const changed of [value, undefined]) {
      const weakened = planted(snapshot('plain'), isAccount(kind), path, changed);
      assert.equal(accountFaults(weakened).length, 1, `${kind} ${path} ${changed}`);
    }
  }
});

test('a further account or container, or one less, is noticed', () => {
  const plain = snapshot('plain');
  const [account] = plain.filter(isAccount('lake'));
  assert.equal(accountFaults([...plain, { ...account!, name: 'other' }]).length, 1);
  const evidence = only(plain, CONTAINER, /evidence$/);
  assert.equal(accountFaults(plain.filter((each) => each !== evidence)).length, 1);
  assert.equal(accountFaults([...plain, { ...evidence, name: `${account!.name}/default/more` }]).length, 1);
});

test('a lifecycle that deletes or archives, or reaches more than raw, and a policy that lets too much, are noticed', () => {
  const isPolicy = ({ type }: Resource) => type === `${ACCOUNT}/managementPolicies`;
  const rules = 'properties.policy.rules';
  for (const [path, value] of [
    [`${rules}.0.definition.actions.baseBlob`, { delete: { daysAfterModificationGreaterThan: 1 } }],
    [`${rules}.0.definition.actions.baseBlob`, { tierToArchive: { daysAfterModificationGreaterThan: 1 } }],
    [`${rules}.1.definition.filters.prefixMatch`, ['']],
  ] as const) {
    assert.equal(accountFaults(planted(snapshot('plain'), isPolicy, path, value)).length, 1, path);
  }
  const isWorm = ({ type, name }: Resource) =>
    type === `${CONTAINER}/immutabilityPolicies` && name.includes('evidence');
  const lets = planted(snapshot('retention'), isWorm, 'properties.allowProtectedAppendWritesAll', true);
  assert.equal(accountFaults(lets).length, 1);
});

/** Private endpoints by what they are to: kinds of accounts, with their services. */
function endpoints(variant: string): string[] {
  return ofType(snapshot(variant), 'Microsoft.Network/privateEndpoints')
    .map(({ name }) => name.replace(/krdneg2isg3ek/, ''))
    .sort();
}

test('private endpoints are those that the facts of each account ask for', () => {
  const accounts = ['host-blob', 'host-queue', 'host-table', 'lake-blob', 'lake-dfs'];
  const landing = ['landing-blob', 'landing-dfs', 'landing-queue'];
  assert.deepEqual(endpoints('plain'), []);
  assert.deepEqual(endpoints('private-network'), [...accounts, ...landing]);
  const ofLandingApp = ['land--vault', 'landhost-blob', 'landhost-table'];
  assert.deepEqual(
    endpoints('receiver-with-closed-pipeline'),
    ['audit-lake--sites', ...accounts, ...landing, ...ofLandingApp].sort(),
  );
});

test('one endpoint after the other: an account refuses a second one while it takes the first', () => {
  const made = [...objectsIn(template('azuredeploy'))].filter(
    ({ type, copy }) => type === 'Microsoft.Network/privateEndpoints' && copy !== undefined,
  );
  assert.ok(made.length > 0);
  for (const { copy } of made) assert.deepEqual([at(copy, 'mode'), at(copy, 'batchSize')], ['serial', 1]);
});

test('only the host account of the app that Event Grid delivers to has a container for dead letters', () => {
  const holders = ofType(snapshot('sources'), CONTAINER).filter(({ name }) => name.endsWith('/dead-letters'));
  assert.deepEqual(
    holders.map(({ name }) => name.startsWith('host')),
    [true],
  );
});
