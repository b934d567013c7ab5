import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { blobReference, checkConnection, RawPlace } from '../../src/functions/raw-place.ts';

describe('the place of raw files, as the host names it', () => {
  it('is the container raw of the lake, or the container and folder that the settings name', () => {
    const cases = [
      ['https://lake.dfs.core.windows.net', '', 'raw', 'a/b.csv', 'raw/a/b.csv'],
      ['https://lake.dfs.core.windows.net/zones/nx', '', 'zones', 'nx/raw/a.csv', 'raw/a.csv'],
      ['./lake', 'https://landing.dfs.core.windows.net', 'raw', 'a.csv', 'raw/a.csv'],
      [
        './lake',
        'abfss://exports@landing.dfs.core.windows.net/audit log',
        'exports',
        'audit log/a+ü.csv',
        'raw/a+ü.csv',
      ],
      ['./lake', '', 'raw', 'a.csv', 'raw/a.csv'],
    ] as const;
    for (const [lake, raw, container, name, path] of cases) {
      const rawPlace = new RawPlace({ lake, raw });
      assert.equal(rawPlace.lakePath({ container, name }), path);
      assert.equal(rawPlace.triggerPath, `${container}/{name}`);
    }
  });

  it('has no path for what lies elsewhere or can be no lake path', () => {
    const rawPlace = new RawPlace({ lake: './lake', raw: 'https://landing.dfs.core.windows.net/exports/audit' });
    for (const [container, name] of [
      ['exports2', 'audit/a.csv'],
      ['exports', 'audit2/a.csv'],
      ['exports', 'audit/'],
      ['exports', 'audit'],
      ['exports', 'audit/../../curated/x'],
      ['exports', 'audit//x'],
      ['exports', ''],
    ] as const) {
      assert.equal(rawPlace.lakePath({ container, name }), null, name);
    }
  });

  it('must be in the account that the trigger is connected to', () => {
    const places = { lake: 'https://lake.dfs.core.windows.net', raw: 'https://landing.dfs.core.windows.net' };
    checkConnection(places, undefined);
    checkConnection(places, 'https://landing.blob.core.windows.net');
    checkConnection({ lake: './lake', raw: '' }, 'https://landing.blob.core.windows.net');
    assert.throws(
      () => checkConnection(places, 'https://lake.blob.core.windows.net/'),
      /landing, found lake.*AUDIT_LAKE_RAW/,
    );
  });
});

describe('binding data of the blob trigger', () => {
  const content = (value: unknown) => ({ content: Buffer.from(JSON.stringify(value)) });

  it('names the blob', () => {
    const data = content({ Connection: 'RAW', ContainerName: 'raw', BlobName: 'a/b "c".csv' });
    assert.deepEqual(blobReference(data), { container: 'raw', name: 'a/b "c".csv' });
    assert.deepEqual(blobReference([data]), { container: 'raw', name: 'a/b "c".csv' });
  });

  it('must hold the names, or the error says what to look at', () => {
    for (const data of [{}, { content: null }, [], content(null), content('raw/a'), content({ BlobName: 'a' })]) {
      assert.throws(() => blobReference(data), /ContainerName and BlobName.*sdkBinding/);
    }
  });
});
