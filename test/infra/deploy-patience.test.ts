import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { atWorkstation, type Workstation } from './deployment.ts';
import { GROUP, idOf, OUTPUTS } from './fake-azure.ts';

const ALL = ['main.bicep', 'zip', 'eventgrid.bicep'];
const ACCEPTED = [
  'WARNING: Getting scm site credentials for zip deployment',
  'WARNING: Starting zip deployment. This operation can take a while to complete ...',
  'WARNING: Deployment endpoint responded with status code 202 for deployment id 1',
].join('\n');
const CHECKED = `${ACCEPTED}\nWARNING: Waiting for sync triggers...\nWARNING: Checking the health of the function app`;
/** As Azure says it where the identity of the app has its role, and the storage account does not know it yet. */
const SPREADING = `${ACCEPTED}\nERROR: Zip deployment failed. {'status': 3, 'status_text': "InaccessibleStorageException: Failed to access storage account for deployment: BlobUploadFailedException: Failed to upload blob to storage account: Response status code does not indicate success: 403 (This request is not authorized to perform this operation using this permission.)."}. These are the deployment logs: ""`;
const CLOSED =
  'ERROR: Ip Forbidden(<h1>Error 403 - Forbidden</h1><p>The web app you have attempted to reach has blocked your access.</p>)';

function deploy(at: Workstation) {
  const where = ['--resource-group', GROUP, '--location', 'westeurope', '--parameters', at.parameters];
  return at.run('deploy.sh', [...where, '--yes', '--smoke-test', 'off']);
}

function uploads({ azure }: Workstation): number {
  return azure.calls.filter(({ command }) => command === 'functionapp deployment source config-zip').length;
}

describe('deploy.sh, of a package that az says was not deployed', { concurrent: true }, () => {
  for (const [what, said] of [
    [
      'the host is slow to answer',
      `${CHECKED}\nERROR: Deployment was successful but the app appears to be unhealthy. Please check the app logs.`,
    ],
    [
      'the key of the host is not there yet',
      `${CHECKED}\nERROR: Failed to fetch host key to check for function app status`,
    ],
    [
      'the host cannot be reached from here',
      `${CHECKED}\nERROR: HTTPSConnectionPool(host='audit-lake-abc.azurewebsites.net', port=443): Max retries exceeded with url: /admin/host/status`,
    ],
    [
      'az is told to show errors alone',
      'ERROR: Deployment was successful but the app appears to be unhealthy. Please check the app logs.',
    ],
  ] as const) {
    it(
      `goes on, and deploys once, where it is and ${what}`,
      atWorkstation(async (at) => {
        at.azure.zipFailures.push(said);
        const { code, stdout, stderr } = await deploy(at);
        assert.equal(code, 0, stderr);
        assert.equal(uploads(at), 1);
        assert.match(stdout, /The package is deployed/);
        assert.doesNotMatch(stdout + stderr, /what it was before|still runs/);
        assert.deepEqual(at.azure.changes, ['main.bicep', 'eventgrid.bicep']);
        assert.equal(at.slept, 0);
      }),
    );
  }

  it(
    'still waits for the function, and says so where it never shows',
    atWorkstation(async (at) => {
      at.azure.zipFailures.push('ERROR: Deployment was successful but the app appears to be unhealthy.');
      at.azure.pollsWithoutFunction = Number.POSITIVE_INFINITY;
      const { code, stderr } = await deploy(at);
      assert.equal(code, 1);
      assert.match(stderr, /does not show function ingest-export/);
      assert.doesNotMatch(stderr, /what it was before|still runs/);
    }),
  );

  it(
    'waits for the role of the app to spread, longer than for anything else',
    atWorkstation(async (at) => {
      at.azure.zipFailures.push(...Array<string>(12).fill(SPREADING));
      const { code, stderr } = await deploy(at);
      assert.equal(code, 0, stderr);
      assert.equal(at.slept, 12 * 30);
      assert.deepEqual(at.azure.changes, ALL);
    }),
  );

  it(
    'does not wait for it beyond ten minutes',
    atWorkstation(async (at) => {
      at.azure.zipFailures.push(...Array<string>(100).fill(SPREADING));
      const { code, stderr } = await deploy(at);
      assert.equal(code, 1);
      assert.equal(at.slept, 600);
      assert.match(stderr, /still refused \(403\) after ten minutes.*roles on its host account/);
      assert.deepEqual(at.azure.changes, ['main.bicep']);
    }),
  );

  for (const [what, said] of [
    [
      'another deployment goes on',
      'ERROR: There may be an ongoing deployment. Please track your deployment in https://x',
    ],
    [
      'az lost patience',
      `${ACCEPTED}\nERROR: Timeout reached by the command, however, the deployment operation\n   is still on-going. Navigate to your scm site`,
    ],
    [
      'the line broke after the package was taken',
      `${ACCEPTED}\nERROR: ('Connection aborted.', ConnectionResetError(104))`,
    ],
  ] as const) {
    it(
      `waits and deploys again where ${what}, and never says that there is no new code`,
      atWorkstation(async (at) => {
        at.azure.zipFailures.push(...Array<string>(100).fill(said));
        const { code, stderr } = await deploy(at);
        assert.equal(code, 1);
        assert.match(stderr, /whether the app has the new code is not known/);
        assert.doesNotMatch(stderr, /what it was before/);
        assert.equal(at.slept, 1800);
      }),
    );
  }

  it(
    'tries a refusal three times more, and says what code there is',
    atWorkstation(async (at) => {
      at.azure.zipFailures.push(
        ...Array<string>(100).fill('ERROR: An error occured during deployment. Status Code: 500'),
      );
      const { code, stderr } = await deploy(at);
      assert.equal(code, 1);
      assert.equal(uploads(at), 4);
      assert.match(stderr, /could not be deployed to audit-lake-abc.*what it was before\. Run this again/);
    }),
  );
});

