import type { HostKind } from './request.ts';

/** What is drawn from, such as a generator with a seed. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  chance(probability: number): boolean;
  pick<T>(values: readonly T[]): T;
}

/** What goes wrong with one request, as its client sees it. */
export type Fault =
  /** A refusal of the service, before or after it did what was asked. `headers` as they go out. */
  | {
      readonly kind: 'refusal';
      readonly when: 'before' | 'after';
      readonly status: number;
      readonly code: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is cut without a byte of an answer, before or after the service did what was asked. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }
  /** The connection is cut after so many bytes of the answer's body (at most all but one). */
  | { readonly kind: 'cut-body'; readonly bytes: number }
  /** No answer until the emulator is closed, the request done or not. */
  | { readonly kind: 'hang'; readonly when: 'before' | 'after' }
  /** The answer's body stops for good after so many bytes, the connection left open. */
  | { readonly kind: 'stall'; readonly bytes: number }
  /** The answer's body comes in pieces with a pause after each. */
  | { readonly kind: 'drip'; readonly bytes: number; readonly everyMs: number }
  /** The request waits before anything is done. */
  | { readonly kind: 'delay'; readonly ms: number };

/** The faults of the service that drivers must live with, ready to use. */
export const FAULTS = {
  busy: (retryAfter?: string): Fault => refusal('before', 503, 'ServerBusy', retryAfter),
  tooManyRequests: (retryAfter?: string): Fault => refusal('before', 429, 'TooManyRequests', retryAfter),
  requestTimeout: (): Fault => refusal('before', 408, 'RequestTimeout'),
  failed: (): Fault => refusal('before', 500, 'InternalError'),
  badGateway: (): Fault => refusal('before', 502, 'BadGateway'),
  /** The trap: it says that it failed, and has done it. */
  timedOutAfterDoing: (): Fault => refusal('after', 500, 'OperationTimedOut'),
  expiredToken: (): Fault => refusal('before', 401, 'InvalidAuthenticationInfo'),
  forbidden: (): Fault => refusal('before', 403, 'AuthorizationPermissionMismatch'),
  cutBefore: (): Fault => ({ kind: 'cut', when: 'before' }),
  lostAnswer: (): Fault => ({ kind: 'cut', when: 'after' }),
  cutBody: (bytes: number): Fault => ({ kind: 'cut-body', bytes }),
  hangBefore: (): Fault => ({ kind: 'hang', when: 'before' }),
  hangAfter: (): Fault => ({ kind: 'hang', when: 'after' }),
  stall: (bytes: number): Fault => ({ kind: 'stall', bytes }),
  drip: (bytes: number, everyMs: number): Fault => ({ kind: 'drip', bytes, everyMs }),
  delay: (ms: number): Fault => ({ kind: 'delay', ms }),
};

/** Which requests a fault is for; what is left out fits all. */
export interface FaultMatch {
  readonly method?: string;
  readonly host?: HostKind;
  readonly account?: string;
  /** Name of the verb, as `requests` records it (`PutBlob`, `FlushFile`). */
  readonly operation?: string;
  /** On `container/path`, decoded. */
  readonly path?: string | RegExp;
}

/** A fault for the matching requests from the `nth` (1 is the first, the default) on, `times` of them (default 1). */
export interface FaultRule extends FaultMatch {
  readonly fault: Fault;
  readonly nth?: number;
  readonly times?: number;
}

/** A fault picked by chance for a share of the matching requests. */
export interface FaultSchedule extends FaultMatch {
  readonly random: Chance;
  readonly rate: number;
  readonly faults: readonly Fault[];
}

/** What the faults look at. */
export interface FaultTarget {
  readonly method: string;
  readonly host: HostKind;
  readonly account: string;
  readonly container: string;
  readonly path: string;
  readonly operation: string;
}

/** The faults that a test has set. The first rule that is due decides; schedules come after the rules. */
export class Faults {
  readonly #rules: { readonly rule: FaultRule; seen: number }[] = [];
  readonly #schedules: FaultSchedule[] = [];
  #applied = 0;

  /** How many requests were given a fault. */
  get applied(): number {
    return this.#applied;
  }

  add(rule: FaultRule): void {
    this.#rules.push({ rule, seen: 0 });
  }

  schedule(schedule: FaultSchedule): void {
    this.#schedules.push(schedule);
  }

  clear(): void {
    this.#rules.length = 0;
    this.#schedules.length = 0;
  }

  /** The fault of this request, or null. Each call counts as one request. */
  next(target: FaultTarget): Fault | null {
    const fault = this.#ruled(target) ?? this.#scheduled(target);
    if (fault !== null) this.#applied += 1;
    return fault;
  }

  #ruled(target: FaultTarget): Fault | null {
    let due: Fault | null = null;
    for (const entry of this.#rules) {
      if (!fits(entry.rule, target)) continue;
      entry.seen += 1;
      const { nth = 1, times = 1, fault } = entry.rule;
      if (entry.seen >= nth && entry.seen < nth + times) due ??= fault;
    }
    return due;
  }

  #scheduled(target: FaultTarget): Fault | null {
    for (const schedule of this.#schedules) {
      if (fits(schedule, target) && schedule.random.chance(schedule.rate)) return schedule.random.pick(schedule.faults);
    }
    return null;
  }
}

function refusal(when: 'before' | 'after', status: number, code: string, retryAfter?: string): Fault {
  const headers = retryAfter === undefined ? {} : { headers: { 'Retry-After': retryAfter } };
  return { kind: 'refusal', when, status, code, ...headers };
}

function fits({ method, host, account, operation, path }: FaultMatch, target: FaultTarget): boolean {
  const whole = `${target.container}/${target.path}`;
  return (
    (method ?? target.method) === target.method &&
    (host ?? target.host) === target.host &&
    (account ?? target.account) === target.account &&
    (operation ?? target.operation) === target.operation &&
    (typeof path === 'string' ? path === whole : (path?.test(whole) ?? true))
  );
}
