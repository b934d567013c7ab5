import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { Random } from '../../../samples/random.ts';
import { type StorageEvent, startEmulator } from '../src/index.ts';
import { clientsOf, etagOf, upload } from '../src/sdk.ts';

const RAW = { containers: ['raw'] };
const id = (text: string): string => Buffer.from(text).toString('base64');

function told({ eventType, subject, data }: StorageEvent): readonly unknown[] {
  return [
    eventType.replace('Microsoft.Storage.', ''),
    data.api,
    subject.replace('/blobServices/default/containers/', ''),
    data.contentLength ?? null,
  ];
}

describe('the event log', () => {
  it('tells every committed write by the call that made it', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = clientsOf(emulator);
    const raised = (): readonly unknown[][] => emulator.events.take().map((event) => [...told(event)]);
    await upload(files, 'a', 'closed');
    assert.deepEqual(raised(), [
      ['BlobCreated', 'CreateFile', 'raw/blobs/a', 0],
      ['BlobCreated', 'FlushWithClose', 'raw/blobs/a', 6],
    ]);
    await upload(files, 'b', 'left open', false);
    assert.deepEqual(raised(), [['BlobCreated', 'CreateFile', 'raw/blobs/b', 0]]);
    await blobs.getBlockBlobClient('c').upload('put', 3);
    await blobs.getBlockBlobClient('d').stageBlock(id('1'), 'block', 5);
    await blobs.getBlockBlobClient('d').commitBlockList([id('1')]);
    assert.deepEqual(raised(), [
      ['BlobCreated', 'PutBlob', 'raw/blobs/c', 3],
      ['BlobCreated', 'PutBlockList', 'raw/blobs/d', 5],
    ]);
    await files.getFileClient('a').move('a ü.csv'.replaceAll(' ', '%20'));
    await files.getFileClient('a ü.csv').delete();
    await blobs.getBlobClient('c').delete();
    assert.deepEqual(raised(), [
      ['BlobRenamed', 'RenameFile', 'raw/blobs/a ü.csv', null],
      ['BlobDeleted', 'DeleteFile', 'raw/blobs/a ü.csv', null],
      ['BlobDeleted', 'DeleteBlob', 'raw/blobs/c', null],
    ]);
    await files.getDirectoryClient('e').create();
    await upload(files, 'e/f', '', false);
    await files.getDirectoryClient('e').move('g');
    await files.getDirectoryClient('g').delete(true);
    assert.deepEqual(raised(), [
      ['DirectoryCreated', 'CreateDirectory', 'raw/blobs/e', null],
      ['BlobCreated', 'CreateFile', 'raw/blobs/e/f', 0],
      ['DirectoryRenamed', 'RenameDirectory', 'raw/blobs/g', null],
      ['DirectoryDeleted', 'DeleteDirectory', 'raw/blobs/g', null],
    ]);
    assert.equal(emulator.events.all.at(-1)?.data.recursive, 'true');
  });

  it('raises nothing for what was refused, staged or read', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = clientsOf(emulator);
    await blobs.getBlockBlobClient('a').upload('x', 1);
    emulator.events.take();
    await blobs
      .getBlockBlobClient('a')
      .upload('y', 1, { conditions: { ifNoneMatch: '*' } })
      .catch(() => undefined);
    await files
      .getFileClient('a')
      .create({ conditions: { ifNoneMatch: '*' } })
      .catch(() => undefined);
    await blobs.getBlockBlobClient('a').stageBlock(id('1'), 'x', 1);
    await blobs.getBlobClient('a').download();
    assert.deepEqual(emulator.events.take(), []);
  });

  it('describes a file as Event Grid does', async () => {
    const now = new Date('2026-03-01T10:00:00.123Z');
    await using emulator = await startEmulator({ ...RAW, now: () => now });
    const { blobs, files } = clientsOf(emulator);
    await upload(files, 'in/a b.csv', 'text');
    const [, closed] = emulator.events.take();
    assert.match(closed?.id ?? '', /^[0-9a-f-]{36}$/);
    assert.match(closed?.topic ?? '', /\/providers\/Microsoft\.Storage\/storageAccounts\/auditlake$/);
    assert.equal(Date.parse(closed?.eventTime ?? ''), now.getTime());
    assert.equal(closed?.data.url, 'https://auditlake.dfs.core.windows.net/raw/in/a%20b.csv');
    assert.equal(closed.data.eTag, await etagOf(blobs, 'in/a b.csv'));
    assert.deepEqual([closed.data.blobType, closed.data.contentType], ['BlockBlob', 'application/octet-stream']);
    assert.ok(closed.data.clientRequestId && closed.data.requestId);
    await files.getFileClient('in/a b.csv').move('c.csv');
    const [renamed] = emulator.events.take();
    assert.equal(renamed?.data.sourceUrl, 'https://auditlake.dfs.core.windows.net/raw/in/a%20b.csv');
    assert.equal(renamed.data.destinationUrl, 'https://auditlake.dfs.core.windows.net/raw/c.csv');
    for (const absent of ['url', 'eTag', 'blobType', 'contentLength']) assert.ok(!(absent in renamed.data), absent);
    await blobs.getBlockBlobClient('d').upload('x', 1);
    assert.equal(emulator.events.take()[0]?.data.url, 'https://auditlake.blob.core.windows.net/raw/d');
  });

  it('gives later events of a blob greater sequencers', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs } = clientsOf(emulator);
    for (let index = 0; index < 20; index += 1) await blobs.getBlockBlobClient('a').upload('x', 1);
    const sequencers = emulator.events.all.map(({ data }) => data.sequencer);
    assert.equal(new Set(sequencers).size, 20);
    assert.deepEqual([...sequencers].sort(), sequencers);
  });

  it('can be delivered twice, out of order, in part, late and not at all', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs } = clientsOf(emulator);
    const heard: StorageEvent[] = [];
    const stop = emulator.events.subscribe((event) => heard.push(event));
    const put = async (): Promise<void> => {
      for (let index = 0; index < 40; index += 1) await blobs.getBlockBlobClient(`a${index}`).upload('x', 1);
    };
    await put();
    const { all } = emulator.events;
    assert.deepEqual(heard, all);
    const astray = emulator.events.deliver({ random: new Random(1), lose: 0.3, repeat: 0.3, shuffle: true });
    const kinds = new Set(astray);
    assert.ok(kinds.size < 40 && kinds.size > 10, 'some are lost, not all');
    assert.ok(astray.length > kinds.size, 'some come twice');
    assert.notDeepEqual(
      astray,
      all.filter((event) => kinds.has(event)),
    );
    stop();
    await put();
    assert.equal(heard.length, 40);
    assert.deepEqual(
      emulator.events.deliver({ random: new Random(1) }),
      all.slice(40),
      'as they came, unless told otherwise',
    );
    assert.deepEqual(emulator.events.deliver({ random: new Random(1), lose: 1 }), []);
  });
});
