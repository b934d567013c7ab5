import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type DataAction, type Emulator, startEmulator } from 'adls-emulator';
import { holderOf, type IdentityEndpoint, startIdentityEndpoint } from 'adls-emulator/identity-endpoint';
import { startNexthink } from 'nexthink-emulator';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { LANDING } from '../../package/bundle.ts';
import { HOUR, line } from '../landing/classic-case.ts';
import { record } from '../landing/deliveries.ts';
import { records } from './app-case.ts';
import { tick } from './event-grid.ts';
import { type ExtractedPackage, extractPackage } from './extracted-package.ts';
import { type RunningApp, startApp } from './function-host.ts';
import { loopbackHttps } from './loopback-https.ts';

const IDENTITY = '22222222-2222-3333-4444-555555555555';
const SECRET = 'a secret of the tests, long';
const NQL = {
  AUDIT_LAKE_NQL_URL: 'https://acme.api.eu.nexthink.cloud',
  AUDIT_LAKE_NQL_TOKEN_URL: 'https://acme-login.eu.nexthink.cloud/oauth2/default/v1/token',
  AUDIT_LAKE_NQL_CLIENT_ID: 'client',
  AUDIT_LAKE_NQL_CLIENT_SECRET: 'secret of a client',
};
const CLASSIC = {
  AUDIT_LAKE_CLASSIC_URL: 'https://acme.eu.nexthink.cloud',
  AUDIT_LAKE_CLASSIC_SCHEDULE: '0 20 * * * *',
};
const RAW = { AUDIT_LAKE_RAW: 'https://landing.dfs.core.windows.net/raw' };

/** What the roles of docs/deploy.md let the landing app do, on any account. */
function mayLand({ account, container, path: name, action }: DataAction): boolean {
  if (account !== 'landing') return false;
  if (container === 'landing-state') return true;
  const isBelow = ['landed/nql/', 'landed/counts/', 'landed/classic/', 'landed/webhook/'].some((each) =>
    name.startsWith(each),
  );
  return container === 'raw' && isBelow && (action === 'add' || action === 'read');
}

/** The two accounts, and an app with an identity that has those roles and no other. */
async function accounts(): Promise<Emulator> {
  const emulator = await startEmulator({
    accounts: ['landing', 'auditlake'],
    acceptsToken: (token) => holderOf(token) === IDENTITY,
    permits: (_, action) => mayLand(action),
  });
  for (const container of ['raw', 'landing-state']) emulator.store.container('landing', container);
  for (const container of ['curated', 'quarantine', 'evidence']) emulator.store.container('auditlake', container);
  return emulator;
}

