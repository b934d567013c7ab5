import assert from 'node:assert/strict';
import { type Emulator, startEmulator } from 'adls-emulator';
import { clientsOf, outcome } from 'adls-emulator/sdk';
import { describe, it } from 'vitest';
import { eraseUser } from '../../src/maintenance/erase.ts';
import { replayTable } from '../../src/maintenance/replay.ts';
import { snappy } from '../../src/parquet/index.ts';
import { type Storage, UnreadableFile } from '../../src/storage/index.ts';
import { openTable } from '../../src/table/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { driverOn, quickHost, ZONES } from '../support/adls-case.ts';
import {
  EVENTS,
  HOST,
  ingest,
  land,
  messages,
  minuteMessages,
  minutes,
  settings,
  snapshotOf,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

/** A lake of three raw files, of which the second and the third overlap. */
async function withLake(body: (lake: Storage, emulator: Emulator) => Promise<void>): Promise<void> {
  await using emulator = await startEmulator({ containers: ZONES });
  const lake = driverOn(emulator, '', { host: quickHost() });
  for (const [name, from] of [
    ['a.csv', 0],
    ['b.csv', 30],
    ['c.csv', 50],
  ] as const) {
    await land(lake, name, minutes(from, 30));
    await ingest(lake);
  }
  await body(lake, emulator);
}

async function archive(emulator: Emulator, path: string, tier: 'Archive' | 'Hot' = 'Archive'): Promise<void> {
  const [container = '', ...rest] = path.split('/');
  await clientsOf(emulator, container).blobs.getBlobClient(rest.join('/')).setAccessTier(tier);
}

async function verified(lake: Storage, deep: boolean) {
  const { problems, notes, counts } = await verifyLake(lake, settings(), { deep, head: null });
  return {
    problems: problems.map(({ kind, where }) => `${kind} ${where}`),
    notes: notes.map(({ kind, where }) => `${kind} ${where}`),
    counts,
  };
}

describe('a file in the archive tier', () => {
  it('can be looked at and not be read, as on the service', async () => {
    await withLake(async (lake, emulator) => {
      const before = await lake.head('raw/b.csv');
      await archive(emulator, 'raw/b.csv');
      assert.deepEqual(await lake.head('raw/b.csv'), before);
      const { blobs } = clientsOf(emulator, 'raw');
      assert.equal(await outcome(blobs.getBlobClient('b.csv').downloadToBuffer()), '409 BlobArchived');
    });
  });

  it('of the raw zone: what comes of it is not provable, and all else is verified', async () => {
    await withLake(async (lake, emulator) => {
      const path = 'raw/b.csv';
      await archive(emulator, path);
      assert.deepEqual((await verified(lake, false)).problems, []);
      const { problems, notes, counts } = await verified(lake, true);
      assert.deepEqual(problems, []);
      assert.deepEqual(notes, [`raw_archived ${path}`, `not_provable ${EVENTS}/`]);
      assert.equal(counts.rows_rebuilt, 50);
      await archive(emulator, path, 'Hot');
      assert.deepEqual((await verified(lake, true)).notes, []);
    });
  });

  it('of the raw zone, copied so that its ETag tells nothing, is named as well', async () => {
    await withLake(async (lake, emulator) => {
      // Written anew with the same content.
      await lake.replace('raw/b.csv', Buffer.from(minutes(30, 30)));
      await archive(emulator, 'raw/b.csv');
      for (const deep of [false, true]) {
        const { problems, notes } = await verified(lake, deep);
        assert.deepEqual(problems, []);
        assert.ok(notes.includes('raw_archived raw/b.csv'));
      }
    });
  });

  it('of the raw zone is passed over by a replay, which carries its rows over', async () => {
    await withLake(async (lake, emulator) => {
      for (const isCopied of [false, true]) {
        if (isCopied) await lake.replace('raw/b.csv', Buffer.from(minutes(30, 30)));
        await archive(emulator, 'raw/b.csv');
        const snapshot = await openTable(lake, EVENTS);
        assert.ok(snapshot !== null);
        const options = { scope: null, reason: 'test', dryRun: false };
        const replay = await replayTable({ storage: lake, host: HOST }, settings(), snapshot, options);
        assert.deepEqual(replay.skipped, [{ path: 'raw/b.csv', reason: 'archived' }]);
        assert.equal(replay.carriedOver, 30);
        assert.deepEqual(await messages(lake), minuteMessages(0, 80));
        await archive(emulator, 'raw/b.csv', 'Hot');
      }
    });
  });

  it('of the table or the quarantine is a problem, and all else is verified', async () => {
    await withLake(async (lake, emulator) => {
      await land(lake, 'bad.csv', `${minutes(90, 1)}yesterday,92042,x,li\n`);
      await ingest(lake);
      const paths: string[] = [];
      for (const prefix of [`${EVENTS}/event_date`, 'quarantine/rows/']) {
        for await (const { path } of lake.list(prefix)) paths.push(path);
      }
      const chosen = [paths[0] ?? '', paths.at(-1) ?? ''];
      for (const path of chosen) await archive(emulator, path);
      const { problems, counts } = await verified(lake, false);
      assert.deepEqual(problems, chosen.map((path) => `file_archived ${path}`).sort());
      // One more holds the codes.
      assert.equal(counts.data_files, paths.length - 2 + 1);
    });
  });
});

/** The store, which lets nobody open these files. */
function closed(storage: MemoryStorage, paths: readonly string[], steps: readonly ('inspect' | 'read')[]): Storage {
  const check = (step: 'inspect' | 'read', path: string) => {
    const detail = 'the file system denies access (EACCES)';
    if (paths.includes(path) && steps.includes(step)) throw new UnreadableFile(step, path, detail, { code: 'EACCES' });
  };
  const copy = storage.copy();
  const head = copy.head.bind(copy);
  const read = copy.read.bind(copy);
  return Object.assign(copy, {
    head: async (path: string) => {
      check('inspect', path);
      return await head(path);
    },
    read: async function* (path: string, options?: Parameters<Storage['read']>[1]) {
      check('read', path);
      yield* read(path, options);
    },
  });
}

describe('a file that may not be opened', () => {
  const lakeOf = async (): Promise<MemoryStorage> => {
    const lake = new MemoryStorage();
    for (const [name, content] of [
      ['a.csv', minutes(0, 30)],
      ['b.csv', `${minutes(30, 10)}yesterday,92042,x,li\n`],
      ['c.csv', minutes(1500, 30)],
      ['no-export.csv', 'no export\n'],
    ] as const) {
      lake.put(`raw/${name}`, content);
      await ingest(lake);
    }
    return lake;
  };

  it('of the raw zone is a problem, also before it was ever read, and all else is verified', async () => {
    const lake = await lakeOf();
    lake.put('raw/new.csv', minutes(90, 1));
    const untouched = await verified(lake, true);
    assert.deepEqual(untouched.problems, ['raw_not_ingested raw/new.csv']);
    for (const path of ['raw/b.csv', 'raw/no-export.csv', 'raw/new.csv']) {
      const others = path === 'raw/new.csv' ? [] : untouched.problems;
      for (const deep of [false, true]) {
        const { problems, notes, counts } = await verified(closed(lake, [path], ['inspect', 'read']), deep);
        assert.deepEqual(problems.toSorted(), [`file_unreadable ${path}`, ...others].sort());
        assert.deepEqual([counts.raw_files, counts.quarantine_files], [5, untouched.counts.quarantine_files]);
        const isLost = deep && path === 'raw/b.csv';
        assert.deepEqual(notes, isLost ? [`not_provable ${EVENTS}/`] : []);
        if (deep) assert.equal(counts.rows_rebuilt, isLost ? 60 : 70);
      }
    }
  });

  it('of the raw zone, once it is to be read again, is named then', async () => {
    const lake = await lakeOf();
    for (const path of ['raw/b.csv', 'raw/no-export.csv']) {
      const { problems, counts } = await verified(closed(lake, [path], ['read']), true);
      assert.deepEqual(problems, [`file_unreadable ${path}`]);
      assert.equal(counts.rows_rebuilt, path === 'raw/b.csv' ? 60 : 70);
    }
  });

  it('whose content must be read to know it, is named as well', async () => {
    const lake = await lakeOf();
    const ours = closed(lake, ['raw/b.csv'], ['read']);
    const head = ours.head.bind(ours);
    const copied: Storage = Object.assign(ours, {
      head: async (path: string) => {
        const info = await head(path);
        return path === 'raw/b.csv' && info !== null ? { ...info, etag: 'of the copy' } : info;
      },
    });
    for (const deep of [false, true]) {
      assert.deepEqual((await verified(copied, deep)).problems, ['file_unreadable raw/b.csv']);
    }
  });

  it('of the quarantine or the table is a problem, and all else is verified', async () => {
    const lake = await lakeOf();
    const counts = (await verified(lake, true)).counts;
    const paths = [...lake.paths('quarantine/'), ...lake.paths(`${EVENTS}/event_date=`)];
    assert.ok(paths.length > 3);
    for (const path of paths) {
      for (const deep of [false, true]) {
        const found = await verified(closed(lake, [path], ['inspect', 'read']), deep);
        const isOfTable = path.startsWith(EVENTS);
        const partition = path.slice(0, path.lastIndexOf('/') + 1);
        const uncompared = isOfTable && deep ? [`rows_not_compared ${partition}`] : [];
        assert.deepEqual(found.problems, [`file_unreadable ${path}`, ...uncompared]);
        const looked = found.counts.quarantine_files + found.counts.data_files;
        assert.equal(looked, counts.quarantine_files + counts.data_files - 1);
      }
    }
  });

  it('with the list of erased events keeps nothing else from being verified', async () => {
    const lake = await lakeOf();
    lake.put('raw/ana.csv', minutes(200, 5).replaceAll(',li\n', ',ana\n'));
    await ingest(lake);
    const options = { values: ['ana'], reason: 'test', dryRun: false, codec: snappy };
    await eraseUser({ storage: lake, host: HOST }, await snapshotOf(lake), options);
    const [list = ''] = lake.paths('quarantine/erased/');
    assert.deepEqual((await verified(lake, true)).problems, []);
    const { problems } = await verified(closed(lake, [list], ['inspect', 'read']), true);
    assert.equal(problems[0], `file_unreadable ${list}`);
  });
});
