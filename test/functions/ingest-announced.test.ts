import assert from 'node:assert/strict';
import { FAULTS } from 'adls-emulator';
import { upload } from 'adls-emulator/sdk';
import { describe, it } from 'vitest';
import { Random } from '../../samples/random.ts';
import { lakeStatus } from '../../src/status/index.ts';
import { readAll } from '../../src/storage/index.ts';
import { messages, minuteMessages, minutes, settings } from '../support/lake.ts';
import { onApp, records, verified, WEBHOOK } from './app-case.ts';
import { tick } from './event-grid.ts';
import { asCloudEvent, giveMessage, isQueued } from './event-queue.ts';
import { sharedPackage } from './shared-package.ts';

describe('ingest-announced, from the package', () => {
  const extracted = sharedPackage();
  const withApp = (body: Parameters<typeof onApp>[1], environment?: Parameters<typeof onApp>[2]) =>
    onApp(extracted, body, environment);

  it(
    'takes in by event whatever was closed or renamed, also by names that a URL would be misread for',
    withApp(async ({ app, queue, landing, lake, queued }) => {
      await upload(landing.files, 'day#1/a?b.csv', minutes(0, 10));
      await upload(landing.files, 'day#1/100%25 😀.csv', minutes(10, 10));
      await landing.blobs.getBlockBlobClient('put b+ü.csv').upload(minutes(20, 10), Buffer.byteLength(minutes(20, 10)));
      await upload(landing.files, '_tmp/part', minutes(30, 10), false);
      await landing.files.getFileClient('_tmp/part').move('renamed.csv');
      const events = queued();
      assert.equal(events.length, 4);
      queue.deliver(events.slice(0, 2));
      queue.deliver(events.slice(2).map(asCloudEvent));
      await queue.drain(2);
      assert.deepEqual(await messages(lake), minuteMessages(0, 40));
      const files = records(app, 'file');
      assert.deepEqual(
        files.map(({ function: name, outcome }) => [name, outcome]),
        Array(4).fill(['ingest-announced', 'ingested']),
      );
      assert.deepEqual([queue.failures, queue.poison, records(app, 'raw_replaced_unread')], [[], [], []]);
      await verified(lake);
    }),
  );

  it(
    'tells of what announces no file of the raw zone, and completes; what is no event is on record',
    withApp(async ({ app, queue, emulator, landing, lake }) => {
      await upload(landing.files, 'a.csv', minutes(0, 3));
      await landing.files.getFileClient('a.csv').delete();
      const all = emulator.events.take();
      const [flushed] = all.filter(isQueued);
      assert.ok(flushed !== undefined);
      queue.deliver(all);
      queue.deliver([
        { ...flushed, subject: flushed.subject.replace('/raw/', '/raw2/') },
        { ...flushed, topic: flushed.topic.replace(/[^/]+$/, 'another') },
      ]);
      await queue.drain();
      assert.deepEqual(
        records(app, 'file').map(({ outcome, reason }) => [outcome, reason]),
        ['other_event', 'gone', 'other_event', 'outside_raw', 'outside_raw'].map((reason) => ['skipped', reason]),
      );
      await giveMessage(app, 'ingest-announced', 'Mallory, no {event', 'id-1');
      await giveMessage(app, 'ingest-announced', JSON.stringify([flushed, { BlobName: 'x' }]), 'id-2');
      assert.deepEqual(
        records(app, 'poison').map(({ message_id: id, recorded }) => [id, recorded]),
        [
          ['id-1', true],
          ['id-2', true],
        ],
      );
      const record = await readAll(lake, 'quarantine/poison/id-1.json');
      assert.match(Buffer.from(record).toString('utf8'), /"message":"Mallory, no {event"/);
      assert.doesNotMatch(app.lines.join(), /Mallory/);
      assert.deepEqual(queue.failures, []);
    }),
  );

  it(
    'has a message that fails come again, and puts on record what was given up on',
    withApp(async ({ app: stopped, queue, landing, lake, queued, restart }) => {
      await upload(landing.files, 'a.csv', minutes(0, 5));
      await stopped.terminate();
      queue.deliver(queued());
      await queue.drain();
      assert.deepEqual([queue.failures.length, queue.poison.length], [5, 1]);
      const { app } = await restart();
      for (const text of queue.poison) {
        for (let times = 0; times < 2; times++) await giveMessage(app, 'record-poison-event', text, 'poisoned');
      }
      const record = JSON.parse(
        Buffer.from(await readAll(lake, 'quarantine/poison/poisoned.json')).toString('utf8'),
      ) as {
        readonly message: { readonly subject: string };
      };
      assert.match(record.message.subject, /\/raw\/blobs\/a\.csv$/);
      await tick(app, 'reconcile-raw');
      assert.deepEqual(await messages(lake), minuteMessages(0, 5));
      await verified(lake);
    }),
  );

  it(
    'takes each file in once, however often, late and in whatever order it is announced, and with faults on the way',
    withApp(async ({ app, queue, emulator, landing, lake }) => {
      for (let file = 0; file < 5; file++) await upload(landing.files, `${file}.csv`, minutes(file * 20, 30));
      const events = emulator.events.deliver({ random: new Random(7), repeat: 0.5, shuffle: true });
      const faults = [FAULTS.failed(), FAULTS.timedOutAfterDoing(), FAULTS.lostAnswer(), FAULTS.cutBody(100)];
      emulator.faults.schedule({ random: new Random(3), rate: 0.05, faults });
      queue.deliver(events);
      await queue.drain(2);
      emulator.faults.clear();
      assert.deepEqual(await messages(lake), minuteMessages(0, 110));
      assert.equal(records(app, 'file').filter(({ outcome }) => outcome === 'ingested').length, 5);
      assert.deepEqual([queue.failures, records(app, 'raw_replaced_unread')], [[], []]);
      await verified(lake);
    }),
  );
});

