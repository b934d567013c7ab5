import assert from 'node:assert/strict';
import { startEmulator } from 'adls-emulator';
import { clientsOf } from 'adls-emulator/sdk';
import { describe, it } from 'vitest';
import { reconcileRaw } from '../../src/ingest/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { driverOn, ZONES } from '../support/adls-case.ts';
import { HOST, messages, minuteMessages, minutes, settings } from '../support/lake.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY_BEGINS = Date.UTC(2026, 5, 2);
/** After what time a file whose event was lost is to be in, counted from its last write. */
const GOAL_MS = 20 * MINUTE;

const { settleMinutes, reconcileSchedule } = settings();
/** The interval of the usual schedule, which divides an hour. */
const INTERVAL_MS = Number(/^0 \*\/(\d+) \* \* \* \*$/.exec(reconcileSchedule)?.[1]) * MINUTE;

/** An account and an app by one clock, on which no event is ever delivered. */
async function withoutEvents(
  body: (given: {
    readonly clock: { now: number };
    readonly files: ReturnType<typeof clientsOf>['files'];
    readonly storage: Storage;
    /** The next reconciliation of the schedule. */
    readonly reconcile: () => Promise<number>;
  }) => Promise<void>,
): Promise<void> {
  const clock = { now: DAY_BEGINS };
  await using emulator = await startEmulator({ containers: ZONES, now: () => new Date(clock.now) });
  const storage = driverOn(emulator);
  const host = { ...HOST, now: () => clock.now };
  const reconcile = async (): Promise<number> => {
    clock.now = Math.floor(clock.now / INTERVAL_MS + 1) * INTERVAL_MS;
    const options = { settleMs: settleMinutes * MINUTE, deadline: clock.now + 10 * MINUTE };
    const { taken, error } = await reconcileRaw({ storage, host }, settings(), options);
    assert.equal(error, null);
    return taken.files;
  };
  await body({ clock, files: clientsOf(emulator, 'raw').files, storage, reconcile });
}

describe('a file whose event was lost', () => {
  it('is in within the settle time and one interval of the schedule, whenever it was closed', async () => {
    assert.ok(settleMinutes * MINUTE + INTERVAL_MS <= GOAL_MS, 'of the usual settings');
    // A moment after a reconciliation began, just before one, and in between.
    for (const offset of [1, SECOND, MINUTE + 7 * SECOND, INTERVAL_MS - SECOND, INTERVAL_MS]) {
      await withoutEvents(async ({ clock, storage, files, reconcile }) => {
        clock.now += offset;
        const closed = clock.now;
        await files.getFileClient('2026/06/02/00/export.csv').upload(Buffer.from(minutes(0, 5)));
        while ((await reconcile()) === 0) assert.ok(clock.now - closed < GOAL_MS);
        assert.ok(clock.now - closed <= GOAL_MS, `${(clock.now - closed) / MINUTE} minutes`);
        assert.deepEqual(await messages(storage), minuteMessages(0, 5));
      });
    }
  });

  it('is not taken in while its writer only pauses, however whole it looks, and is once it is done', async () => {
    await withoutEvents(async ({ clock, files, storage, reconcile }) => {
      const text = Buffer.from(minutes(0, 40));
      const lineEnd = (from: number): number => text.indexOf('\n', from) + 1;
      // Flushed at the end of a record and in the middle of one; each time it stands still for a little less than the settle time.
      const cuts = [lineEnd(200), 500, lineEnd(900), lineEnd(1_500), 1_601, text.length];
      const file = files.getFileClient('open.csv');
      await file.create();
      let flushed = 0;
      for (const cut of cuts) {
        await file.append(text.subarray(flushed, cut), flushed, cut - flushed);
        await file.flush(cut, { close: cut === text.length });
        flushed = cut;
        if (cut === text.length) break;
        const until = clock.now + settleMinutes * MINUTE - SECOND;
        while (Math.floor(clock.now / INTERVAL_MS + 1) * INTERVAL_MS < until)
          assert.equal(await reconcile(), 0, `with ${cut} of ${text.length} bytes`);
        clock.now = until;
      }
      const closed = clock.now;
      while ((await reconcile()) === 0) assert.ok(clock.now - closed < GOAL_MS);
      assert.deepEqual(await messages(storage), minuteMessages(0, 40));
    });
  });

  it('loses and doubles nothing where its writer pauses for longer than the settle time', async () => {
    await withoutEvents(async ({ clock, files, storage, reconcile }) => {
      const text = Buffer.from(minutes(0, 20));
      const file = files.getFileClient('slow.csv');
      await file.create();
      let flushed = 0;
      for (const cut of [text.indexOf('\n', 400) + 1, 900, text.length]) {
        await file.append(text.subarray(flushed, cut), flushed, cut - flushed);
        await file.flush(cut);
        flushed = cut;
        clock.now += (settleMinutes + 1) * MINUTE;
        await reconcile();
      }
      const found = await messages(storage);
      for (const message of minuteMessages(0, 20)) assert.ok(found.includes(message), message);
      assert.equal(new Set(found).size, found.length);
    });
  });
});
