import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, INFRA, type Row, testDump, text } from './dump.ts';

const MADE_HERE = /^(?:modules\/)?[\w-]+\.bicep$/;

testDump('modules are files of this folder: nothing comes from a registry', (rows) => {
  const modules = rows.filter(({ kind }) => kind === 'module');
  assert.ok(modules.length > 20);
  for (const { path, symbol } of modules) assert.match(path ?? '', MADE_HERE, symbol);
});

testDump('every module file is deployed by main.bicep or eventgrid.bicep', (rows) => {
  const deployed = new Set<string>();
  const visit = (file: string): void => {
    if (deployed.has(file)) return;
    deployed.add(file);
    for (const row of rows) {
      if (row.kind === 'module' && row.file === file) visit(`modules/${row.path?.replace('modules/', '')}`);
    }
  };
  visit('main.bicep');
  visit('eventgrid.bicep');
  const sources = (file: string) => readFileSync(join(INFRA, file), 'utf8');
  const imported = [...deployed].flatMap((file) => [
    ...sources(file).matchAll(/^import .* from '(?:modules\/)?([\w-]+\.bicep)'$/gm),
  ]);
  for (const [, name] of imported) deployed.add(`modules/${name}`);
  const files = readdirSync(join(INFRA, 'modules')).map((name) => `modules/${name}`);
  assert.deepEqual([...deployed].sort(), ['main.bicep', 'eventgrid.bicep', ...files].sort());
});

testDump('the app’s identity is user-assigned; only Event Grid, which takes no other, has one of its own', (rows) => {
  const identities = rows.flatMap((row) => (row.body?.['identity'] === undefined ? [] : [row]));
  assert.deepEqual(identities.map(({ type, body }) => [type, at(body, 'identity.type')]).sort(), [
    ['Microsoft.EventGrid/systemTopics', 'SystemAssigned'],
    ['Microsoft.Web/sites', 'UserAssigned'],
  ]);
});

testDump('nothing runs a script, and no key is asked for but that of the webhook', (rows) => {
  assert.deepEqual(
    rows.filter(({ type }) => type === 'Microsoft.Resources/deploymentScripts'),
    [],
  );
  const asking = readdirSync(INFRA, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.bicep(param)?$/.test(file))
    .filter((file) => /\blist(?:Keys|AccountSas|ServiceSas|Secrets)\b/i.test(readFileSync(join(INFRA, file), 'utf8')));
  assert.deepEqual(asking, ['eventgrid.bicep']);
});

testDump('an existing landing account is given roles, and a container where what lands files needs one', (rows) => {
  const ofMain = (test: (row: Row) => boolean) => rows.filter((row) => row.file === 'main.bicep' && test(row));
  const touching = ofMain(({ body }) => /landingAccountName/.test(JSON.stringify(body ?? {})));
  const always = touching.filter(({ condition }) => condition !== 'makesLanding').map(({ path }) => path);
  assert.deepEqual(always.sort(), ['modules/access.bicep', 'modules/app-settings.bicep', 'modules/landing-app.bicep']);
  const inLandingApp = rows.filter(
    ({ file, body }) => file === 'modules/landing-app.bicep' && /landingAccountName/.test(JSON.stringify(body ?? {})),
  );
  assert.deepEqual(
    inLandingApp.map(({ path }) => path),
    ['landing-state.bicep', 'landing-access.bicep', 'landing-app-settings.bicep'],
  );
});

testDump('the app comes into a network whenever a firewall would keep it out', (rows) => {
  const network = rows.find(({ path }) => path === 'modules/network.bicep');
  assert.equal(network?.condition, 'needsNetwork');
  const main = readFileSync(join(INFRA, 'main.bicep'), 'utf8');
  assert.match(main, /^var needsNetwork = privateNetwork \|\| \(makesLanding && !empty\(exporterIpRules\)\)$/m);
  const app = rows.find(({ path }) => path === 'modules/app.bicep');
  assert.equal(text(at(app?.body, 'params.subnetId')), "needsNetwork ? network!.outputs.appSubnetId : ''");
  const made = rows.find(({ type }) => type === 'Microsoft.Network/virtualNetworks');
  const subnets = at(made?.body, 'properties.subnets') as readonly Record<string, unknown>[];
  const [forApp] = subnets;
  assert.match(String(forApp?.['name']), /^[a-z-]+$/);
  assert.match(JSON.stringify(forApp), /"serviceName":"Microsoft\.App\/environments"/);
  assert.match(JSON.stringify(forApp), /"service":"Microsoft\.Storage"/);
  assert.equal(
    at(forApp as Row['body'], 'properties.defaultOutboundAccess'),
    true,
    'a way to Entra and Application Insights',
  );
});
