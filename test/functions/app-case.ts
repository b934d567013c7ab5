import assert from 'node:assert/strict';
import { type Emulator, startEmulator } from 'adls-emulator';
import { type Clients, clientsOf } from 'adls-emulator/sdk';
import { openLake, type Storage } from '../../src/storage/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { settings } from '../support/lake.ts';
import { BlobExtension, isSubscribed } from './event-grid.ts';
import { EventQueue, isQueued } from './event-queue.ts';
import type { ExtractedPackage } from './extracted-package.ts';
import { type RunningApp, startApp } from './function-host.ts';

export const WEBHOOK =
  'https://app.azurewebsites.net/runtime/webhooks/blobs?functionName=Host.Functions.ingest-export&code=KEY';

/** An app on two emulated accounts, and what stands around it. */
export interface Given {
  readonly emulator: Emulator;
  readonly app: RunningApp;
  readonly extension: BlobExtension;
  /** The other way of an event to the app. */
  readonly queue: EventQueue;
  /** The exporter's clients of the landing account. */
  readonly landing: Clients;
  /** The lake as everybody else sees it. */
  readonly lake: Storage;
  /** What Event Grid delivers of all that happened since the last call. */
  announced(): ReturnType<Emulator['events']['take']>;
  /** The same of the subscription of the queue. */
  queued(): ReturnType<Emulator['events']['take']>;
  /** Another instance of the app on the same accounts, with its own queues. */
  restart(): Promise<Pick<Given, 'app' | 'extension' | 'queue'>>;
}

/** Runs a test on the packaged app: raw in one account, the rest in another. */
export function onApp(
  extracted: () => ExtractedPackage,
  body: (given: Given) => Promise<void>,
  environment: Readonly<Record<string, string>> = {},
): () => Promise<void> {
  return async () => {
    await using emulator = await startEmulator({ accounts: ['auditlake', 'landing'] });
    // One connection string opens both.
    Object.assign(emulator.store.account('landing'), { key: emulator.key });
    for (const container of ['raw', 'raw2']) emulator.store.container('landing', container);
    for (const container of ['curated', 'quarantine', 'evidence']) emulator.store.container('auditlake', container);
    const places = { lake: emulator.dfsUrl, raw: `${emulator.of('landing').dfsUrl}/raw` };
    const connection = `AccountKey=${emulator.key}`;
    const exists = (container: string, name: string) => emulator.store.file('landing', `${container}/${name}`) !== null;
    const restart = async () => {
      const app = await startApp(extracted().folder, {
        AUDIT_LAKE_LAKE: places.lake,
        AUDIT_LAKE_RAW: places.raw,
        AUDIT_LAKE_STORAGE_CONNECTION_STRING: connection,
        AUDIT_LAKE_SETTLE_MINUTES: '0',
        ...environment,
      });
      return { app, extension: new BlobExtension(app, exists), queue: new EventQueue(app) };
    };
    await body({
      emulator,
      ...(await restart()),
      restart,
      landing: clientsOf(emulator, 'raw', emulator.of('landing')),
      lake: openLake(settings({ ...places, storageConnectionString: connection })),
      announced: () => emulator.events.take().filter(isSubscribed),
      queued: () => emulator.events.take().filter(isQueued),
    });
  };
}

/** The records of one name among what the app has logged. */
export function records(app: RunningApp, event: string): Record<string, unknown>[] {
  return app.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((each) => each['event'] === event);
}

/** Makes sure that the lake is what its log and evidence say, and gives its counts. */
export async function verified(lake: Storage) {
  const { problems, notes, counts } = await verifyLake(lake, settings(), { deep: false, head: null });
  assert.deepEqual(problems, []);
  return { notes, counts };
}
