/** An interface of Nexthink did not do what it was asked for. Its text names no secret and quotes no answer. */
export class NexthinkError extends Error {
  override readonly name = 'NexthinkError';
  /** The HTTP status of the answer; null where there was none. */
  readonly status: number | null;
  /** Whether the same request may succeed later. */
  readonly transient: boolean;

  constructor(message: string, status: number | null, transient: boolean) {
    super(message);
    this.status = status;
    this.transient = transient;
  }
}
