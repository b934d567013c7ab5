import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { accountFaults } from './account-rules.ts';
import { at, INFRA, made, planted, type Row, testDump, withValue } from './dump.ts';

const ACCOUNT = 'Microsoft.Storage/storageAccounts';

const isAccount =
  (name: string) =>
  ({ type, file, existing }: Row) =>
    type === ACCOUNT && file === `modules/${name}.bicep` && existing !== true;

testDump(
  'three accounts: keys only on landing and only if asked for, TLS, no public blobs, closed by the switch',
  (rows) => {
    assert.deepEqual(accountFaults(rows), []);
  },
);

testDump('a weakened account is noticed', (rows) => {
  const changes: [name: string, path: string, value: string | boolean][] = [
    ['lake', 'properties.allowSharedKeyAccess', true],
    ['host', 'properties.allowSharedKeyAccess', true],
    ['landing', 'properties.allowSharedKeyAccess', true],
    ['landing', 'properties.publicNetworkAccess', 'Disabled'],
    ['lake', 'properties.publicNetworkAccess', 'Enabled'],
    ['host', 'properties.networkAcls.defaultAction', 'Allow'],
    ['lake', 'properties.minimumTlsVersion', 'TLS1_0'],
    ['lake', 'properties.allowBlobPublicAccess', true],
    ['landing', 'properties.allowCrossTenantReplication', true],
    ['host', 'properties.isHnsEnabled', true],
  ];
  for (const [name, path, value] of changes) {
    const weakened = planted(rows, isAccount(name), (row) => withValue(row, path, value));
    assert.equal(accountFaults(weakened).length, 1, `${name} ${path}`);
    const forgotten = planted(rows, isAccount(name), (row) => withValue(row, path, undefined));
    assert.equal(accountFaults(forgotten).length, 1, `${name} without ${path}`);
  }
});

testDump('a further account or container, or one less, is noticed', (rows) => {
  const [account] = rows.filter(isAccount('lake'));
  assert.ok(account !== undefined);
  assert.notDeepEqual(accountFaults([...rows, { ...account, file: 'modules/other.bicep' }]), []);
  const without = rows.filter(({ symbol, file }) => !(symbol === 'evidence' && file === 'modules/lake.bicep'));
  assert.equal(accountFaults(without).length, 1);
});

testDump('a switch that reaches the landing account, or not the lake, is noticed', (rows) => {
  const toLanding = planted(
    rows,
    ({ path }) => path === 'modules/landing.bicep',
    (row) => withValue(row, 'params.isPrivate', { $expr: 'privateNetwork' }),
  );
  assert.equal(accountFaults(toLanding).length, 1);
  const always = planted(
    rows,
    ({ path }) => path === 'modules/lake.bicep',
    (row) => withValue(row, 'params.isPrivate', false),
  );
  assert.equal(accountFaults(always).length, 1);
});

testDump('a lifecycle that deletes without being asked to, or archives, is noticed', (rows) => {
  const isPolicy = ({ type }: Row) => type === `${ACCOUNT}/managementPolicies`;
  const text = JSON.stringify(rows.find(isPolicy)?.body);
  for (const [from, to] of [
    ['{"$expr":"retentionDays > 0"}', 'true'],
    ['{"$expr":"cooling"}', '{"tierToArchive":{"daysAfterModificationGreaterThan":1}}'],
    [`\${raw.name}/'`, "'"],
  ] as const) {
    assert.ok(text.includes(from), from);
    const changed = planted(rows, isPolicy, (row) => ({
      ...row,
      body: JSON.parse(text.replace(from, to)) as Row['body'] & object,
    }));
    assert.notDeepEqual(accountFaults(changed), [], to);
  }
});

testDump('private endpoints are those that the facts of each account ask for', (rows) => {
  const services = (symbol: string) => rows.find((row) => row.symbol === symbol)?.body?.['params'];
  assert.deepEqual((services('lakeEndpoints') as Record<string, unknown>)['services'], ['blob', 'dfs']);
  assert.deepEqual((services('hostEndpoints') as Record<string, unknown>)['services'], ['blob', 'queue', 'table']);
  const landing = rows.find(({ file, symbol }) => file === 'modules/landing-app.bicep' && symbol === 'hostEndpoints');
  assert.deepEqual(at(landing?.body, 'params.services'), ['blob', 'table']);
  assert.deepEqual(
    made(rows, 'Microsoft.Network/privateEndpoints').map(({ file }) => file),
    ['modules/private-endpoints.bicep', 'modules/vault-endpoint.bicep'],
  );
  // An account refuses a second one while it takes the first.
  assert.match(
    readFileSync(join(INFRA, 'modules/private-endpoints.bicep'), 'utf8'),
    /^@batchSize\(1\)\nresource endpoints /m,
  );
});

testDump('only the host account of the app that Event Grid delivers to has a container for dead letters', (rows) => {
  const hosts = rows.filter(({ path }) => path?.endsWith('host.bicep'));
  assert.deepEqual(
    hosts.map(({ file, body }) => [file, at(body, 'params.hasEvents')]),
    [
      ['main.bicep', true],
      ['modules/landing-app.bicep', false],
    ],
  );
});

test('raw files cool down and never go to the archive', () => {
  const landing = readFileSync(join(INFRA, 'modules/landing.bicep'), 'utf8');
  assert.match(landing, /tierToCool/);
  assert.doesNotMatch(landing, /tierToArchive/);
});
