import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { SETTINGS } from '../../src/settings/settings.ts';
import { at, type Body, INFRA, made, type Row, testDump, text } from './dump.ts';

const read = (path: string) => readFileSync(join(INFRA, path), 'utf8');

/** Settings that are told by where the resources are, or that another parameter is about. */
const COMPUTED = ['lake', 'raw', 'identityClientId', 'rawRetentionDays'];
/** For emulators, and for lakes in a folder: neither is for an app. */
const NEVER = ['storageConnectionString', 'localAccess'];

const CHOSEN = SETTINGS.filter(({ name, landing }) => !landing && !COMPUTED.includes(name) && !NEVER.includes(name));

test('an operator can choose every setting but those that are computed', () => {
  const [, members = ''] = /type PipelineSettings = \{\n(.*?)^\}/ms.exec(read('modules/pipeline-settings.bicep')) ?? [];
  const names = [...members.matchAll(/^ {2}(\w+): .*\?$/gm)].map(([, name]) => name);
  assert.deepEqual(
    names,
    CHOSEN.map(({ name }) => name),
  );
});

test('a chosen setting goes into the variable that the app reads', () => {
  const [, lines = ''] = /^var chosen = \{\n(.*?)^\}/ms.exec(read('modules/app-settings.bicep')) ?? [];
  assert.deepEqual(
    lines.trimEnd().split('\n'),
    CHOSEN.map(({ name, environment }) => `  ${environment}: pipelineSettings.?${name}`),
  );
});

test('docs/settings.md has the same variables', () => {
  const docs = readFileSync(join(INFRA, '../docs/settings.md'), 'utf8');
  const documented = [...docs.matchAll(/^\| `(AUDIT_LAKE_\w+)`/gm)].map(([, name]) => name);
  assert.deepEqual(
    documented,
    SETTINGS.map(({ environment }) => environment),
  );
});

/** The settings of one app, by the module that has them. */
const settingsOf = (rows: readonly Row[], module = 'app-settings'): Body => {
  const all = made(rows, 'Microsoft.Web/sites/config');
  assert.deepEqual(
    all.map(({ file }) => file),
    ['modules/app-settings.bicep', 'modules/landing-app-settings.bicep'],
  );
  return at(all.find(({ file }) => file === `modules/${module}.bicep`)?.body, 'properties') as Body;
};

testDump('the app gets the computed settings, its host’s, and nothing that Flex Consumption refuses', (rows) => {
  const names = Object.keys(settingsOf(rows)).filter((name) => name !== '$spread');
  const computed = SETTINGS.filter(({ name }) => COMPUTED.includes(name)).map(({ environment }) => environment);
  assert.deepEqual(
    names.sort(),
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
  assert.deepEqual(settingsOf(rows)['$spread'], ['host', 'given']);
});

testDump('every connection and variable that the functions name is there', (rows) => {
  const names = Object.keys(settingsOf(rows));
  const code = ['functions', 'src/functions'].flatMap((folder) =>
    readdirSync(join(INFRA, '..', folder))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(INFRA, '..', folder, file), 'utf8')),
  );
  const connections = code.flatMap((text) => [...text.matchAll(/connection: '(\w+)'/g)].map(([, name]) => name!));
  assert.deepEqual([...new Set(connections)], ['RAW']);
  for (const connection of connections) {
    for (const part of ['blobServiceUri', 'queueServiceUri', 'credential', 'clientId']) {
      assert.ok(names.includes(`${connection}__${part}`), `${connection}__${part}`);
    }
  }
  const variables = code.flatMap((text) => [...text.matchAll(/process\.env\['(\w+)'\]/g)].map(([, name]) => name!));
  assert.ok(variables.length > 0);
  const source = read('modules/app-settings.bicep');
  for (const name of variables) assert.match(source, new RegExp(`\\b${name}: `), name);
});

testDump('no setting is a key: each connection is by the identity', (rows) => {
  for (const [name, value] of Object.entries({ ...settingsOf(rows), ...settingsOf(rows, 'landing-app-settings') })) {
    assert.doesNotMatch(text(value), /AccountKey|listKeys|SharedAccess|DefaultEndpointsProtocol/i, name);
  }
  assert.equal(settingsOf(rows, 'landing-app-settings')['AzureWebJobsStorage__credential'], 'managedidentity');
  assert.equal(settingsOf(rows)['RAW__credential'], 'managedidentity');
  assert.equal(settingsOf(rows)['AzureWebJobsStorage__credential'], 'managedidentity');
});

testDump('the site says nothing that Flex Consumption has no use for, since Azure would refuse it', (rows) => {
  const [app] = made(rows, 'Microsoft.Web/sites');
  const names = Object.keys(at(app?.body, 'properties.siteConfig') as Body);
  assert.deepEqual(names.sort(), ['http20Enabled', 'minTlsVersion', 'remoteDebuggingEnabled', 'scmMinTlsVersion']);
});

testDump('the app takes no plain HTTP, no passwords, and has the one identity', (rows) => {
  const [app, ...others] = made(rows, 'Microsoft.Web/sites');
  assert.deepEqual(others, []);
  const value = (path: string) => at(app?.body, path);
  assert.equal(value('properties.httpsOnly'), true);
  assert.equal(value('properties.siteConfig.minTlsVersion'), '1.2');
  assert.equal(value('identity.type'), 'UserAssigned');
  assert.equal(value('properties.functionAppConfig.deployment.storage.authentication.type'), 'UserAssignedIdentity');
  const policies = made(rows, 'Microsoft.Web/sites/basicPublishingCredentialsPolicies');
  assert.deepEqual(
    policies.map(({ body }) => [body?.['name'], at(body, 'properties.allow')]),
    [
      ['ftp', false],
      ['scm', false],
    ],
  );
});
