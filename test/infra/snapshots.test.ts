import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it, test } from 'vitest';
import { LANDING, PIPELINE } from '../../package/bundle.ts';
import { type ExtractedPackage, extractPackage } from '../functions/extracted-package.ts';
import { startApp } from '../functions/function-host.ts';
import { at, type Body, isUnknown, only, planted, type Resource, snapshot, snapshots, template } from './snapshot.ts';
import {
  alikeAssignments,
  appSettings,
  halfClosed,
  keysIn,
  missingConnections,
  openToInternet,
  secretsHandedOut,
  unknownSettings,
  unnamed,
} from './snapshot-rules.ts';

const ALL_OPEN = ['app', 'host', 'lake', 'landing'];

/** What the internet reaches in each variant. It is asked of every new one. */
const OPEN: Readonly<Record<string, readonly string[]>> = {
  'customer-key': ['app', 'landing', 'landing app'],
  'customer-key-given': ALL_OPEN,
  dev: ALL_OPEN,
  eventgrid: [],
  'existing-landing': ['app', 'host', 'lake'],
  firewall: ['app', 'host', 'lake', 'landhost', 'landing (limited)', 'landing app', 'vault'],
  hardened: [],
  'landing-elsewhere': ['host', 'lake', 'landhost', 'landing app', 'vault'],
  'own-network': ['landing'],
  main: ALL_OPEN,
  plain: ALL_OPEN,
  'private-network': ['app', 'landing (limited)'],
  prod: ['app', 'host', 'lake', 'landing (limited)'],
  'queue-delivery': ['host', 'lake', 'landing'],
  readers: ALL_OPEN,
  'receiver-with-closed-pipeline': ['landing', 'landing app'],
  retention: ALL_OPEN,
  sources: [...ALL_OPEN, 'landhost', 'landing app', 'vault'],
};

const RULES = { unnamed, alikeAssignments, halfClosed, unknownSettings, keysIn };

describe.each([...snapshots])('%s', (variant, resources) => {
  it.each(Object.entries(RULES))('%s: nothing', (_, faultsOf) => {
    assert.deepEqual(faultsOf(resources), []);
  });

  it('is open to the internet as it is meant to be, and no further', () => {
    assert.deepEqual(openToInternet(resources), [...(OPEN[variant] ?? assert.fail('say what is open'))].sort());
  });
});

/** Everything about an app that only Azure knows is who its identity is, and where its telemetry goes. */
test('what only Azure can tell is who an identity is, the webhook’s key, and where an account is', () => {
  const found = new Set<string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string' && isUnknown(value)) found.add(path);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) walk(inner, name);
    }
  };
  for (const [, resources] of snapshots) walk(resources, '');
  const known = ['APPLICATIONINSIGHTS_AUTHENTICATION_STRING', 'APPLICATIONINSIGHTS_CONNECTION_STRING'];
  const identity = ['AUDIT_LAKE_IDENTITY_CLIENT_ID', 'AzureWebJobsStorage__clientId', 'RAW__clientId', 'principalId'];
  assert.deepEqual([...found].sort(), [...known, ...identity, 'endpointUrl', 'location'].sort());
});

test('no module hands on a name or an id that is known before', () => {
  const templates = JSON.stringify([template('azuredeploy'), template('eventgrid')]);
  const handed = [...templates.matchAll(/\.outputs\.(\w+)/g)].map(([, name]) => name);
  const unknown = ['applicationInsightsConnectionString', 'clientId', 'location', 'principalId'];
  assert.deepEqual([...new Set(handed)].sort(), [...unknown, 'secretNames'].sort());
});

