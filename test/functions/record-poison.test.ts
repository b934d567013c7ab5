import assert from 'node:assert/strict';
import { QueueServiceClient } from '@azure/storage-queue';
import { startAzurite } from 'adls-emulator/azurite';
import { upload } from 'adls-emulator/sdk';
import { describe, it } from 'vitest';
import { readAll } from '../../src/storage/index.ts';
import { messages, minuteMessages, minutes } from '../support/lake.ts';
import { onApp, records, verified, WEBHOOK } from './app-case.ts';
import { tick } from './event-grid.ts';
import { giveMessage } from './event-queue.ts';
import type { RunningApp } from './function-host.ts';
import { sharedPackage } from './shared-package.ts';

function give(app: RunningApp, text: string, id: string, dequeueCount = 1): Promise<void> {
  return giveMessage(app, 'record-poison', text, id, dequeueCount);
}

describe('record-poison, from the package', () => {
  const extracted = sharedPackage();

  it('records what the trigger gave up on, once, and the reconciliation takes the file in', async () => {
    await using azurite = await startAzurite('queue');
    const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
    const poison = service.getQueueClient('webjobs-blobtrigger-poison');
    await poison.create();
    await onApp(extracted, async ({ app: stopped, extension, landing, lake, announced, restart }) => {
      await upload(landing.files, 'a.csv', minutes(0, 5));
      await stopped.terminate();
      extension.webhook(WEBHOOK, announced());
      await extension.drain();
      assert.equal(extension.failures.length, 5);
      const { app } = await restart();
      for (const message of extension.poison) {
        await poison.sendMessage(Buffer.from(JSON.stringify(message)).toString('base64'));
      }
      const { receivedMessageItems } = await poison.receiveMessages({ numberOfMessages: 32 });
      assert.equal(receivedMessageItems.length, 1);
      for (const { messageText, messageId, dequeueCount } of receivedMessageItems) {
        const text = Buffer.from(messageText, 'base64').toString('utf8');
        for (let times = 0; times < 2; times++) await give(app, text, messageId, dequeueCount);
        const record = await readAll(lake, `quarantine/poison/${messageId}.json`);
        assert.deepEqual(JSON.parse(Buffer.from(record).toString('utf8')), {
          message_id: messageId,
          dequeue_count: 1,
          inserted_at: '2026-06-01T00:00:00+00:00',
          expires_at: '2026-06-08T00:00:00+00:00',
          message: JSON.parse(text) as unknown,
        });
      }
      assert.deepEqual(
        records(app, 'poison').map(({ recorded }) => recorded),
        [true, false],
      );
      await tick(app, 'reconcile-raw');
      assert.deepEqual(await messages(lake), minuteMessages(0, 5));
      const { notes } = await verified(lake);
      assert.ok(!notes.some(({ kind, where }) => kind === 'orphans' && where === 'quarantine/'));
    })();
  });

  it(
    'keeps a message as it is where it is no JSON, and lets no id choose the path',
    onApp(extracted, async ({ app, lake }) => {
      await give(app, 'not {json', 'b2c9');
      await give(app, '{"BlobName":"x"}', '../../curated/audit_events/_delta_log/00000000000000000000');
      const paths: string[] = [];
      for await (const { path } of lake.list('quarantine/')) paths.push(path);
      assert.equal(paths.length, 2);
      assert.ok(
        paths.every((path) => /^quarantine\/poison\/([0-9a-f]{32}|b2c9)\.json$/.test(path)),
        paths.join(),
      );
      const record = await readAll(lake, 'quarantine/poison/b2c9.json');
      assert.equal((JSON.parse(Buffer.from(record).toString('utf8')) as { message: unknown }).message, 'not {json');
      assert.doesNotMatch(app.lines.join(), /delta_log/);
    }),
  );
});
