import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { atWorkstation, type Workstation } from './deployment.ts';
import { GROUP, idOf, OUTPUTS } from './fake-azure.ts';

const APP = idOf('Microsoft.Web/sites', 'audit-lake-abc');
const HOST = idOf('Microsoft.Storage/storageAccounts', 'hostabc');
const LANDING = idOf('Microsoft.Storage/storageAccounts', 'landingabc');
const LAKE = idOf('Microsoft.Storage/storageAccounts', 'lakeabc');
/** Not of a deployment of ours: the last differs from the lake's name by its end alone. */
const OF_OTHERS = [idOf('Microsoft.KeyVault/vaults', 'theirs'), idOf('Microsoft.Storage/storageAccounts', 'lakeabcd')];

/** Has everything deployed, in modules of modules. */
function deployed({ azure }: Workstation): void {
  azure.outputs = OUTPUTS;
  azure.topic = { name: 'landingabc-events', identity: 'SystemAssigned' };
  azure.subscription = { url: azure.webhookUrl, state: 'Succeeded' };
  azure.resources = [LANDING, LAKE, HOST, APP, ...OF_OTHERS];
  // Azure does not keep to one case in its ids.
  const nested = (name: string) => [
    'Microsoft.Resources/deployments',
    idOf('Microsoft.Resources/deployments', name).replace(GROUP, GROUP.toUpperCase()),
    name,
  ];
  azure.operations = {
    'nexthink-audit-lake': [nested('landing'), nested('lake'), nested('app')],
    landing: [['Microsoft.Storage/storageAccounts', LANDING, 'landingabc']],
    lake: [
      ['Microsoft.Storage/storageAccounts', LAKE, 'lakeabc'],
      ['Microsoft.Storage/storageAccounts', HOST.toLowerCase(), 'hostabc'],
    ],
    app: [
      ['Microsoft.Web/sites', APP, 'audit-lake-abc'],
      ['Microsoft.Authorization/roleAssignments', `${LAKE}/providers/Microsoft.Authorization/roleAssignments/1`, '1'],
      nested('gone'),
    ],
  };
}

function teardown(at: Workstation, options: readonly string[] = ['--yes'], input = '') {
  return at.run('teardown.sh', ['--resource-group', GROUP, ...options], { input });
}

