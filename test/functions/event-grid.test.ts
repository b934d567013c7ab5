import assert from 'node:assert/strict';
import { type StorageEvent, startEmulator } from 'adls-emulator';
import { clientsOf, upload } from 'adls-emulator/sdk';
import { test } from 'vitest';
import { BlobExtension, isSubscribed } from './event-grid.ts';
import type { RunningApp } from './function-host.ts';

const URL_OF = (name: string) => `https://app.azurewebsites.net/runtime/webhooks/blobs?functionName=${name}&code=KEY`;

/** An app with one function that fails as often as it is told to. */
function fakeApp(failures: number): { readonly app: RunningApp; readonly calls: string[] } {
  const calls: string[] = [];
  let left = failures;
  const app: RunningApp = {
    functions: new Map([['ingest-export', { name: 'ingest-export', bindings: {} }]]),
    startMs: 0,
    loaded: [],
    lines: [],
    invoke: async (_, data) => {
      calls.push('modelBindingData' in data ? Buffer.from(data.modelBindingData.content).toString('utf8') : '');
      if (left-- > 0) throw new Error('the test has it fail');
    },
    terminate: async () => undefined,
  };
  return { app, calls };
}

async function eventsOf(names: readonly string[]): Promise<StorageEvent[]> {
  await using emulator = await startEmulator({ containers: ['raw', 'raw2'] });
  for (const name of names) await upload(clientsOf(emulator).files, name, 'x');
  await upload(clientsOf(emulator, 'raw2').files, 'other.csv', 'x');
  return emulator.events.take();
}

test('the webhook answers the handshake, and takes in what names a function that is there', async () => {
  const { app, calls } = fakeApp(0);
  const extension = new BlobExtension(app, () => true);
  const handshake = {
    eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
    data: { validationCode: 'code-1' },
  };
  const answer = extension.webhook(URL_OF('Host.Functions.ingest-export'), [handshake]);
  assert.deepEqual(answer, { status: 200, body: { validationResponse: 'code-1' } });
  const events = (await eventsOf(['a b+ü.csv'])).filter(isSubscribed);
  assert.equal(events.length, 1, 'the creation of an empty file and the other container are filtered out');
  for (const name of ['ingest-export', 'Host.Functions.none', 'Host.Functions.ingest-export']) {
    assert.deepEqual(extension.webhook(URL_OF(name), events), { status: 202 });
  }
  await extension.drain();
  assert.deepEqual(calls, ['{"Connection":"RAW","ContainerName":"raw","BlobName":"a b+ü.csv"}']);
});

test('a message is tried five times and then is poison; a blob that is gone is dropped', async () => {
  const events = (await eventsOf(['a.csv'])).filter(isSubscribed);
  const healing = fakeApp(4);
  const first = new BlobExtension(healing.app, () => true);
  first.webhook(URL_OF('Host.Functions.ingest-export'), events);
  await first.drain();
  assert.deepEqual([healing.calls.length, first.poison.length], [5, 0]);
  const broken = fakeApp(5);
  const second = new BlobExtension(broken.app, () => true);
  second.webhook(URL_OF('Host.Functions.ingest-export'), events);
  await second.drain();
  assert.deepEqual([broken.calls.length, second.poison.map(({ BlobName }) => BlobName)], [5, ['a.csv']]);
  const gone = new BlobExtension(broken.app, () => false);
  gone.webhook(URL_OF('Host.Functions.ingest-export'), events);
  await gone.drain();
  assert.deepEqual([broken.calls.length, gone.poison.length], [5, 0]);
});
