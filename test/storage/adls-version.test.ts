import assert from 'node:assert/strict';
import { startEmulator } from 'adls-emulator';
import { describe, it } from 'vitest';
import { ingestPaths } from '../../src/ingest/index.ts';
import { parseSettings, type Settings } from '../../src/settings/index.ts';
import { openLake, type Storage, StorageFault } from '../../src/storage/index.ts';
import { ZONES } from '../support/adls-case.ts';
import { HOST, messages, minuteMessages, minutes } from '../support/lake.ts';
import { bytes, paths } from './case.ts';

const NEWEST = '2023-11-03';

/** A lake in a region that knows no newer version of the service, and what it was asked for. */
async function inLaggingRegion(
  storageVersion: string,
  body: (storage: Storage, settings: Settings, versions: () => readonly (string | undefined)[]) => Promise<void>,
): Promise<void> {
  await using emulator = await startEmulator({ containers: ZONES, newestVersion: NEWEST });
  const settings = parseSettings({
    environment: { AUDIT_LAKE_STORAGE_VERSION: storageVersion },
    options: { lake: emulator.blobUrl, storageConnectionString: emulator.connectionString },
  });
  const versions = () => emulator.requests.map(({ headers }) => headers['x-ms-version']);
  await body(openLake(settings), settings, versions);
}

describe('the version of the storage service', () => {
  it('is lowered by a setting for every request of a lake, signed as it is sent', () =>
    inLaggingRegion(NEWEST, async (storage, settings, versions) => {
      await storage.create('raw/a/b.csv', bytes(minutes(0, 5)));
      for (const anyOrder of [true, false])
        assert.deepEqual(await paths(storage.list('raw/', { anyOrder })), ['raw/a/b.csv']);
      await ingestPaths({ storage, host: HOST }, settings, ['raw/a/b.csv'], { named: true });
      assert.deepEqual(await messages(storage), minuteMessages(0, 5));
      await storage.replace('raw/a/b.csv', bytes('x'));
      await storage.delete('raw/a/b.csv');
      assert.deepEqual([...new Set(versions())], [NEWEST]);
    }));

  it('is named where an account does not know the program’s own, with or without a body in the answer', () =>
    inLaggingRegion('', async (storage) => {
      const asked: readonly (() => Promise<unknown>)[] = [
        () => storage.head('raw/a'),
        () => paths(storage.list('raw/')),
        () => storage.create('raw/a', bytes('x')),
        () => storage.replace('raw/a', bytes('x')),
        () => storage.delete('raw/a'),
        async () => {
          for await (const _ of storage.read('raw/a')) break;
        },
      ];
      for (const ask of asked)
        await assert.rejects(
          ask,
          (error) =>
            error instanceof StorageFault &&
            !error.transient &&
            error.code === 'InvalidHeaderValue' &&
            /AUDIT_LAKE_STORAGE_VERSION.*2023-11-03/.test(error.message),
        );
    }));
});
