import type { Host } from './host.ts';

const FIRST_DELAY_MS = 20;
const LONGEST_DELAY_MS = 500;

/** How often a commit is tried before the store is given up on; each failure means that somebody else's commit went in. */
export const MOST_TRIES = 100;

/** Waits before a commit is tried again: twice as long each time, with jitter, so that writers do not meet again. */
export async function backOff(host: Host, attempt: number): Promise<void> {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 10));
  await host.sleep(ceiling * (0.5 + host.random() / 2));
}