describe('the apps, started with the settings of every variant', () => {
  const packages: ExtractedPackage[] = [];
  beforeAll(async () => {
    packages.push(await extractPackage(PIPELINE), await extractPackage(LANDING));
  });
  afterAll(async () => {
    for (const each of packages) await each[Symbol.asyncDispose]();
  });

  /** Who an identity is, is known to Azure alone; any id will do. */
  const known = (settings: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [
        name,
        isUnknown(value) ? '00000000-0000-4000-8000-000000000099' : value,
      ]),
    );
  const startedWith = (app: string, settings: Readonly<Record<string, string>>) =>
    startApp(packages[app.startsWith('audit-lake-land-') ? 1 : 0]!.folder, known(settings));

  it.each([...snapshots])('%s: every function has its connection', async (_, resources) => {
    for (const [app, settings] of appSettings(resources)) {
      const { functions } = await startedWith(app, settings);
      assert.ok(functions.size > 0);
      assert.deepEqual(missingConnections(settings, functions.values()), [], app);
    }
  });

  it('notices each connection that a function lacks, and a value that the app does not take', async () => {
    const [[app, settings] = assert.fail()] = appSettings(snapshot('plain'));
    const { functions } = await startedWith(app, settings);
    const connections = Object.keys(settings).filter((name) => /__(?!functionTimeout)/.test(name));
    assert.equal(connections.length, 9);
    for (const name of connections) {
      const { [name]: _, ...rest } = settings;
      assert.notDeepEqual(missingConnections(rest, functions.values()), [], name);
    }
    await assert.rejects(async () => startedWith(app, { ...settings, AUDIT_LAKE_RAW_RETENTION_DAYS: 'many' }));
  });
});

test('no template hands out a secret, and a secret that is handed out is noticed', () => {
  for (const name of ['azuredeploy', 'eventgrid'] as const) assert.deepEqual(secretsHandedOut(template(name)), []);
  const parameters = { key: { type: 'securestring' } };
  for (const value of ["[listKeys('a', '2025-06-01').keys[0].value]", "[parameters('key')]"]) {
    const within: Body = { resources: { a: { properties: { template: { parameters, outputs: { a: { value } } } } } } };
    assert.equal(secretsHandedOut(within).length, 1, value);
  }
});

describe('each rule notices', () => {
  const is =
    (type: string, name = /^/) =>
    (each: Resource) =>
      each.type === type && name.test(each.name);
  const plain = snapshot('plain');
  const assignment = 'Microsoft.Authorization/roleAssignments';
  const account = 'Microsoft.Storage/storageAccounts';

  it('a name that only Azure knows, one that is not in the id, and a resource that is there twice', () => {
    const workbook = is('Microsoft.Insights/workbooks');
    assert.equal(unnamed(planted(plain, workbook, 'name', "[guid(reference('a').id)]")).length, 2);
    assert.equal(unnamed(planted(plain, workbook, 'name', 'other')).length, 1);
    assert.equal(unnamed([...plain, plain[0]!]).length, 1);
  });

  it('a role that is given twice under two names', () => {
    const [first] = plain.filter(is(assignment));
    const again = { ...first!, id: `${first!.id}x`, name: `${first!.name}x` };
    assert.equal(alikeAssignments([...plain, again]).length, 1);
    assert.deepEqual(
      alikeAssignments([...plain, { ...again, properties: { ...again.properties, principalId: 'x' } }]),
      [],
    );
  });

  it('an account that is opened', () => {
    const open = planted(plain, is(account, /^lake/), 'properties.publicNetworkAccess', 'Disabled');
    assert.deepEqual(openToInternet(open), ['app', 'host', 'landing']);
    const endpoint: Resource = {
      id: '/endpoint',
      type: 'Microsoft.Network/privateEndpoints',
      name: 'endpoint',
      properties: {
        privateLinkServiceConnections: [{ properties: { privateLinkServiceId: only(plain, account, /^lake/).id } }],
      },
    };
    assert.equal(halfClosed([...plain, endpoint]).length, 1);
  });

  it('a setting that nobody reads, an app without any, and a key', () => {
    const settings = is('Microsoft.Web/sites/config');
    assert.equal(unknownSettings(planted(plain, settings, 'properties.AUDIT_LAKE_LAEK', 'x')).length, 1);
    assert.equal(unknownSettings(planted(plain, settings, 'properties.FUNCTIONS_WORKER_RUNTIME', 'node')).length, 1);
    assert.equal(unknownSettings(plain.filter((each) => !settings(each))).length, 1);
    for (const key of ['AccountKey=x', "[listKeys('a', '1')]"]) {
      assert.equal(keysIn(planted(plain, settings, 'properties.AzureWebJobsStorage', key)).length, 1, key);
    }
  });

  it('nothing where all is well in what it looks at', () => {
    assert.ok(plain.length > 40);
    assert.ok(at(only(plain, 'Microsoft.Web/sites'), 'properties.httpsOnly'));
  });
});
