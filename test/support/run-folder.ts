import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder in which everything temporary of this run is. */
    runFolder: string;
  }
}

/** Gives the run a folder of its own, so that no test sees what others left in the machine's. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'audit-lake-tests-'));
  provide('runFolder', folder);
  return () => rm(folder, { recursive: true });
}
