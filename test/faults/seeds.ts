import assert from 'node:assert/strict';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Mutation } from '../support/mutation.ts';
import type { LakeStore } from './lakes.ts';
import type { SeedRun } from './seed.ts';
import type { Assignment } from './seed-worker.ts';

const WORKER = new URL('./seed-worker.ts', import.meta.url);

/** Seeds to run, both ends included. */
export interface Seeds {
  readonly from: number;
  readonly to: number;
}

/** A test of seeds: its file below `test/faults/`, and the environment variable that says which ones it runs. */
export interface SeedTest {
  readonly file: string;
  readonly variable: string;
}

/**
 * The seeds that the test's variable asks for: `17..40`, or a count, which begins at 1.
 * @throws RangeError for anything else
 */
export function parseSeeds({ variable }: SeedTest, text: string): Seeds {
  const [, from = '1', to = ''] = /^(?:(\d+)\.\.)?(\d+)$/.exec(text) ?? [];
  if (to === '' || Number(from) > Number(to)) {
    throw new RangeError(`${variable}: expected a count or FROM..TO, found ${JSON.stringify(text)}`);
  }
  return { from: Number(from), to: Number(to) };
}

/** Runs seeds on as many threads as there are processors, in any order; those in which something broke, by seed. */
export async function failingSeeds(
  store: LakeStore,
  { from, to }: Seeds,
): Promise<{ readonly ran: number; readonly failed: SeedRun[] }> {
  const threads = Math.min(availableParallelism(), to - from + 1);
  const runs = await Promise.all(
    Array.from({ length: threads }, (_, index) =>
      runAll({ store, from: from + index, to, step: threads, mutation: null, stopAtFirst: false }),
    ),
  );
  const failed = runs.flat().filter(({ problems }) => problems.length > 0);
  return { ran: runs.flat().length, failed: failed.sort((a, b) => a.seed - b.seed) };
}

/** The first seed that shows a bug that is planted in the program; null where none does. */
export async function firstToShow(store: LakeStore, mutation: Mutation, { from, to }: Seeds): Promise<SeedRun | null> {
  const runs = await runAll({ store, from, to, step: 1, mutation, stopAtFirst: true });
  return runs.find(({ problems }) => problems.length > 0) ?? null;
}

/** What shows a planted bug first, in one line. @throws AssertionError where nothing does, or what was planted does not run */
export function betrayal(run: SeedRun | null, mostSeeds: number): string {
  assert.ok(run !== null, `no seed up to ${mostSeeds} shows it`);
  const [problem = ''] = run.problems[0]?.split('\n') ?? [];
  assert.doesNotMatch(problem, /\b(Reference|Syntax)Error\b/, 'the change is no program any more');
  return `seed ${run.seed}: ${problem}`;
}

/** A failure in full for the first seed, and the number of every other; empty where there is none. */
export function accountOf({ file, variable }: SeedTest, [first, ...others]: readonly SeedRun[]): string {
  if (first === undefined) return '';
  const command = `${variable}=${first.seed}..${first.seed} npm exec -- vitest run test/faults/${file}`;
  return [
    `seed ${first.seed} breaks a promise:`,
    ...first.problems.map((problem) => `  ${problem}`),
    `run it alone with: ${command}`,
    `its schedule, step by step:`,
    ...first.trace.map((step) => `  ${step}`),
    ...(others.length > 0 ? [`so do the seeds ${others.map(({ seed }) => seed).join(', ')}`] : []),
  ].join('\n');
}

async function runAll(assignment: Assignment): Promise<SeedRun[]> {
  const runs: SeedRun[] = [];
  const worker = new Worker(WORKER, { workerData: assignment });
  worker.on('message', (run: SeedRun) => runs.push(run));
  await once(worker, 'exit');
  return runs;
}
