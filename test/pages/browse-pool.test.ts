import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { LakeSession } from '../../src/asking/index.ts';
import { LakePool, TookTooLong } from '../../src/pages/browse-pool.ts';

/** A session of which is known whether it was closed, and how often it was stopped. */
interface Fake {
  readonly version: number;
  closed: boolean;
  interrupted: number;
}

/** A lake with a clock, whose version and faults a test sets. */
function world() {
  const state = { version: 1, time: 0, looks: 0, fault: null as Error | null };
  const made: Fake[] = [];
  const pooled = {
    open: async () => {
      if (state.fault !== null) throw state.fault;
      const fake: Fake = { version: state.version, closed: false, interrupted: 0 };
      made.push(fake);
      // What the pool uses of a session is all that there is of this one.
      return {
        version: fake.version,
        interrupt: () => fake.interrupted++,
        close: async () => {
          fake.closed = true;
        },
      } as unknown as LakeSession;
    },
    isOutdated: async (version: number) => {
      state.looks++;
      return version < state.version;
    },
    now: () => state.time,
  };
  return { state, made, pool: new LakePool(pooled, { patienceMs: 60_000, checkedEveryMs: 1000, sessions: 2 }), pooled };
}

const NEVER = new AbortController().signal;

describe('the sessions of pages', () => {
  it('are used again, and one by one', async () => {
    const { pool, made } = world();
    const using = new Set<LakeSession>();
    const use = async (session: LakeSession) => {
      assert.ok(!using.has(session));
      using.add(session);
      await new Promise((resolve) => setImmediate(resolve));
      using.delete(session);
      return session.version;
    };
    const asked = Array.from({ length: 20 }, () => pool.ask('tables', NEVER, use));
    assert.deepEqual(await Promise.all(asked), Array(20).fill(1));
    assert.equal(made.length, 2);
    await pool.close();
    assert.ok(made.every(({ closed }) => closed));
  });

  it('are of the newest version once somebody looks for it; those in use are closed after that', async () => {
    const { pool, made, state } = world();
    const { promise: going, resolve: end } = Promise.withResolvers<void>();
    const first = pool.ask('tables', NEVER, async ({ version }) => {
      await going;
      return version;
    });
    await pool.ask('tables', NEVER, async () => undefined);
    await pool.ask('tables', NEVER, async () => undefined);
    state.version = 2;
    state.time = 500;
    assert.equal(
      await pool.ask('tables', NEVER, async ({ version }) => version),
      1,
      'what was looked up just now counts',
    );
    state.time = 2000;
    assert.equal(await pool.ask('tables', NEVER, async ({ version }) => version), 2);
    assert.deepEqual(
      made.map(({ closed }) => closed),
      [false, true, false],
    );
    end();
    assert.equal(await first, 1, 'what began on the old version ends on it');
    assert.deepEqual(
      made.map(({ closed }) => closed),
      [true, true, false],
    );
    await pool.close();
  });

  it('stop what nobody waits for any more, and go on with the next', async () => {
    const { pool, made } = world();
    const gone = new AbortController();
    const asked = pool.ask('tables', gone.signal, async () => {
      while (made[0]?.interrupted === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      throw new Error('INTERRUPT');
    });
    setTimeout(() => gone.abort(new Error('gone')), 5);
    await assert.rejects(asked, /^Error: gone$/);
    assert.equal(await pool.ask('tables', NEVER, async ({ version }) => version), 1);
    await pool.close();
  });

  it('let nobody wait in line who has gone, and pass the turn on', async () => {
    const { pool } = world();
    const { promise: going, resolve: end } = Promise.withResolvers<void>();
    const busy = [1, 2].map(() => pool.ask('tables', NEVER, async () => await going));
    const gone = new AbortController();
    const waits = pool.ask('tables', gone.signal, async () => assert.fail('it was not used'));
    const next = pool.ask('tables', NEVER, async () => 'next');
    gone.abort(new Error('gone'));
    await assert.rejects(waits, /gone/);
    end();
    await Promise.all(busy);
    assert.equal(await next, 'next');
    await pool.close();
  });

  it('end what takes longer than a page may', async () => {
    const { pooled, made } = world();
    const pool = new LakePool(pooled, { patienceMs: 20, checkedEveryMs: 1000, sessions: 1 });
    const asked = pool.ask('tables', NEVER, async () => {
      // A statement that begins after the first interruption is interrupted as well.
      for (const times of [1, 2, 3]) {
        while ((made[0]?.interrupted ?? 0) < times) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      throw new Error('INTERRUPT');
    });
    await assert.rejects(asked, TookTooLong);
    await pool.close();
  });

  it('are opened again after a fault of the lake', async () => {
    const { pool, state } = world();
    state.fault = new Error('the store is away');
    for (const _ of [1, 2, 3])
      await assert.rejects(
        pool.ask('tables', NEVER, async () => 1),
        /the store is away/,
      );
    state.fault = null;
    assert.equal(await pool.ask('tables', NEVER, async () => 1), 1);
    await pool.close();
  });
});
