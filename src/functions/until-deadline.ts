import { AccessDenied, pause, StorageFault, Unavailable } from '../storage/index.ts';
import { LostRace } from '../table/index.ts';
import { emitFailure } from '../telemetry/index.ts';
import type { Invocation } from './invocation.ts';

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/** No try begins when less than this is left: it would be cut off. */
const LEAST_TIME_MS = 30_000;

/**
 * What all waits may take for what somebody has to see to: a role that was given a moment ago acts within minutes, a
 * container is restored and a lease ends in as many, and what was not seen to never does.
 */
const ATTENDED_MS = 5 * 60_000;

/**
 * Does the work again, with back-off and jitter, while the store fails in a way that waiting may cure and there is time.
 * The queue behind the trigger gives a message back at once, so that its few tries would be over before the store has
 * recovered. A race that was lost time and again is begun anew as well.
 * @param step of the function, for the log
 * @throws what the work throws: a transient StorageFault or LostRace when time is up, AccessDenied and Unavailable after
 * some minutes, anything else at once
 */
export async function untilDeadline<T>(
  { host, emit, signal, deadline }: Pick<Invocation, 'host' | 'emit' | 'signal' | 'deadline'>,
  functionName: string,
  work: () => Promise<T>,
  step = 'ingest',
): Promise<T> {
  let waitedForOthers = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 10));
      const delay = longest * (0.5 + host.random() / 2);
      const isOver = signal.aborted || host.now() + delay + LEAST_TIME_MS > deadline;
      if (isAttended(error)) waitedForOthers += delay;
      if (isOver || !isCurable(error, waitedForOthers)) throw error;
      emitFailure(emit, functionName, step, error, true);
      await pause(signal, () => host.sleep(delay));
    }
  }
}

function isCurable(error: unknown, waitedForOthers: number): boolean {
  if (isAttended(error)) return waitedForOthers <= ATTENDED_MS;
  return error instanceof LostRace || (error instanceof StorageFault && error.transient);
}

/** Whether somebody may be about to see to it. */
function isAttended(error: unknown): boolean {
  return error instanceof AccessDenied || error instanceof Unavailable;
}