describe('a change from one way of events to the other, from the package', () => {
  const extracted = sharedPackage();

  it(
    'loses nothing and doubles nothing: what is left in the old queue, both at once, and none for a while',
    onApp(extracted, async ({ app, extension, queue, emulator, landing, lake }) => {
      const write = async (from: number) => {
        for (let file = from; file < from + 4; file++) await upload(landing.files, `${file}.csv`, minutes(file * 5, 5));
        return emulator.events.take().filter(isQueued);
      };
      // The webhook is told, and the host has not come to it when the subscriptions change.
      extension.webhook(WEBHOOK, await write(0));
      const both = await write(4);
      extension.webhook(WEBHOOK, both);
      queue.deliver(both);
      await Promise.all([extension.drain(2), queue.drain(2)]);
      assert.deepEqual(await messages(lake), minuteMessages(0, 40));
      // No subscription at all for a while; then the queue, and back to the webhook with messages left.
      await write(8);
      queue.deliver(await write(12));
      const back = await write(16);
      extension.webhook(WEBHOOK, back);
      await extension.drain(2);
      await queue.drain(2);
      await tick(app, 'reconcile-raw');
      assert.deepEqual(await messages(lake), minuteMessages(0, 100));
      const files = records(app, 'file');
      assert.equal(files.filter(({ outcome }) => outcome === 'ingested').length, 20);
      assert.equal(files.filter(({ committed }) => Number(committed) > 0).length, 20);
      assert.deepEqual([extension.failures, queue.failures, records(app, 'raw_replaced_unread')], [[], [], []]);
      await verified(lake);
    }),
  );
});

