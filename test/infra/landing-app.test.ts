import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { SETTINGS } from '../../src/settings/settings.ts';
import { WAY_PREFIXES } from '../../src/settings/ways.ts';
import { at, type Body, INFRA, made, testDump, text } from './dump.ts';

const read = (path: string) => readFileSync(join(INFRA, path), 'utf8');

/** Settings that are told by where the resources are. */
const COMPUTED = ['raw', 'identityClientId', 'landingState', ...WAY_PREFIXES];
/** For trials on one machine. */
const NEVER = ['allowLoopback'];
/** What both apps must have alike, chosen with the pipeline's settings. */
const SHARED = [
  ...['columnAliases', 'encoding', 'timeFormat', 'timeZone', 'webhookAliases', 'classicTimeZone', 'invocationMinutes'],
  ...['maxRecordBytes', 'maxFileBytes', 'maxCompressionRatio', 'maxFrames', 'maxWindowBytes'],
];

const LANDING = SETTINGS.filter(({ name, landing }) => landing && ![...COMPUTED, ...NEVER].includes(name));
const CHOSEN = LANDING.filter(({ environmentOnly }) => !environmentOnly);
const SECRET = LANDING.filter(({ environmentOnly }) => environmentOnly);

/** The member of landingSources that a setting is: nqlUrl is nql.url, nqlCountQuery is counts.query, landingFolder is folder. */
function memberOf(name: string): string {
  const [, source = '', rest = ''] = /^(nqlCount|nql|classic|webhook|landing)(\w+)$/.exec(name) ?? [];
  const member = rest.charAt(0).toLowerCase() + rest.slice(1);
  if (source === 'landing') return member;
  return `${source === 'nqlCount' ? 'counts' : source}.${member}`;
}

function membersOf(type: string): string[] {
  const [, members = ''] =
    new RegExp(`type ${type} = \\{\\n(.*?)^\\}`, 'ms').exec(read('modules/landing-sources.bicep')) ?? [];
  return [...members.matchAll(/^ {2}(\w+): /gm)].map(([, name]) => name!);
}

test('an operator can choose every landing setting but secrets and those that are computed', () => {
  const of = (source: string, type: string) => membersOf(type).map((name) => `${source}.${name}`);
  const found = [
    ...membersOf('LandingSources').filter(
      (name) => !['nql', 'counts', 'classic', 'webhook', 'roleDefinitionId'].includes(name),
    ),
    ...of('nql', 'NqlSource'),
    ...of('classic', 'ClassicSource'),
    ...of('webhook', 'WebhookSource'),
    ...of('counts', 'CountSource'),
  ];
  assert.deepEqual(
    found,
    CHOSEN.map(({ name }) => memberOf(name)),
  );
});

