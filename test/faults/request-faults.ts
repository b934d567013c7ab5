import { FAULTS, type Fault } from 'adls-emulator';
import type { Random } from '../../samples/random.ts';

/** So much more often a write to a log, or a deletion, goes wrong: there are few, the latter most of all. */
const LOG_FACTOR = 4;
const DELETION_FACTOR = 12;

/** Most bytes of a body that come before it ends too early; few files of a seed's lake have more. */
const MOST_BODY_BYTES = 6_000;

/** A request or a body that ends in silence, the connection open: whoever waits for more has to give up by himself. */
export type Silence =
  /** The request never arrives. */
  | { readonly kind: 'unheard' }
  /** It is done, and no answer comes. */
  | { readonly kind: 'unanswered' }
  /** So many bytes of the answer's body come. */
  | { readonly kind: 'stalled'; readonly bytes: number };

/** What goes wrong with one request. */
export type RequestFault = Fault | Silence;

const ANY = {
  busy: (random: Random) => FAULTS.busy(random.pick([undefined, '1', '20'])),
  failed: () => FAULTS.failed(),
  timedOutAfterDoing: () => FAULTS.timedOutAfterDoing(),
  cutBefore: () => FAULTS.cutBefore(),
  lostAnswer: () => FAULTS.lostAnswer(),
  unheard: () => ({ kind: 'unheard' }) as const,
  unanswered: () => ({ kind: 'unanswered' }) as const,
};

const OF_A_BODY = {
  cutBody: (random: Random) => FAULTS.cutBody(random.whole(0, MOST_BODY_BYTES)),
  stalled: (random: Random) => ({ kind: 'stalled', bytes: random.whole(0, MOST_BODY_BYTES) }) as const,
};

const KINDS: Readonly<Record<string, (random: Random) => RequestFault>> = { ...ANY, ...OF_A_BODY };

/** How often each kind of fault hits a request that it can hit, and how often a request is long on its way, from 0 to 1. */
export type RequestRates = Readonly<Record<keyof typeof ANY | keyof typeof OF_A_BODY | 'delayed', number>>;

/** Most lakes have some kinds of fault, a few have none, and each kind is rare or frequent. */
export function drawRequestRates(random: Random): RequestRates {
  const isCalm = random.chance(0.15);
  const rate = (most: number) => (isCalm ? 0 : random.pick([0, 0, most / 6, most]));
  return {
    busy: rate(0.05),
    failed: rate(0.03),
    timedOutAfterDoing: rate(0.03),
    cutBefore: rate(0.03),
    lostAnswer: rate(0.03),
    unheard: rate(0.02),
    unanswered: rate(0.02),
    cutBody: rate(0.2),
    stalled: rate(0.1),
    delayed: rate(0.1),
  };
}

/** What goes wrong with a request, or null. `hasBody` says whether its answer has one. */
export function drawFault(random: Random, rates: RequestRates, label: string, hasBody: boolean): RequestFault | null {
  const isLogged = /^PUT .*\/_delta_log\//.test(label);
  let chance = random.next() / (isLogged ? LOG_FACTOR : label.startsWith('DELETE ') ? DELETION_FACTOR : 1);
  for (const [kind, fault] of Object.entries(KINDS)) {
    if (kind in OF_A_BODY && !hasBody) continue;
    chance -= rates[kind as keyof RequestRates];
    if (chance < 0) return fault(random);
  }
  return null;
}

export function isSilence(fault: RequestFault): fault is Silence {
  return fault.kind === 'unheard' || fault.kind === 'unanswered' || fault.kind === 'stalled';
}

/** A fault in some words, for the trace. */
export function describeFault(fault: RequestFault): string {
  return Object.values(fault)
    .filter((part) => typeof part === 'string' || typeof part === 'number')
    .join(' ');
}
