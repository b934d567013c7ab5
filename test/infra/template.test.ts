import assert from 'node:assert/strict';
import { test } from 'vitest';
import { at, objectsIn, ofType, only, type Resource, snapshot, snapshots, template, type Value } from './snapshot.ts';

const ALL = [...snapshots.values()].flat();
const TEMPLATES = [template('azuredeploy'), template('eventgrid')];

test('modules are part of the template: nothing comes from elsewhere', () => {
  const modules = TEMPLATES.flatMap((each) => [...objectsIn(each)]).filter(
    ({ type }) => type === 'Microsoft.Resources/deployments',
  );
  assert.ok(modules.length > 20);
  for (const module of modules) {
    assert.equal(at(module, 'properties.templateLink'), undefined);
    assert.ok(at(module, 'properties.template') !== undefined);
  }
});

test('the app’s identity is user-assigned; only Event Grid, which takes no other, has one of its own', () => {
  // An account has one to fetch the key of a customer with.
  const others = ALL.filter(({ type }) => type !== 'Microsoft.Storage/storageAccounts');
  const kinds = others
    .filter((each) => each['identity'] !== undefined)
    .map((each) => `${each.type} ${String(at(each, 'identity.type'))}`);
  const [app, topic] = ['Microsoft.Web/sites UserAssigned', 'Microsoft.EventGrid/systemTopics SystemAssigned'];
  assert.deepEqual([...new Set(kinds)].sort(), [topic, app]);
});

test('nothing runs a script, and no key is asked for but that of the webhook', () => {
  assert.deepEqual(ofType(ALL, 'Microsoft.Resources/deploymentScripts'), []);
  assert.doesNotMatch(JSON.stringify(TEMPLATES[0]), /\blist[A-Z]\w*\(/);
  const asked = JSON.stringify(TEMPLATES[1]).match(/\blist[A-Z]\w*\(/g);
  assert.deepEqual(asked, ['listKeys(']);
  assert.match(JSON.stringify(TEMPLATES[1]), /listKeys\([^"]*\/host\/default[^"]*\.systemKeys\.blobs_extension/);
});

test('an existing landing account is given roles and a topic, and a container where what lands files needs one', () => {
  const touching = (resources: readonly Resource[]) =>
    [...new Set(resources.filter(({ id }) => /storageAccounts\/exports\b/.test(id)).map(({ type }) => type))].sort();
  const role = 'Microsoft.Authorization/roleAssignments';
  assert.deepEqual(touching(snapshot('existing-landing')), [role]);
  assert.deepEqual(touching(snapshot('landing-elsewhere')), [
    role,
    'Microsoft.Storage/storageAccounts/blobServices/containers',
  ]);
  for (const variant of ['existing-landing', 'landing-elsewhere']) {
    const accounts = ofType(snapshot(variant), 'Microsoft.Storage/storageAccounts').map(({ name }) => name);
    assert.deepEqual(
      accounts.filter((name) => name.startsWith('landing')),
      [],
      variant,
    );
  }
});

const NETWORK = 'Microsoft.Network/virtualNetworks';

test('the app comes into a network whenever a firewall would keep it out', () => {
  for (const [variant, resources] of snapshots) {
    const limited = ofType(resources, 'Microsoft.Storage/storageAccounts').some(
      (each) => at(each, 'properties.networkAcls.defaultAction') === 'Deny',
    );
    for (const app of ofType(resources, 'Microsoft.Web/sites')) {
      const isInside = typeof at(app, 'properties.virtualNetworkSubnetId') === 'string';
      assert.ok(isInside || !limited, `${variant}: ${app.name} is outside`);
    }
  }
  assert.deepEqual(ofType(snapshot('plain'), NETWORK), []);
  assert.deepEqual(ofType(snapshot('own-network'), NETWORK), [], 'one’s own is used, and none is made');
});

test('the firewall of the landing account knows the subnets of both apps', () => {
  const resources = snapshot('firewall');
  const apps = ofType(resources, 'Microsoft.Web/sites').map((each) => at(each, 'properties.virtualNetworkSubnetId'));
  const rules = at(
    only(resources, 'Microsoft.Storage/storageAccounts', /^landing/),
    'properties.networkAcls.virtualNetworkRules',
  ) as readonly Value[];
  assert.equal(apps.length, 2);
  assert.deepEqual(rules.map((rule) => at(rule, 'id')).sort(), apps.sort());
});

test('each app has a subnet of its own, by which it reaches storage, the landing app with a way out to Nexthink', () => {
  const subnets = at(only(snapshot('firewall'), NETWORK), 'properties.subnets') as readonly Value[];
  for (const name of ['app', 'landing']) {
    const subnet = subnets.find((each) => at(each, 'name') === name);
    assert.match(JSON.stringify(subnet), /"serviceName":"Microsoft\.App\/environments"/);
    assert.match(JSON.stringify(subnet), /"service":"Microsoft\.Storage"/);
    assert.equal(at(subnet, 'properties.defaultOutboundAccess'), true, 'to Entra and Application Insights as well');
  }
  const withGateway = at(only(snapshot('private-network'), NETWORK), 'properties.subnets') as readonly Value[];
  for (const subnet of withGateway) assert.equal(at(subnet, 'properties.defaultOutboundAccess'), false);
  const natted = withGateway.filter((subnet) => at(subnet, 'properties.natGateway.id') !== undefined);
  assert.deepEqual(natted.map((subnet) => at(subnet, 'name')).sort(), ['app', 'landing']);
});
