import assert from 'node:assert/strict';
import { type Emulator, startEmulator } from 'adls-emulator';
import { holderOf, type IdentityEndpoint, startIdentityEndpoint } from 'adls-emulator/identity-endpoint';
import { clientsOf, upload } from 'adls-emulator/sdk';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { adlsStorage } from '../../src/storage/adls.ts';
import { routeRaw } from '../../src/storage/route.ts';
import { accountAt } from '../support/adls-case.ts';
import { messages, minuteMessages, minutes } from '../support/lake.ts';
import { until } from '../support/until.ts';
import { records, verified } from './app-case.ts';
import { trigger } from './event-grid.ts';
import { type ExtractedPackage, extractPackage } from './extracted-package.ts';
import { type RunningApp, startApp } from './function-host.ts';
import { loopbackHttps } from './loopback-https.ts';

const IDENTITY = '11111111-2222-3333-4444-555555555555';

/** An app as it is deployed: accounts by their public names, no key, and an identity endpoint. */
async function started({ folder }: ExtractedPackage, identityClientId = IDENTITY): Promise<RunningApp> {
  return await startApp(folder, {
    AUDIT_LAKE_LAKE: 'https://auditlake.dfs.core.windows.net',
    AUDIT_LAKE_RAW: 'https://landing.dfs.core.windows.net/raw',
    AUDIT_LAKE_IDENTITY_CLIENT_ID: identityClientId,
    RAW__blobServiceUri: 'https://landing.blob.core.windows.net',
    RAW__clientId: identityClientId,
  });
}

/** Two accounts with keys of their own, and a raw file. `roles`: accounts on which {@link IDENTITY} has one. */
async function accounts(roles: readonly string[]): Promise<Emulator> {
  const emulator = await startEmulator({
    accounts: ['auditlake', 'landing'],
    acceptsToken: (token) => holderOf(token) !== '',
    hasRole: (token, account) => holderOf(token) === IDENTITY && roles.includes(account),
  });
  emulator.store.container('landing', 'raw');
  for (const container of ['curated', 'quarantine', 'evidence']) emulator.store.container('auditlake', container);
  await upload(clientsOf(emulator, 'raw', emulator.of('landing')).files, 'a.csv', minutes(0, 20));
  emulator.requests.length = 0;
  return emulator;
}

/** Whose tokens the app's requests carried. */
function holders({ requests }: Emulator): string[] {
  return [...new Set(requests.map(({ headers }) => holderOf(headers['authorization']?.replace('Bearer ', '') ?? '')))];
}

/** The lake as the accounts' owner sees it, each by its own key. */
function ownersView(emulator: Emulator) {
  const [raw, rest] = ['landing', 'auditlake'].map((name) => {
    const { dfsUrl, connectionString } = emulator.of(name);
    return adlsStorage(accountAt(name === 'landing' ? `${dfsUrl}/raw` : dfsUrl), {
      connectionString,
      ...(name === 'landing' && { onlyZone: 'raw' }),
    });
  });
  assert.ok(raw !== undefined && rest !== undefined);
  return routeRaw(raw, rest);
}

/** Triggers the app, and stops it once it says that it failed: it would go on for minutes. */
async function failureOf(app: RunningApp): Promise<Record<string, unknown> | undefined> {
  const invocation = trigger(app, 'ingest-export', 'raw', 'a.csv');
  invocation.catch(() => undefined);
  await until(() => records(app, 'failure').length > 0);
  await app.terminate();
  await assert.rejects(invocation);
  return records(app, 'failure')[0];
}

describe('the app’s managed identity', () => {
  let extracted: ExtractedPackage;
  // The SDK keeps the endpoint it has found, and its tokens, for as long as the process lives.
  let identities: IdentityEndpoint;
  beforeAll(async () => {
    extracted = await extractPackage();
    identities = await startIdentityEndpoint();
  });
  afterAll(async () => {
    await extracted[Symbol.asyncDispose]();
    await identities[Symbol.asyncDispose]();
  });

  it('opens both accounts, by one token, where it has a role on both', async () => {
    await using emulator = await accounts(['landing', 'auditlake']);
    using _ = loopbackHttps(emulator.port);
    const app = await started(extracted);
    await trigger(app, 'ingest-export', 'raw', 'a.csv');
    const resource = 'https://storage.azure.com';
    assert.deepEqual(identities.asked, [{ resource, clientId: IDENTITY, header: 'secret' }]);
    assert.deepEqual(new Set(emulator.requests.map(({ account }) => account)), new Set(['landing', 'auditlake']));
    assert.deepEqual(holders(emulator), [IDENTITY]);
    const lake = ownersView(emulator);
    assert.deepEqual(await messages(lake), minuteMessages(0, 20));
    await verified(lake);
  });

  for (const [title, roles, identity] of [
    ['has no role on the landing account', ['auditlake'], IDENTITY],
    ['has no role on the lake’s account', ['landing'], IDENTITY],
    ['is the app’s own, and the role is another’s', ['landing', 'auditlake'], ''],
    ['is another app’s', ['landing', 'auditlake'], '99999999-2222-3333-4444-555555555555'],
  ] as const) {
    it(`changes nothing where it ${title}, and says that it was denied`, async () => {
      await using emulator = await accounts(roles);
      using _ = loopbackHttps(emulator.port);
      const failure = await failureOf(await started(extracted, identity));
      assert.deepEqual([failure?.['error'], failure?.['retried']], ['AccessDenied', true]);
      assert.deepEqual(holders(emulator), [identity === '' ? 'system' : identity]);
      assert.ok(emulator.requests.some(({ status }) => status === 403));
      assert.equal(emulator.store.file('auditlake', 'curated/audit_events/_delta_log/00000000000000000001.json'), null);
    });
  }
});
