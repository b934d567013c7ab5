import assert from 'node:assert/strict';
import { FAULTS, type Fault } from 'adls-emulator';
import { describe, it } from 'vitest';
import { Random } from '../../samples/random.ts';
import { PreconditionFailed, readAll, type Storage } from '../../src/storage/index.ts';
import { driverOn, onEmulator, quickHost } from '../support/adls-case.ts';
import { bytes, inPieces, paths, pattern, text } from './case.ts';

/** Two blocks. */
const LARGE = pattern(9_000_000);

/** Whatever passes by itself, and leaves nothing done. */
const PASSING: Readonly<Record<string, Fault>> = {
  'the service is busy': FAULTS.busy(),
  'too many requests': FAULTS.tooManyRequests(),
  'the request took too long': FAULTS.requestTimeout(),
  'the service failed': FAULTS.failed(),
  'a gateway failed': FAULTS.badGateway(),
  'the token ran out': FAULTS.expiredToken(),
  'the connection breaks off': FAULTS.cutBefore(),
  'the server hangs': FAULTS.hangBefore(),
};

/** The request was done, and nobody said so. */
const DONE_UNTOLD: Readonly<Record<string, Fault>> = {
  'the answer is lost': FAULTS.lostAnswer(),
  'a timeout is told after it was done': FAULTS.timedOutAfterDoing(),
  'the server hangs after it was done': FAULTS.hangAfter(),
};

/** Each operation by the request that is its deciding one, on a store that holds `raw/old`. */
const OPERATIONS: Readonly<Record<string, (storage: Storage) => Promise<void>>> = {
  PutBlob: async (storage) => assert.equal(await storage.create('raw/new', bytes('new')), 'created'),
  PutBlock: async (storage) => {
    assert.equal(await storage.create('raw/new', inPieces(LARGE, 1_000_000)), 'created');
    assert.equal(Buffer.compare(await readAll(storage, 'raw/new'), LARGE), 0);
  },
  PutBlockList: async (storage) => {
    assert.equal(await storage.create('raw/new', inPieces(LARGE, 1_000_000)), 'created');
    assert.equal(Buffer.compare(await readAll(storage, 'raw/new'), LARGE), 0);
  },
  GetBlob: async (storage) => assert.equal(text(await readAll(storage, 'raw/old')), 'old'),
  GetBlobProperties: async (storage) => assert.equal((await storage.head('raw/old'))?.size, 3),
  ListPaths: async (storage) => assert.deepEqual(await paths(storage.list('raw/')), ['raw/old']),
  DeleteBlob: async (storage) => {
    await storage.delete('raw/old');
    assert.equal(await storage.head('raw/old'), null);
  },
};

