import { setTimeout } from 'node:timers/promises';

/** Waits until something holds, however slow the machine is. What never comes about ends by the runner's patience. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setTimeout(5);
}