test('a chosen setting goes into the variable that the app reads', () => {
  const [, lines = ''] = /^var chosen = \{\n(.*?)^\}/ms.exec(read('modules/landing-app-settings.bicep')) ?? [];
  const shared = SETTINGS.filter(({ name }) => SHARED.includes(name));
  const found = lines
    .trimEnd()
    .split('\n')
    .filter((line) => !/^ {2}\/\//.test(line));
  assert.deepEqual(
    found.toSorted(),
    [
      ...CHOSEN.map(({ name, environment }) => `  ${environment}: sources.?${memberOf(name).replace('.', '.?')}`),
      ...shared.map(({ name, environment }) => `  ${environment}: pipelineSettings.?${name}`),
    ].toSorted(),
  );
});

test('a secret is a reference to the vault, and no parameter', () => {
  const [, lines = ''] = /^var secretNames = \{\n(.*?)^\}/ms.exec(read('modules/landing-app-settings.bicep')) ?? [];
  const found = [...lines.matchAll(/^ {2}(\w+): .* \? '' : '([a-z-]+)'$/gm)].map(([, name, secret]) => [name, secret]);
  assert.match(
    read('modules/landing-app-settings.bicep'),
    /secret => '@Microsoft\.KeyVault\(VaultName=\$\{vaultName\};SecretName=\$\{secret\.value\}\)'/,
  );
  assert.deepEqual(
    found,
    SECRET.map(({ name, environment }) => [environment, name.replace(/[A-Z]/g, '-$&').toLowerCase()]),
  );
  const sources = read('modules/landing-sources.bicep');
  for (const { name } of SECRET) {
    assert.doesNotMatch(sources, /^ {2}\w*(secret|password)\w*:/im, name);
    assert.match(sources, new RegExp(`\\b${name.replace(/[A-Z]/g, '-$&').toLowerCase()}\\b`));
  }
});

testDump('the landing app knows raw and its own state, and no lake', (rows) => {
  const settings = made(rows, 'Microsoft.Web/sites/config').find(
    ({ file }) => file === 'modules/landing-app-settings.bicep',
  );
  const properties = at(settings?.body, 'properties') as Body;
  const names = Object.keys(properties).filter((name) => name.startsWith('AUDIT_LAKE_'));
  assert.deepEqual(
    names.sort(),
    SETTINGS.filter(({ name }) => COMPUTED.includes(name))
      .map(({ environment }) => environment)
      .sort(),
  );
  assert.deepEqual(properties['$spread'], ['host', 'given', 'references']);
  const modules = ['landing-app', 'landing-app-settings', 'landing-access', 'landing-role'];
  for (const module of modules)
    assert.doesNotMatch(read(`modules/${module}.bicep`), /lakeUrl|lakeAccount|curated|quarantine|evidence/);
});

testDump('it is off by default, and all of it is of the one module', (rows) => {
  const module = rows.find(({ path }) => path === 'modules/landing-app.bicep');
  assert.equal(module?.condition, 'landsFiles');
  const main = read('main.bicep');
  assert.match(main, /^param landingSources LandingSources\?$/m);
  assert.match(main, /^var landsFiles = (landingSources\.\?(nql|classic|webhook|counts) != null( \|\| )?){4}$/m);
  const using = rows
    .filter(({ path }) => /landing-(access|app-settings|role)|vault/.test(path ?? ''))
    .map(({ file }) => file);
  assert.deepEqual([...new Set(using)].sort(), ['modules/landing-access.bicep', 'modules/landing-app.bicep']);
});

testDump('the vault goes by roles, cannot be purged, is closed by the switch, and logs who reads it', (rows) => {
  const [vault, ...others] = made(rows, 'Microsoft.KeyVault/vaults');
  assert.deepEqual(others, []);
  const value = (path: string) => text(at(vault?.body, `properties.${path}`));
  assert.deepEqual(
    [
      'enableRbacAuthorization',
      'enablePurgeProtection',
      'enableSoftDelete',
      'publicNetworkAccess',
      'networkAcls.defaultAction',
    ].map(value),
    ['true', 'true', 'true', "isPrivate ? 'Disabled' : 'Enabled'", "isPrivate ? 'Deny' : 'Allow'"],
  );
  assert.deepEqual(made(rows, 'Microsoft.KeyVault/vaults/secrets'), [], 'a template never sees a secret');
  const log = made(rows, 'Microsoft.Insights/diagnosticSettings').find(({ file }) => file === 'modules/vault.bicep');
  assert.match(JSON.stringify(log?.body), /AuditEvent/);
  const endpoint = rows.find(({ path }) => path === 'vault-endpoint.bicep');
  assert.equal(endpoint?.condition, 'isPrivate');
  const [app] = made(rows, 'Microsoft.Web/sites');
  assert.equal(text(at(app?.body, 'properties.keyVaultReferenceIdentity')), 'identityId');
});

testDump('its subnet is its own, reaches storage, and has a way out to Nexthink', (rows) => {
  const [network] = made(rows, 'Microsoft.Network/virtualNetworks');
  const subnets = at(network?.body, 'properties.subnets') as readonly Body[];
  const landing = subnets.find(({ name }) => name === 'landing');
  assert.match(JSON.stringify(landing), /"serviceName":"Microsoft\.App\/environments"/);
  assert.match(JSON.stringify(landing), /"service":"Microsoft\.Storage"/);
  assert.equal(at(landing, 'properties.defaultOutboundAccess'), true);
  assert.match(
    read('main.bicep'),
    /appSubnetIds: needsNetwork \? \[network!\.outputs\.appSubnetId, network!\.outputs\.landingSubnetId\] : \[\]/,
  );
});
