import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { runSeed } from './seed.ts';
import { accountOf, failingSeeds, parseSeeds, type SeedTest } from './seeds.ts';

const TEST: SeedTest = { file: 'schedules.test.ts', variable: 'AUDIT_LAKE_SEEDS' };

/** Takes half a minute on two processors. `AUDIT_LAKE_SEEDS=10000` or `=17..17` asks for others. */
const SEEDS = parseSeeds(TEST, process.env[TEST.variable] ?? '500');

describe('writers that meet, die, and lose their answers', () => {
  it('leave each source record exactly once in table or quarantine, and an unbroken chain', async () => {
    const { ran, failed } = await failingSeeds('memory', SEEDS);
    assert.equal(ran, SEEDS.to - SEEDS.from + 1);
    assert.equal(accountOf(TEST, failed), '');
  });
});

describe('a seed', () => {
  it('names one schedule for good', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const [first, second] = [await runSeed(seed), await runSeed(seed)];
      assert.ok(first.trace.length > 10);
      assert.deepEqual(second.trace, first.trace, `seed ${seed}`);
    }
  });

  it('names another one than its neighbour', async () => {
    const traces = await Promise.all([1, 2, 3, 4].map(async (seed) => (await runSeed(seed)).trace.join('\n')));
    assert.equal(new Set(traces).size, 4);
  });

  it('that fails says what broke, how to run it again, and how it came about', () => {
    const problems = ['lost: a row'];
    const text = accountOf(TEST, [
      { seed: 17, problems, trace: ['w0: begins', 'w0: killed'] },
      { seed: 90, problems, trace: [] },
    ]);
    assert.match(text, /lost: a row/);
    assert.match(text, /AUDIT_LAKE_SEEDS=17\.\.17 npm exec -- vitest run test\/faults\/schedules\.test\.ts/);
    assert.match(text, /w0: begins\n {2}w0: killed/);
    assert.match(text, /seeds 90/);
  });

  it('is asked for by number or by range, and by nothing else', () => {
    assert.deepEqual(parseSeeds(TEST, '300'), { from: 1, to: 300 });
    assert.deepEqual(parseSeeds(TEST, '17..17'), { from: 17, to: 17 });
    for (const wrong of ['', 'all', '0..', '9..3', '-4', '1..2..3'])
      assert.throws(() => parseSeeds(TEST, wrong), RangeError);
  });
});