describe('deploy.sh, run again', { concurrent: true }, () => {
  it(
    'waits for the deployment of a run that was interrupted',
    atWorkstation(async (at) => {
      at.azure.running.set('nexthink-audit-lake', 4);
      at.azure.running.set('nexthink-audit-lake-events', 1);
      const { code, stdout, stderr } = await deploy(at);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /deployment nexthink-audit-lake of an earlier run is still Running/);
      assert.equal(at.slept, 5 * 60);
      assert.deepEqual(at.azure.changes, ALL);
    }),
  );

  it(
    'waits for that of a module, of which Azure tells when it refuses',
    atWorkstation(async (at) => {
      at.azure.running.set('lake-abc123', 2);
      at.azure.mainFailures.push(
        `{"error":{"code":"DeploymentActive","message":"The deployment with resource id '${idOf('Microsoft.Resources/deployments', 'lake-abc123')}' cannot be saved, because this would overwrite an existing deployment which is still active."}}`,
      );
      const { code, stdout, stderr } = await deploy(at);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /deployment lake-abc123 of an earlier run is still Running/);
      assert.deepEqual(at.azure.changes, ALL);
    }),
  );

  it(
    'does not wait for ever',
    atWorkstation(async (at) => {
      at.azure.running.set('nexthink-audit-lake', Number.POSITIVE_INFINITY);
      const { code, stderr } = await deploy(at);
      assert.equal(code, 1);
      assert.equal(at.slept, 3600);
      assert.match(stderr, /az deployment group cancel --resource-group rg-audit --name nexthink-audit-lake\b/);
      assert.deepEqual(at.azure.changes, []);
    }),
  );

  for (const error of ['SubnetsNotProvisioned', 'AnotherOperationInProgress', 'PrincipalNotFound']) {
    it(
      `tries again after ${error}`,
      atWorkstation(async (at) => {
        at.azure.mainFailures.push(`ERROR: {"code": "DeploymentFailed", "details": [{"code": "${error}"}]}`);
        const { code, stderr } = await deploy(at);
        assert.equal(code, 0, stderr);
        assert.deepEqual(at.azure.changes, ALL);
      }),
    );
  }

  it(
    'does not try again what does not pass by itself',
    atWorkstation(async (at) => {
      at.azure.mainFailures.push('ERROR: {"code": "RequestDisallowedByPolicy"}');
      const { code, stderr } = await deploy(at);
      assert.equal(code, 1);
      assert.match(stderr, /RequestDisallowedByPolicy.*main\.bicep could not be deployed/s);
      assert.equal(at.slept, 0);
    }),
  );

  const name = '0123abcd-4567-89ab-cdef-0123456789ab';
  for (const [how, written] of [
    ['', name],
    [' without hyphens', name.replaceAll('-', '')],
  ] as const) {
    it(
      `names the assignment of a role that was given by hand${how}`,
      atWorkstation(async (at) => {
        const id = `${idOf('Microsoft.Storage/storageAccounts', 'lakeabc')}/providers/Microsoft.Authorization/roleAssignments/${name}`;
        at.azure.assignments.set(name, id);
        at.azure.mainFailures.push(
          `ERROR: {"code": "RoleAssignmentExists", "message": "The role assignment already exists. The ID of the existing role assignment is ${written}."}`,
        );
        const { code, stdout } = await deploy(at);
        assert.equal(code, 1);
        assert.ok(stdout.includes(`az role assignment delete --ids ${id}\n`), stdout);
      }),
    );
  }

  it(
    'says where to look for it where Azure does not name it',
    atWorkstation(async (at) => {
      at.azure.mainFailures.push('ERROR: (RoleAssignmentExists) The role assignment already exists.');
      assert.match((await deploy(at)).stdout, /Access control \(IAM\)/);
    }),
  );
});