describe('ADLS: faults that pass', () => {
  for (const [operation, perform] of Object.entries(OPERATIONS)) {
    for (const [title, fault] of Object.entries({ ...PASSING, ...DONE_UNTOLD })) {
      it(
        `${operation}: ${title}`,
        onEmulator(async (given) => {
          const { emulator, host } = given;
          // Only what hangs needs impatience, which a slow machine may mistake for a fault.
          const storage = fault.kind === 'hang' ? given.storage : driverOn(emulator, '', { host });
          await storage.create('raw/old', bytes('old'));
          emulator.faults.add({ operation, fault });
          await perform(storage);
          assert.equal(emulator.faults.applied, 1);
          assert.ok(fault.kind === 'hang' ? host.waits.length > 0 : host.waits.length === 1, String(host.waits));
        }),
      );
    }
  }

  for (const [title, fault] of Object.entries({ ...PASSING, ...DONE_UNTOLD })) {
    it(
      `replace: ${title}`,
      onEmulator(async ({ emulator, storage }) => {
        await storage.create('raw/a', bytes('one'));
        emulator.faults.add({ operation: 'PutBlob', fault });
        await storage.replace('raw/a', bytes('two'));
        const etag = (await storage.head('raw/a'))?.etag ?? '';
        emulator.faults.clear();
        emulator.faults.add({ operation: 'PutBlob', fault });
        await storage.replace('raw/a', bytes('three'), { ifMatch: etag });
        assert.equal(text(await readAll(storage, 'raw/a')), 'three');
        assert.equal(emulator.faults.applied, 2);
      }),
    );
  }

  it(
    'waits as long as the service asks for, through a burst',
    onEmulator(async ({ emulator, host }) => {
      const storage = driverOn(emulator, '', { host });
      emulator.faults.add({ operation: 'PutBlob', fault: FAULTS.busy('9'), times: 3 });
      assert.equal(await storage.create('raw/a', bytes('x')), 'created');
      assert.deepEqual(host.waits, [9_000, 9_000, 9_000]);
    }),
  );

  it(
    'pages of a listing one by one',
    onEmulator(
      async ({ emulator, storage }) => {
        for (let index = 0; index < 50; index++) emulator.store.put(emulator.account, `raw/${index + 10}`, bytes('x'));
        const random = new Random(7);
        emulator.faults.schedule({
          random,
          rate: 0.5,
          faults: [FAULTS.busy(), FAULTS.cutBody(100), FAULTS.lostAnswer()],
        });
        assert.deepEqual(
          await paths(storage.list('raw/')),
          Array.from({ length: 50 }, (_, index) => `raw/${index + 10}`),
        );
        assert.ok(emulator.faults.applied > 0);
      },
      { pageSize: 7 },
    ),
  );
});

describe('ADLS: whose file it is', () => {
  it(
    'is the other’s where a try of ours came too late, also with equal bytes',
    onEmulator(async ({ emulator, storage }) => {
      const other = driverOn(emulator);
      emulator.faults.add({ operation: 'PutBlob', fault: FAULTS.cutBefore() });
      const ours = storage.create('raw/a', bytes('same'));
      while (emulator.faults.applied === 0) await new Promise(setImmediate);
      const theirs = other.create('raw/a', bytes('same'));
      const outcomes = await Promise.all([ours, theirs]);
      assert.deepEqual(outcomes.toSorted(), ['created', 'exists']);
    }),
  );

  it(
    'is told exactly once in a race of many with faults all over',
    onEmulator(async ({ emulator }) => {
      emulator.faults.schedule({
        random: new Random(3),
        rate: 0.3,
        faults: [FAULTS.lostAnswer(), FAULTS.busy(), FAULTS.timedOutAfterDoing()],
      });
      for (let round = 0; round < 12; round++) {
        const drivers = Array.from({ length: 8 }, (_, index) => {
          const host = { ...quickHost(), randomId: () => `${round}-${index}`.padStart(32, '0') };
          return driverOn(emulator, '', { host });
        });
        const content = (index: number): Uint8Array | AsyncIterable<Uint8Array> =>
          index % 4 === 0 ? inPieces(LARGE, 1_000_000) : bytes('the same');
        const outcomes = await Promise.all(
          drivers.map((driver, index) => driver.create(`raw/${round}`, content(index))),
        );
        assert.equal(outcomes.filter((outcome) => outcome === 'created').length, 1, String(outcomes));
        const winner = outcomes.indexOf('created');
        assert.equal(
          emulator.store.file(emulator.account, `raw/${round}`)?.content.length,
          winner % 4 === 0 ? LARGE.length : 8,
        );
      }
    }),
  );

  it(
    'does not change by a stale ETag, told by its content or not',
    onEmulator(async ({ emulator, storage }) => {
      await storage.create('raw/a', bytes('one'));
      const stale = (await storage.head('raw/a'))?.etag ?? '';
      await driverOn(emulator).replace('raw/a', bytes('two'));
      emulator.faults.add({ operation: 'PutBlob', fault: FAULTS.lostAnswer() });
      await assert.rejects(storage.replace('raw/a', bytes('two'), { ifMatch: stale }), PreconditionFailed);
    }),
  );
});
