import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'vitest';
import { startEmulator } from '../src/index.ts';
import { clientsOf, etagOf, outcome, textOf, upload } from '../src/sdk.ts';

const RAW = { containers: ['raw'] };
const IF_NONE = { conditions: { ifNoneMatch: '*' } };
const id = (text: string): string => Buffer.from(text).toString('base64');

describe('the blob endpoint: files', () => {
  it('puts and gives back content, headers, metadata and times in whole seconds', async () => {
    await using emulator = await startEmulator({ ...RAW, now: () => new Date('2026-05-04T03:02:01.987Z') });
    const { blobs } = clientsOf(emulator);
    const blob = blobs.getBlockBlobClient('a/b.csv');
    const metadata = { attemptId: 'X 1' };
    const put = await blob.upload('hello', 5, { metadata, blobHTTPHeaders: { blobContentType: 'text/csv' } });
    const seen = await blob.getProperties();
    assert.match(put.etag ?? '', /^"0x[0-9A-F]+"$/);
    assert.equal(seen.etag, put.etag);
    assert.equal(seen.contentLength, 5);
    assert.equal(seen.contentType, 'text/csv');
    assert.equal(Buffer.from(seen.contentMD5 ?? []).toString('hex'), createHash('md5').update('hello').digest('hex'));
    assert.deepEqual(seen.metadata, { attemptid: 'X 1' });
    assert.equal(seen.lastModified?.toISOString(), '2026-05-04T03:02:01.000Z');
    assert.equal(seen.blobType, 'BlockBlob');
    assert.equal(await textOf(blobs, 'a/b.csv'), 'hello');
  });

  it('answers every request with an ID and a version, and with a code where it refuses', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs } = clientsOf(emulator);
    const answers = [
      await blobs.getBlockBlobClient('a').upload('x', 1),
      await blobs.getBlobClient('a').getProperties(),
      await blobs.getProperties(),
    ];
    for (const { requestId, version, clientRequestId } of answers) assert.ok(requestId && version && clientRequestId);
    assert.equal(await outcome(blobs.getBlobClient('none').getProperties()), '404 BlobNotFound');
    assert.equal(await outcome(blobs.getBlobClient('none').download()), '404 BlobNotFound');
    assert.equal(await outcome(blobs.getBlobClient('none').delete()), '404 BlobNotFound');
    const { blobs: nowhere } = clientsOf(emulator, 'nowhere');
    assert.equal(await outcome(nowhere.getBlobClient('a').getProperties()), '404 ContainerNotFound');
  });

  it('checks conditions before it writes', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs } = clientsOf(emulator);
    const blob = blobs.getBlockBlobClient('a');
    assert.equal(await outcome(blob.upload('0', 1, { conditions: { ifMatch: '"0x1"' } })), '412 ConditionNotMet');
    assert.equal(await outcome(blob.upload('1', 1, IF_NONE)), 'done');
    assert.equal(await outcome(blob.upload('2', 1, IF_NONE)), '409 BlobAlreadyExists');
    const first = await etagOf(blobs, 'a');
    assert.equal(await outcome(blob.upload('3', 1, { conditions: { ifMatch: first } })), 'done');
    assert.notEqual(await etagOf(blobs, 'a'), first);
    assert.equal(await outcome(blob.upload('4', 1, { conditions: { ifMatch: first } })), '412 ConditionNotMet');
    assert.equal(await outcome(blob.delete({ conditions: { ifMatch: first } })), '412 ConditionNotMet');
    const unquoted = first.replaceAll('"', '');
    assert.equal(await outcome(blob.upload('5', 1, { conditions: { ifMatch: unquoted } })), '412 ConditionNotMet');
    const ifUnmodifiedSince = new Date(Date.now() - 60_000);
    assert.equal(await outcome(blob.upload('6', 1, { conditions: { ifUnmodifiedSince } })), '412 ConditionNotMet');
    assert.equal(await textOf(blobs, 'a'), '3');
  });

  it('lets one of many win a name', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs } = clientsOf(emulator);
    const racers = Array.from({ length: 20 }, (_, index) => {
      return outcome(blobs.getBlockBlobClient('race').upload(`${index}`.padStart(2, '0'), 2, IF_NONE));
    });
    const outcomes = await Promise.all(racers);
    assert.equal(outcomes.filter((text) => text === 'done').length, 1);
    assert.equal(outcomes.filter((text) => text === '409 BlobAlreadyExists').length, 19);
    assert.equal(Number(await textOf(blobs, 'race')), outcomes.indexOf('done'));
  });

  it('reads ranges of the file that If-Match names', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs } = clientsOf(emulator);
    const blob = blobs.getBlockBlobClient('a');
    const { etag: ifMatch = '' } = await blob.upload('0123456789', 10);
    const part = await blob.download(3, 4, { conditions: { ifMatch } });
    assert.equal(part._response.status, 206);
    assert.equal(part.contentRange, 'bytes 3-6/10');
    assert.equal((await blob.downloadToBuffer(3, 4)).toString(), '3456');
    assert.equal((await blob.download(8, 100)).contentRange, 'bytes 8-9/10');
    assert.equal(await outcome(blob.download(10)), '416 InvalidRange');
    await blob.upload('changed', 7);
    assert.equal(await outcome(blob.download(3, 4, { conditions: { ifMatch } })), '412 ConditionNotMet');
    const now = await etagOf(blobs, 'a');
    assert.equal(await outcome(blob.download(0, 7, { conditions: { ifNoneMatch: now } })), '304 ConditionNotMet');
    await blob.upload('', 0);
    assert.equal((await blob.download()).contentLength, 0);
    assert.equal(await outcome(blob.download(0, 1)), '416 InvalidRange');
  });

  it('replaces metadata and headers, each as a committed write', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs } = clientsOf(emulator);
    const blob = blobs.getBlockBlobClient('a');
    await blob.upload('x', 1, { metadata: { a: '1' } });
    const etags = [await etagOf(blobs, 'a')];
    await blob.setMetadata({ b: '2' });
    etags.push(await etagOf(blobs, 'a'));
    await blob.setHTTPHeaders({ blobContentType: 'text/plain' });
    etags.push(await etagOf(blobs, 'a'));
    assert.equal(new Set(etags).size, 3);
    const seen = await blob.getProperties();
    assert.deepEqual([seen.metadata, seen.contentType], [{ b: '2' }, 'text/plain']);
  });

  it('refuses a body that is not the one its MD5 names', async () => {
    await using emulator = await startEmulator(RAW);
    const address = `${emulator.blobUrl}/raw/a?sig=x&se=2099-01-01T00:00:00Z`;
    const headers = { 'x-ms-blob-type': 'BlockBlob', 'Content-MD5': createHash('md5').update('y').digest('base64') };
    const answer = await fetch(address, { method: 'PUT', headers, body: 'x' });
    assert.deepEqual([answer.status, answer.headers.get('x-ms-error-code')], [400, 'Md5Mismatch']);
    assert.equal(emulator.store.file(emulator.account, 'raw/a'), null);
  });

  it('is a hierarchical namespace: a file has no file below it, and no directory is written over', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = clientsOf(emulator);
    const put = (path: string): Promise<string> => outcome(blobs.getBlockBlobClient(path).upload('x', 1));
    assert.equal(await put('folder/a'), 'done');
    assert.equal(await put('folder'), '409 ResourceTypeMismatch');
    assert.equal(await put('folder/a/b'), '409 PathConflict');
    const folder = await blobs.getBlobClient('folder').getProperties();
    assert.deepEqual([folder.contentLength, folder.metadata], [0, { hdi_isfolder: 'true' }]);
    assert.equal(await outcome(blobs.getBlobClient('folder').delete()), '409 DirectoryIsNotEmpty');
    await blobs.getBlobClient('folder/a').delete();
    assert.equal(await files.getDirectoryClient('folder').exists(), true, 'deleting a file takes its directory along');
    assert.equal(await outcome(blobs.getBlobClient('folder').delete()), 'done');
  });

  it('refuses what it does not have', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs } = clientsOf(emulator);
    const appendBlob = blobs.getAppendBlobClient('a').create();
    assert.equal(await outcome(appendBlob), '409 FeatureNotYetSupportedForHierarchicalNamespaceAccounts');
    await blobs.getBlockBlobClient('a').upload('x', 1);
    assert.equal(await outcome(blobs.getBlobClient('a').createSnapshot()), '501 NotImplemented');
    assert.equal(await outcome(blobs.getBlobClient('a').getTags()), '501 NotImplemented');
  });

  it('takes every name that a blob may have, decoded once', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = clientsOf(emulator);
    const names = [
      'a b',
      'per%20cent%',
      'plus+plus',
      'ü/é',
      '😀',
      'q?#&=',
      '...dots',
      'quote\'"',
      '<tag>&amp;',
      'a\u0001b',
    ];
    for (const name of names) await blobs.getBlockBlobClient(name).upload(name, Buffer.byteLength(name));
    for (const name of names) {
      assert.equal(await textOf(blobs, name), name);
      assert.equal((await files.getFileClient(name).readToBuffer()).toString(), name);
      assert.equal(emulator.store.file(emulator.account, `raw/${name}`)?.content.bytes().toString(), name);
    }
    const listed: string[] = [];
    for await (const { name } of blobs.listBlobsFlat()) listed.push(name);
    assert.deepEqual(new Set(listed), new Set([...names, 'ü']));
    assert.equal(await outcome(blobs.getBlockBlobClient('folder./a').upload('x', 1)), '400 InvalidUri');
  });
});