function deployed(folder: string, environment: Readonly<Record<string, string>>): Promise<RunningApp> {
  return startApp(folder, {
    ...RAW,
    AUDIT_LAKE_LANDING_STATE: 'https://landing.dfs.core.windows.net/landing-state',
    AUDIT_LAKE_IDENTITY_CLIENT_ID: IDENTITY,
    ...environment,
  });
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Sends a request as the host hands it over. */
async function send(app: RunningApp, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const bytes = Buffer.from(JSON.stringify(body));
  const answer = (await app.invoke('receive-events', {
    http: { method: 'POST', url: 'https://app.azurewebsites.net/api/receive-events', headers, body: { bytes } },
  })) as { readonly http: { readonly statusCode: string; readonly body: { readonly bytes: Uint8Array } } };
  const text = Buffer.from(answer.http.body.bytes).toString();
  return { status: Number(answer.http.statusCode), body: JSON.parse(text) as Record<string, unknown> };
}

describe('the landing app, from its package', () => {
  let extracted: ExtractedPackage;
  let identities: IdentityEndpoint;
  beforeAll(async () => {
    extracted = await extractPackage(LANDING);
    identities = await startIdentityEndpoint();
  });
  afterAll(async () => {
    await extracted[Symbol.asyncDispose]();
    await identities[Symbol.asyncDispose]();
  });

  it('is small, and holds nothing native', async ({ annotate }) => {
    assert.deepEqual(extracted.files.toSorted(), [
      'LICENSE',
      'THIRD-PARTY-NOTICES.txt',
      'dist/functions/app.cjs',
      'dist/functions/app.cjs.LEGAL.txt',
      'dist/lib/work.cjs',
      'dist/lib/work.cjs.LEGAL.txt',
      'host.json',
      'package.json',
    ]);
    assert.ok(extracted.bytes < 2 ** 20, `${extracted.bytes} bytes`);
    const { size } = await stat(path.join(extracted.folder, 'dist/functions/app.cjs'));
    await annotate(`${extracted.bytes} bytes; ${size} to start with`);
    assert.ok(size <= 1_000_000, `${size} bytes`);
  });

  it('registers what is configured, and nothing else', async () => {
    const names = async (environment: Readonly<Record<string, string>>) =>
      [...(await startApp(extracted.folder, { ...RAW, ...environment })).functions.keys()].sort();
    assert.deepEqual(await names({}), []);
    assert.deepEqual(await names({ AUDIT_LAKE_WEBHOOK_SECRET: SECRET }), ['receive-events']);
    assert.deepEqual(await names(CLASSIC), ['pull-classic']);
    assert.deepEqual(await names({ ...CLASSIC, AUDIT_LAKE_CLASSIC_SCHEDULE: '' }), []);
    assert.deepEqual(await names({ ...NQL, AUDIT_LAKE_NQL_QUERY: '#audit_trail' }), []);
    const schedule = '0 10 * * * *';
    assert.deepEqual(await names({ ...NQL, AUDIT_LAKE_NQL_SCHEDULE: schedule }), []);
    const pulled = { ...NQL, AUDIT_LAKE_NQL_QUERY: '#audit_trail', AUDIT_LAKE_NQL_SCHEDULE: schedule };
    assert.deepEqual(await names(pulled), ['pull-nql']);
    const counted = { AUDIT_LAKE_NQL_COUNT_QUERY: '#counts', AUDIT_LAKE_NQL_COUNT_SCHEDULE: schedule };
    assert.deepEqual(await names({ ...NQL, ...counted }), ['count-nql']);
    assert.deepEqual(await names({ ...CLASSIC, ...pulled, ...counted, AUDIT_LAKE_WEBHOOK_SECRET: SECRET }), [
      ...['count-nql', 'pull-classic', 'pull-nql', 'receive-events'],
    ]);
  });

  it('asks for a key of the function, and runs when the settings say', async () => {
    const { functions } = await startApp(extracted.folder, { ...RAW, ...CLASSIC, AUDIT_LAKE_WEBHOOK_SECRET: SECRET });
    const bindings = (name: string) => functions.get(name)?.bindings ?? {};
    const [trigger] = Object.values(bindings('receive-events'));
    assert.deepEqual(
      [trigger?.['type'], trigger?.['authLevel'], trigger?.['route']],
      ['httpTrigger', 'function', undefined],
    );
    const [timer] = Object.values(bindings('pull-classic'));
    assert.deepEqual([timer?.['type'], timer?.['schedule']], ['timerTrigger', '0 20 * * * *']);
  });

  it('does not start with wrong settings, or where the host would end an invocation first', async () => {
    const wrong = { ...RAW, AUDIT_LAKE_CLASSIC_SCHEDULE: 'hourly', AUDIT_LAKE_NQL_CALLS_PER_DAY: '51' };
    await assert.rejects(
      startApp(extracted.folder, wrong),
      /CLASSIC_SCHEDULE[\s\S]*NQL_CALLS_PER_DAY|NQL_CALLS_PER_DAY[\s\S]*CLASSIC_SCHEDULE/,
    );
    await assert.rejects(
      startApp(extracted.folder, { ...RAW, AUDIT_LAKE_NQL_WAIT_MINUTES: '30' }),
      /NQL_WAIT_MINUTES: expected less than/,
    );
    await startApp(extracted.folder, { ...RAW, AUDIT_LAKE_MAINTAIN_MINUTES: '40' });
  });

  it('answers 202 once the bytes are in raw, by an identity that can add and nothing else', async () => {
    await using emulator = await accounts();
    using _ = loopbackHttps(emulator.port);
    const app = await deployed(extracted.folder, {
      AUDIT_LAKE_WEBHOOK_SECRET: SECRET,
      AUDIT_LAKE_LANDING_FOLDER: 'acme-eu/',
    });
    const { status, body } = await send(app, record(), { 'x-audit-lake-secret': SECRET });
    assert.equal(status, 202, JSON.stringify(body));
    const name = String(body['landed']);
    assert.match(name, /^landed\/webhook\/acme-eu\/\d{4}-\d\d-\d\d\/[0-9a-f]{64}\.json$/);
    assert.notEqual(emulator.store.file('landing', `raw/${name}`), null);
    assert.equal((await send(app, record(), { 'x-audit-lake-secret': SECRET })).body['repeated'], true);
    assert.equal((await send(app, record(2), { 'x-audit-lake-secret': 'another secret, as long' })).status, 401);
    assert.deepEqual(
      records(app, 'delivery').map((each) => [
        each['status'],
        each['problem'],
        each['landed'],
        each['repeated'],
        each['records'],
      ]),
      [
        [202, null, true, false, 1],
        [202, null, true, true, 1],
        [401, 'unauthorized', false, false, null],
      ],
    );
    assert.deepEqual(
      [...new Set(emulator.requests.map(({ account, path: at }) => `${account}/${at.split('/')[0]}`))],
      ['landing/raw'],
    );
    assert.ok(!app.lines.join('\n').includes('ana@corp.example'), 'nothing of a delivery is logged');
  });

  it('says that the storage fails where a role is missing, and lands nothing', { timeout: 60_000 }, async () => {
    await using emulator = await accounts();
    using _ = loopbackHttps(emulator.port);
    const app = await deployed(extracted.folder, {
      AUDIT_LAKE_WEBHOOK_SECRET: SECRET,
      AUDIT_LAKE_WEBHOOK_PREFIX: 'elsewhere/',
    });
    const { status, body } = await send(app, record(), { 'x-audit-lake-secret': SECRET });
    assert.deepEqual([status, body['title']], [503, 'Storage failed']);
    assert.deepEqual(
      records(app, 'delivery').map((each) => each['problem']),
      ['storage'],
    );
  });

  it('pulls classic logs by its timer, says how far it has come, and fails where a trail does', async () => {
    const logs = [line(Date.now() - 2 * HOUR, 'Portal is up')];
    await using nexthink = await startNexthink({ classic: { portal: logs } });
    await using emulator = await startEmulator({ accounts: ['landing'], containers: ['raw', 'landing-state'] });
    const app = await startApp(extracted.folder, {
      AUDIT_LAKE_RAW: `${emulator.dfsUrl}/raw`,
      AUDIT_LAKE_LANDING_STATE: `${emulator.dfsUrl}/landing-state`,
      AUDIT_LAKE_STORAGE_CONNECTION_STRING: emulator.connectionString,
      AUDIT_LAKE_ALLOW_LOOPBACK: 'true',
      AUDIT_LAKE_CLASSIC_URL: nexthink.apiUrl,
      AUDIT_LAKE_CLASSIC_USER: 'audit-export',
      AUDIT_LAKE_CLASSIC_PASSWORD: 'account-password',
      AUDIT_LAKE_CLASSIC_TRAILS: 'engine-09,portal',
      AUDIT_LAKE_CLASSIC_SCHEDULE: '0 20 * * * *',
    });
    await assert.rejects(tick(app, 'pull-classic'), ({ message }: Error) => !message.includes('engine-09'));
    const pulls = records(app, 'pull').map((each) => [
      each['way'],
      each['trail'],
      Number(each['files']) > 0,
      each['caught_up'],
      each['failed'],
    ]);
    assert.deepEqual(pulls, [
      ['classic', 'engine-09', false, false, true],
      ['classic', 'portal', true, true, false],
    ]);
    const [portal] = records(app, 'pull').slice(1);
    assert.ok(Number(portal?.['behind_seconds']) < 60, JSON.stringify(portal));
    assert.deepEqual(
      records(app, 'failure').map((each) => [each['function'], each['step']]),
      [['pull-classic', 'pull']],
    );
  });
});
