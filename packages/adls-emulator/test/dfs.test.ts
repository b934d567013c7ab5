import assert from 'node:assert/strict';
import { DataLakeServiceClient, type PathMoveOptions } from '@azure/storage-file-datalake';
import { describe, it } from 'vitest';
import { startEmulator } from '../src/index.ts';
import { clientsOf, etagOf, outcome, textOf, upload } from '../src/sdk.ts';

const RAW = { containers: ['raw'] };
const IF_NONE = { conditions: { ifNoneMatch: '*' } };

describe('the dfs endpoint: create, append, flush', () => {
  it('creates with parents, over what stands there unless a condition forbids it', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = clientsOf(emulator);
    const file = files.getFileClient('a/b/c.csv');
    const created = await file.create({ metadata: { own: 'ü' }, pathHttpHeaders: { contentType: 'text/csv' } });
    assert.match(created.etag ?? '', /^"0x/);
    assert.equal(await files.getDirectoryClient('a/b').exists(), true);
    const seen = await file.getProperties();
    assert.deepEqual([seen.contentLength, seen.contentType, seen.etag], [0, 'text/csv', created.etag]);
    await upload(files, 'a/b/c.csv', 'old');
    assert.equal(await outcome(file.create(IF_NONE)), '409 PathAlreadyExists');
    assert.equal(await textOf(blobs, 'a/b/c.csv'), 'old');
    assert.equal(await outcome(file.create({ conditions: { ifMatch: created.etag ?? '' } })), '412 ConditionNotMet');
    assert.equal(await outcome(file.create()), 'done');
    assert.equal((await file.getProperties()).contentLength, 0);
    assert.equal(await outcome(files.getFileClient('a/b').create()), '409 PathConflict');
    assert.equal(await outcome(files.getFileClient('a/b/c.csv/d').create()), '409 PathConflict');
    assert.equal(
      await outcome(files.getFileClient('new').create({ conditions: { ifMatch: '"0x1"' } })),
      '412 ConditionNotMet',
    );
  });

  it('shows staged bytes to nobody until they are flushed, and changes the ETag with the flush', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = clientsOf(emulator);
    const file = files.getFileClient('a');
    await file.create();
    const created = await etagOf(blobs, 'a');
    await file.append(Buffer.from('hello'), 0, 5);
    assert.deepEqual([await textOf(blobs, 'a'), await etagOf(blobs, 'a')], ['', created]);
    const flushed = await file.flush(5);
    assert.notEqual(flushed.etag, created);
    assert.deepEqual([await textOf(blobs, 'a'), await etagOf(blobs, 'a')], ['hello', flushed.etag]);
    await file.append(Buffer.from(' world'), 5, 6);
    await file.flush(11);
    assert.equal((await file.readToBuffer()).toString(), 'hello world');
  });

  it('takes appends in any order and again, the last at a position counting', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = clientsOf(emulator);
    const file = files.getFileClient('a');
    await file.create();
    await Promise.all([4, 0, 2].map((at) => file.append(Buffer.from(`${at}${at + 1}`), at, 2)));
    await file.append(Buffer.from('XY'), 2, 2);
    await file.flush(6);
    assert.equal(await textOf(blobs, 'a'), '01XY45');
  });

  it('flushes no gap, nothing beyond what is staged, and nothing short of it', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = clientsOf(emulator);
    const file = files.getFileClient('a');
    await file.create();
    await file.append(Buffer.from('0123'), 0, 4);
    await file.append(Buffer.from('89'), 8, 2);
    for (const position of [10, 8, 5, 3, 0]) {
      assert.equal(await outcome(file.flush(position)), '400 InvalidFlushPosition', String(position));
    }
    assert.equal(await outcome(file.flush(4)), '400 InvalidFlushPosition');
    assert.equal(await textOf(blobs, 'a'), '');
    await file.flush(4, { retainUncommittedData: true });
    assert.equal(await textOf(blobs, 'a'), '0123');
    await file.append(Buffer.from('4567'), 4, 4);
    await file.flush(10);
    assert.equal(await textOf(blobs, 'a'), '0123456789');
    for (const position of [9, 11]) assert.equal(await outcome(file.flush(position)), '400 InvalidFlushPosition');
    await file.append(Buffer.from('ab'), 10, 2);
    for (const position of [10, 11, 13]) assert.equal(await outcome(file.flush(position)), '400 InvalidFlushPosition');
    await file.flush(12);
    assert.equal(await textOf(blobs, 'a'), '0123456789ab');
    assert.equal(await outcome(file.append(Buffer.from('x'), 3, 1)), '400 InvalidQueryParameterValue');
  });

  it('flushes only the file that If-Match names', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = clientsOf(emulator);
    const file = files.getFileClient('a');
    const { etag: ifMatch = '' } = await file.create();
    await file.append(Buffer.from('abc'), 0, 3);
    await file.flush(3, { conditions: { ifMatch } });
    await file.append(Buffer.from('def'), 3, 3);
    assert.equal(await outcome(file.flush(6, { conditions: { ifMatch } })), '412 ConditionNotMet');
    assert.equal(await textOf(blobs, 'a'), 'abc');
  });

  it('says which file or container is not there', async () => {
    await using emulator = await startEmulator(RAW);
    const { files } = clientsOf(emulator);
    const none = files.getFileClient('none');
    assert.equal(await outcome(none.append(Buffer.from('x'), 0, 1)), '404 PathNotFound');
    assert.equal(await outcome(none.flush(0)), '404 PathNotFound');
    assert.equal(await outcome(none.delete()), '404 PathNotFound');
    assert.equal(await outcome(none.getAccessControl()), '404 PathNotFound');
    assert.equal(await outcome(none.getProperties()), '404 BlobNotFound');
  });

  it('appends nothing to a file of the blob endpoint', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = clientsOf(emulator);
    await blobs.getBlockBlobClient('a').upload('text', 4);
    assert.equal(await outcome(files.getFileClient('a').append(Buffer.from('x'), 4, 1)), '409 InvalidAppendOperation');
    assert.equal(await outcome(files.getFileClient('a').flush(4)), '409 InvalidFlushOperation');
  });

  it('shows the traps of the SDK as they are: an upload is seen empty before it is seen whole', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = clientsOf(emulator);
    await upload(files, 'a', 'old content');
    const file = files.getFileClient('a');
    const during: string[] = [];
    await file.create();
    during.push(await textOf(blobs, 'a'));
    await file.append(Buffer.from('new'), 0, 3);
    during.push(await textOf(blobs, 'a'));
    await file.flush(3);
    assert.deepEqual([...during, await textOf(blobs, 'a')], ['', '', 'new']);
    emulator.events.take();
    await files.getFileClient('b').upload(Buffer.from('whole'));
    assert.deepEqual(
      emulator.events.take().map(({ data }) => data.api),
      ['CreateFile'],
      'an upload without close raises no event of a complete file',
    );
  });
});