describe('teardown.sh', { concurrent: true }, () => {
  it(
    'deletes what was deployed but the accounts with evidence, and nothing of others',
    atWorkstation(async (at) => {
      deployed(at);
      const { code, stdout, stderr } = await teardown(at);
      assert.equal(code, 0, stderr);
      assert.deepEqual(at.azure.changes, ['delete subscription', 'delete topic', 'delete resources']);
      assert.deepEqual(at.azure.resources, [LANDING, LAKE, ...OF_OTHERS]);
      assert.match(stdout, /Kept, .*landingabc \(raw files.*lakeabc \(table, quarantine, evidence\)/s);
      assert.match(stdout, /Deleted:.*Microsoft\.Web\/sites\/audit-lake-abc/s);
      assert.match(stdout, /chain heads.*audit-lake -- verify --lake https:\/\/lakeabc/);
    }),
  );

  it(
    'keeps the key vault of the landing app, and deletes the rest of that app',
    atWorkstation(async (at) => {
      deployed(at);
      const [vault, app] = [
        idOf('Microsoft.KeyVault/vaults', 'land-abc'),
        idOf('Microsoft.Web/sites', 'audit-land-abc'),
      ];
      at.azure.outputs = { ...OUTPUTS, landingAppName: 'audit-land-abc', keyVaultName: 'land-abc' };
      at.azure.resources = [...at.azure.resources, vault, app];
      at.azure.operations['app'] = [
        ...(at.azure.operations['app'] ?? []),
        ['Microsoft.KeyVault/vaults', vault, 'land-abc'],
        ['Microsoft.Web/sites', app, 'audit-land-abc'],
      ];
      const { code, stdout, stderr } = await teardown(at);
      assert.equal(code, 0, stderr);
      assert.deepEqual(at.azure.resources, [LANDING, LAKE, ...OF_OTHERS, vault]);
      assert.match(stdout, /Kept, .*land-abc \(key vault/s);
    }),
  );

  it(
    'keeps the key that the accounts are encrypted with, and the identity that uses it: without them nobody could read what is kept',
    atWorkstation(async (at) => {
      deployed(at);
      const [vault, identity] = [
        idOf('Microsoft.KeyVault/vaults', 'key-abc'),
        idOf('Microsoft.ManagedIdentity/userAssignedIdentities', 'audit-lake-encryption-identity'),
      ];
      const ofApp = idOf('Microsoft.ManagedIdentity/userAssignedIdentities', 'audit-lake-identity');
      at.azure.resources = [...at.azure.resources, vault, identity, ofApp];
      at.azure.operations['app'] = [
        ...(at.azure.operations['app'] ?? []),
        ['Microsoft.KeyVault/vaults', vault, 'key-abc'],
        ['Microsoft.ManagedIdentity/userAssignedIdentities', identity, 'audit-lake-encryption-identity'],
        ['Microsoft.ManagedIdentity/userAssignedIdentities', ofApp, 'audit-lake-identity'],
      ];
      const { code, stderr } = await teardown(at);
      assert.equal(code, 0, stderr);
      assert.deepEqual(at.azure.resources, [LANDING, LAKE, ...OF_OTHERS, vault, identity]);
    }),
  );

  it(
    'can be run again',
    atWorkstation(async (at) => {
      deployed(at);
      Object.assign(at.azure, { topic: null, subscription: null, resources: [LANDING, LAKE, ...OF_OTHERS] });
      const { code, stdout, stderr } = await teardown(at);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /none that is left/);
      assert.deepEqual(at.azure.changes, []);
    }),
  );

  it(
    'keeps a system topic that was there before, without our subscription',
    atWorkstation(async (at) => {
      deployed(at);
      at.azure.topic = { name: 'defender-topic', identity: 'SystemAssigned' };
      assert.equal((await teardown(at)).code, 0);
      assert.deepEqual(at.azure.changes, ['delete subscription', 'delete resources']);
      assert.equal(at.azure.topic?.name, 'defender-topic');
    }),
  );

  it(
    'says how to open a lake whose private endpoints go',
    atWorkstation(async (at) => {
      deployed(at);
      at.azure.outputs = { ...OUTPUTS, lakeIsPrivate: true };
      assert.match(
        (await teardown(at)).stdout,
        /az storage account update .*--name lakeabc --public-network-access Enabled/,
      );
    }),
  );

  it(
    'changes nothing where nobody can be asked',
    atWorkstation(async (at) => {
      deployed(at);
      const { code, stdout, stderr } = await teardown(at, [], 'yes\n');
      assert.equal(code, 2);
      assert.match(stderr, /--yes/);
      assert.match(stdout, /Kept, /);
      assert.deepEqual(at.azure.changes, []);
    }),
  );

  describe('--everything', () => {
    it(
      'deletes the group once its name is typed',
      atWorkstation(async (at) => {
        deployed(at);
        const { code, stdout, stderr } = await teardown(at, ['--everything'], `${GROUP}\n`);
        assert.equal(code, 0, stderr);
        assert.match(stdout, /immutability policy/);
        assert.deepEqual(at.azure.changes, ['delete subscription', 'delete topic', 'delete group']);
      }),
    );

    for (const answer of ['', 'yes\n', 'RG-AUDIT\n', 'rg-audit2\n']) {
      it(
        `changes nothing for ${JSON.stringify(answer)}, even with --yes`,
        atWorkstation(async (at) => {
          deployed(at);
          const { code } = await teardown(at, ['--everything', '--yes'], answer);
          assert.equal(code, 1);
          assert.deepEqual(at.azure.changes, []);
        }),
      );
    }

    it(
      'says that a landing account elsewhere stays',
      atWorkstation(async (at) => {
        deployed(at);
        at.azure.outputs = { ...OUTPUTS, landingResourceGroup: 'rg-landing' };
        const { stdout } = await teardown(at, ['--everything'], `${GROUP}\n`);
        assert.match(stdout, /landingabc is in resource group rg-landing and stays/);
      }),
    );
  });
});
