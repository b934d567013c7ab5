import { parentPort, workerData } from 'node:worker_threads';
import { type Mutation, plant } from '../support/mutation.ts';
import type { LakeStore } from './lakes.ts';

/** What a worker is to do: the seeds `from`, `from + step`, … up to `to`, on the program as it is or with a bug in it. */
export interface Assignment {
  readonly store: LakeStore;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly mutation: Mutation | null;
  /** Ends with the first seed that shows a problem. */
  readonly stopAtFirst: boolean;
}

const { store, from, to, step, mutation, stopAtFirst } = workerData as Assignment;
if (mutation !== null) plant(mutation);
// Only now, so that the hook sees the modules.
const { runSeed } = await import('./seed.ts');
const { lakesIn } = await import('./lakes.ts');
const open = await lakesIn(store);
for (let seed = from; seed <= to; seed += step) {
  const run = await runSeed(seed, open);
  parentPort?.postMessage({ ...run, trace: run.problems.length === 0 ? [] : run.trace });
  if (stopAtFirst && run.problems.length > 0) break;
}
