import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { LakeStore } from './lakes.ts';

/** A change of one source file that plants a bug in it. */
export interface Mutation {
  /** Below `src/`. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly original: string;
  readonly mutant: string;
}

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

/** Has this thread, and no other, load the file with the bug in it. */
function plant({ file, original, mutant }: Mutation): void {
  const url = new URL(`../../src/${file}`, import.meta.url).href;
  const parts = readFileSync(fileURLToPath(url), 'utf8').split(original);
  if (parts.length !== 2) throw new Error(`${file}: expected ${original} once, found it ${parts.length - 1} times`);
  registerHooks({
    load: (wanted, context, next) => {
      if (wanted !== url) return next(wanted, context);
      return { format: 'module-typescript', source: parts.join(mutant), shortCircuit: true };
    },
  });
}
