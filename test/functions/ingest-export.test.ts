import assert from 'node:assert/strict';
import { FAULTS } from 'adls-emulator';
import { upload } from 'adls-emulator/sdk';
import { describe, it } from 'vitest';
import { Random } from '../../samples/random.ts';
import { messages, minuteMessages, minutes } from '../support/lake.ts';
import { until } from '../support/until.ts';
import { onApp, records, verified, WEBHOOK } from './app-case.ts';
import { tick, trigger } from './event-grid.ts';
import { sharedPackage } from './shared-package.ts';

describe('ingest-export, from the package', () => {
  const extracted = sharedPackage();
  const withApp = (body: Parameters<typeof onApp>[1], environment?: Parameters<typeof onApp>[2]) =>
    onApp(extracted, body, environment);

  it(
    'takes in what exporters write in every way they may, by event where there is one and by reconciliation else',
    withApp(async ({ app, extension, landing, lake, announced }) => {
      await upload(landing.files, 'closed.csv', minutes(0, 10));
      await landing.blobs.getBlockBlobClient('put b+ü.csv').upload(minutes(10, 10), Buffer.byteLength(minutes(10, 10)));
      await upload(landing.files, 'not-closed.csv', minutes(20, 10), false);
      await upload(landing.files, '_tmp/part', minutes(30, 10), false);
      await landing.files.getFileClient('_tmp/part').move('renamed.csv');
      const events = announced();
      assert.equal(events.length, 2, 'a flush that does not close and a rename announce nothing');
      assert.deepEqual(extension.webhook(WEBHOOK, events), { status: 202 });
      await extension.drain(2);
      assert.deepEqual(await messages(lake), minuteMessages(0, 20));
      await tick(app, 'reconcile-raw');
      assert.deepEqual(await messages(lake), minuteMessages(0, 40));
      const [reconciliation] = records(app, 'reconciliation');
      assert.deepEqual(
        ['listed', 'recorded', 'waiting', 'ingested', 'left'].map((name) => reconciliation?.[name]),
        [4, 2, 2, 2, 0],
      );
      const freshness = records(app, 'freshness').map(({ instance, files }) => [instance, files]);
      assert.deepEqual(freshness, [[null, 4]]);
      const ways = records(app, 'file').map(({ function: name }) => name);
      assert.deepEqual(ways.sort(), ['ingest-export', 'ingest-export', 'reconcile-raw', 'reconcile-raw']);
      assert.deepEqual(extension.poison, []);
      await verified(lake);
    }),
  );

  it(
    'takes each file in once, however often, late and in whatever order it is announced, and with faults on the way',
    withApp(async ({ app, extension, emulator, landing, lake }) => {
      for (let file = 0; file < 5; file++) await upload(landing.files, `${file}.csv`, minutes(file * 20, 30));
      // Everything the account raises comes, the empty creations too: nobody filters.
      const events = emulator.events.deliver({ random: new Random(7), repeat: 0.5, shuffle: true });
      emulator.faults.schedule({
        random: new Random(3),
        rate: 0.05,
        faults: [FAULTS.failed(), FAULTS.timedOutAfterDoing(), FAULTS.lostAnswer(), FAULTS.cutBody(100)],
      });
      for (const event of events) assert.equal(extension.webhook(WEBHOOK, [event]).status, 202);
      await extension.drain(2);
      assert.ok(emulator.faults.applied > 3, String(emulator.faults.applied));
      emulator.faults.clear();
      assert.deepEqual(await messages(lake), minuteMessages(0, 110));
      const files = records(app, 'file');
      assert.equal(files.filter(({ outcome }) => outcome === 'ingested').length, 5);
      assert.ok(files.filter(({ reason }) => reason === 'already_ingested').length >= 5);
      assert.deepEqual(extension.failures, []);
      await verified(lake);
    }),
  );

  it(
    'loses nothing where half of the events are lost',
    withApp(async ({ app, extension, emulator, landing, lake }) => {
      for (let file = 0; file < 6; file++) await upload(landing.files, `${file}.csv`, minutes(file * 5, 5));
      const events = emulator.events.deliver({ random: new Random(1), lose: 0.6 });
      extension.webhook(WEBHOOK, events);
      await extension.drain();
      assert.ok((await messages(lake)).length < 30);
      await tick(app, 'reconcile-raw');
      assert.deepEqual(await messages(lake), minuteMessages(0, 30));
      await verified(lake);
    }),
  );

  it(
    'leaves alone what is no closed file of the raw zone, and completes',
    withApp(
      async ({ app, extension, landing, lake, announced }) => {
        await landing.files.getFileClient('empty.csv').create();
        await upload(landing.files, 'other/x.csv', minutes(0, 3));
        await trigger(app, 'ingest-export', 'raw', 'empty.csv');
        await trigger(app, 'ingest-export', 'raw', 'other/x.csv');
        await trigger(app, 'ingest-export', 'raw2', 'audit.csv');
        await trigger(app, 'ingest-export', 'raw', '../x.csv');
        await trigger(app, 'ingest-export', 'raw', 'gone.csv');
        assert.deepEqual(
          records(app, 'file').map(({ outcome, reason }) => [outcome, reason]),
          ['still_empty', 'excluded', 'outside_raw', 'outside_raw', 'gone'].map((reason) => ['skipped', reason]),
        );
        await upload(landing.files, 'deleted.csv', minutes(0, 3));
        extension.webhook(WEBHOOK, announced());
        await landing.files.getFileClient('deleted.csv').delete();
        await landing.files.getFileClient('other/x.csv').delete();
        await extension.drain();
        assert.deepEqual(extension.failures, []);
        assert.deepEqual(await messages(lake), []);
      },
      { AUDIT_LAKE_EXCLUDE: 'other/**' },
    ),
  );

  it(
    'reads the file as it is now, whatever state was announced',
    withApp(async ({ extension, landing, lake, announced }) => {
      await upload(landing.files, 'a.csv', minutes(0, 3));
      const first = announced();
      await upload(landing.files, 'a.csv', minutes(0, 9));
      extension.webhook(WEBHOOK, announced());
      extension.webhook(WEBHOOK, first);
      await extension.drain();
      assert.deepEqual(await messages(lake), minuteMessages(0, 9));
      await verified(lake);
    }),
  );

  it(
    'completes a file that is no export: its rejection is on record, and the poison queue stays empty',
    withApp(async ({ app, extension, landing, lake, announced }) => {
      await upload(landing.files, 'report.csv', 'Mallory <script>alert(1)</script>,password=hunter2\n1,2\n');
      const events = announced();
      for (const event of [...events, ...events]) extension.webhook(WEBHOOK, [event]);
      await extension.drain();
      const [first, second] = records(app, 'file');
      assert.deepEqual([first?.['outcome'], first?.['reason']], ['rejected', 'header_not_understood']);
      const facts = [second?.['outcome'], second?.['reason'], second?.['attempts']];
      assert.deepEqual(facts, ['skipped', 'rejected_before', 0], 'it stands, and is neither read nor counted again');
      assert.deepEqual(extension.poison, []);
      const { counts } = await verified(lake);
      assert.equal(counts.quarantine_files, 1);
    }),
  );

  it(
    'leaves nothing half-visible when the app is stopped in the middle, and the next delivery completes it',
    withApp(async ({ app, extension, emulator, landing, lake, announced, restart }) => {
      await upload(landing.files, 'first.csv', minutes(0, 5));
      extension.webhook(WEBHOOK, announced());
      await extension.drain();
      await upload(landing.files, 'second.csv', minutes(5, 50));
      emulator.faults.add({ operation: 'GetBlob', path: 'raw/second.csv', fault: FAULTS.hangBefore(), times: 1_000 });
      const before = emulator.requests.length;
      const events = announced();
      extension.webhook(WEBHOOK, events);
      const drained = extension.drain();
      const isReading = () =>
        emulator.requests.slice(before).some(({ path, method }) => path === 'raw/second.csv' && method === 'GET');
      await until(isReading);
      await app.terminate();
      await drained;
      const { failures, poison } = extension;
      assert.ok(failures.length > 0 && failures.every((error) => (error as Error).name === 'Interrupted'));
      assert.equal(poison.length, 1, 'this instance is stopped, so all its tries fail');
      assert.deepEqual(await messages(lake), minuteMessages(0, 5));
      emulator.faults.clear();
      const next = await restart();
      next.extension.webhook(WEBHOOK, events);
      await next.extension.drain();
      assert.deepEqual(await messages(lake), minuteMessages(0, 55));
      await verified(lake);
    }),
  );

  it(
    'stops at once whatever the store is doing, with its stagings cleared away and one line for each invocation',
    withApp(async ({ app, extension, emulator, landing, lake, announced }) => {
      await upload(landing.files, 'first.csv', minutes(0, 5));
      extension.webhook(WEBHOOK, announced());
      await extension.drain();
      const dataFiles = async () => {
        const found: string[] = [];
        for await (const { path } of lake.list('curated/audit_events/event_date=')) found.push(path);
        return found;
      };
      const before = await dataFiles();
      const failures = () => records(app, 'failure').map(({ function: name, error }) => [name, error]);
      await upload(landing.files, 'second.csv', minutes(0, 50));
      // The ids of what is in are asked for while it is read, and the store gives no answer.
      emulator.faults.add({ operation: 'GetBlob', path: /event_date=/, fault: FAULTS.hangBefore(), times: 1_000 });
      const running = trigger(app, 'ingest-export', 'raw', 'second.csv');
      const ended = assert.rejects(running, { name: 'Interrupted' });
      await until(() => emulator.faults.applied > 0);
      const asked = emulator.faults.applied;
      await app.terminate();
      assert.equal(emulator.faults.applied, asked, 'no patience, and no other try');
      assert.deepEqual(failures(), [['ingest-export', 'Interrupted']], 'logged by the time that the hook is done');
      await ended;
      emulator.faults.clear();
      assert.deepEqual(await dataFiles(), before);
    }),
  );

  it(
    'waits inside the invocation for whatever may pass, so that the queue burns no try',
    withApp(async ({ extension, emulator, landing, lake, announced }) => {
      const refused = (status: number, code: string) => ({ kind: 'refusal', when: 'before', status, code }) as const;
      for (const [name, rule] of Object.entries({
        aborted: { operation: 'PutBlob', fault: refused(409, 'InternalOperationAbortError'), times: 2 },
        gone: { operation: 'PutBlob', fault: refused(404, 'ContainerNotFound') },
        leased: { operation: 'PutBlob', path: /_delta_log/, fault: refused(412, 'LeaseIdMissing'), times: 2 },
        deleting: { operation: 'GetBlob', path: /raw/, fault: refused(409, 'ContainerBeingDeleted') },
      })) {
        emulator.faults.add(rule);
        await upload(landing.files, `${name}.csv`, minutes(0, 5));
        extension.webhook(WEBHOOK, announced());
        await extension.drain();
        emulator.faults.clear();
      }
      assert.deepEqual([extension.failures, extension.poison], [[], []]);
      assert.deepEqual(await messages(lake), minuteMessages(0, 5));
      await verified(lake);
    }),
  );

  it(
    'logs counts and ids, and nothing of what files, names and messages say',
    withApp(async ({ app, extension, landing, announced }) => {
      const hostile = 'Mallory "}\n{"event":"file","outcome":"ingested","rows":-1';
      const csv = `time,code,message,user name\n2026-03-01T00:00:00Z,92042,"Created dashboard, ID=d-1, name=${hostile.replaceAll('"', '""')}, newfield=Secret",Mallory\nSecret\n`;
      await upload(landing.files, 'Mallory/Secret.csv', csv);
      extension.webhook(WEBHOOK, announced());
      await extension.drain();
      await tick(app, 'reconcile-raw');
      await tick(app, 'maintain-table');
      assert.ok(app.lines.length >= 5);
      for (const line of app.lines) {
        assert.doesNotMatch(line, /Mallory|Secret|\n/);
        assert.equal(typeof (JSON.parse(line) as { event: unknown }).event, 'string');
      }
      const [file] = records(app, 'file');
      assert.deepEqual([file?.['rows'], file?.['committed'], file?.['quarantined']], [2, 1, 1]);
      assert.match(String(file?.['ingest_id']), /^[0-9a-f]{16}$/);
      assert.ok(Number(file?.['bytes']) === Buffer.byteLength(csv) && file?.['attempts'] === 1);
      const [commit] = records(app, 'commit');
      assert.match(String(commit?.['head']), /^[0-9a-f]{64}$/);
    }),
  );
});
