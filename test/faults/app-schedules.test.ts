import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { runSeed } from './seed.ts';
import { accountOf, betrayal, failingSeeds, firstToShow, parseSeeds, type SeedTest } from './seeds.ts';
import { forApps, memoryLake } from './shared-lake.ts';

const TEST: SeedTest = { file: 'app-schedules.test.ts', variable: 'AUDIT_LAKE_APP_SEEDS' };

/** Takes half a minute on two processors. `AUDIT_LAKE_APP_SEEDS=10000` or `=17..17` asks for others. */
const SEEDS = parseSeeds(TEST, process.env[TEST.variable] ?? '300');

/** A bug of what a process keeps has to show within so many seeds. */
const MOST_SEEDS = 300;

describe('processes of the app, which keep their tables and take in together what is announced to them', () => {
  it('leave each source record exactly once in table or quarantine, and an unbroken chain', async () => {
    const { ran, failed } = await failingSeeds('app', SEEDS);
    assert.equal(ran, SEEDS.to - SEEDS.from + 1);
    assert.equal(accountOf(TEST, failed), '');
  });

  it('do so by schedules that a seed names for good', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const open = forApps(memoryLake());
      const [first, second] = [await runSeed(seed, open), await runSeed(seed, open)];
      assert.ok(first.trace.length > 10);
      assert.deepEqual(second.trace, first.trace, `seed ${seed}`);
    }
  });
});

describe('the final state betrays a program in which', () => {
  it('a commit of somebody else is left out of what is kept', async ({ annotate }) => {
    const mutation = {
      file: 'table/followed-table.ts',
      original: 'replay(path, snapshot, since)',
      mutant: 'replay(path, snapshot, since.slice(-1))',
    };
    await annotate(betrayal(await firstToShow('app', mutation, { from: 1, to: MOST_SEEDS }), MOST_SEEDS));
  });
});
