import assert from 'node:assert/strict';
import type { ContainerClient } from '@azure/storage-blob';
import type { DataLakeFileSystemClient, ListPathsOptions } from '@azure/storage-file-datalake';
import { describe, it } from 'vitest';
import { type Emulator, startEmulator } from '../src/index.ts';
import { clientsOf, etagOf, outcome } from '../src/sdk.ts';

const PATHS = ['a/x', 'a/y/1', 'a.b', 'a-b', 'a0', 'b', 'c/1', 'c/2', 'Z', 'ä', 'z\u{ffff}', 'z\u{10000}'];

/** Each level in byte order, a directory's children right after it. */
const IN_ORDER = [
  'Z',
  'a',
  'a/x',
  'a/y',
  'a/y/1',
  'a-b',
  'a.b',
  'a0',
  'b',
  'c',
  'c/1',
  'c/2',
  'z\u{ffff}',
  'z\u{10000}',
  'ä',
];

async function filled(pageSize: number): Promise<Emulator> {
  const emulator = await startEmulator({ containers: ['raw'], pageSize });
  for (const path of PATHS) emulator.store.put(emulator.account, `raw/${path}`, Buffer.from('12345'));
  return emulator;
}

async function flat(
  blobs: ContainerClient,
  options: Parameters<ContainerClient['listBlobsFlat']>[0] = {},
): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of blobs.listBlobsFlat(options)) names.push(name);
  return names;
}

/** One level, sorted: the SDK gives a page's prefixes before its blobs. */
async function level(blobs: ContainerClient, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of blobs.listBlobsByHierarchy('/', { prefix })) names.push(name);
  return names.sort();
}

async function paths(files: DataLakeFileSystemClient, options: ListPathsOptions): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of files.listPaths(options)) names.push(name ?? '');
  return names;
}

describe('listings', () => {
  for (const pageSize of [1, 4, 5_000]) {
    it(`give all there is in the namespace's order, in pages of ${pageSize}`, async () => {
      await using emulator = await filled(pageSize);
      const { blobs, files } = clientsOf(emulator);
      assert.deepEqual(await flat(blobs), IN_ORDER);
      assert.deepEqual(await paths(files, { recursive: true }), IN_ORDER);
      assert.deepEqual(
        await paths(files, { recursive: false }),
        IN_ORDER.filter((path) => !path.includes('/')),
      );
      const top = IN_ORDER.filter((path) => !path.includes('/'));
      assert.deepEqual(await level(blobs, ''), top.map((path) => (/^[ac]$/.test(path) ? `${path}/` : path)).sort());
    });
  }

  it('go by a true prefix on the blob endpoint, empty where nothing has it', async () => {
    await using emulator = await filled(2);
    const { blobs } = clientsOf(emulator);
    for (const prefix of ['a', 'a/', 'a/y', 'a/y/', 'a.', 'none', 'none/such', 'a/x/y']) {
      assert.deepEqual(
        await flat(blobs, { prefix }),
        IN_ORDER.filter((path) => path.startsWith(prefix)),
        prefix,
      );
    }
    assert.deepEqual(await level(blobs, 'a'), ['a-b', 'a.b', 'a/', 'a0']);
    assert.deepEqual(await level(blobs, 'a/'), ['a/x', 'a/y/']);
    assert.deepEqual(await level(blobs, 'none/'), []);
  });

  it('go by directory on the dfs endpoint, 404 where there is none', async () => {
    await using emulator = await filled(2);
    const { files } = clientsOf(emulator);
    assert.deepEqual(await paths(files, { path: 'a' }), ['a/x', 'a/y']);
    assert.deepEqual(await paths(files, { path: 'a/', recursive: true }), ['a/x', 'a/y', 'a/y/1']);
    assert.equal(await outcome(paths(files, { path: 'none' })), '404 PathNotFound');
    assert.equal(await outcome(paths(files, { path: 'b' })), '404 PathNotFound');
    assert.equal(await outcome(paths(clientsOf(emulator, 'nowhere').files, {})), '404 FilesystemNotFound');
  });

  it('begin where they are told to, that place included', async () => {
    await using emulator = await filled(2);
    const { blobs, files } = clientsOf(emulator);
    const from = (path: string): string[] => IN_ORDER.slice(IN_ORDER.indexOf(path));
    assert.deepEqual(await paths(files, { recursive: true, startFrom: 'a/y' }), from('a/y'));
    assert.deepEqual(await paths(files, { recursive: true, startFrom: 'a/xx' }), from('a/y'));
    assert.deepEqual(await paths(files, { path: 'a', recursive: true, startFrom: 'y/1' }), ['a/y/1']);
    assert.deepEqual(await paths(files, { path: 'c', startFrom: '2' }), ['c/2']);
    assert.equal(await outcome(paths(files, { startFrom: 'a/y' })), '400 InvalidQueryParameterValue');
    assert.deepEqual(await flat(blobs, { startFrom: 'a-b' }), from('a-b'));
    assert.deepEqual(await flat(blobs, { startFrom: 'c/2', prefix: 'c/' }), ['c/2']);
  });

  it('give ETags without quotes, numbers as strings, and directories as what they are', async () => {
    await using emulator = await filled(5_000);
    const { blobs, files } = clientsOf(emulator);
    const first = (await files.listPaths({ recursive: false }).byPage().next()).value;
    const file = first?.pathItems?.find(({ name }: { name?: string }) => name === 'b');
    assert.equal(`"${file?.etag}"`, await etagOf(blobs, 'b'));
    assert.equal(first?._response.bodyAsText.includes('"contentLength":"5"'), true);
    assert.equal(first?._response.bodyAsText.includes('"isDirectory":"true"'), true);
    for await (const { name, properties, metadata } of blobs.listBlobsFlat({ includeMetadata: true })) {
      assert.equal(`"${properties.etag}"`, await etagOf(blobs, name));
      assert.equal(metadata?.['hdi_isfolder'] === 'true', ['a', 'a/y', 'c'].includes(name), name);
      assert.equal(properties.contentLength, metadata?.['hdi_isfolder'] === 'true' ? 0 : 5);
    }
  });

  it('go on after the entry they stopped at was deleted', async () => {
    await using emulator = await filled(1);
    const { blobs, files } = clientsOf(emulator);
    const seen: string[] = [];
    for await (const { name } of files.listPaths({ recursive: true })) {
      seen.push(name ?? '');
      if (!PATHS.includes(name ?? '')) continue;
      await blobs.getBlobClient(name ?? '').delete();
    }
    assert.deepEqual(seen, IN_ORDER);
    assert.deepEqual(await flat(blobs), ['a', 'a/y', 'c']);
  });

  it('give five thousand entries at most in one page', async () => {
    await using emulator = await startEmulator({ containers: ['raw'] });
    const names = Array.from({ length: 5_001 }, (_, index) => `log/${String(index).padStart(20, '0')}.json`);
    for (const name of names) emulator.store.put(emulator.account, `raw/${name}`, Buffer.from('x'));
    const { blobs, files } = clientsOf(emulator);
    assert.deepEqual(await flat(blobs, { prefix: 'log/' }), names);
    assert.deepEqual(await paths(files, { path: 'log' }), names);
    assert.equal(emulator.requests.length, 4);
    assert.deepEqual(await paths(files, { path: 'log', startFrom: '00000000000000004990.json' }), names.slice(4_990));
    assert.equal(emulator.requests.length, 5);
  });
});
