import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { run } from '../support/cli.ts';
import { atWorkstation, type Workstation } from './deployment.ts';
import { GROUP, OUTPUTS } from './fake-azure.ts';

const NO_ROLE = 'You do not have the required permissions needed to perform this operation.';

function smokeTest(at: Workstation, options: readonly string[] = ['--proof', 'commit']) {
  at.azure.outputs ??= OUTPUTS;
  return at.run('smoke-test.sh', ['--resource-group', GROUP, ...options]);
}

describe('smoke-test.sh', { concurrent: true }, () => {
  it(
    'waits for a role that does not act yet',
    atWorkstation(async (at) => {
      at.azure.uploadFailures.push(NO_ROLE, 'The request may be blocked by network rules of storage account.');
      at.azure.onUpload = (source, blob) => at.ingest(source, blob);
      const { code, stdout, stderr } = await smokeTest(at);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /the log has it: raw\/_smoke-test\/.*\.jsonl, 1 row/);
      assert.equal(at.slept, 15 + 30);
      assert.ok(!at.npmCalls.includes('query'), 'fetches no data to prove a commit');
    }),
  );

  it(
    'says what may be wrong where the role never acts',
    atWorkstation(async (at) => {
      at.azure.uploadFailures.push(...Array<string>(7).fill(NO_ROLE));
      const { code, stderr } = await smokeTest(at);
      assert.equal(code, 1);
      assert.match(stderr, /deployerPrincipalId.*exporterIpRules/);
      assert.ok(at.slept < 600, `slept ${at.slept} s`);
    }),
  );

  it(
    'does not wait for what waiting cannot cure',
    atWorkstation(async (at) => {
      at.azure.uploadFailures.push('The specified filesystem does not exist.');
      const { code, stderr } = await smokeTest(at);
      assert.equal(code, 1);
      assert.match(stderr, /filesystem does not exist/);
      assert.equal(at.slept, 0);
    }),
  );

  it(
    'gives up when the sample does not come in, and says where to look',
    atWorkstation(async (at) => {
      const { code, stderr } = await smokeTest(at, ['--minutes', '1']);
      assert.equal(code, 1);
      assert.equal(at.slept, 60);
      assert.match(stderr, /there is no table/);
      assert.match(stderr, /after 1 minutes .*include and exclude.*dead letters.*Application Insights/s);
    }),
  );

  it(
    'says so where the settings do not read the sample',
    atWorkstation(async (at) => {
      at.azure.onUpload = (source, blob) => at.ingest(source, blob, { AUDIT_LAKE_TIME_FORMAT: 'dd.MM.yyyy HH:mm' });
      const { code, stderr } = await smokeTest(at);
      assert.equal(code, 1);
      assert.match(stderr, /"outcome":"rejected".*not as a row: .*timeFormat/s);
    }),
  );

  it(
    'puts the sample below the folder of the raw zone, marked so that nobody takes it for an event',
    atWorkstation(async (at) => {
      at.azure.outputs = { ...OUTPUTS, rawFolder: 'exports/audit', rawContainer: 'drop', lakeIsPrivate: true };
      at.azure.onUpload = (source, blob) => at.ingest(source, blob.replace('exports/audit/', ''));
      const { code, stderr } = await smokeTest(at);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /private endpoints/);
      const upload = at.azure.calls.find(({ command }) => command === 'storage fs file upload');
      assert.deepEqual(upload?.options['file-system'], ['drop']);
      assert.match(upload.options['path']?.[0] ?? '', /^exports\/audit\/_smoke-test\/\d{8}T\d{6}Z-\d+\.jsonl$/);
      const columns = 'code, event_name, family, instance, decode_status, source_file, message';
      const { stdout } = await run(['query', `SELECT ${columns} FROM audit_events`, '--json', '--lake', at.lake]);
      const [row] = JSON.parse(stdout) as Record<string, unknown>[];
      assert.deepEqual(
        { ...row, source_file: null, message: null },
        {
          code: 999999999,
          event_name: null,
          family: null,
          instance: null,
          decode_status: 'unknown_code',
          source_file: null,
          message: null,
        },
      );
      assert.match(String(row?.['source_file']), /^raw\/_smoke-test\//);
      assert.match(String(row?.['message']), /^Smoke test of nexthink-audit-lake, deployment=/);
    }),
  );

  it(
    'needs a deployment',
    atWorkstation(async (at) => {
      const { code, stderr } = await at.run('smoke-test.sh', ['--resource-group', GROUP]);
      assert.equal(code, 1);
      assert.match(stderr, /run infra\/deploy\.sh first/);
    }),
  );

  it(
    'refuses a deployment that did not end well',
    atWorkstation(async (at) => {
      at.azure.outputs = { functionAppName: 'audit-lake-abc' };
      const { code, stderr } = await smokeTest(at);
      assert.equal(code, 1);
      assert.match(stderr, /did not end well.*lakeUrl.*run infra\/deploy\.sh again/);
      assert.deepEqual(at.azure.changes, []);
    }),
  );

  for (const options of [
    ['--minutes', '0'],
    ['--minutes', '1; true'],
    ['--proof', 'trust me'],
    ['--group', 'x'],
  ]) {
    it(
      `refuses ${options.join(' ')}`,
      atWorkstation(async (at) => {
        assert.equal((await smokeTest(at, options)).code, 2);
        assert.deepEqual(at.azure.calls, []);
      }),
    );
  }
});
