import assert from 'node:assert/strict';
import { FAULTS } from 'adls-emulator';
import { describe, it, onTestFinished, vi } from 'vitest';
import { PreconditionFailed, readAll, StorageFault } from '../../src/storage/index.ts';
import { driverOn, onEmulator, QUICK } from '../support/adls-case.ts';
import { pattern } from './case.ts';

describe('ADLS: reading on', () => {
  const content = pattern(3_000_000);

  for (const [title, fault] of Object.entries({
    'the body is cut': FAULTS.cutBody(1_000_001),
    'the body is cut at once': FAULTS.cutBody(0),
    'the body stalls': FAULTS.stall(1_000_001),
  })) {
    it(
      `where it was when ${title}, three times`,
      onEmulator(async ({ emulator, storage }) => {
        await storage.create('raw/a', content);
        const etag = (await storage.head('raw/a'))?.etag ?? '';
        emulator.faults.add({ operation: 'GetBlob', fault, times: 3 });
        assert.equal(Buffer.compare(await readAll(storage, 'raw/a'), content), 0);
        const asked = emulator.requests.filter(({ operation }) => operation === 'GetBlob');
        assert.ok(asked.length >= 3);
        // All but the first name the file that was begun with; a body cut at once tells its ETag too.
        for (const { headers } of asked.slice(1)) assert.equal(headers['if-match'], `"${etag}"`);
        emulator.faults.add({ operation: 'GetBlob', fault });
        const range = { start: 17, end: 2_900_000, ifMatch: etag };
        assert.equal(Buffer.compare(await readAll(storage, 'raw/a', range), content.subarray(17, 2_900_000)), 0);
      }),
    );
  }

  it(
    'never into another file: one that was replaced or deleted while the connection was gone is not the pinned one',
    onEmulator(async ({ emulator, storage }) => {
      for (const change of ['replace', 'delete'] as const) {
        await storage.replace('raw/a', content);
        emulator.faults.clear();
        emulator.faults.add({ operation: 'GetBlob', fault: FAULTS.cutBody(1_000_000) });
        const reading = async (): Promise<void> => {
          for await (const _ of storage.read('raw/a')) {
            await (change === 'delete' ? storage.delete('raw/a') : storage.replace('raw/a', pattern(3_000_000)));
          }
        };
        await assert.rejects(reading, PreconditionFailed, change);
      }
    }),
  );

  it(
    'gives up where nothing comes any more, and says so',
    onEmulator(async ({ emulator, storage }) => {
      await storage.create('raw/a', content);
      emulator.faults.add({ operation: 'GetBlob', fault: FAULTS.cutBody(0), times: 1000 });
      await assert.rejects(
        readAll(storage, 'raw/a'),
        (error) => error instanceof StorageFault && /raw\/a.*cannot be reached.*tries in/.test(error.message),
      );
    }),
  );

  it(
    'at the pace of who reads, and without a deadline for that',
    onEmulator(async ({ emulator }) => {
      const storage = driverOn(emulator, '', { retry: { ...QUICK, tryMs: 1_000 } });
      const large = pattern(30_000_000);
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      onTestFinished(() => void vi.useRealTimers());
      emulator.store.put(emulator.account, 'raw/a', large);
      let position = 0;
      for await (const chunk of storage.read('raw/a')) {
        if (position === 0) await vi.advanceTimersByTimeAsync(1_500);
        position += chunk.length;
      }
      assert.equal(position, large.length);
      assert.equal(emulator.requests.filter(({ operation }) => operation === 'GetBlob').length, 1);
    }),
  );

  it(
    'not a moment longer than the caller wants, whatever hangs',
    onEmulator(async ({ emulator }) => {
      const storage = driverOn(emulator);
      await storage.create('raw/a', content);
      for (const fault of [FAULTS.hangBefore(), FAULTS.stall(0), FAULTS.busy('60')]) {
        emulator.faults.clear();
        emulator.faults.add({ operation: 'GetBlob', fault });
        const caller = new AbortController();
        setTimeout(() => caller.abort(new Error('enough')), 50);
        await assert.rejects(readAll(storage, 'raw/a', { signal: caller.signal }), /^Error: enough$/);
      }
    }),
  );
});
