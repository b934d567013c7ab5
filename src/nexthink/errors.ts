/** What is known of a failure beside its text. */
export interface NexthinkFault extends ErrorOptions {
  /** The wait that the service asks for. */
  readonly retryAfterMs?: number | undefined;
}

/** An interface of Nexthink did not do what it was asked for. Its text names no secret and quotes no answer. */
export class NexthinkError extends Error {
  override readonly name = 'NexthinkError';
  /** The HTTP status of the answer; null where there was none. */
  readonly status: number | null;
  /** Whether the same request may succeed later. */
  readonly transient: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, status: number | null, transient: boolean, fault: NexthinkFault = {}) {
    super(message, fault.cause === undefined ? {} : { cause: fault.cause });
    this.status = status;
    this.transient = transient;
    this.retryAfterMs = fault.retryAfterMs;
  }
}
