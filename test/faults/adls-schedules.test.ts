import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { adlsLake } from './adls-lake.ts';
import { ADLS_MUTATIONS } from './adls-mutations.ts';
import { runSeed } from './seed.ts';
import { accountOf, betrayal, failingSeeds, firstToShow, parseSeeds, type SeedTest } from './seeds.ts';

const TEST: SeedTest = { file: 'adls-schedules.test.ts', variable: 'AUDIT_LAKE_ADLS_SEEDS' };

/** Takes about ten seconds of one processor. `AUDIT_LAKE_ADLS_SEEDS=1000` or `=17..17` asks for others. */
const SEEDS = parseSeeds(TEST, process.env[TEST.variable] ?? '20');

/** A bug of the driver has to show within so many seeds. */
const MOST_SEEDS = 60;

describe('writers that meet, die, and lose their answers on the ADLS driver, request by request', () => {
  it('leave each source record exactly once in table or quarantine, and an unbroken chain', async () => {
    const { ran, failed } = await failingSeeds('adls', SEEDS);
    assert.equal(ran, SEEDS.to - SEEDS.from + 1);
    assert.equal(accountOf(TEST, failed), '');
  });

  it('do so by schedules that a seed names for good', async () => {
    for (const seed of [1, 2, 3]) {
      const [first, second] = [await runSeed(seed, adlsLake), await runSeed(seed, adlsLake)];
      assert.ok(first.trace.length > 10);
      assert.deepEqual(second.trace, first.trace, `seed ${seed}`);
    }
  });
});

describe('the final state betrays an ADLS driver in which', { concurrent: true }, () => {
  for (const [what, mutation] of Object.entries(ADLS_MUTATIONS)) {
    it(what, async ({ annotate }) => {
      await annotate(betrayal(await firstToShow('adls', mutation, { from: 1, to: MOST_SEEDS }), MOST_SEEDS));
    });
  }
});
