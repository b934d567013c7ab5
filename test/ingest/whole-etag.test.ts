import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { reconcileRaw } from '../../src/ingest/index.ts';
import { type FileInfo, type Storage, wrapStorage } from '../../src/storage/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import {
  HOST,
  ingest,
  LANDED_AT,
  messages,
  minuteMessages,
  minutes,
  outcomes,
  settings,
  snapshotOf,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { faulty } from '../support/store-faults.ts';

/** Two ETags whose SHA-256 begins with the same 52 bits, 023a3512936dd. */
const TWINS = ['0x8DC699AEDA65A40', '0x8D7353BFA6FB2F2'] as const;

/** A store that gives these paths ETags of the test's choice. */
function withEtags(storage: MemoryStorage, etags: ReadonlyMap<string, string>): Storage {
  const own = (info: FileInfo | null) => (info === null ? null : { ...info, etag: etags.get(info.path) ?? info.etag });
  return wrapStorage(storage, {
    head: async (path) => own(await storage.head(path)),
    read: (path, { ifMatch, ...options } = {}) =>
      storage.read(path, etags.has(path) || ifMatch === undefined ? options : { ...options, ifMatch }),
  });
}

/** The paths of raw files that are read while something is done. */
async function rawReads(storage: Storage, act: (watched: Storage) => Promise<unknown>): Promise<string[]> {
  const read: string[] = [];
  await act(
    faulty(storage, ({ operation, path }) => {
      if (operation === 'read' && path.startsWith('raw/')) read.push(path);
      return 'passes';
    }),
  );
  return read;
}

describe('the whole ETag', () => {
  it('decides whether a file is in: other content whose ETag shares 52 bits of its hash goes in', async () => {
    const memory = new MemoryStorage();
    const etags = new Map<string, string>([['raw/a.csv', TWINS[0]]]);
    const storage = withEtags(memory, etags);
    memory.put('raw/a.csv', minutes(0, 3), LANDED_AT);
    await ingest(storage);
    memory.put('raw/a.csv', minutes(0, 8), LANDED_AT);
    etags.set('raw/a.csv', TWINS[1]);
    assert.deepEqual(outcomes(await ingest(storage)), ['a.csv: ingested 5/3/0']);
    assert.deepEqual(await messages(storage), minuteMessages(0, 8));
    assert.deepEqual(outcomes(await ingest(storage)), ['a.csv: skipped 0/0/0']);
    const { problems } = await verifyLake(storage, settings(), { deep: false, head: null });
    assert.deepEqual(problems, []);
  });

  it('of a file that an earlier release took in is not known, and it counts as in, without being read', async () => {
    const memory = new MemoryStorage();
    for (let file = 0; file < 5; file++) memory.put(`raw/${file}.csv`, minutes(file * 5, 5), LANDED_AT);
    memory.put('raw/bad.csv', 'no header of ours\n1\n', LANDED_AT);
    const earlier = asEarlierRelease(memory);
    await ingest(earlier);
    const { transactions } = await snapshotOf(memory);
    assert.deepEqual(
      [...transactions.keys()].filter((appId) => appId.startsWith('whole:')),
      [],
    );
    const host = { ...HOST, now: () => LANDED_AT.getTime() + 3_600_000 };
    const options = { settleMs: 0, deadline: Number.POSITIVE_INFINITY };
    const read = await rawReads(memory, async (watched) => {
      await ingest(watched);
      const { recorded, waiting } = await reconcileRaw({ storage: watched, host }, settings(), options);
      assert.deepEqual([recorded, waiting], [6, 0]);
    });
    assert.deepEqual(read, []);
  });

  it('is on record beside the 52 bits, which stay as they were', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', minutes(0, 3), LANDED_AT);
    storage.put('raw/bad.csv', 'no header of ours\n1\n', LANDED_AT);
    await ingest(storage);
    const { transactions } = await snapshotOf(storage);
    const etag = (await storage.head('raw/a.csv'))?.etag ?? '';
    assert.ok(transactions.has(`whole:${JSON.stringify(['raw/a.csv', etag])}`));
    assert.ok(Number(transactions.get('raw/a.csv')?.version) < 2 ** 52);
    assert.equal(
      [...transactions.keys()].filter((appId) => appId.startsWith('whole:["rejected:raw/bad.csv"')).length,
      1,
    );
  });
});

/** A store into whose log no whole ETag goes, as earlier releases wrote none. */
function asEarlierRelease(storage: MemoryStorage): Storage {
  const stripped = (content: Uint8Array): Buffer => {
    const lines = Buffer.from(content).toString('utf8').split('\n');
    return Buffer.from(lines.filter((line) => !line.startsWith('{"txn":{"appId":"whole:')).join('\n'));
  };
  return wrapStorage(storage, {
    create: (path, content, options) =>
      storage.create(
        path,
        path.endsWith('.json') && content instanceof Uint8Array ? stripped(content) : content,
        options,
      ),
  });
}
