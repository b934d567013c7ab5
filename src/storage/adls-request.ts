import type { Account, Container } from './adls-account.ts';
import { type AdlsFailure, type AdlsTarget, adlsFailureOf, faultOf } from './adls-fault.ts';
import type { AdlsPlace } from './adls-place.ts';
import type { Host } from './host.ts';
import { BackOff, type RetryPolicy, withDeadline } from './retry.ts';

/** The requests of one operation on one path: tried again where that helps, their failures told in the port's words. */
export class Requests {
  readonly target: AdlsTarget;
  readonly place: AdlsPlace;
  readonly host: Host;
  readonly policy: RetryPolicy;
  readonly #account: Account;

  constructor(account: Account, place: AdlsPlace, given: Given) {
    this.target = { operation: given.operation, path: given.path, account: account.name, container: place.container };
    this.place = place;
    this.host = given.host;
    this.policy = given.policy;
    this.#account = account;
  }

  container(): Promise<Container> {
    return this.#account.container(this.place.container);
  }

  /**
   * Sends a request until it succeeds, or a failure is one that `expected` makes a result of.
   * @param options.bytes size of the body, which lengthens the deadline
   * @throws StorageFault
   */
  async send<T>(
    request: (container: Container, signal: AbortSignal) => Promise<T>,
    options: { readonly expected?: (failure: AdlsFailure) => boolean; readonly bytes?: number } = {},
  ): Promise<T | AdlsFailure> {
    const { expected = () => false, bytes = 0 } = options;
    const tryMs = this.policy.tryMs + (bytes / this.policy.slowestBytesPerSecond) * 1000;
    const backOff = new BackOff(this.policy, this.host);
    const container = await this.container();
    for (;;) {
      try {
        return await withDeadline(tryMs, undefined, (signal) => request(container, signal));
      } catch (error) {
        const failure = adlsFailureOf(error);
        if (failure !== null && expected(failure)) return failure;
        if (failure?.transient == null) throw faultOf(this.target, error);
        await backOff.wait(error, failure.transient).catch((end: unknown) => {
          throw faultOf(this.target, end);
        });
      }
    }
  }
}

export interface Given {
  readonly operation: string;
  readonly path: string;
  readonly host: Host;
  readonly policy: RetryPolicy;
}
