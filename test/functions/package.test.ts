import assert from 'node:assert/strict';
import { mkdtempDisposable, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'vitest';
import { buildPackage } from '../../package/build.ts';
import { thirdPartyNotices } from '../../package/notices.ts';
import { questionFiles } from '../../src/asking/index.ts';
import { DIALECTS } from '../../src/questions/index.ts';
import { run } from '../support/cli.ts';
import { startApp } from './function-host.ts';
import { sharedPackage } from './shared-package.ts';

const MIB = 2 ** 20;
/** What one file may take at its peak: the memory goal, for the most records that an export has. */
const PEAK_PER_FILE = 300 * MIB + 64 * 1_000_000;
/** What the host itself and the system take of an instance. */
const HOST = 600 * MIB;
const INSTANCE = 2048 * MIB;

interface HostSettings {
  readonly extensions: {
    readonly blobs: { readonly maxDegreeOfParallelism: number; readonly poisonBlobThreshold: number };
    readonly queues: {
      readonly batchSize: number;
      readonly newBatchThreshold: number;
      readonly maxDequeueCount: number;
      readonly messageEncoding: string;
      readonly visibilityTimeout: string;
    };
  };
  readonly logging: {
    readonly applicationInsights: { readonly samplingSettings: { readonly excludedTypes: string } };
  };
}

describe('the package', () => {
  const extracted = sharedPackage();

  it('holds what runs in production, with the compressor for Linux on x64, and nothing else', () => {
    const parts = new Set(
      extracted().files.map((file) => (/^(node_modules|queries)\//.test(file) ? path.dirname(file) : file)),
    );
    assert.deepEqual([...parts].sort(), [
      'LICENSE',
      'THIRD-PARTY-NOTICES.txt',
      'dist/functions/app.cjs',
      'dist/functions/app.cjs.LEGAL.txt',
      'dist/lib/work.cjs',
      'dist/lib/work.cjs.LEGAL.txt',
      'host.json',
      'node_modules/@napi-rs/snappy-linux-x64-gnu',
      'node_modules/snappy',
      'package.json',
      'queries/duckdb',
      'queries/spark',
      'queries/tsql',
    ]);
    assert.ok(extracted().files.includes('node_modules/@napi-rs/snappy-linux-x64-gnu/snappy.linux-x64-gnu.node'));
    assert.ok(extracted().bytes < 4 * MIB, `${extracted().bytes} bytes`);
  });

  it('has every question in every dialect, as ask prints it', async () => {
    for (const { file, name } of questionFiles()) {
      for (const dialect of DIALECTS)
        assert.ok(extracted().files.includes(`queries/${dialect}/${file}`), `${dialect}: ${name}`);
    }
    for (const dialect of DIALECTS) {
      const shipped = await readFile(
        path.join(extracted().folder, `queries/${dialect}/05-self-granted-roles.sql`),
        'utf8',
      );
      assert.equal(shipped, (await run(['ask', '5', '--sql', '--dialect', dialect])).stdout);
    }
  });

  it('names everybody whose software it holds, with version and licence, and nobody else', async () => {
    const text = await readFile(path.join(extracted().folder, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    const named = [...text.matchAll(/^={80}\n(\S+) (\d+\.\d+\.\d+\S*) \((\S+)\)\n\n(.{40})/gms)];
    const names = named.map(([, name]) => name);
    assert.deepEqual(names, [...new Set(names)].sort());
    assert.equal(named.length, text.split('='.repeat(80)).length - 1, 'each has all parts');
    for (const name of ['@azure/storage-blob', '@azure/identity', 'hyparquet', 'zod', 'snappy', '@nodable/entities']) {
      assert.ok(names.includes(name), name);
    }
    assert.ok(names.includes('@napi-rs/snappy-linux-x64-gnu'));
    for (const name of ['esbuild', 'typescript', 'azurite', 'parquet-wasm']) assert.ok(!names.includes(name), name);
    assert.match(text, /\(Apache-2\.0\)/);
    assert.doesNotMatch(text, /\r/);
  });

  it('is not built where nobody knows a licence', async () => {
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'audit-lake-licence-'));
    await writeFile(path.join(folder.path, 'package.json'), '{"name":"unheard-of","version":"1.0.0","license":"MIT"}');
    const relative = path.relative(path.join(import.meta.dirname, '../..'), folder.path);
    await assert.rejects(thirdPartyNotices([relative]), /unheard-of.*package\/notices\.ts/);
    await writeFile(path.join(folder.path, 'Licence.md'), 'Do as you please.\r\n');
    assert.match(await thirdPartyNotices([relative]), /^unheard-of 1\.0\.0 \(MIT\)\n\nDo as you please\.\n$/m);
  });

  it('is the same bytes each time', async () => {
    const [once, twice] = await Promise.all([buildPackage(), buildPackage()]);
    assert.equal(Buffer.compare(once, twice), 0);
  });

  it('holds no code that only development uses', async () => {
    for (const file of ['dist/functions/app.cjs', 'dist/lib/work.cjs']) {
      const code = await readFile(path.join(extracted().folder, file), 'utf8');
      assert.doesNotMatch(code, /@duckdb|parquet-wasm|fast-check|devstoreaccount1:|azurite\/dist/);
    }
  });

  it('registers seven functions without reading what they do', async ({ annotate }) => {
    const app = await startApp(extracted().folder, { AUDIT_LAKE_LAKE: '/lake', AUDIT_LAKE_SETTLE_MINUTES: '20' });
    const described = [...app.functions.values()].map(({ name, bindings }) => {
      const [{ name: _, direction, ...binding } = {}] = Object.values(bindings);
      return [name, binding];
    });
    assert.deepEqual(Object.fromEntries(described), {
      'ingest-export': {
        path: 'raw/{name}',
        connection: 'RAW',
        source: 'EventGrid',
        sdkBinding: true,
        type: 'blobTrigger',
        properties: { supportsDeferredBinding: 'true' },
      },
      'ingest-announced': {
        queueName: 'raw-events',
        connection: 'AzureWebJobsStorage',
        type: 'queueTrigger',
        properties: { supportsDeferredBinding: 'false' },
      },
      'record-poison': {
        queueName: 'webjobs-blobtrigger-poison',
        connection: 'RAW',
        type: 'queueTrigger',
        properties: { supportsDeferredBinding: 'false' },
      },
      'record-poison-event': {
        queueName: 'raw-events-poison',
        connection: 'AzureWebJobsStorage',
        type: 'queueTrigger',
        properties: { supportsDeferredBinding: 'false' },
      },
      'take-landed': {
        schedule: '15 * * * * *',
        type: 'timerTrigger',
        properties: { supportsDeferredBinding: 'false' },
      },
      'reconcile-raw': {
        schedule: '0 */4 * * * *',
        type: 'timerTrigger',
        properties: { supportsDeferredBinding: 'false' },
      },
      'maintain-table': {
        schedule: '0 30 2 * * *',
        type: 'timerTrigger',
        properties: { supportsDeferredBinding: 'false' },
      },
    });
    // By the code that is read for it, which is what takes the time: a clock tells nothing on a machine that does other things.
    const [main = '', ...others] = app.loaded;
    assert.deepEqual([path.basename(main), others], ['app.cjs', []]);
    const { size } = await stat(main);
    await annotate(
      `${extracted().bytes} bytes; registered in ${Math.round(app.startMs)} ms from ${size} bytes of code`,
    );
    assert.ok(size <= 1_250_000, `${size} bytes`);
  });

  it('does not start with wrong settings, and says all that is wrong', async () => {
    const wrong = {
      AUDIT_LAKE_LAKE: 'ftp://x',
      AUDIT_LAKE_SETTLE_MINUTES: 'soon',
      AUDIT_LAKE_RECONCILE_SCHEDULE: '*/15 * * * *',
      AUDIT_LAKE_SETTLE_MINUTE: '15',
    };
    await assert.rejects(startApp(extracted().folder, wrong), (error) => {
      assert.ok(error instanceof Error);
      for (const name of Object.keys(wrong)) assert.match(error.message, new RegExp(`${name}\\b`));
      assert.match(error.message, /six fields/);
      assert.doesNotMatch(error.message, /--settle-minutes/);
      return true;
    });
    await assert.rejects(
      startApp(extracted().folder, {
        AUDIT_LAKE_LAKE: 'https://lake.dfs.core.windows.net',
        AUDIT_LAKE_RAW: 'https://landing.dfs.core.windows.net/exports/audit',
        RAW__blobServiceUri: 'https://lake.blob.core.windows.net',
      }),
      /RAW__blobServiceUri: expected the account of the raw zone, landing, found lake; set/,
    );
  });

  it('does not start where the host would end an invocation before the app does', async () => {
    const lake = { AUDIT_LAKE_LAKE: '/lake' };
    await assert.rejects(
      startApp(extracted().folder, { ...lake, AUDIT_LAKE_INVOCATION_MINUTES: '30' }),
      /AUDIT_LAKE_INVOCATION_MINUTES: expected less than .*00:30:00 in host\.json, found 30 minutes; lower it/,
    );
    const override = 'AzureFunctionsJobHost__functionTimeout';
    await startApp(extracted().folder, { ...lake, AUDIT_LAKE_INVOCATION_MINUTES: '30', [override]: '01:00:00' });
    await assert.rejects(startApp(extracted().folder, { ...lake, [override]: '00:10:00' }), /INVOCATION_MINUTES/);
  });

  it('has the files of one instance fit into its memory, and no record sampled away', async () => {
    const host = JSON.parse(await readFile(path.join(extracted().folder, 'host.json'), 'utf8')) as HostSettings;
    const { maxDegreeOfParallelism, poisonBlobThreshold } = host.extensions.blobs;
    assert.ok(HOST + maxDegreeOfParallelism * PEAK_PER_FILE <= INSTANCE);
    assert.equal(poisonBlobThreshold, 5);
    // Each function of a queue has instances of its own, and those of the blob trigger are others.
    const { batchSize, newBatchThreshold, ...queues } = host.extensions.queues;
    assert.ok(HOST + (batchSize + newBatchThreshold) * PEAK_PER_FILE <= INSTANCE);
    assert.deepEqual([queues.messageEncoding, queues.maxDequeueCount], ['base64', 5]);
    assert.notEqual(queues.visibilityTimeout, '00:00:00', 'what fails waits before it comes again');
    const { excludedTypes } = host.logging.applicationInsights.samplingSettings;
    assert.deepEqual(excludedTypes.split(';').sort(), ['Exception', 'Request', 'Trace'], 'no record is sampled away');
  });
});
