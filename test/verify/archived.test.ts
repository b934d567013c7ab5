import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { replayTable } from '../../src/maintenance/replay.ts';
import type { Storage } from '../../src/storage/index.ts';
import { openTable } from '../../src/table/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { type Emulator, startEmulator } from '../emulators/adls.ts';
import { clientsOf, outcome } from '../emulators/sdk.ts';
import { EVENTS, HOST, ingest, land, messages, minuteMessages, minutes, settings } from '../ingest/lake.ts';
import { driverOn, quickHost, ZONES } from '../storage/adls-case.ts';

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
        const replay = await replayTable(lake, HOST, settings(), snapshot, options);
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
