import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A change of one source file. */
export interface Mutation {
  /** Below `src/`. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly original: string;
  readonly mutant: string;
}

/** Has this thread, and no other, load the file as it is changed; call it before anything imports that file. */
export function plant({ file, original, mutant }: Mutation): void {
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
