import { type AuditTrailApi, type LogAnswer, LogTooLong, NexthinkError, requestLog } from '../nexthink/index.ts';
import { BackOff, type Host, RetriesExhausted, type RetryPolicy } from '../storage/index.ts';
import { logRange } from './log-range.ts';
import { type Received, received } from './spool.ts';
import type { PullWindow } from './windows.ts';

/** With what a log is asked for. */
export interface LogSource {
  readonly api: AuditTrailApi;
  readonly host: Host;
  /** Of dates; null where it is not known. */
  readonly zone: string | null;
  readonly mostBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** A log that was taken, or how it could not be. */
export interface TakenLog<T> {
  /** What was made of it; null where it was too long. */
  readonly log: T | null;
  readonly fault: LogTooLong | null;
  /** When it was asked for, by the clock that is behind the other; milliseconds since 1970. */
  readonly asOf: number;
  /** So far the clock of the service is ahead; null where it does not say. */
  readonly clockAheadMs: number | null;
}

/** A service that does not answer now may do so in a moment; where it does not, the next run goes on. */
const PATIENCE: RetryPolicy = {
  tryMs: 60_000,
  slowestBytesPerSecond: 128 * 1024,
  budgetMs: 180_000,
  firstDelayMs: 1_000,
  longestDelayMs: 30_000,
};
const MOST_TRIES = 4;

/**
 * Asks for the log of a window until it is there as a whole, and hands it to `use`.
 * @throws NexthinkError, whatever `use` throws, the reason of the signal
 */
export async function takeLog<T>(
  source: LogSource,
  trail: string,
  window: PullWindow,
  use: (received: Received) => Promise<T>,
): Promise<TakenLog<T>> {
  const { host, mostBytes, signal } = source;
  const backOff = new BackOff(PATIENCE, host);
  for (;;) {
    try {
      const { answer, asOf, clockAheadMs } = await askFor(source, trail, window);
      try {
        return { log: await received(answer.bytes(mostBytes), use), fault: null, asOf, clockAheadMs };
      } catch (error) {
        if (error instanceof LogTooLong) return { log: null, fault: error, asOf, clockAheadMs };
        throw error;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof NexthinkError) || !error.transient) throw error;
      await waitAfter(backOff, error, signal);
    }
  }
}

/** @throws the error itself where there is no other try */
async function waitAfter(backOff: BackOff, error: NexthinkError, signal: AbortSignal | undefined): Promise<void> {
  const { retryAfterMs } = error;
  try {
    await backOff.wait(error, { mostTries: MOST_TRIES, ...(retryAfterMs !== undefined && { retryAfterMs }) }, signal);
  } catch (reason) {
    throw reason instanceof RetriesExhausted ? error : reason;
  }
}

async function askFor(
  { api, host, zone, signal }: LogSource,
  trail: string,
  window: PullWindow,
): Promise<{ answer: LogAnswer; asOf: number; clockAheadMs: number | null }> {
  const asked = host.now();
  const range = logRange(window, zone, asked);
  let answer = await requestLog(api, trail, range, signal);
  const { date } = answer;
  // Hours are counted from the service's now: where that is ahead of ours, more of them reach back to the same instant.
  const needed = logRange(window, zone, Math.max(asked, date ?? asked));
  if (needed.elapsedHours > range.elapsedHours) {
    answer.discard();
    answer = await requestLog(api, trail, needed, signal);
  }
  const theirs = date ?? asked;
  // A date has whole seconds, and was there a moment after the question.
  return { answer, asOf: Math.min(asked, theirs), clockAheadMs: date === undefined ? null : theirs - asked };
}
