import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { run } from '../support/cli.ts';
import { atWorkstation, type Workstation } from './deployment.ts';
import { GROUP, OUTPUTS } from './fake-azure.ts';

const INFRA = fileURLToPath(new URL('../../infra/', import.meta.url));
const ALL = ['main.bicep', 'zip', 'eventgrid.bicep'];
const NO_SMOKE_TEST = ['--yes', '--smoke-test', 'off'];

function deploy(at: Workstation, options: readonly string[] = ['--yes'], how: Parameters<Workstation['run']>[2] = {}) {
  at.azure.onUpload = (source, blob) => at.ingest(source, blob);
  const where = ['--resource-group', GROUP, '--location', 'West Europe', '--parameters', at.parameters];
  return at.run('deploy.sh', [...where, ...options], how);
}

describe('deploy.sh', { concurrent: true }, () => {
  it(
    'makes all of it out of an empty resource group and queries a sample back',
    atWorkstation(async (at) => {
      const { code, stdout, stderr } = await deploy(at);
      assert.equal(code, 0, stderr);
      assert.deepEqual(at.azure.changes, [...ALL, 'upload']);
      assert.deepEqual(at.npmCalls, ['ci', 'run -s package', 'history', 'query']);
      assert.match(stdout, /Resource changes: 40 to create/);
      assert.match(stdout, /999999999.*unknown_code.*Smoke test of nexthink-audit-lake, deployment=/);
      assert.match(stdout, /exporter writes to: https:\/\/landingabc\.dfs\.core\.windows\.net\/raw/);
      const { stdout: rows } = await run([
        'query',
        'SELECT code, decode_status FROM audit_events',
        '--json',
        '--lake',
        at.lake,
      ]);
      assert.deepEqual(JSON.parse(rows), [{ code: 999999999, decode_status: 'unknown_code' }]);
    }),
  );

  it(
    'deploys the code of the landing app where there is one, and says which secrets it reads',
    atWorkstation(async (at) => {
      const landing = {
        landingAppName: 'audit-land-abc',
        keyVaultName: 'land-abc',
        landingSecrets: 'nql-client-secret webhook-secret',
      };
      at.azure.outputs = { ...OUTPUTS, ...landing };
      const { code, stdout, stderr } = await deploy(at, NO_SMOKE_TEST);
      assert.equal(code, 0, stderr);
      assert.deepEqual(at.azure.changes, ['main.bicep', 'zip', 'zip', 'eventgrid.bicep']);
      const zips = at.azure.calls.filter(({ command }) => command === 'functionapp deployment source config-zip');
      assert.deepEqual(
        zips.map(({ options }) => [options['name'], options['src']]),
        [
          [['audit-lake-abc'], ['dist/audit-lake.zip']],
          [['audit-land-abc'], ['dist/audit-lake-landing.zip']],
        ],
      );
      for (const secret of ['nql-client-secret', 'webhook-secret'])
        assert.match(stdout, new RegExp(`az keyvault secret set --vault-name land-abc --name ${secret} --file FILE`));
      const events = at.azure.calls.filter(({ command }) => command === 'deployment group create').at(-1);
      const given = events?.options['parameters'] ?? [];
      assert.ok(given.includes(`landedFolders=${OUTPUTS['landedFolders']}`), String(given));
    }),
  );

  it(
    'can be run again: what is current stays as it is',
    atWorkstation(async (at) => {
      at.azure.topic = { name: 'landingabc-events', identity: 'SystemAssigned' };
      const url = at.azure.webhookUrl.replace('_Aa0==', '_Aa0%3D%3D');
      at.azure.subscription = { url, state: 'Succeeded' };
      at.azure.outputs = OUTPUTS;
      const { code, stderr } = await deploy(at, NO_SMOKE_TEST);
      assert.equal(code, 0, stderr);
      assert.deepEqual(at.azure.changes, ALL);
    }),
  );

  it(
    'makes the subscription with the resources where events go to the queue, and waits for no key',
    atWorkstation(async (at) => {
      at.azure.parameters = { ...at.azure.parameters, delivery: 'queue' };
      at.azure.pollsWithoutKey = 1000;
      const { code, stderr } = await deploy(at, NO_SMOKE_TEST);
      assert.equal(code, 0, stderr);
      assert.deepEqual(at.azure.changes, ['main.bicep', 'zip']);
      assert.ok(!at.azure.calls.some(({ command }) => command === 'functionapp keys list'));
    }),
  );

  it(
    'deletes the subscription to the webhook once the one to the queue is there',
    atWorkstation(async (at) => {
      at.azure.topic = { name: 'landingabc-events', identity: 'SystemAssigned' };
      at.azure.subscription = { url: at.azure.webhookUrl, state: 'Succeeded' };
      at.azure.outputs = OUTPUTS;
      at.azure.parameters = { ...at.azure.parameters, delivery: 'queue' };
      assert.equal((await deploy(at, NO_SMOKE_TEST)).code, 0);
      assert.deepEqual(at.azure.changes, ['main.bicep', 'zip', 'delete subscription']);
    }),
  );

  it(
    'deletes the subscription to the queue once the one to the webhook is there',
    atWorkstation(async (at) => {
      at.azure.topic = { name: 'landingabc-events', identity: 'SystemAssigned' };
      at.azure.hasQueueSubscription = true;
      at.azure.outputs = OUTPUTS;
      assert.equal((await deploy(at, NO_SMOKE_TEST)).code, 0);
      assert.deepEqual(at.azure.changes, [...ALL, 'delete queue subscription']);
      assert.equal(at.azure.subscription?.url, at.azure.webhookUrl);
    }),
  );

  it(
    'tells main.bicep of the topic that an existing landing account has from elsewhere',
    atWorkstation(async (at) => {
      at.azure.topic = { name: 'topic-of-others', identity: 'SystemAssigned' };
      at.azure.parameters = {
        ...at.azure.parameters,
        delivery: 'queue',
        existingLandingAccount: { account: 'landingabc' },
      };
      const { code, stderr } = await deploy(at, NO_SMOKE_TEST);
      assert.equal(code, 0, stderr);
      const main = at.azure.calls.find(({ command }) => command === 'deployment group create');
      assert.ok(main?.options['parameters']?.includes('existingSystemTopic=topic-of-others'));
    }),
  );

  it(
    'looks for the topic in the subscription of the landing account',
    atWorkstation(async (at) => {
      const elsewhere = '00000000-0000-4000-8000-0000000000bb';
      at.azure.outputs = { ...OUTPUTS, landingSubscriptionId: elsewhere };
      const { code, stderr } = await deploy(at, NO_SMOKE_TEST);
      assert.equal(code, 0, stderr);
      const topics = at.azure.calls.filter(({ command }) => command.startsWith('eventgrid'));
      assert.ok(topics.length > 0);
      for (const { command, options } of topics) assert.deepEqual(options['subscription'], [elsewhere], command);
      const events = at.azure.calls.findLast(({ command }) => command === 'deployment group create');
      assert.ok(events?.options['parameters']?.includes(`landingSubscriptionId=${elsewhere}`));
    }),
  );

  for (const [what, outdate] of [
    ['a renewed key', (at: Workstation) => at.azure.webhookUrl.replace(at.azure.key, 'key-before')],
    ['another app', (at: Workstation) => at.azure.webhookUrl.replace('audit-lake-abc', 'audit-lake-old')],
  ] as const) {
    it(
      `makes the event subscription anew after ${what}`,
      atWorkstation(async (at) => {
        at.azure.topic = { name: 'landingabc-events', identity: 'SystemAssigned' };
        at.azure.subscription = { url: outdate(at), state: 'Succeeded' };
        const { code, stderr } = await deploy(at, NO_SMOKE_TEST, { bash: ['-x'] });
        assert.equal(code, 0, stderr);
        assert.deepEqual(at.azure.changes, ['main.bicep', 'zip', 'delete subscription', 'eventgrid.bicep']);
        assert.equal(at.azure.subscription?.url, at.azure.webhookUrl);
      }),
    );
  }

  it(
    'makes a subscription anew whose making had failed',
    atWorkstation(async (at) => {
      at.azure.topic = { name: 'landingabc-events', identity: 'SystemAssigned' };
      at.azure.subscription = { url: at.azure.webhookUrl, state: 'Failed' };
      assert.equal((await deploy(at, NO_SMOKE_TEST)).code, 0);
      assert.ok(at.azure.changes.includes('delete subscription'));
    }),
  );

  it(
    'uses the system topic that an account has already, if it has an identity',
    atWorkstation(async (at) => {
      at.azure.topic = { name: 'defender-topic', identity: null };
      const { code, stderr } = await deploy(at, NO_SMOKE_TEST);
      assert.equal(code, 1);
      assert.match(stderr, /defender-topic .* no system-assigned identity.*az eventgrid system-topic update/);
    }),
  );

  it(
    'hands such a topic to the template',
    atWorkstation(async (at) => {
      at.azure.topic = { name: 'defender-topic', identity: 'SystemAssigned, UserAssigned' };
      assert.equal((await deploy(at, NO_SMOKE_TEST)).code, 0);
      const events = at.azure.calls.filter(({ command }) => command === 'deployment group create').at(-1);
      const given = events?.options['parameters'] ?? [];
      assert.ok(given.includes('existingSystemTopic=defender-topic'), String(given));
      assert.ok(given.includes('tags={"stage":"prod"}'), String(given));
    }),
  );

  it(
    'changes nothing with --what-if, and needs no right to write',
    atWorkstation(async (at) => {
      const { code, stdout } = await deploy(at, ['--what-if']);
      assert.equal(code, 0);
      assert.match(stdout, /Resource changes: 40 to create/);
      assert.deepEqual(at.azure.changes, []);
      assert.deepEqual(at.npmCalls, []);
      const whatIf = at.azure.calls.find(({ command }) => command === 'deployment group what-if');
      assert.deepEqual(whatIf?.options['validation-level'], ['ProviderNoRbac']);
      assert.ok(!at.azure.calls.some(({ command }) => command === 'account get-access-token'));
    }),
  );

  it(
    'waits for the function, then for its key, and not for ever',
    atWorkstation(async (at) => {
      Object.assign(at.azure, { pollsWithoutFunction: 2, pollsWithoutKey: 3 });
      assert.equal((await deploy(at, NO_SMOKE_TEST)).code, 0);
      assert.equal(at.slept, 5 + 10 + (5 + 10 + 20));
    }),
  );

  it(
    'says what to look at when the host never shows the function',
    atWorkstation(async (at) => {
      at.azure.pollsWithoutFunction = Number.POSITIVE_INFINITY;
      const { code, stderr } = await deploy(at);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /audit-lake-abc does not show function ingest-export.*Application Insights audit-lake-insights/s,
      );
      assert.ok(at.slept > 300 && at.slept < 600, `slept ${at.slept} s`);
      assert.deepEqual(at.azure.changes, ['main.bicep', 'zip']);
    }),
  );

  it(
    'gives the host until after the next reconciliation to make its key',
    atWorkstation(async (at) => {
      at.azure.pollsWithoutKey = Number.POSITIVE_INFINITY;
      const { code, stderr } = await deploy(at);
      assert.equal(code, 1);
      assert.match(stderr, /does not show system key blobs_extension.*reach hostabc.*FunctionAppLogs/s);
      assert.ok(at.slept > 15 * 60 && at.slept < 20 * 60, `slept ${at.slept} s`);
      assert.deepEqual(at.azure.changes, ['main.bicep', 'zip']);
    }),
  );

  it(
    'tries the package and the subscription again',
    atWorkstation(async (at) => {
      at.azure.zipFailures.push('Status Code: 503', 'the app appears to be unhealthy');
      at.azure.eventsFailures.push('Webhook validation handshake failed');
      const { code, stderr } = await deploy(at, NO_SMOKE_TEST);
      assert.equal(code, 0, stderr);
      assert.deepEqual(at.azure.changes, ALL);
    }),
  );

  it(
    'gives up on a package that Azure does not take, and leaves the subscription alone',
    atWorkstation(async (at) => {
      at.azure.zipFailures.push(...Array<string>(4).fill('Status Code: 400'));
      const { code, stderr } = await deploy(at);
      assert.equal(code, 1);
      assert.match(stderr, /the package could not be deployed to audit-lake-abc.*Run this again/);
      assert.deepEqual(at.azure.changes, ['main.bicep']);
    }),
  );

  it(
    'gives the role to who is signed in, person or service principal',
    atWorkstation(async (at) => {
      at.azure.userType = 'servicePrincipal';
      assert.equal((await deploy(at, NO_SMOKE_TEST)).code, 0);
      const created = at.azure.calls.find(({ command }) => command === 'deployment group create');
      const given = created?.options['parameters'] ?? [];
      assert.ok(given.includes('deployerPrincipalType=ServicePrincipal'), String(given));
      assert.ok(given.includes('location=West Europe'), String(given));
    }),
  );

  it(
    'goes on where its roles do not let it look beyond the resource group, and says so',
    atWorkstation(async (at) => {
      at.azure.seesSubscription = false;
      const { code, stderr } = await deploy(at, NO_SMOKE_TEST);
      assert.equal(code, 0, stderr);
      assert.equal(stderr.match(/not checked/g)?.length, 3);
      assert.deepEqual(at.azure.changes, ALL);
    }),
  );

  it(
    'warns of an exporter with a key',
    atWorkstation(async (at) => {
      at.azure.parameters['exporterAuth'] = 'key';
      assert.match((await deploy(at, ['--what-if'])).stderr, /exporterAuth is key/);
    }),
  );

  describe('begins nothing', () => {
    const cases: readonly (readonly [string, (at: Workstation) => void, RegExp])[] = [
      ['where nobody is signed in', ({ azure }) => Object.assign(azure, { signedIn: false }), /az login/],
      [
        'without the resource group',
        ({ azure }) => Object.assign(azure, { hasGroup: false }),
        /az group create --name rg-audit/,
      ],
      [
        'in a region without Flex Consumption',
        ({ azure }) => Object.assign(azure, { regions: [] }),
        /no Flex Consumption in West Europe/,
      ],
      [
        'without the Node version',
        ({ azure }) => Object.assign(azure, { nodeVersions: ['20', '22'] }),
        /no Node 24 .*but 20 22.*nodeVersion/,
      ],
      [
        'without a resource provider',
        ({ azure }) => azure.providers.pop(),
        /az provider register --namespace Microsoft\.Web --wait/,
      ],
    ];
    for (const [where, spoil, message] of cases) {
      it(
        where,
        atWorkstation(async (at) => {
          spoil(at);
          const { code, stderr } = await deploy(at);
          assert.equal(code, 2);
          assert.match(stderr, message);
          assert.deepEqual(at.azure.changes, []);
        }),
      );
    }

    it(
      'without az',
      atWorkstation(async (at) => {
        const { code, stderr } = await deploy(at, ['--yes'], { without: ['az'] });
        assert.equal(code, 2);
        assert.match(stderr, /az is needed and not found/);
      }),
    );

    it(
      'where there is nobody to ask',
      atWorkstation(async (at) => {
        const { code, stderr } = await deploy(at, []);
        assert.equal(code, 2);
        assert.match(stderr, /--what-if.*--yes/);
        assert.deepEqual(at.azure.changes, []);
      }),
    );

    for (const options of [
      ['--resource-group'],
      ['--location', '--yes'],
      ['--force'],
      ['--smoke-test', 'maybe'],
      ['--parameters', 'x.json'],
    ]) {
      it(
        `with ${options.join(' ')}`,
        atWorkstation(async (at) => {
          const { code, stderr } = await deploy(at, options);
          assert.equal(code, 2);
          assert.match(stderr, /deploy\.sh: .*(expected|unknown)/);
          assert.deepEqual(at.azure.calls, []);
        }),
      );
    }
  });

  it('knows the names that the templates give', async () => {
    const read = (file: string) => readFile(path.join(INFRA, file), 'utf8');
    assert.match(await read('modules/announcements.bicep'), /'\$\{landingAccountName\}-events'/);
    assert.match(await read('modules/raw-subscription.bicep'), /name: 'nexthink-audit-lake'/);
    assert.match(
      await read('eventgrid.bicep'),
      /\/runtime\/webhooks\/blobs\?functionName=Host\.Functions\.ingest-export&code=/,
    );
    const outputs = [...(await read('main.bicep')).matchAll(/^output (\w+)/gm)].map(([, name]) => name);
    const wanted = /local names=\(([^)]*)\)/.exec(await read('deployment.sh'))?.[1]?.split(/\s+/) ?? [];
    assert.deepEqual(
      wanted.filter((name) => !outputs.includes(name)),
      [],
    );
    assert.ok(wanted.length > 10);
  });
});
