import assert from 'node:assert/strict';
import { BlobServiceClient } from '@azure/storage-blob';
import { DataLakeServiceClient, StorageSharedKeyCredential } from '@azure/storage-file-datalake';
import { describe, it } from 'vitest';
import { type Emulator, startEmulator } from '../src/index.ts';
import { outcome, textOf } from '../src/sdk.ts';

const RAW = { containers: ['raw'] };
const ONCE = { retryOptions: { maxTries: 1 } };

function byToken(emulator: Emulator, token: () => string): DataLakeServiceClient {
  const credential = { getToken: async () => ({ token: token(), expiresOnTimestamp: Date.now() + 3_600_000 }) };
  return new DataLakeServiceClient(emulator.dfsHost, credential, { httpClient: emulator.httpClient, ...ONCE });
}

describe('authentication', () => {
  it('takes a connection string, path-style, on both endpoints', async () => {
    await using emulator = await startEmulator(RAW);
    const blobs = BlobServiceClient.fromConnectionString(emulator.connectionString, ONCE).getContainerClient('raw');
    const files = DataLakeServiceClient.fromConnectionString(emulator.connectionString, ONCE).getFileSystemClient(
      'raw',
    );
    const name = 'a b/%+ü😀?#.csv';
    await blobs.getBlockBlobClient(name).upload('text', 4, { metadata: { a_b: '1', ab: '2' } });
    const listed: string[] = [];
    for await (const path of files.listPaths({ recursive: true, path: 'a b' })) listed.push(path.name ?? '');
    assert.deepEqual(listed, [name]);
    await files.getFileClient('c').create();
    await files.getFileClient('c').append(Buffer.from('x'), 0, 1);
    await files.getFileClient('c').flush(1);
    assert.equal(await textOf(blobs, 'c'), 'x');
    await files.getFileClient('c').delete();
    assert.deepEqual(new Set(emulator.requests.map(({ status }) => Math.floor((status ?? 0) / 100))), new Set([2]));
    const hosts = emulator.requests.map(({ host, operation }) => `${host} ${operation}`);
    assert.ok(hosts.includes('dfs DeletePath') && hosts.includes('blob PutBlob'), String(hosts));
  });

  it('refuses a key that is not the account’s, and no credential at all', async () => {
    await using emulator = await startEmulator({ ...RAW, accounts: ['landing', 'auditlake'] });
    const wrong = new StorageSharedKeyCredential('landing', emulator.of('auditlake').key);
    const clients = new BlobServiceClient(emulator.blobUrl, wrong, ONCE);
    assert.equal(await outcome(clients.getContainerClient('raw').getProperties()), '403 AuthenticationFailed');
    const anonymous = await fetch(`${emulator.blobUrl}/raw?restype=container`);
    assert.equal(anonymous.status, 401);
    assert.equal(anonymous.headers.get('x-ms-error-code'), 'NoAuthenticationInformation');
    assert.match(anonymous.headers.get('www-authenticate') ?? '', /^Bearer authorization_uri=/);
    assert.match(await anonymous.text(), /^<\?xml .*<Code>NoAuthenticationInformation<\/Code>/);
    const nobody = await fetch(`http://127.0.0.1:${emulator.port}/nobody/raw?restype=container`);
    assert.equal(nobody.status, 400);
  });

  it('takes bearer tokens until they are no longer good', async () => {
    let good = 'first';
    await using emulator = await startEmulator({ ...RAW, acceptsToken: (token) => token === good });
    let token = 'first';
    const file = byToken(emulator, () => token)
      .getFileSystemClient('raw')
      .getFileClient('a');
    assert.equal(await outcome(file.create()), 'done');
    good = 'second';
    assert.equal(await outcome(file.create()), '401 InvalidAuthenticationInfo');
    token = 'second';
    const renewed = byToken(emulator, () => token)
      .getFileSystemClient('raw')
      .getFileClient('a');
    assert.equal(await outcome(renewed.create()), 'done');
  });

  it('takes a shared access signature until it expires', async () => {
    let time = Date.parse('2026-01-01T00:00:00Z');
    await using emulator = await startEmulator({ ...RAW, now: () => new Date(time) });
    emulator.store.put(emulator.account, 'raw/a', Buffer.from('x'));
    const address = `${emulator.blobUrl}/raw/a?sv=2025-01-05&se=2026-01-01T01%3A00%3A00Z&sig=any`;
    assert.equal((await fetch(address)).status, 200);
    time += 3_600_000;
    assert.equal((await fetch(address)).status, 403);
  });

  it('keeps accounts apart', async () => {
    await using emulator = await startEmulator({ ...RAW, accounts: ['landing', 'auditlake'] });
    const [landing, lake] = ['landing', 'auditlake'].map((account) => {
      const { connectionString } = emulator.of(account);
      return BlobServiceClient.fromConnectionString(connectionString, ONCE).getContainerClient('raw');
    });
    assert.ok(landing && lake);
    await landing.getBlockBlobClient('a').upload('x', 1);
    assert.equal(await lake.getBlobClient('a').exists(), false);
    assert.throws(() => emulator.of('other'), /no account other/);
  });

  it('lets no request leave this machine', async () => {
    await using emulator = await startEmulator(RAW);
    const away = new BlobServiceClient('https://example.org', undefined, { httpClient: emulator.httpClient, ...ONCE });
    await assert.rejects(away.getContainerClient('raw').getProperties(), /Refused to leave this machine/);
  });
});