describe('deploy.sh, elsewhere', { concurrent: true }, () => {
  it(
    'reads lines that end with CR, as those of Windows az do under WSL',
    atWorkstation(async (at) => {
      at.azure.lineEnd = '\r\n';
      at.azure.topic = { name: 'landingabc-events', identity: 'SystemAssigned' };
      at.azure.subscription = { url: at.azure.webhookUrl, state: 'Succeeded' };
      const { code, stdout, stderr } = await deploy(at);
      assert.equal(code, 0, stderr);
      assert.deepEqual(at.azure.changes, ALL);
      assert.ok(!stdout.includes('\r'));
      const words = at.azure.calls.flatMap(({ options }) => Object.values(options).flat());
      assert.deepEqual(
        words.filter((word) => word.includes('\r')),
        [],
      );
    }),
  );

  describe('what a policy changed', () => {
    const modified = (type: string, resource: string, path: string, before: unknown, after: unknown) => ({
      changeType: 'Modify',
      resourceId: idOf(type, resource),
      delta: [{ path, propertyChangeType: 'Modify', before, after, children: null }],
    });
    it(
      'is said, with what it means',
      atWorkstation(async (at) => {
        at.azure.drift = [
          modified(
            'Microsoft.Storage/storageAccounts',
            'landingabc',
            'properties.publicNetworkAccess',
            'Disabled',
            'Enabled',
          ),
          modified('Microsoft.Web/sites', 'audit-lake-abc', 'properties.publicNetworkAccess', 'Disabled', 'Enabled'),
          modified('Microsoft.Storage/storageAccounts', 'lakeabc', 'properties.minimumTlsVersion', 'TLS1_3', 'TLS1_2'),
          modified('Microsoft.Web/sites', 'audit-lake-abc', 'tags.owner', 'a', 'b'),
        ];
        const { code, stderr } = await deploy(at);
        assert.equal(code, 0, stderr);
        assert.match(stderr, /landingabc: properties\.publicNetworkAccess is "Disabled".*exporter is locked out/);
        assert.match(
          stderr,
          /audit-lake-abc: properties\.publicNetworkAccess is "Disabled".*Event Grid are answered with 403/,
        );
        assert.match(stderr, /lakeabc: properties\.minimumTlsVersion is "TLS1_3", and was deployed as "TLS1_2"\n/);
        assert.doesNotMatch(stderr, /tags/);
      }),
    );

    it(
      'is looked for in nested changes too, and in no resource that is to be made',
      atWorkstation(async (at) => {
        at.azure.drift = [
          { changeType: 'Create', resourceId: idOf('Microsoft.Web/sites', 'x'), delta: null },
          {
            changeType: 'Modify',
            resourceId: idOf('Microsoft.Storage/storageAccounts', 'hostabc'),
            delta: [
              {
                path: 'properties.networkAcls',
                propertyChangeType: 'Array',
                children: [{ path: 'defaultAction', propertyChangeType: 'Modify', before: 'Deny', after: 'Allow' }],
              },
            ],
          },
        ];
        const { code, stderr } = await deploy(at);
        assert.equal(code, 0, stderr);
        assert.match(stderr, /hostabc: properties\.networkAcls\.defaultAction is "Deny"/);
      }),
    );

    it(
      'is not spoken of where nothing is',
      atWorkstation(async (at) => {
        assert.doesNotMatch((await deploy(at)).stderr, /policy/);
      }),
    );

    it(
      'is said not to be known where it cannot be read',
      atWorkstation(async (at) => {
        at.azure.drift = null;
        const { code, stderr } = await deploy(at);
        assert.equal(code, 0, stderr);
        assert.match(stderr, /whether a policy changed .* not checked/);
      }),
    );
  });

  describe('a closed app', () => {
    const closed = ({ azure }: Workstation) => {
      azure.parameters = { ...azure.parameters, delivery: 'queue' };
    };

    it(
      'is asked for before the package is built, and where it cannot be reached is told how',
      atWorkstation(async (at) => {
        closed(at);
        at.azure.unreachable = CLOSED;
        const { code, stderr } = await deploy(at);
        assert.equal(code, 1);
        assert.match(stderr, /audit-lake-abc is closed, and this machine does not reach it.*network.*stays/);
        assert.deepEqual(at.npmCalls, []);
        assert.deepEqual(at.azure.changes, ['main.bicep']);
      }),
    );

    it(
      'is reached where it answers that it has no deployment yet',
      atWorkstation(async (at) => {
        closed(at);
        at.azure.unreachable = 'ERROR: Not Found({"Message":"No deployment"})';
        await deploy(at);
        assert.equal(uploads(at), 1);
      }),
    );

    it(
      'is told from a role that spreads, where a policy closed it',
      atWorkstation(async (at) => {
        at.azure.zipFailures.push(CLOSED);
        const { code, stderr } = await deploy(at);
        assert.equal(code, 1);
        assert.equal(at.slept, 0);
        assert.match(stderr, /audit-lake-abc is closed/);
      }),
    );
  });
});

describe('teardown.sh', () => {
  it(
    'finds what azd or the portal deployed under a name of their own',
    atWorkstation(async (at) => {
      const app = idOf('Microsoft.Web/sites', 'audit-lake-abc');
      Object.assign(at.azure, { outputs: OUTPUTS, deployedAs: 'audit-dev-1777000000', resources: [app] });
      at.azure.operations = { 'audit-dev-1777000000': [['Microsoft.Web/sites', app, 'audit-lake-abc']] };
      const { code, stderr } = await at.run('teardown.sh', ['--resource-group', GROUP, '--yes']);
      assert.equal(code, 0, stderr);
      assert.deepEqual(at.azure.resources, []);
    }),
  );

  it(
    'deletes nothing where it knows of nothing that it made',
    atWorkstation(async (at) => {
      at.azure.outputs = OUTPUTS;
      at.azure.resources = [idOf('Microsoft.Web/sites', 'of-others')];
      const { code, stdout, stderr } = await at.run('teardown.sh', ['--resource-group', GROUP, '--yes']);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /none that is left/);
      assert.deepEqual(at.azure.changes, []);
    }),
  );
});
