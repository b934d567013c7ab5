import assert from 'node:assert/strict';
import { test } from 'vitest';
import { SETTINGS } from '../../src/settings/settings.ts';
import { WAY_PREFIXES } from '../../src/settings/ways.ts';
import { at, type Body, objectsIn, ofType, only, type Resource, snapshot, snapshots, template } from './snapshot.ts';

/** Settings that are told by where the resources are. */
const COMPUTED = ['raw', 'identityClientId', 'landingState', ...WAY_PREFIXES];
/** For trials on one machine. */
const NEVER = ['allowLoopback'];
/** What both apps must have alike, chosen with the pipeline's settings. */
const SHARED = [
  ...['columnAliases', 'encoding', 'timeFormat', 'timeZone', 'webhookAliases', 'classicTimeZone', 'invocationMinutes'],
  'storageVersion',
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
  const definitions = template('azuredeploy')['definitions'] as Body;
  const [, found] = Object.entries(definitions).find(([name]) => name === type || name.endsWith(`.${type}`)) ?? [];
  return Object.keys(at(found, 'properties') as Body);
}

/** A variable of the module that has the landing app's settings. */
function variable(name: string): Body {
  for (const { variables } of objectsIn(template('azuredeploy'))) {
    if (at(variables, 'secretNames') !== undefined) return at(variables, name) as Body;
  }
  throw new Error('expected a module with secretNames, found none');
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
  const shared = SETTINGS.filter(({ name }) => SHARED.includes(name));
  const given = (from: string, members: readonly string[]) =>
    `[${members.reduce((inner, member) => `tryGet(${inner}, '${member}')`, `parameters('${from}')`)}]`;
  assert.deepEqual(
    variable('chosen'),
    Object.fromEntries([
      ...CHOSEN.map(({ name, environment }) => [environment, given('sources', memberOf(name).split('.'))]),
      ...shared.map(({ name, environment }) => [environment, given('pipelineSettings', [name])]),
    ]),
  );
});

test('a secret is a reference to the vault, and no parameter', () => {
  const named = (name: string) => name.replace(/[A-Z]/g, '-$&').toLowerCase();
  const found = Object.entries(variable('secretNames')).map(([name, value]) => [
    name,
    /'([a-z-]+)'\)\]$/.exec(String(value))?.[1],
  ]);
  assert.deepEqual(
    found,
    SECRET.map(({ name, environment }) => [environment, named(name)]),
  );
  const [settings] = ofType(snapshot('sources'), 'Microsoft.Web/sites/config').filter(({ name }) =>
    /-land-/.test(name),
  );
  const vault = only(snapshot('sources'), 'Microsoft.KeyVault/vaults').name;
  const used = ['nqlClientSecret', 'classicPassword', 'webhookSecret'];
  for (const { name, environment } of SECRET) {
    const expected = `@Microsoft.KeyVault(VaultName=${vault};SecretName=${named(name)})`;
    assert.equal(at(settings, `properties.${environment}`), used.includes(name) ? expected : undefined, name);
  }
  const sources = JSON.stringify(template('azuredeploy')['definitions']);
  assert.doesNotMatch(sources, /"\w*(secret|password)\w*":\{/i);
  for (const { name } of SECRET) assert.ok(sources.includes(named(name)), name);
});

test('the landing app knows raw and its own state, and no lake', () => {
  const [settings] = ofType(snapshot('sources'), 'Microsoft.Web/sites/config').filter(({ name }) =>
    /-land-/.test(name),
  );
  const names = Object.keys(settings?.properties ?? {});
  const computed = SETTINGS.filter(({ name }) => COMPUTED.includes(name)).map(({ environment }) => environment);
  for (const name of computed) assert.ok(names.includes(name), name);
  const known = LANDING.map(({ environment }) => environment);
  assert.deepEqual(
    names.filter((name) => name.startsWith('AUDIT_LAKE_') && !computed.includes(name) && !known.includes(name)),
    [],
  );
  assert.doesNotMatch(JSON.stringify(settings), /https:\/\/lake|curated|quarantine|evidence/);
});

test('it is off by default, and each way that is named makes it', () => {
  const isOfIt = ({ id }: Resource) => /-land-|landhost|landing-identity|landing-plan|landing-state/.test(id);
  assert.deepEqual(snapshot('plain').filter(isOfIt), []);
  for (const variant of ['sources', 'firewall', 'receiver-with-closed-pipeline']) {
    assert.ok(snapshot(variant).filter(isOfIt).length > 10, variant);
  }
});

test('the vault goes by roles, cannot be purged, is closed by the switch, and its secrets are no resources', () => {
  const open = { enableRbacAuthorization: true, enablePurgeProtection: true, enableSoftDelete: true };
  const vaultOf = (variant: string) => only(snapshot(variant), 'Microsoft.KeyVault/vaults');
  for (const [variant, access, action] of [
    ['sources', 'Enabled', 'Allow'],
    ['hardened', 'Disabled', 'Deny'],
  ] as const) {
    const value = (path: string) => at(vaultOf(variant), `properties.${path}`);
    for (const [name, expected] of Object.entries(open)) assert.equal(value(name), expected, name);
    assert.deepEqual([value('publicNetworkAccess'), value('networkAcls.defaultAction')], [access, action], variant);
  }
  for (const resources of snapshots.values()) {
    assert.deepEqual(ofType(resources, 'Microsoft.KeyVault/vaults/secrets'), [], 'a template never sees a secret');
    for (const app of ofType(resources, 'Microsoft.Web/sites')) {
      const [identity] = Object.keys(at(app, 'identity.userAssignedIdentities') as Body);
      assert.equal(at(app, 'properties.keyVaultReferenceIdentity'), identity);
    }
  }
});
