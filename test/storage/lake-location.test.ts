import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import {
  type AccountLocation,
  emulatorAccess,
  type LakeLocation,
  parseLocation,
} from '../../src/storage/lake-location.ts';

const ACCOUNT = {
  kind: 'account',
  account: 'acct',
  blobEndpoint: 'https://acct.blob.core.windows.net',
  dfsEndpoint: 'https://acct.dfs.core.windows.net',
  container: null,
  folder: '',
  loopback: false,
} as const satisfies LakeLocation;

const EMULATOR = {
  ...ACCOUNT,
  blobEndpoint: 'http://127.0.0.1:10000/acct',
  dfsEndpoint: 'http://127.0.0.1:10000/acct',
  loopback: true,
} as const satisfies LakeLocation;

function account(text: string): AccountLocation {
  const location = parseLocation(text);
  assert.equal(location.kind, 'account');
  return location as AccountLocation;
}

describe('the location of a lake', () => {
  it('is a folder where it has no scheme', () => {
    for (const folder of ['./lake', '/var/lake', 'C:\\lake', 'a:b', 'https', 'lake?', 'acct.dfs.core.windows.net']) {
      assert.deepEqual(parseLocation(folder), { kind: 'folder', folder });
    }
  });

  for (const [text, expected] of [
    ['https://acct.dfs.core.windows.net', ACCOUNT],
    ['https://acct.dfs.core.windows.net/', ACCOUNT],
    ['HTTPS://acct.BLOB.core.windows.net/', ACCOUNT],
    ['https://acct.blob.core.windows.net/lake', { ...ACCOUNT, container: 'lake' }],
    ['https://acct.dfs.core.windows.net/lake/some/folder/', { ...ACCOUNT, container: 'lake', folder: 'some/folder/' }],
    [
      'https://acct.dfs.core.windows.net/lake/a%20b/%C3%BC%2525',
      { ...ACCOUNT, container: 'lake', folder: 'a b/ü%25/' },
    ],
    ['abfss://lake@acct.dfs.core.windows.net', { ...ACCOUNT, container: 'lake' }],
    ['abfss://lake@acct.dfs.core.windows.net/folder', { ...ACCOUNT, container: 'lake', folder: 'folder/' }],
    ['http://127.0.0.1:10000/acct', EMULATOR],
    ['http://127.0.0.1:10000/acct/lake/x', { ...EMULATOR, container: 'lake', folder: 'x/' }],
  ] as const) {
    it(`is ${text}`, () => assert.deepEqual(parseLocation(text), expected));
  }

  it('may be in another cloud, or in one of the DNS zones of many accounts', () => {
    const { dfsEndpoint } = account('https://acct.blob.core.usgovcloudapi.net/lake');
    assert.equal(dfsEndpoint, 'https://acct.dfs.core.usgovcloudapi.net');
    const { blobEndpoint } = account('https://acct.z12.dfs.storage.azure.net/lake');
    assert.equal(blobEndpoint, 'https://acct.z12.blob.storage.azure.net');
  });

  for (const [text, reason] of [
    ['https://acct.dfs.core.windows.net/lake?sv=2026&sig=SECRET', /shared access signature.*identity/],
    ['https://acct.dfs.core.windows.net/lake#part', /fragment/],
    ['http://acct.dfs.core.windows.net/lake', /emulator on this machine/],
    ['http://192.0.2.1:10000/acct', /emulator on this machine/],
    ['http://127.0.0.1.example.com/acct', /emulator on this machine/],
    ['http://127.0.0.1:10000/', /no account/],
    ['https://example.com/lake', /example\.com.*no storage account/],
    ['https://acct.dfs.core.windows.net.example.com/lake', /no storage account/],
    ['https://acct.dfs.core.windows.net:8443/lake', /no storage account/],
    ['https://user:SECRET@acct.dfs.core.windows.net/lake', /password/],
    ['https://lake@acct.dfs.core.windows.net/', /abfss/],
    ['abfss://acct.dfs.core.windows.net/lake', /no container/],
    ['https://acct.dfs.core.windows.net/Lake', /no container's name/],
    ['https://acct.dfs.core.windows.net/a--b', /no container's name/],
    ['https://acct.dfs.core.windows.net/lake/%zz', /%25/],
    ['https://acct.dfs.core.windows.net/lake/a%2Fb', /no folder's name/],
    ['https://acct.dfs.core.windows.net/lake/dot.', /no folder's name/],
    ['wasbs://lake@acct.blob.core.windows.net', /wasbs:\/\//],
    ['s3://lake', /s3:\/\//],
    ['file:///lake', /file:\/\//],
    ['https://', /no valid URL/],
  ] as const) {
    it(`is not ${text}`, () => {
      assert.throws(
        () => parseLocation(text),
        (error) => error instanceof SyntaxError && reason.test(error.message) && !error.message.includes('SECRET'),
      );
    });
  }
});

describe('a connection string', () => {
  const STRING =
    'AccountName=acct;AccountKey=a2V5PT0=;BlobEndpoint=http://127.0.0.1:1/acct;DfsEndpoint=http://127.0.0.1:2/acct;';

  it('gives the key of an emulator, and its ports', () => {
    const access = { key: 'a2V5PT0=', blobOrigin: 'http://127.0.0.1:1', dfsOrigin: 'http://127.0.0.1:2' };
    assert.deepEqual(emulatorAccess(EMULATOR, STRING), access);
    assert.deepEqual(emulatorAccess(EMULATOR, 'AccountKey=k'), { key: 'k', blobOrigin: null, dfsOrigin: null });
  });

  it('is refused for a real account, and needed for an emulator', () => {
    assert.equal(emulatorAccess(ACCOUNT, ''), null);
    assert.throws(
      () => emulatorAccess(ACCOUNT, STRING),
      (error) =>
        error instanceof SyntaxError && /acct is a real account/.test(error.message) && !/a2V5/.test(error.message),
    );
    assert.throws(() => emulatorAccess(EMULATOR, ''), /give its connection string/);
  });

  it('is of the account that the URL names', () => {
    assert.throws(() => emulatorAccess(EMULATOR, 'AccountName=other;AccountKey=k'), /of account other.*names acct/);
  });

  it('must hold a key, and no endpoint beyond this machine', () => {
    assert.throws(() => emulatorAccess(EMULATOR, 'AccountName=acct'), /no AccountKey/);
    const elsewhere = 'AccountKey=k;BlobEndpoint=https://acct.blob.core.windows.net';
    assert.throws(() => emulatorAccess(EMULATOR, elsewhere), /not on this machine/);
  });
});
