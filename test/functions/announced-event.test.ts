import assert from 'node:assert/strict';
import { type StorageEvent, startEmulator } from 'adls-emulator';
import { clientsOf, etagOf, upload } from 'adls-emulator/sdk';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { announcedFiles } from '../../src/functions/announced-event.ts';
import { asCloudEvent, isQueued } from './event-queue.ts';

const EVENT = {
  id: '1',
  topic: '/subscriptions/0/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/Landing',
  subject: '/blobServices/default/containers/raw/blobs/a.csv',
  eventType: 'Microsoft.Storage.BlobCreated',
  eventTime: '2026-03-01T00:00:00.5000000Z',
  data: {
    api: 'PutBlob',
    eTag: '0x8DE0000000000AA',
    contentLength: 12,
    url: 'https://landing.blob.core.windows.net/raw/a.csv',
    requestId: '2',
    sequencer: '3',
    storageDiagnostics: { batchId: '4' },
  },
  dataVersion: '',
  metadataVersion: '1',
} satisfies StorageEvent;

/** An event in each form in which the host may hand it over. */
function forms(event: StorageEvent): unknown[] {
  return [event, asCloudEvent(event)].flatMap((each) => {
    const text = JSON.stringify(each);
    return [each, [each], text, Buffer.from(text).toString('base64')];
  });
}

/** Parts of names that a URL would be misread for. */
const HOSTILE = [
  '#',
  '?',
  '%',
  '%20',
  '%2F',
  '%zz',
  '+',
  '&',
  '=',
  ' ',
  '😀',
  'é',
  'e\u0301',
  '"',
  "'",
  '{name}',
  '漢',
  '/',
  '\\n',
  ';',
];

describe('a message of the queue of events', () => {
  it('names the file as it is, whatever its name, in either schema, parsed, as text or in base64', () => {
    const name = fc
      .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'grapheme', minLength: 1 })), { minLength: 1 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(name, (name) => {
        const event = { ...EVENT, subject: `/blobServices/default/containers/raw/blobs/${name}` };
        for (const form of forms(event)) {
          assert.deepEqual(announcedFiles(form), [
            {
              kind: 'file',
              account: 'landing',
              blob: { container: 'raw', name },
              content: {
                etag: '0x8DE0000000000AA',
                size: 12,
                at: Date.UTC(2026, 2, 1, 0, 0, 0, 500),
                written: 'whole',
              },
            },
          ]);
        }
      }),
    );
  });

  it('is, of an emulated account, of the file that was written, with its ETag, length and way', async () => {
    await using emulator = await startEmulator({ containers: ['raw', 'raw2'] });
    const { files, blobs } = clientsOf(emulator);
    const names = HOSTILE.filter((part) => !/[\\/]/.test(part)).map((part) => `day 1/a${part}b.csv`);
    for (const name of names) await upload(files, name, 'xyz');
    await blobs.getBlockBlobClient('by blob#1.csv').upload('xyz', 3);
    await files.getFileClient('day 1/a?b.csv').move('moved +.csv');
    const found = emulator.events
      .take()
      .filter(isQueued)
      .flatMap((event) => announcedFiles(JSON.stringify(event)));
    assert.deepEqual(
      found.map((each) => (each.kind === 'file' ? each.blob.name : each.kind)),
      [...names, 'by blob#1.csv', 'moved +.csv'],
    );
    for (const each of found.slice(0, -1)) {
      assert.ok(each.kind === 'file' && each.content !== null);
      const { name } = each.blob;
      assert.deepEqual([each.content.size, each.account], [3, emulator.account]);
      if (name !== 'day 1/a?b.csv') assert.equal(`"${each.content.etag}"`, await etagOf(blobs, name));
      assert.equal(each.content.written, name.startsWith('by') ? 'whole' : 'appended');
    }
    const renamed = found.at(-1);
    assert.ok(renamed?.kind === 'file' && renamed.content === null);
  });

  it('announces nothing where it is of no file that is complete', () => {
    const { data } = EVENT;
    for (const other of [
      { ...EVENT, data: { ...data, api: 'CreateFile' } },
      { ...EVENT, data: { ...data, api: 'CopyBlob' } },
      { ...EVENT, data: { ...data, api: 'SftpCreate' } },
      { ...EVENT, data: { ...data, api: 7 } },
      { ...EVENT, data: null },
      { ...EVENT, eventType: 'Microsoft.Storage.BlobDeleted' },
      { ...EVENT, eventType: 'Microsoft.Storage.DirectoryRenamed' },
      { ...EVENT, eventType: 'Microsoft.EventGrid.SubscriptionDeletedEvent' },
      { ...EVENT, subject: '/blobServices/default/containers/raw/blobs/' },
      { ...EVENT, subject: '/blobServices/default/containers/raw' },
      { ...EVENT, subject: 'raw/a.csv' },
    ]) {
      assert.deepEqual(announcedFiles(other), [{ kind: 'other' }], JSON.stringify(other));
    }
  });

  it('is no event where it has not the form of one', () => {
    for (const none of [
      null,
      undefined,
      7,
      '',
      'a.csv',
      '{"subject":1}',
      '{}',
      [],
      {},
      { BlobName: 'a' },
      [1],
      'bm90IGpzb24=',
    ]) {
      assert.deepEqual(announcedFiles(none), [{ kind: 'no_event' }], JSON.stringify(none));
    }
    assert.deepEqual(
      announcedFiles([EVENT, 1]).map(({ kind }) => kind),
      ['file', 'no_event'],
    );
  });

  it('names no content where it does not say which, and whole seconds do', () => {
    const contentOf = (event: unknown) => {
      const [found] = announcedFiles(event);
      return found?.kind === 'file' ? found.content : undefined;
    };
    const { data } = EVENT;
    const { eTag: _, ...noEtag } = data;
    assert.equal(contentOf({ ...EVENT, data: noEtag }), null);
    assert.equal(contentOf({ ...EVENT, data: { ...data, contentLength: 'x' } }), null);
    assert.equal(contentOf({ ...EVENT, eventTime: 'soon' }), null);
    assert.equal(contentOf({ ...EVENT, data: { ...data, eTag: '"0x1"' } })?.etag, '0x1');
  });
});
