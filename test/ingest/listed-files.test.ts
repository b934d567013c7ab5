import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ingestPaths } from '../../src/ingest/index.ts';
import type { ListedFile, Storage } from '../../src/storage/index.ts';
import { HOST, ingest, LANDED_AT, messages, minuteMessages, minutes, settings } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { watched } from '../support/store-faults.ts';

/** What a store says that lists ETags. */
async function listed(storage: Storage): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  for await (const { path } of storage.list('raw/')) files.push((await storage.head(path)) ?? assert.fail());
  return files;
}

function lake(): MemoryStorage {
  const storage = new MemoryStorage();
  for (let file = 0; file < 3; file++) storage.put(`raw/${file}.csv`, minutes(file * 5, 5), LANDED_AT);
  return storage;
}

describe('files that a listing tells everything of', () => {
  it('are not looked at again', async () => {
    const storage = lake();
    const files = await listed(storage);
    const { storage: noted, calls } = watched(storage);
    await ingestPaths({ storage: noted, host: HOST }, settings(), files, { named: false });
    assert.deepEqual(await messages(storage), minuteMessages(0, 15));
    assert.ok(!calls.some(({ operation, path }) => operation === 'head' && path.startsWith('raw/')));
    const { reports } = await ingestPaths({ storage: noted, host: HOST }, settings(), files, { named: false });
    assert.deepEqual(new Set(reports.map(({ reason }) => reason)), new Set(['already_ingested']));
  });

  it('are taken in as they are now, if they have changed since, and skipped if they are gone', async () => {
    const storage = lake();
    const files = await listed(storage);
    storage.put('raw/1.csv', minutes(5, 9), LANDED_AT);
    await storage.delete('raw/2.csv');
    const { reports } = await ingestPaths({ storage, host: HOST }, settings(), files, { named: false });
    assert.deepEqual(
      reports.map(({ outcome, reason, committed }) => [outcome, reason, committed]),
      [
        ['ingested', null, 5],
        ['ingested', null, 9],
        ['skipped', 'gone', 0],
      ],
    );
    assert.deepEqual(await messages(storage), minuteMessages(0, 14));
    const again = await ingest(storage);
    assert.ok(again.reports.every(({ reason }) => reason === 'already_ingested'));
  });

  it('are looked at where the listing does not tell their ETags', async () => {
    const storage = lake();
    const files = (await listed(storage)).map(({ etag: _, ...file }) => file);
    const { storage: noted, calls } = watched(storage);
    await ingestPaths({ storage: noted, host: HOST }, settings(), files, { named: false });
    assert.equal(calls.filter(({ operation, path }) => operation === 'head' && path.startsWith('raw/')).length, 3);
    assert.deepEqual(await messages(storage), minuteMessages(0, 15));
  });
});