describe('a content that was replaced before anybody read it', () => {
  const extracted = sharedPackage();
  const withApp = (body: Parameters<typeof onApp>[1]) => onApp(extracted, body, { AUDIT_LAKE_EXCLUDE: 'other/**' });

  it(
    'is on record, once, and status, verification and log say so',
    withApp(async ({ app, queue, landing, lake, queued }) => {
      await upload(landing.files, 'Mallory.csv', minutes(0, 9));
      const first = queued();
      await upload(landing.files, 'Mallory.csv', minutes(20, 3));
      queue.deliver([...first, ...queued(), ...first]);
      await queue.drain();
      assert.deepEqual(await messages(lake), minuteMessages(20, 3));
      const [told, ...again] = records(app, 'raw_replaced_unread');
      assert.deepEqual(again, []);
      const { bytes, found_bytes: found, how, function: name } = told ?? {};
      const sizes = [9, 3].map((rows) => Buffer.byteLength(minutes(rows === 9 ? 0 : 20, rows)));
      assert.deepEqual([name, how, bytes, found], ['ingest-announced', 'shorter', ...sizes]);
      assert.doesNotMatch(app.lines.join(), /Mallory/);
      const status = await lakeStatus(lake, settings(), Date.now());
      assert.deepEqual(
        status?.replaced_unread?.map(({ path, etag, size }) => [path, etag, size]),
        [['raw/Mallory.csv', first[0]?.data.eTag?.replaceAll('"', ''), sizes[0]]],
      );
      const record = await readAll(lake, `quarantine/replaced/${String(told?.['record'])}.json`);
      assert.match(Buffer.from(record).toString('utf8'), /"path":"raw\/Mallory\.csv"/);
      const { notes } = await verified(lake);
      assert.deepEqual(
        notes.filter(({ kind }) => kind === 'raw_replaced_unread' || kind === 'orphans').map(({ where }) => where),
        ['raw/Mallory.csv'],
      );
    }),
  );

  it(
    'is told by its length, by how it was written, by what stands where it ended',
    withApp(async ({ app, queue, landing, queued }) => {
      const put = async (name: string, text: string) => {
        await landing.blobs.getBlockBlobClient(name).upload(text, Buffer.byteLength(text));
        return queued();
      };
      const write = async (name: string, text: string) => {
        await upload(landing.files, name, text);
        return queued();
      };
      const commit = async (name: string, ...blocks: string[]) => {
        const blob = landing.blobs.getBlockBlobClient(name);
        const ids = blocks.map((_, index) => Buffer.from(String(index)).toString('base64'));
        for (const [index, block] of blocks.entries())
          await blob.stageBlock(ids[index]!, block, Buffer.byteLength(block));
        await blob.commitBlockList(ids);
        return queued();
      };
      const [few, others] = [minutes(0, 5), minutes(5, 9)];
      const cases: [string, typeof put, string, typeof put, string][] = [
        ['same_length', put, few, put, minutes(5, 5)],
        ['rewritten', put, few, put, others],
        ['made_anew', write, few, write, others],
        ['other_content', commit, few, commit, `${others.replace(/\n/, ' and so on\n')}`],
        ['shorter', write, few, write, ''],
      ];
      for (const [how, by, before, then, after] of cases) {
        const events = await by(`${how}.csv`, before);
        await then(`${how}.csv`, after);
        queue.deliver(events);
        await queue.drain();
      }
      assert.deepEqual(
        records(app, 'raw_replaced_unread').map(({ how }) => how),
        cases.map(([how]) => how),
      );
      assert.deepEqual(queue.failures, []);
    }),
  );

  it(
    'is none where a writer only went on, it was read before, the file is gone, or settings leave it out',
    withApp(async ({ app, extension, queue, landing, lake, queued }) => {
      // A file that is closed again and again while it grows, and read only at the end; of the same, late and in any order.
      const file = landing.files.getFileClient('growing.csv');
      await file.create();
      const whole = Buffer.from(minutes(0, 30));
      for (const [from, to] of pieces(whole, 7)) {
        await file.append(whole.subarray(from, to), from, to - from);
        await file.flush(to, { close: true });
      }
      // Where a record is cut by it, too, and by longer lists of blocks.
      const cut = landing.files.getFileClient('cut.csv');
      await cut.create();
      for (const [from, to] of [
        [0, 101],
        [101, 333],
        [333, whole.length],
      ] as const) {
        await cut.append(whole.subarray(from, to), from, to - from);
        await cut.flush(to, { close: true });
      }
      const blob = landing.blobs.getBlockBlobClient('blocks.csv');
      const ids: string[] = [];
      for (const [from, to] of pieces(whole, 9)) {
        ids.push(Buffer.from(String(ids.length)).toString('base64'));
        await blob.stageBlock(ids.at(-1)!, whole.subarray(from, to), to - from);
        await blob.commitBlockList(ids);
      }
      const growing = queued();
      queue.deliver(growing.toReversed());
      queue.deliver(growing);
      await queue.drain();
      assert.deepEqual(await messages(lake), minuteMessages(0, 30));
      // Read by the other way, and then replaced: its own event comes late.
      await upload(landing.files, 'read.csv', minutes(30, 9));
      const late = queued();
      extension.webhook(WEBHOOK, late);
      await extension.drain();
      await upload(landing.files, 'read.csv', minutes(50, 3));
      queue.deliver([...late, ...queued(), ...late]);
      await queue.drain();
      await upload(landing.files, 'gone.csv', minutes(0, 5));
      queue.deliver(queued());
      await landing.files.getFileClient('gone.csv').delete();
      await upload(landing.files, 'other/x.csv', minutes(0, 5));
      queue.deliver(queued());
      await upload(landing.files, 'other/x.csv', minutes(0, 1));
      await queue.drain();
      assert.deepEqual([records(app, 'raw_replaced_unread'), queue.failures], [[], []]);
      const status = await lakeStatus(lake, settings(), Date.now());
      assert.ok(status !== null && !('replaced_unread' in status));
    }),
  );
});

/** Ranges of a text of lines, each of so many lines. */
function pieces(whole: Uint8Array, lines: number): [number, number][] {
  const ends = [...whole.entries()].flatMap(([at, byte]) => (byte === 0x0a ? [at + 1] : []));
  const cuts = [0, ...ends.filter((_, index) => (index + 1) % lines === 0), whole.length];
  return cuts.slice(1).flatMap((to, index) => (to > cuts[index]! ? [[cuts[index]!, to] as [number, number]] : []));
}
