import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { untilDeadline } from '../../src/functions/until-deadline.ts';
import { AccessDenied, readAll, type Storage, StorageFault, Unavailable } from '../../src/storage/index.ts';
import { Interrupted, interruptible } from '../../src/storage/interruptible.ts';
import { LostRace } from '../../src/table/index.ts';
import { emitTo } from '../../src/telemetry/index.ts';
import { HOST, ingest, land, messages, minutes, onLocalLake } from '../support/lake.ts';
import { faulty } from '../support/store-faults.ts';

/** An invocation of 10 minutes in a world where waiting takes no time. */
function invocation() {
  const waits: number[] = [];
  const lines: string[] = [];
  let now = 0;
  const host = {
    ...HOST,
    now: () => now,
    random: () => 1,
    sleep: async (milliseconds: number) => {
      waits.push(milliseconds);
      now += milliseconds;
    },
  };
  const controller = new AbortController();
  const emit = emitTo((line) => lines.push(line));
  return { host, emit, signal: controller.signal, deadline: 600_000, waits, lines, controller };
}

const fault = () => new StorageFault('read', 'raw/a.csv', 'the server is busy', { transient: true });
const denied = () => new AccessDenied('read', 'raw/a.csv', 'the role is missing');

describe('an invocation', () => {
  it('tries again while the store fails, ever more slowly, and succeeds when that has passed', async () => {
    const given = invocation();
    let tries = 0;
    await untilDeadline(given, 'ingest-export', async () => {
      if (++tries < 9) throw fault();
    });
    assert.deepEqual(
      given.waits,
      [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1000),
    );
    assert.equal(given.lines.length, 8);
    const { event, error, operation, retried } = JSON.parse(given.lines[0] ?? '') as Record<string, unknown>;
    assert.deepEqual([event, error, operation, retried], ['failure', 'StorageFault', 'read', true]);
  });

  it('gives the fault back shortly before its time ends, for the queue to deliver again', async () => {
    const given = invocation();
    await assert.rejects(
      untilDeadline(given, 'ingest-export', async () => {
        throw fault();
      }),
      StorageFault,
    );
    const waited = given.waits.reduce((sum, wait) => sum + wait, 0);
    assert.ok(waited > 480_000 && waited <= 570_000, String(waited));
  });

  it('waits some minutes for a role to act, however long other faults took before, and then says that it is missing', async () => {
    const given = invocation();
    let tries = 0;
    await assert.rejects(
      untilDeadline({ ...given, deadline: 3_600_000 }, 'ingest-export', async () => {
        throw ++tries <= 12 ? fault() : denied();
      }),
      AccessDenied,
    );
    const waited = given.waits.slice(12).reduce((sum, wait) => sum + wait, 0);
    assert.ok(waited > 240_000 && waited <= 300_000, String(waited));
    assert.ok(given.host.now() > 600_000);
  });

  it('goes on as soon as a role acts', async () => {
    const given = invocation();
    let tries = 0;
    await untilDeadline(given, 'ingest-export', async () => {
      if (++tries < 6) throw denied();
    });
    assert.equal(given.waits.length, 5);
    assert.match(given.lines[0] ?? '', /"error":"AccessDenied".*"retried":true/);
  });

  it('waits some minutes for what somebody may be seeing to, and as long as there is time for other writers to go quiet', async () => {
    const lease = () => new Unavailable('create', 'curated/a', 'another program holds a lease on the file');
    const raced = () => new LostRace('curated/audit_events', 'lost the race for a version 100 times');
    for (const [tries, make] of [
      [6, lease],
      [12, raced],
    ] as const) {
      const given = invocation();
      let made = 0;
      await untilDeadline(given, 'ingest-export', async () => {
        if (++made < tries) throw make();
      });
      assert.equal(made, tries);
    }
    const given = invocation();
    const held = untilDeadline({ ...given, deadline: 3_600_000 }, 'ingest-export', () => Promise.reject(lease()));
    await assert.rejects(held, Unavailable);
    const waited = given.waits.reduce((sum, wait) => sum + wait, 0);
    assert.ok(waited > 240_000 && waited <= 300_000, String(waited));
    const busy = invocation();
    await assert.rejects(
      untilDeadline(busy, 'ingest-export', () => Promise.reject(raced())),
      LostRace,
    );
    assert.ok(busy.host.now() > 480_000 && busy.host.now() <= 570_000);
  });

  it('does not sleep on when the app stops, and waits for no answer of a store that hangs', async () => {
    const given = invocation();
    const host = { ...given.host, sleep: () => new Promise<void>(() => undefined) };
    const sleeping = untilDeadline({ ...given, host }, 'ingest-export', () => Promise.reject(fault()));
    const never = () => new Promise<never>(() => undefined);
    const hanging: Storage = {
      list: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }),
      head: never,
      read: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }),
      create: never,
      replace: never,
      delete: never,
      removeAbandoned: never,
    };
    const cut = interruptible(hanging, given.controller.signal);
    const listing = async () => {
      for await (const _ of cut.list('raw/'));
    };
    const begun = [sleeping, cut.head('raw/a'), listing()];
    const writing = cut.create('raw/a', Buffer.from('x'));
    const ends = Promise.all([
      ...begun.map((each) => assert.rejects(each, Interrupted)),
      // Nobody knows whether it was done, so it is no interruption before anything was done.
      assert.rejects(writing, (error) => error instanceof StorageFault && error.transient),
    ]);
    await new Promise((resolve) => setImmediate(resolve));
    given.controller.abort(new Interrupted('the app stops'));
    // The test's own, since waiting for a write keeps no process alive.
    const alive = setInterval(() => undefined, 100);
    await ends.finally(() => clearInterval(alive));
  });

  it('tries nothing again that a retry cannot cure, nor when the app stops', async () => {
    const given = invocation();
    const broken = async () => {
      throw new TypeError('a bug');
    };
    await assert.rejects(untilDeadline(given, 'ingest-export', broken), TypeError);
    const full = async () => {
      throw new StorageFault('create', 'curated/a', 'the disk is full');
    };
    await assert.rejects(untilDeadline(given, 'ingest-export', full), StorageFault);
    const stopping = async () => {
      given.controller.abort(new Interrupted('the app stops'));
      throw fault();
    };
    await assert.rejects(untilDeadline(given, 'ingest-export', stopping), StorageFault);
    assert.deepEqual(given.waits, []);
  });

  it(
    'that is cut off at any call leaves the table as it was, or with the whole file',
    onLocalLake(async (storage) => {
      await ingest(storage);
      await land(storage, 'a.csv', minutes(0, 20));
      for (let calls = 1; (await messages(storage)).length === 0; calls++) {
        assert.ok(calls < 200);
        const controller = new AbortController();
        const cut = interruptible(storage, controller.signal);
        let made = 0;
        const counted = faulty(cut, () => {
          if (++made === calls) controller.abort(new Interrupted('now'));
          return 'passes';
        });
        await ingest(counted, {}, ['raw/a.csv']).catch((error: unknown) => assert.ok(error instanceof Interrupted));
        assert.ok([0, 20].includes((await messages(storage)).length));
      }
      assert.equal((await messages(storage)).length, 20);
    }),
  );

  it(
    'that is cut off reads and lists nothing more, and can still clear away',
    onLocalLake(async (storage) => {
      await land(storage, 'a.csv', 'x');
      const controller = new AbortController();
      const cut = interruptible(storage, controller.signal);
      assert.equal((await readAll(cut, 'raw/a.csv')).length, 1);
      controller.abort(new Interrupted('the time is over'));
      const listing = async () => {
        for await (const _ of cut.list('raw/'));
      };
      for (const attempt of [
        () => cut.head('raw/a.csv'),
        () => readAll(cut, 'raw/a.csv'),
        () => cut.create('raw/b.csv', Buffer.from('x')),
        () => cut.replace('raw/a.csv', Buffer.from('y')),
        () => cut.removeAbandoned(new Date()),
        listing,
      ]) {
        await assert.rejects(attempt, Interrupted);
      }
      await cut.delete('raw/a.csv');
      assert.equal(await storage.head('raw/a.csv'), null);
    }),
  );
});
