import { NexthinkError } from '../nexthink/index.ts';
import type { Host } from '../storage/index.ts';

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
const JITTER = 0.2;

/** Waits that grow, until a time is over: for an export to be ready, and for whoever does not answer for a moment. */
export class NqlPatience {
  /** Milliseconds that were waited. */
  waited = 0;
  readonly #host: Host;
  readonly #until: number;
  readonly #signal: AbortSignal | undefined;
  #next = FIRST_MS;

  constructor(host: Host, milliseconds: number, signal: AbortSignal | undefined) {
    this.#host = host;
    this.#until = host.now() + milliseconds;
    this.#signal = signal;
  }

  /** The next wait is a short one again. */
  reset(): void {
    this.#next = FIRST_MS;
  }

  /**
   * Waits, never shorter than the service asks for. False where that would be longer than there is time.
   * @throws the reason of the signal
   */
  async wait(leastMs = 0): Promise<boolean> {
    const jittered = this.#next * (1 + JITTER * (2 * this.#host.random() - 1));
    const milliseconds = Math.round(Math.max(leastMs, jittered));
    if (this.#host.now() + milliseconds > this.#until) return false;
    this.#next = Math.min(LONGEST_MS, this.#next * 2);
    await this.#host.sleep(milliseconds, this.#signal);
    this.waited += milliseconds;
    return true;
  }

  /** Does what may fail for a moment, again and again. @throws what it throws, where that is not for a moment, or the time is over */
  async through<T>(step: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const done = await step();
        this.reset();
        return done;
      } catch (error) {
        if (!(error instanceof NexthinkError)) throw error;
        if (!error.transient || !(await this.wait(error.retryAfterMs))) throw error;
      }
    }
  }
}
