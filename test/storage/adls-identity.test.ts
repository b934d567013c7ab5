import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { adlsStorage } from '../../src/storage/adls.ts';
import { readAll, type Storage, StorageFault } from '../../src/storage/index.ts';
import { type Emulator, startEmulator } from '../emulators/adls.ts';
import { accountAt, quickHost, ZONES } from './adls-case.ts';
import { bytes, paths, text } from './case.ts';

/** What the endpoint was asked for. */
interface Asked {
  readonly resource: string | null;
  readonly clientId: string | null;
  readonly header: string | undefined;
}

/** The identity endpoint that a Function App has, on this machine. */
async function identityEndpoint(answer: { status: number }) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    const header = request.headers['x-identity-header'];
    const [resource, clientId] = [searchParams.get('resource'), searchParams.get('client_id')];
    asked.push({ resource, clientId, header: typeof header === 'string' ? header : undefined });
    response.writeHead(answer.status, { 'Content-Type': 'application/json' });
    const token = { access_token: `token-${asked.length}`, expires_on: String(Math.floor(Date.now() / 1000) + 3600) };
    response.end(JSON.stringify(answer.status === 200 ? { ...token, resource, token_type: 'Bearer' } : { error: 'x' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/msi/token`, server };
}

const { IDENTITY_ENDPOINT, IDENTITY_HEADER, AZURE_TOKEN_CREDENTIALS, AZURE_CLIENT_ID } = process.env;
const ENVIRONMENT = { IDENTITY_ENDPOINT, IDENTITY_HEADER, AZURE_TOKEN_CREDENTIALS, AZURE_CLIENT_ID };

describe('ADLS: signing in', () => {
  const answer = { status: 200 };
  let emulator: Emulator;
  let endpoint: Awaited<ReturnType<typeof identityEndpoint>>;

  // The SDK keeps the endpoint it has found for as long as the process lives.
  before(async () => {
    endpoint = await identityEndpoint(answer);
    Object.assign(process.env, {
      IDENTITY_ENDPOINT: endpoint.url,
      IDENTITY_HEADER: 'secret',
      AZURE_TOKEN_CREDENTIALS: 'prod',
      AZURE_CLIENT_ID: '99999999-2222-3333-4444-555555555555',
    });
  });

  after(() => {
    endpoint.server.closeAllConnections();
    endpoint.server.close();
    for (const [name, value] of Object.entries(ENVIRONMENT)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  beforeEach(async () => {
    answer.status = 200;
    endpoint.asked.length = 0;
    emulator = await startEmulator({
      containers: ZONES,
      accounts: ['landing', 'auditlake'],
      acceptsToken: (token) => token.startsWith('token-'),
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
      const storage = lake(account, '11111111-2222-3333-4444-555555555555');
      assert.equal(await storage.create('raw/a b', bytes('x')), 'created');
      assert.equal(text(await readAll(storage, 'raw/a b')), 'x');
      assert.deepEqual(await paths(storage.list('raw/')), ['raw/a b']);
    }
    assert.deepEqual(endpoint.asked, [
      { resource: 'https://storage.azure.com', clientId: '11111111-2222-3333-4444-555555555555', header: 'secret' },
    ]);
    const hosts = new Set(emulator.requests.map(({ headers }) => headers['host']));
    assert.deepEqual([...hosts].sort(), [
      'auditlake.blob.core.windows.net',
      'auditlake.dfs.core.windows.net',
      'landing.blob.core.windows.net',
      'landing.dfs.core.windows.net',
    ]);
    assert.ok(emulator.requests.every(({ headers }) => headers['authorization'] === 'Bearer token-1'));
  });

  it('takes the one that AZURE_CLIENT_ID names, as everywhere', async () => {
    await lake('landing', '').head('raw/a');
    assert.equal(endpoint.asked[0]?.clientId, '99999999-2222-3333-4444-555555555555');
  });

  it('says what to do where nobody is signed in', async () => {
    answer.status = 400;
    await assert.rejects(
      lake('landing', '00000000-2222-3333-4444-555555555555').head('raw/a'),
      (error) =>
        error instanceof StorageFault && /nobody is signed in; run az login.*identityClientId/.test(error.message),
    );
  });
});