describe('the blob endpoint: blocks', () => {
  it('shows nothing of a file before its block list is committed, in one step', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs } = clientsOf(emulator);
    const blob = blobs.getBlockBlobClient('folder/a');
    await blob.stageBlock(id('2'), 'world', 5);
    await blob.stageBlock(id('1'), 'hello ', 6);
    await blob.stageBlock(id('3'), 'never', 5);
    assert.equal(await blob.exists(), false);
    assert.equal(await blobs.getBlobClient('folder').exists(), false);
    const staged = await blob.getBlockList('all');
    assert.deepEqual(
      staged.uncommittedBlocks?.map(({ name, size }) => [name, size]),
      [
        [id('2'), 5],
        [id('1'), 6],
        [id('3'), 5],
      ],
    );
    await blob.commitBlockList([id('1'), id('2')], { ...IF_NONE, metadata: { own: 'me' } });
    assert.equal(await textOf(blobs, 'folder/a'), 'hello world');
    assert.deepEqual((await blob.getProperties()).metadata, { own: 'me' });
    const committed = await blob.getBlockList('all');
    assert.deepEqual(
      committed.committedBlocks?.map(({ name }) => name),
      [id('1'), id('2')],
    );
    assert.deepEqual(committed.uncommittedBlocks, []);
  });

  it('commits no block that it does not have, and none over a file that may not be', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs } = clientsOf(emulator);
    const blob = blobs.getBlockBlobClient('a');
    assert.equal(await outcome(blob.commitBlockList([id('x')])), '400 InvalidBlockList');
    await blob.stageBlock(id('1'), 'one', 3);
    await blob.commitBlockList([id('1')], IF_NONE);
    await blob.stageBlock(id('2'), 'two', 3);
    assert.equal(await outcome(blob.commitBlockList([id('2')], IF_NONE)), '409 BlobAlreadyExists');
    const stale = { conditions: { ifMatch: '"0x1"' } };
    assert.equal(await outcome(blob.commitBlockList([id('2')], stale)), '412 ConditionNotMet');
    await blob.commitBlockList([id('1'), id('2')]);
    assert.equal(await textOf(blobs, 'a'), 'onetwo');
    assert.equal(await outcome(blob.stageBlock(id('longer'), 'x', 1)), '400 InvalidBlobOrBlock');
  });

  it('keeps staged blocks by path and not by writer: the first list drops what the others staged', async () => {
    await using emulator = await startEmulator(RAW);
    const [one, other] = [clientsOf(emulator), clientsOf(emulator)].map(({ blobs }) => blobs.getBlockBlobClient('a'));
    assert.ok(one && other);
    await one.stageBlock(id('1'), 'mine ', 5);
    await other.stageBlock(id('1'), 'yours', 5);
    await other.stageBlock(id('2'), '!', 1);
    await one.commitBlockList([id('1')], IF_NONE);
    assert.equal((await one.downloadToBuffer()).toString(), 'yours');
    assert.equal(await outcome(other.commitBlockList([id('1'), id('2')], IF_NONE)), '409 BlobAlreadyExists');
    assert.equal(await outcome(other.commitBlockList([id('2')])), '400 InvalidBlockList');
  });

  it('takes no blocks on a file of the dfs endpoint, but a whole blob over it', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = clientsOf(emulator);
    await upload(files, 'a', 'text');
    assert.equal(
      await outcome(blobs.getBlockBlobClient('a').stageBlock(id('1'), 'x', 1)),
      '409 BlobOperationNotSupported',
    );
    assert.equal(await outcome(blobs.getBlockBlobClient('a').upload('new', 3)), 'done');
    assert.equal(await textOf(blobs, 'a'), 'new');
  });
});