describe('the dfs endpoint: rename, delete, attributes', () => {
  it('renames in one step and keeps the ETag and the time', async () => {
    let time = Date.parse('2026-01-01T00:00:00Z');
    await using emulator = await startEmulator({ ...RAW, now: () => new Date(time) });
    const { blobs, files } = clientsOf(emulator);
    await upload(files, 'in/a ü%.tmp', 'text');
    const before = await blobs.getBlobClient('in/a ü%.tmp').getProperties();
    time += 60_000;
    // The SDK takes the destination as a part of the URL, and would fail on a bare % sign.
    await files.getFileClient('in/a ü%.tmp').move(encodeURI('in/a ü%.csv'));
    const after = await blobs.getBlobClient('in/a ü%.csv').getProperties();
    assert.deepEqual([after.etag, after.lastModified], [before.etag, before.lastModified]);
    assert.equal(await blobs.getBlobClient('in/a ü%.tmp').exists(), false);
    assert.equal(await textOf(blobs, 'in/a ü%.csv'), 'text');
  });

  it('renames over a file unless a condition forbids it, and checks the source’s conditions', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = clientsOf(emulator);
    await upload(files, 'a', 'a');
    await upload(files, 'b', 'b');
    const move = (options: PathMoveOptions): Promise<string> => outcome(files.getFileClient('a').move('b', options));
    const stale = { ifMatch: '"0x1"' };
    assert.equal(await move({ destinationConditions: { ifNoneMatch: '*' } }), '409 PathAlreadyExists');
    assert.equal(await move({ destinationConditions: stale }), '412 ConditionNotMet');
    assert.equal(await move({ conditions: stale }), '412 SourceConditionNotMet');
    assert.deepEqual([await textOf(blobs, 'a'), await textOf(blobs, 'b')], ['a', 'b']);
    assert.equal(await move({ conditions: { ifMatch: await etagOf(blobs, 'a') } }), 'done');
    assert.equal(await textOf(blobs, 'b'), 'a');
    assert.equal(await outcome(files.getFileClient('a').move('c')), '404 SourcePathNotFound');
    const lost = files.getFileClient('b').move('no/such/parent');
    assert.equal(await outcome(lost), '404 RenameDestinationParentPathNotFound');
  });

  it('renames directories with all that is below, and never below themselves', async () => {
    await using emulator = await startEmulator({ containers: ['raw', 'other'] });
    const { blobs, files } = clientsOf(emulator);
    await upload(files, 'a/b/c', 'text');
    await upload(files, 'full/x', 'x');
    const directory = files.getDirectoryClient('a');
    assert.equal(await outcome(directory.move('a/b/d')), '409 InvalidRenameSourcePath');
    assert.equal(await outcome(directory.move('full')), '409 DirectoryNotEmpty');
    assert.equal(await outcome(directory.move('full/x')), '409 InvalidSourceOrDestinationResourceType');
    await directory.move('z');
    assert.equal(await textOf(blobs, 'z/b/c'), 'text');
    await files.getDirectoryClient('z').move('other', 'moved');
    assert.equal(await textOf(clientsOf(emulator, 'other').blobs, 'moved/b/c'), 'text');
    assert.equal(await blobs.getBlobClient('z').exists(), false);
  });

  it('deletes directories only as a whole and when told to, in pages where a token asks for it', async () => {
    await using emulator = await startEmulator({ ...RAW, pageSize: 3 });
    const { files } = clientsOf(emulator);
    for (let index = 0; index < 8; index += 1) await upload(files, `a/${index % 3}/${index}`, 'x');
    assert.equal(await outcome(files.getDirectoryClient('a').delete(false)), '409 DirectoryNotEmpty');
    const credential = { getToken: async () => ({ token: 'any', expiresOnTimestamp: Date.now() + 3_600_000 }) };
    const byToken = new DataLakeServiceClient(emulator.dfsHost, credential, { httpClient: emulator.httpClient });
    await byToken.getFileSystemClient('raw').getDirectoryClient('a').delete(true);
    assert.equal(emulator.store.container(emulator.account, 'raw').find('a'), null);
    const pages = emulator.requests.filter(({ query }) => query['paginated'] === 'true');
    assert.ok(pages.length > 1 && pages.slice(1).every(({ query }) => query['continuation'] !== undefined));
  });

  it('keeps owners and permissions, and says what stands at a path', async () => {
    await using emulator = await startEmulator(RAW);
    const { files } = clientsOf(emulator);
    await upload(files, 'a/b', 'x');
    const file = files.getFileClient('a/b');
    assert.equal((await file.getAccessControl()).owner, '$superuser');
    await file.setPermissions({
      owner: { read: true, write: true, execute: true },
      group: { read: false, write: false, execute: false },
      other: { read: false, write: false, execute: false },
      stickyBit: false,
      extendedAcls: false,
    });
    assert.equal((await file.getAccessControl()).permissions?.owner.execute, true);
    const status = await files.getDirectoryClient('a').getSystemProperties();
    assert.deepEqual([status.isDirectory, status.contentLength], [true, 0]);
    assert.equal((await files.getDirectoryClient('a').getProperties()).metadata?.['hdi_isfolder'], 'true');
    await files.getDirectoryClient('empty').create({ metadata: { k: 'v' } });
    assert.equal((await files.getDirectoryClient('empty').getProperties()).metadata?.['k'], 'v');
  });
});
