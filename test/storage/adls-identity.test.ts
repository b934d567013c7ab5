import assert from 'node:assert/strict';
import { type Emulator, startEmulator } from 'adls-emulator';
import { holderOf, type IdentityEndpoint, startIdentityEndpoint } from 'adls-emulator/identity-endpoint';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import { adlsStorage } from '../../src/storage/adls.ts';
import { readAll, type Storage, StorageFault } from '../../src/storage/index.ts';
import { accountAt, quickHost, ZONES } from '../support/adls-case.ts';
import { bytes, paths, text } from './case.ts';

const IDENTITY = '11111111-2222-3333-4444-555555555555';

const { AZURE_TOKEN_CREDENTIALS, AZURE_CLIENT_ID } = process.env;
const ENVIRONMENT = { AZURE_TOKEN_CREDENTIALS, AZURE_CLIENT_ID };

describe('ADLS: signing in', () => {
  let emulator: Emulator;
  let endpoint: IdentityEndpoint;

  // The SDK keeps the endpoint it has found for as long as the process lives.
  beforeAll(async () => {
    endpoint = await startIdentityEndpoint();
    Object.assign(process.env, {
      AZURE_TOKEN_CREDENTIALS: 'prod',
      AZURE_CLIENT_ID: '99999999-2222-3333-4444-555555555555',
    });
  });

  afterAll(async () => {
    await endpoint[Symbol.asyncDispose]();
    for (const [name, value] of Object.entries(ENVIRONMENT)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  beforeEach(async () => {
    endpoint.status = 200;
    endpoint.asked.length = 0;
    emulator = await startEmulator({
      containers: ZONES,
      accounts: ['landing', 'auditlake'],
      acceptsToken: (token) => holderOf(token) !== '',
    });
  });

  afterEach(() => emulator.close());

  function lake(account: string, identityClientId: string): Storage {
    return adlsStorage(accountAt(`https://${account}.dfs.core.windows.net`), {
      httpClient: emulator.httpClient,
      identityClientId,
      host: quickHost(),
    });
  }

  it('takes the managed identity that the setting names, once for all accounts', async () => {
    for (const account of ['landing', 'auditlake']) {
      const storage = lake(account, IDENTITY);
      assert.equal(await storage.create('raw/a b', bytes('x')), 'created');
      assert.equal(text(await readAll(storage, 'raw/a b')), 'x');
      assert.deepEqual(await paths(storage.list('raw/')), ['raw/a b']);
    }
    assert.deepEqual(endpoint.asked, [{ resource: 'https://storage.azure.com', clientId: IDENTITY, header: 'secret' }]);
    const hosts = new Set(emulator.requests.map(({ headers }) => headers['host']));
    assert.deepEqual([...hosts].sort(), [
      'auditlake.blob.core.windows.net',
      'auditlake.dfs.core.windows.net',
      'landing.blob.core.windows.net',
      'landing.dfs.core.windows.net',
    ]);
    assert.ok(emulator.requests.every(({ headers }) => headers['authorization'] === `Bearer token-1-of-${IDENTITY}`));
  });

  it('takes the one that AZURE_CLIENT_ID names, as everywhere', async () => {
    await lake('landing', '').head('raw/a');
    assert.equal(endpoint.asked[0]?.clientId, '99999999-2222-3333-4444-555555555555');
  });

  it('says what to do where nobody is signed in', async () => {
    endpoint.status = 400;
    await assert.rejects(
      lake('landing', '00000000-2222-3333-4444-555555555555').head('raw/a'),
      (error) =>
        error instanceof StorageFault && /nobody is signed in; run az login.*identityClientId/.test(error.message),
    );
  });
});
