/** What went wrong with a delivery, as of RFC 9457. It says names and places, and never a value of what was sent. */
export interface Problem {
  readonly status: number;
  /** Names the kind of problem, for programs: the last part of `type`. */
  readonly kind: string;
  readonly title: string;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What else is said of it. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** What an HTTP request is answered with. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

const TYPE = 'urn:nexthink-audit-lake:problem:';

/** Whether something is a problem, where it may be one. */
export function isProblem(value: object): value is Problem {
  return 'kind' in value && 'detail' in value;
}

/** The answer that says what is wrong. */
export function problemAnswer({ status, kind, title, detail, headers, members }: Problem): HttpAnswer {
  return jsonAnswer(
    status,
    { type: `${TYPE}${kind}`, title, status, detail, ...members },
    { ...headers, 'content-type': 'application/problem+json' },
  );
}

/** An answer in JSON, which nobody on the way may keep. */
export function jsonAnswer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body: `${JSON.stringify(value)}\n`,
  };
}
