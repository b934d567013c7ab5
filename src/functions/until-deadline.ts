import { AccessDenied, StorageFault } from '../storage/index.ts';
import { emitFailure } from '../telemetry/index.ts';
import type { Invocation } from './invocation.ts';

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/** No try begins when less than this is left: it would be cut off. */
const LEAST_TIME_MS = 30_000;

/** What all waits for access may take: a role that was given a moment ago acts within minutes, one that was not never. */
const ACCESS_MS = 5 * 60_000;

/**
 * Does the work again, with back-off and jitter, while the store fails in a way that waiting may cure and there is time.
 * The queue behind the trigger gives a message back at once, so that its few tries would be over before the store has
 * recovered.
 * @throws what the work throws: a transient StorageFault when time is up, AccessDenied after some minutes, anything else
 * at once
 */
export async function untilDeadline(
  { host, emit, signal, deadline }: Pick<Invocation, 'host' | 'emit' | 'signal' | 'deadline'>,
  functionName: string,
  work: () => Promise<void>,
): Promise<void> {
  let waitedForAccess = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 10));
      const delay = longest * (0.5 + host.random() / 2);
      const isOver = signal.aborted || host.now() + delay + LEAST_TIME_MS > deadline;
      if (error instanceof AccessDenied) waitedForAccess += delay;
      if (isOver || !isCurable(error, waitedForAccess)) throw error;
      emitFailure(emit, functionName, 'ingest', error, true);
      await host.sleep(delay);
      signal.throwIfAborted();
    }
  }
}

function isCurable(error: unknown, waitedForAccess: number): boolean {
  if (error instanceof AccessDenied) return waitedForAccess <= ACCESS_MS;
  return error instanceof StorageFault && error.transient;
}
