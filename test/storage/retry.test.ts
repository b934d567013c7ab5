import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Host } from '../../src/storage/host.ts';
import {
  BackOff,
  RetriesExhausted,
  type RetryPolicy,
  retryAfter,
  TryTimeout,
  withDeadline,
} from '../../src/storage/retry.ts';

const POLICY: RetryPolicy = {
  tryMs: 1_000,
  slowestBytesPerSecond: 1_000,
  budgetMs: 60_000,
  firstDelayMs: 100,
  longestDelayMs: 5_000,
};

/** A clock that only waiting moves. */
function virtual(
  random: () => number = () => 0.5,
): Pick<Host, 'now' | 'random' | 'sleep'> & { readonly waits: number[] } {
  const waits: number[] = [];
  let now = 0;
  return {
    waits,
    now: () => now,
    random,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
      now += milliseconds;
    },
  };
}

async function exhaust(backOff: BackOff, transient = {}): Promise<RetriesExhausted> {
  try {
    for (;;) await backOff.wait(new Error('busy'), transient);
  } catch (error) {
    assert.ok(error instanceof RetriesExhausted);
    return error;
  }
}

describe('the waits between tries', () => {
  it('double up to the longest, and end with the budget', async () => {
    const host = virtual();
    const end = await exhaust(new BackOff(POLICY, host));
    assert.deepEqual(host.waits.slice(0, 8), [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
    assert.ok(host.now() <= POLICY.budgetMs && host.now() + 5_000 > POLICY.budgetMs);
    assert.equal(end.message, `${host.waits.length + 1} tries in ${host.now() / 1000} s failed`);
    assert.equal((end.cause as Error).message, 'busy');
  });

  it('differ by a fifth at most, in both directions', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (chance) => {
        const host = virtual(() => chance);
        await new BackOff(POLICY, host).wait(new Error('busy'), {});
        assert.equal(host.waits[0], Math.round(80 + 40 * chance));
      }),
    );
  });

  it('are as long as the service asks for, or there is no other try', async () => {
    const host = virtual();
    const backOff = new BackOff(POLICY, host);
    await backOff.wait(new Error('busy'), { retryAfterMs: 7_000 });
    await backOff.wait(new Error('busy'), { retryAfterMs: 1 });
    assert.deepEqual(host.waits, [7_000, 200]);
    await assert.rejects(backOff.wait(new Error('busy'), { retryAfterMs: 60_000 }), RetriesExhausted);
    assert.equal(host.waits.length, 2);
  });

  it('begin anew where the operation has come further', async () => {
    const host = virtual();
    const backOff = new BackOff(POLICY, host);
    for (let round = 0; round < 200; round++) {
      await backOff.wait(new Error('cut'), {});
      backOff.reset();
    }
    assert.ok(host.waits.every((wait) => wait === 100));
  });

  it('are fewer for what hardly mends by itself', async () => {
    const host = virtual();
    await exhaust(new BackOff(POLICY, host), { mostTries: 3 });
    assert.equal(host.waits.length, 2);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-03-01T10:00:00Z');

  it('is in seconds, or a date', () => {
    assert.equal(retryAfter('7', now), 7_000);
    assert.equal(retryAfter('0', now), 0);
    assert.equal(retryAfter('Sun, 01 Mar 2026 10:00:30 GMT', now), 30_000);
    assert.equal(retryAfter('Sun, 01 Mar 2026 09:00:00 GMT', now), 0, 'past');
  });

  it('is nothing where it is neither', () => {
    for (const header of [undefined, '', 'soon']) assert.equal(retryAfter(header, now), undefined);
  });
});

describe('a try', () => {
  const hanging = (): Promise<never> => new Promise(() => undefined);

  it('ends at its deadline, also where it does not listen', async () => {
    let seen: AbortSignal | null = null;
    const running = withDeadline(20, undefined, (signal) => {
      seen = signal;
      return hanging();
    });
    await assert.rejects(running, TryTimeout);
    assert.ok((seen as AbortSignal | null)?.aborted);
  });

  it('ends with the reason of the caller, which is told apart from the deadline', async () => {
    const caller = new AbortController();
    const reason = new Error('enough');
    const running = withDeadline(10_000, caller.signal, hanging);
    caller.abort(reason);
    await assert.rejects(running, (error) => error === reason);
    await assert.rejects(
      withDeadline(10_000, caller.signal, async () => 'ran'),
      (error) => error === reason,
    );
  });

  it('gives back its result or its own error', async () => {
    assert.equal(await withDeadline(10_000, undefined, async () => 1), 1);
    const own = new Error('own');
    await assert.rejects(
      withDeadline(10_000, undefined, () => Promise.reject(own)),
      (error) => error === own,
    );
  });
});
