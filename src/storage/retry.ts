import type { Host } from './host.ts';

/** How long to be patient, times in milliseconds. */
export interface RetryPolicy {
  /** One request, from sending it to the head of its answer, or from one piece of a body to the next. */
  readonly tryMs: number;
  /** What a request sends lengthens its try by the time it takes at this rate. */
  readonly slowestBytesPerSecond: number;
  /** After this time since the first try no other one begins. */
  readonly budgetMs: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

/** What is known of a failure that another try may mend. */
export interface Transient {
  /** The wait that the service asks for. */
  readonly retryAfterMs?: number;
  /** Tries that make sense for this kind of failure; without it the budget decides. */
  readonly mostTries?: number;
}

export const PATIENT: RetryPolicy = {
  tryMs: 30_000,
  slowestBytesPerSecond: 128 * 1024,
  budgetMs: 120_000,
  firstDelayMs: 250,
  longestDelayMs: 30_000,
};

const JITTER = 0.2;

/** No answer came in time. */
export class TryTimeout extends Error {
  constructor(milliseconds: number) {
    super(`no answer within ${seconds(milliseconds)}`);
    this.name = 'TryTimeout';
  }
}

/** The last of several tries failed too; `cause` is its failure. */
export class RetriesExhausted extends Error {
  constructor(tries: number, elapsedMs: number, cause: unknown) {
    super(`${tries} tries in ${seconds(elapsedMs)} failed`, { cause });
    this.name = 'RetriesExhausted';
  }
}

/** What waiting takes from the world, so that tests take no time. */
type RetryHost = Pick<Host, 'now' | 'random' | 'sleep'>;

/** The waits between the tries of one operation: exponential with jitter, never shorter than the service asks for. */
export class BackOff {
  readonly #policy: RetryPolicy;
  readonly #host: RetryHost;
  #since: number;
  #tries = 0;

  constructor(policy: RetryPolicy, host: RetryHost) {
    this.#policy = policy;
    this.#host = host;
    this.#since = host.now();
  }

  /** Begins anew: the operation has come further. */
  reset(): void {
    this.#tries = 0;
    this.#since = this.#host.now();
  }

  /** Waits before the next try. @throws RetriesExhausted where there is none, the signal's reason where it aborts */
  async wait(failure: unknown, { retryAfterMs = 0, mostTries }: Transient, signal?: AbortSignal): Promise<void> {
    const { budgetMs, firstDelayMs, longestDelayMs } = this.#policy;
    this.#tries++;
    const exponential = Math.min(longestDelayMs, firstDelayMs * 2 ** (this.#tries - 1));
    const jittered = exponential * (1 + JITTER * (2 * this.#host.random() - 1));
    const delay = Math.round(Math.max(retryAfterMs, jittered));
    const elapsed = this.#host.now() - this.#since;
    if (this.#tries >= (mostTries ?? Number.POSITIVE_INFINITY) || elapsed + delay > budgetMs) {
      throw new RetriesExhausted(this.#tries, elapsed, failure);
    }
    await this.#host.sleep(delay, signal);
  }
}

/**
 * Runs one try under a deadline. Its signal is aborted when the time is over, or with the caller's.
 * @throws TryTimeout, or the caller's reason, whatever the try makes of the abort
 */
export async function withDeadline<T>(
  milliseconds: number,
  caller: AbortSignal | undefined,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller?.throwIfAborted();
  const controller = new AbortController();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = (reason: unknown): void => {
    reject(reason);
    controller.abort(reason);
  };
  const onCaller = (): void => stop(caller?.reason);
  const timer = setTimeout(() => stop(new TryTimeout(milliseconds)), milliseconds);
  caller?.addEventListener('abort', onCaller, { once: true });
  try {
    return await Promise.race([stopped, attempt(controller.signal)]);
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener('abort', onCaller);
  }
}

/** The wait that a Retry-After header asks for, in milliseconds: seconds, or a date. Undefined where it says neither. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
