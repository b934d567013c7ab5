import { describe, it, type TestContext } from 'vitest';
import { BROKEN_STORES } from './broken-stores.ts';
import { MUTATIONS } from './mutations.ts';
import { runSeed, type SeedRun } from './seed.ts';
import { betrayal, firstToShow } from './seeds.ts';
import { memoryLake, type Plant } from './shared-lake.ts';

/** A bug has to show within so many seeds. */
const MOST_SEEDS = 500;

async function firstToShowOn(plant: Plant): Promise<SeedRun | null> {
  for (let seed = 1; seed <= MOST_SEEDS; seed++) {
    const run = await runSeed(seed, memoryLake(plant));
    if (run.problems.length > 0) return run;
  }
  return null;
}

async function checkFound(run: SeedRun | null, { annotate }: TestContext): Promise<void> {
  await annotate(betrayal(run, MOST_SEEDS));
}

describe('the final state betrays a store that', () => {
  for (const [what, plant] of Object.entries(BROKEN_STORES)) {
    it(what, async (test) => checkFound(await firstToShowOn(plant), test));
  }
});

describe('the final state betrays a program in which', { concurrent: true }, () => {
  for (const [what, mutation] of Object.entries(MUTATIONS)) {
    it(what, async (test) => checkFound(await firstToShow('memory', mutation, { from: 1, to: MOST_SEEDS }), test));
  }
});
