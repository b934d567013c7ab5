import process from 'node:process';
import type { Terminal } from './progress-line.ts';

let isQuiet = false;

/** Has {@link notes} say nothing from now on: results and errors are all that is wanted. */
export function keepQuiet(): void {
  isQuiet = true;
}

/** Where progress and notes go: standard error, or nowhere where it is to be kept quiet. */
export const notes: Terminal = {
  get isTTY() {
    return process.stderr.isTTY;
  },
  get columns() {
    return process.stderr.columns;
  },
  write: (text) => isQuiet || process.stderr.write(text),
};
