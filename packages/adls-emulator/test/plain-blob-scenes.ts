import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { outcome } from '../src/sdk.ts';

/** A piece of plain Blob use, with what can be compared of its outcome. */
export interface Scene {
  readonly title: string;
  /** Why Azurite sees it otherwise, where it does. */
  readonly differs?: string;
  run(container: ContainerClient): Promise<unknown>;
}

const IF_NONE = { conditions: { ifNoneMatch: '*' } };
const STALE = { conditions: { ifMatch: '"0x8D0000000000000"' } };
const id = (text: string): string => Buffer.from(text).toString('base64');

async function put(container: ContainerClient, name: string, text: string): Promise<BlockBlobClient> {
  const blob = container.getBlockBlobClient(name);
  await blob.upload(text, Buffer.byteLength(text));
  return blob;
}

async function textOf(blob: BlockBlobClient): Promise<string> {
  return (await blob.downloadToBuffer()).toString('utf8');
}

async function names(container: ContainerClient, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const page of container.listBlobsFlat({ prefix }).byPage({ maxPageSize: 2 })) {
    found.push(...page.segment.blobItems.map(({ name }) => name));
  }
  return found;
}

/** Plain Blob use that any faithful emulator sees alike. */
export const SCENES: readonly Scene[] = [
  {
    title: 'what is not there',
    run: async (container) => {
      const blob = container.getBlockBlobClient('none');
      return [
        await outcome(blob.getProperties()),
        await outcome(blob.download()),
        await outcome(blob.delete()),
        await outcome(blob.getBlockList('all')),
        await outcome(blob.setMetadata({})),
        await outcome(blob.commitBlockList([id('1')])),
        await names(container, 'none'),
      ];
    },
  },
  {
    title: 'put, head, get',
    run: async (container) => {
      const blob = container.getBlockBlobClient('put');
      const options = {
        metadata: { a: '1' },
        blobHTTPHeaders: { blobContentType: 'text/csv', blobCacheControl: 'no-store' },
      };
      const answer = await blob.upload('hello', 5, options);
      const {
        contentLength,
        contentType,
        cacheControl,
        metadata,
        blobType,
        etag,
        contentMD5,
        leaseState,
        acceptRanges,
      } = await blob.getProperties();
      const same = [etag === answer.etag, answer._response.status];
      const md5 = Buffer.from(contentMD5 ?? []).toString('hex');
      const seen = { contentLength, contentType, cacheControl, metadata, blobType, md5, leaseState, acceptRanges };
      return [same, seen, await textOf(blob)];
    },
  },
  {
    title: 'conditions of writes',
    run: async (container) => {
      const blob = container.getBlockBlobClient('conditions');
      const seen = [await outcome(blob.upload('0', 1, IF_NONE)), await outcome(blob.upload('1', 1, IF_NONE))];
      const { etag = '' } = await blob.getProperties();
      seen.push(await outcome(blob.upload('2', 1, STALE)));
      seen.push(await outcome(blob.upload('3', 1, { conditions: { ifMatch: etag } })));
      seen.push(await outcome(blob.upload('4', 1, { conditions: { ifMatch: etag } })));
      seen.push(
        await outcome(blob.upload('5', 1, { conditions: { ifNoneMatch: (await blob.getProperties()).etag ?? '' } })),
      );
      seen.push(await outcome(blob.setMetadata({ a: '1' }, STALE)));
      seen.push(await outcome(blob.delete(STALE)));
      seen.push(await textOf(blob));
      return seen;
    },
  },
  {
    title: 'If-Match where nothing is',
    run: async (container) => outcome(container.getBlockBlobClient('absent').upload('x', 1, STALE)),
  },
  {
    title: 'conditions of reads',
    run: async (container) => {
      const blob = await put(container, 'reads', 'text');
      const { etag = '' } = await blob.getProperties();
      const future = new Date(Date.now() + 3_600_000);
      return [
        await outcome(blob.download(0, 2, { conditions: { ifMatch: etag } })),
        await outcome(blob.download(0, 2, STALE)),
        await outcome(blob.getProperties(STALE)),
        await outcome(blob.download(0, 2, { conditions: { ifNoneMatch: etag } })),
        await outcome(blob.getProperties({ conditions: { ifModifiedSince: future } })),
        await outcome(blob.getProperties({ conditions: { ifUnmodifiedSince: new Date(0) } })),
      ];
    },
  },
  {
    title: 'a read that asks for If-None-Match: *',
    run: async (container) => outcome((await put(container, 'star', 'x')).download(0, 1, IF_NONE)),
  },
  {
    title: 'ranges',
    run: async (container) => {
      const blob = await put(container, 'ranges', '0123456789');
      const seen: unknown[] = [];
      for (const [offset, count] of [
        [0, 1],
        [3, 4],
        [8, 100],
        [9, 1],
      ] as const) {
        const { contentRange, contentLength, _response } = await blob.download(offset, count);
        seen.push([
          _response.status,
          contentRange,
          contentLength,
          (await blob.downloadToBuffer(offset, Math.min(count, 10 - offset))).toString(),
        ]);
      }
      const tail = await blob.download(7);
      return [...seen, tail.contentRange, await outcome(blob.download(11, 1))];
    },
  },
  {
    title: 'a range that begins right at the end',
    differs: 'Azurite gives an empty answer; the service documents 416 for a range that holds no byte of the blob',
    run: async (container) => outcome((await put(container, 'at-end', '0123456789')).download(10)),
  },
  {
    title: 'an empty blob',
    run: async (container) => {
      const blob = await put(container, 'empty', '');
      return [(await blob.download()).contentLength, (await blob.getProperties()).contentLength];
    },
  },
  {
    title: 'a range of an empty blob',
    differs: 'Azurite gives an empty answer; the service documents 416 for a range that holds no byte of the blob',
    run: async (container) => outcome((await put(container, 'empty-range', '')).download(0, 1)),
  },
  {
    title: 'blocks',
    run: async (container) => {
      const blob = container.getBlockBlobClient('blocks');
      await blob.stageBlock(id('1'), 'one ', 4);
      await blob.stageBlock(id('2'), 'two', 3);
      const seen: unknown[] = [await blob.exists(), await names(container, 'blocks')];
      const list = async (): Promise<unknown> => {
        const { committedBlocks, uncommittedBlocks } = await blob.getBlockList('all');
        return [committedBlocks, uncommittedBlocks];
      };
      seen.push(await list(), (await blob.commitBlockList([id('1'), id('2')], IF_NONE))._response.status);
      seen.push(await textOf(blob), await list());
      await blob.stageBlock(id('3'), '!', 1);
      seen.push(
        await outcome(blob.commitBlockList([id('3')], IF_NONE)),
        await outcome(blob.commitBlockList([id('3')], STALE)),
      );
      seen.push(await outcome(blob.commitBlockList([id('9')])));
      seen.push(await outcome(blob.commitBlockList([id('1'), id('3')])), await textOf(blob), await list());
      return seen;
    },
  },
  {
    title: 'block IDs of two lengths',
    run: async (container) => {
      const blob = container.getBlockBlobClient('lengths');
      await blob.stageBlock(id('1'), 'x', 1);
      return outcome(blob.stageBlock(id('longer'), 'x', 1));
    },
  },
  {
    title: 'what a Put Blob does to staged blocks',
    differs: 'Azurite keeps them; the service documents that Put Blob drops them',
    run: async (container) => {
      const blob = container.getBlockBlobClient('dropped');
      await blob.stageBlock(id('1'), 'staged', 6);
      await blob.upload('whole', 5);
      return [(await blob.getBlockList('all')).uncommittedBlocks, await outcome(blob.commitBlockList([id('1')]))];
    },
  },
  {
    title: 'an MD5 that is not the body’s',
    differs: 'Azurite answers InvalidOperation; the service documents Md5Mismatch, with the same status 400',
    run: async (container) => {
      const transactionalContentMD5 = new Uint8Array(16);
      return outcome(container.getBlockBlobClient('md5').stageBlock(id('1'), 'x', 1, { transactionalContentMD5 }));
    },
  },
  {
    title: 'metadata and headers',
    run: async (container) => {
      const blob = await put(container, 'headers', 'x');
      const first = (await blob.getProperties()).etag;
      await blob.setMetadata({ b: '2', c: '3' });
      const second = (await blob.getProperties()).etag;
      await blob.setHTTPHeaders({ blobContentType: 'text/plain', blobContentEncoding: 'gzip' });
      const { metadata, contentType, contentEncoding, etag } = await blob.getProperties();
      return [first !== second, second !== etag, metadata, contentType, contentEncoding];
    },
  },
  {
    title: 'listing in pages, by prefix',
    run: async (container) => {
      for (const name of ['list-a', 'list-b', 'list-ü', 'list-c d', 'list-%&<>', 'other'])
        await put(container, name, 'x');
      const items: unknown[] = [];
      for await (const item of container.listBlobsFlat({ prefix: 'list-a', includeMetadata: true })) {
        items.push([
          item.name,
          item.properties.contentLength,
          item.properties.blobType,
          item.properties.etag.includes('"'),
        ]);
      }
      return [(await names(container, 'list-')).sort(), await names(container, 'list-z'), items];
    },
  },
  {
    title: 'levels of names',
    run: async (container) => {
      for (const name of ['level/a/1', 'level/a/2', 'level/b']) await put(container, name, 'x');
      const found: string[] = [];
      for await (const { kind, name } of container.listBlobsByHierarchy('/', { prefix: 'level/' }))
        found.push(`${kind} ${name}`);
      return found;
    },
  },
  {
    title: 'leases',
    run: async (container) => {
      const blob = await put(container, 'leased', '1');
      const lease = blob.getBlobLeaseClient('aaaaaaaa-0000-4000-8000-000000000000');
      const seen = [(await lease.acquireLease(15))._response.status];
      const outcomes = [
        await outcome(blob.getBlobLeaseClient().acquireLease(15)),
        await outcome(blob.upload('2', 1)),
        await outcome(blob.delete()),
        await outcome(blob.upload('3', 1, { conditions: { leaseId: lease.leaseId } })),
        (await blob.getProperties()).leaseState,
        await outcome(lease.releaseLease()),
        await outcome(blob.upload('4', 1)),
      ];
      return [seen, outcomes, await textOf(blob)];
    },
  },
  {
    title: 'another’s lease ID, and a lease ID where there is no lease',
    run: async (container) => {
      const blob = await put(container, 'lease-ids', '1');
      const foreign = { conditions: { leaseId: 'bbbbbbbb-0000-4000-8000-000000000000' } };
      const without = await outcome(blob.upload('2', 1, foreign));
      await blob.getBlobLeaseClient().acquireLease(-1);
      return [without, await outcome(blob.upload('3', 1, foreign))];
    },
  },
  {
    title: 'odd names',
    run: async (container) => {
      const odd = ['o d d', 'o%20d', 'o+d', 'oü', 'o😀', 'o?#&=', "o'd", 'o~.d'];
      const seen: string[] = [];
      for (const name of odd) seen.push(await textOf(await put(container, name, name)));
      return [seen, (await names(container, 'o')).filter((name) => odd.includes(name)).sort()];
    },
  },
  {
    title: 'delete, and delete again',
    run: async (container) => {
      const blob = await put(container, 'deleted', 'x');
      const answer = await blob.delete();
      return [answer._response.status, await blob.exists(), await outcome(blob.delete())];
    },
  },
  {
    title: 'containers',
    run: async (container) => {
      return [await outcome(container.create()), await outcome(container.getProperties())];
    },
  },
];
