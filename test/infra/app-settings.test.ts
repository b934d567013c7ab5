import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { SETTINGS } from '../../src/settings/settings.ts';
import { at, type Body, objectsIn, ofType, only, snapshot, snapshots, template } from './snapshot.ts';
import { appSettings } from './snapshot-rules.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Settings that are told by where the resources are, or that another parameter is about. */
const COMPUTED = ['lake', 'raw', 'identityClientId', 'rawRetentionDays'];
/** For emulators, and for lakes in a folder: neither is for an app. */
const NEVER = ['storageConnectionString', 'localAccess'];

const CHOSEN = SETTINGS.filter(({ name, landing }) => !landing && !COMPUTED.includes(name) && !NEVER.includes(name));

test('an operator can choose every setting but those that are computed', () => {
  const members = at(template('azuredeploy'), 'definitions.PipelineSettings.properties') as Body;
  assert.deepEqual(
    Object.keys(members),
    CHOSEN.map(({ name }) => name),
  );
  for (const [name, member] of Object.entries(members)) assert.equal(at(member, 'nullable'), true, name);
});

test('a chosen setting goes into the variable that the app reads', () => {
  const chosen = [...objectsIn(template('azuredeploy'))]
    .map(({ variables }) => at(variables, 'chosen') as Body | undefined)
    .find((each) => each !== undefined && !('AUDIT_LAKE_NQL_URL' in each));
  assert.deepEqual(
    chosen,
    Object.fromEntries(
      CHOSEN.map(({ name, environment }) => [environment, `[tryGet(parameters('pipelineSettings'), '${name}')]`]),
    ),
  );
});

test('docs/settings.md has the same variables', () => {
  const docs = readFileSync(join(ROOT, 'docs/settings.md'), 'utf8');
  const documented = [...docs.matchAll(/^\| `(AUDIT_LAKE_\w+)`/gm)].map(([, name]) => name);
  assert.deepEqual(
    documented,
    SETTINGS.map(({ environment }) => environment),
  );
});

/** The settings of the pipeline's app, where nothing is chosen. */
const plain = () => {
  const [[, settings] = assert.fail()] = appSettings(snapshot('plain'));
  return settings;
};

test('the app gets the computed settings, its host’s, and nothing that Flex Consumption refuses', () => {
  const computed = SETTINGS.filter(({ name }) => COMPUTED.includes(name)).map(({ environment }) => environment);
  assert.deepEqual(
    Object.keys(plain()).sort(),
    [
      ...['blobServiceUri', 'clientId', 'credential', 'queueServiceUri', 'tableServiceUri'].map(
        (part) => `AzureWebJobsStorage__${part}`,
      ),
      ...['blobServiceUri', 'clientId', 'credential', 'queueServiceUri'].map((part) => `RAW__${part}`),
      'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
      'APPLICATIONINSIGHTS_CONNECTION_STRING',
      ...computed,
    ].sort(),
  );
});

test('every variable that the functions name is there, or can be', () => {
  const code = ['functions', 'src/functions'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(ROOT, folder, file), 'utf8')),
  );
  const variables = code.flatMap((text) => [...text.matchAll(/process\.env\['(\w+)'\]/g)].map(([, name]) => name!));
  assert.ok(variables.length > 0);
  const templates = JSON.stringify(template('azuredeploy'));
  for (const name of variables) assert.ok(name in plain() || templates.includes(`'${name}'`), name);
});

test('each connection is by the identity', () => {
  for (const resources of snapshots.values()) {
    for (const [app, settings] of appSettings(resources)) {
      const credentials = Object.entries(settings).filter(([name]) => name.endsWith('__credential'));
      assert.ok(credentials.length > 0, app);
      for (const [name, value] of credentials) assert.equal(value, 'managedidentity', name);
    }
  }
});

const APPS = [...snapshots.values()].flatMap((resources) => ofType(resources, 'Microsoft.Web/sites'));

test('no site says what Flex Consumption has no use for, since Azure would refuse it', () => {
  for (const app of APPS) {
    const names = Object.keys(at(app, 'properties.siteConfig') as Body);
    assert.deepEqual(names.sort(), ['http20Enabled', 'minTlsVersion', 'remoteDebuggingEnabled', 'scmMinTlsVersion']);
  }
});

test('no app takes plain HTTP or passwords, and each has the one identity', () => {
  assert.ok(APPS.length > 10);
  for (const app of APPS) {
    const value = (path: string) => at(app, `properties.${path}`);
    assert.equal(value('httpsOnly'), true);
    assert.equal(value('siteConfig.minTlsVersion'), '1.2');
    assert.equal(at(app, 'identity.type'), 'UserAssigned');
    assert.equal(value('functionAppConfig.deployment.storage.authentication.type'), 'UserAssignedIdentity');
    assert.deepEqual(Object.keys(at(app, 'identity.userAssignedIdentities') as Body), [
      value('functionAppConfig.deployment.storage.authentication.userAssignedIdentityResourceId'),
    ]);
  }
  for (const resources of snapshots.values()) {
    for (const { name } of ofType(resources, 'Microsoft.Web/sites')) {
      for (const way of ['ftp', 'scm']) {
        const type = 'Microsoft.Web/sites/basicPublishingCredentialsPolicies';
        assert.equal(at(only(resources, type, new RegExp(`^${name}/${way}$`)), 'properties.allow'), false);
      }
    }
  }
});
