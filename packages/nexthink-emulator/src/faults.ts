import type { Reply, Request } from './exchange.ts';

/** What is drawn from, such as a generator with a seed. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  pick<T>(values: readonly T[]): T;
}

/** What goes wrong with one request, as its client sees it. */
export type Fault =
  /** Another answer, before or after the server did what was asked. */
  | {
      readonly kind: 'refusal';
      readonly when: 'before' | 'after';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Something else answers, such as what stands before the service. */
  | { readonly kind: 'stand-in'; readonly reply: Reply }
  /** The connection is cut without a byte of an answer, before or after the server did what was asked. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }
  /** The connection is cut after a part of the body. @param share from 0 to 1; @param chunked whether its length was not said before */
  | { readonly kind: 'cut-body'; readonly share: number; readonly chunked?: boolean }
  /** No answer until the server is closed, the request done. */
  | { readonly kind: 'hang' }
  /** The body comes in pieces, with a pause after each. */
  | { readonly kind: 'drip'; readonly bytes: number; readonly everyMs: number };

/** Which requests go wrong, and how. */
export interface FaultRule {
  /** Where it is left out, any. */
  readonly of?: (request: Request) => boolean;
  readonly fault: Fault;
  /** So often; once where it is left out. */
  readonly times?: number;
}

/** Every kind of request may go wrong, as a seed says. */
export interface FaultRates {
  readonly chance: Chance;
  /** From 0 to 1. */
  readonly rate: number;
}

/** The faults that are to come. Rules are asked first, in their order; then chance, where it has a part. */
export class Faults {
  rates: FaultRates | null = null;
  readonly #rules: { rule: FaultRule; left: number }[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ rule, left: rule.times ?? 1 });
  }

  clear(): void {
    this.#rules.length = 0;
    this.rates = null;
  }

  /** What goes wrong with a request; null where nothing does. */
  next(request: Request): Fault | null {
    const found = this.#rules.find(({ rule, left }) => left > 0 && (rule.of?.(request) ?? true));
    if (found !== undefined) {
      found.left--;
      return found.rule.fault;
    }
    const { rates } = this;
    return rates === null || rates.chance.next() >= rates.rate ? null : drawn(rates.chance);
  }
}

function drawn(chance: Chance): Fault {
  return chance.pick<Fault>([
    { kind: 'refusal', when: 'before', status: 503 },
    { kind: 'refusal', when: 'after', status: 502 },
    { kind: 'refusal', when: 'after', status: 429, headers: { 'retry-after': '2' } },
    { kind: 'refusal', when: 'before', status: 500 },
    { kind: 'cut', when: 'before' },
    { kind: 'cut', when: 'after' },
    { kind: 'cut-body', share: chance.next() },
  ]);
}
