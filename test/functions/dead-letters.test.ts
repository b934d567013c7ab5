import assert from 'node:assert/strict';
import { startEmulator } from 'adls-emulator';
import { clientsOf, upload } from 'adls-emulator/sdk';
import { describe, it } from 'vitest';
import { messages, minuteMessages, minutes } from '../support/lake.ts';
import { onApp, records } from './app-case.ts';
import { tick } from './event-grid.ts';
import { sharedPackage } from './shared-package.ts';

/** A dead letter as Event Grid writes it. Source: Microsoft, "Event Grid message delivery and retry". */
function letter(events: readonly object[]): string {
  const facts = { deadLetterReason: 'Unauthorized', deliveryAttempts: 1, lastDeliveryOutcome: 'Unauthorized' };
  return JSON.stringify(events.map((event) => ({ ...event, ...facts })));
}

describe('dead letters, from the package', () => {
  const extracted = sharedPackage();

  it('are told of as long as the reconciliation does not take their files in, and read once it has', async () => {
    await using host = await startEmulator({ accounts: ['hostaccount'] });
    const environment = { AzureWebJobsStorage__blobServiceUri: host.dfsUrl };
    await onApp(
      extracted,
      async ({ app, emulator, landing, lake, announced }) => {
        // One key for all accounts, as one connection string opens them.
        Object.assign(host.store.account('hostaccount'), { key: emulator.key });
        const looks = () =>
          records(app, 'dead_letters').map(({ total, in: done, waiting, left }) => [total, done, waiting, left]);
        await tick(app, 'reconcile-raw');
        assert.deepEqual(looks(), [[0, 0, 0, 0]], 'no container, no fault');
        host.store.container('hostaccount', 'dead-letters');
        const { blobs } = clientsOf(host, 'dead-letters', { ...host, key: emulator.key });
        const put = (name: string, text: string) =>
          blobs.getBlockBlobClient(name).upload(text, Buffer.byteLength(text));
        const before = host.requests.length;
        await tick(app, 'reconcile-raw');
        assert.equal(host.requests.length - before, 1, 'where there are none, it is one request');
        await upload(landing.files, 'day 1/a#.csv', minutes(0, 5));
        await upload(landing.files, 'b.csv', minutes(5, 9));
        const events = announced();
        await upload(landing.files, 'b.csv', minutes(20, 2));
        await upload(landing.files, 'broken.csv', minutes(30, 5));
        emulator.faults.add({
          operation: 'GetBlob',
          path: 'raw/broken.csv',
          fault: { kind: 'refusal', when: 'before', status: 403, code: 'AuthorizationFailure' },
          times: 1_000,
        });
        await put('NEXTHINK-AUDIT-LAKE/2026/3/1/5/1.json', letter(events));
        await put('NEXTHINK-AUDIT-LAKE/2026/3/1/5/2.json', letter(announced()));
        await put('NEXTHINK-AUDIT-LAKE/2026/3/1/5/3.json', 'Mallory, no {letter');
        await tick(app, 'reconcile-raw').catch(() => undefined);
        assert.deepEqual(looks().at(-1), [3, 2, 1, 0]);
        assert.deepEqual(
          records(app, 'raw_replaced_unread').map(({ how }) => how),
          ['shorter'],
        );
        emulator.faults.clear();
        await tick(app, 'reconcile-raw');
        assert.deepEqual(looks().at(-1), [2, 2, 0, 0], 'the first letter was settled before');
        await tick(app, 'reconcile-raw');
        assert.deepEqual(looks().at(-1), [0, 0, 0, 0]);
        const texts = [...minuteMessages(0, 5), ...minuteMessages(20, 2), ...minuteMessages(30, 5)];
        assert.deepEqual(await messages(lake), texts.sort());
        assert.deepEqual(
          records(app, 'failure').filter(({ step }) => step === 'dead_letters'),
          [],
        );
        assert.doesNotMatch(app.lines.join(), /Mallory|day 1/);
      },
      environment,
    )();
  });
});
