import { type Settings, waySourceSettings } from '../settings/index.ts';
import type { KnownEvents } from '../source/index.ts';
import { type LakeContext, pathInZone, StorageError, sha256Hex, utcDay } from '../storage/index.ts';
import { readBody, tooLarge } from './delivery-body.ts';
import { codingOf } from './delivery-form.ts';
import { deliveryJson } from './delivery-json.ts';
import { EMPTY_BODY, notUnderstood } from './delivery-problems.ts';
import { type DeliveryReading, readAsRecord, readDelivery } from './delivery-reading.ts';
import { LandedDiffers, landFile } from './landed-file.ts';
import { PaceLimit } from './pace-limit.ts';
import { type HttpAnswer, isProblem, jsonAnswer, type Problem, problemAnswer } from './problem.ts';
import { faultOfSecret, type Headers, showsSecret } from './shown-secret.ts';
import { Turns } from './turns.ts';

/** An HTTP request as a receiver sees it. */
export interface Delivery {
  readonly method: string;
  readonly headers: Headers;
  /** Asked for once whoever sends it may send it, and not at all otherwise. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** What a delivery is answered with, and what is said of it in a log: nothing of its content. */
export interface Received {
  readonly answer: HttpAnswer;
  readonly log: DeliveryLog;
}

export interface DeliveryLog {
  readonly status: number;
  /** The kind of problem; null where there is none. */
  readonly problem: string | null;
  /** Its name in the raw zone, where it was landed. */
  readonly landed: string | null;
  /** Whether it was landed before. */
  readonly repeated: boolean;
  /** Decompressed; null where the body was not read. */
  readonly bytes: number | null;
  readonly records: number | null;
  readonly bad: number | null;
}

const TAKEN = ['POST', 'PUT', 'PATCH'];
const ASKED = ['GET', 'HEAD'];
/** How long whoever sends may take for a body, and then how long it waits for others. */
const BODY_MS = 30_000;
const TURN_MS = 20_000;
/** The same for a body while others wait for its place. */
const CROWDED_MS = 2_000;
/** Deliveries whose bodies are in memory at once. */
const AT_ONCE = 32;
const SECOND_MS = 1000;
/** When to come again where the storage fails, in seconds. */
const STORAGE_SECONDS = 30;

/** How long a receiver waits. */
export interface ReceiverTimes {
  readonly bodyMs?: number;
  readonly turnMs?: number;
  /** For a body, while others wait for its place. */
  readonly crowdedMs?: number;
}

/**
 * Takes deliveries of webhooks and lands each in the raw zone as it is, under a name made of the day and of its SHA-256: one
 * that is repeated is there already. It answers 202 once the bytes are durable, and says what is wrong (RFC 9457) where it does not.
 */
export class Receiver {
  readonly #context: LakeContext;
  readonly #settings: Settings;
  readonly #known: KnownEvents;
  readonly #pace: PaceLimit;
  readonly #turns = new Turns(AT_ONCE);
  readonly #bodyMs: number;
  readonly #turnMs: number;
  readonly #crowdedMs: number;

  /**
   * @param context of the raw zone: nothing else is looked at
   * @param known what ingestion compares the contents of columns with
   */
  constructor(context: LakeContext, settings: Settings, known: KnownEvents, times: ReceiverTimes = {}) {
    this.#context = context;
    this.#settings = settings;
    this.#known = known;
    this.#pace = new PaceLimit(settings.webhookPerMinute, () => context.host.now());
    this.#bodyMs = times.bodyMs ?? BODY_MS;
    this.#turnMs = times.turnMs ?? TURN_MS;
    this.#crowdedMs = times.crowdedMs ?? CROWDED_MS;
  }

  /** Answers one request. Whatever is wrong with it, or with the storage, is an answer. @throws only what is wrong in here */
  async receive(delivery: Delivery): Promise<Received> {
    const refused = this.#check(delivery);
    if (refused !== null) return refused;
    const form = codingOf(delivery.headers);
    if (isProblem(form)) return problem(form);
    const { webhookMaxBytes } = this.#settings;
    if (Number(delivery.headers['content-length'] ?? 0) > webhookMaxBytes) return problem(tooLarge(webhookMaxBytes));
    if (!(await this.#turns.begin(this.#turnMs))) return problem(BUSY);
    try {
      const limits = {
        bytes: webhookMaxBytes,
        milliseconds: this.#bodyMs,
        crowdedMilliseconds: this.#crowdedMs,
        isCrowded: () => this.#turns.isWaitedFor,
      };
      const body = await readBody(delivery.body, form.coding, limits);
      return isProblem(body) ? problem(body) : await this.#take(body);
    } finally {
      this.#turns.end();
    }
  }

  /** What can be said before the body is asked for; null where it may come. */
  #check({ method, headers }: Delivery): Received | null {
    const { webhookSecret, webhookHeader } = this.#settings;
    if (faultOfSecret(webhookSecret) !== null) return problem(NOT_CONFIGURED);
    if (ASKED.includes(method)) return received(jsonAnswer(200, { status: 'ready', takes: TAKEN }));
    if (!TAKEN.includes(method)) return problem(notAllowed(method));
    if (!showsSecret(headers, webhookSecret, webhookHeader)) return problem(UNKNOWN_SENDER);
    const waitMs = this.#pace.take();
    if (waitMs > 0) return problem(tooMany(this.#settings.webhookPerMinute, waitMs));
    return null;
  }

  async #take(body: Buffer): Promise<Received> {
    const { webhookMaxDepth, timeZone } = this.#settings;
    if (body.length === 0) return problem(EMPTY_BODY);
    const { refused, damage } = deliveryJson(body, webhookMaxDepth);
    if (refused !== null) return problem(refused, { bytes: body.length });
    const source = waySourceSettings(this.#settings, 'webhook', timeZone);
    const now = this.#context.host.now();
    const name = this.#nameOf(body, now);
    const reading = await readDelivery(body, name, now, source, this.#known);
    const good = reading.refused === null ? reading.records - reading.bad : 0;
    // A damaged line among good ones is for quarantine; a text that is damaged as a whole is refused.
    if (damage !== null && (good === 0 || !reading.isJson)) return problem(damage, { bytes: body.length });
    const landed = await this.#land(name, body);
    if (isProblem(landed)) return problem(landed, { bytes: body.length });
    const log = { landed: landed.name, repeated: landed.repeated, bytes: body.length, ...countsOf(reading) };
    const isUnderstood = reading.refused === null && (good > 0 || reading.records === 0);
    if (!isUnderstood) {
      const closer = reading.records > 0 ? reading : await readAsRecord(body, name, now, source, this.#known);
      return problem(notUnderstood(body, isRecord(closer) ? closer : reading, source, this.#settings, name), log);
    }
    const { repeated, ...said } = log;
    const more = !reading.isWhole && { more: true };
    return received(jsonAnswer(202, { ...said, ...more, ...(repeated && { repeated }) }), log);
  }

  #nameOf(body: Buffer, now: number): string {
    const { webhookPrefix, landingFolder } = this.#settings;
    return `${webhookPrefix}${landingFolder}${utcDay(now)}/${sha256Hex(body)}.json`;
  }

  async #land(name: string, body: Buffer): Promise<{ readonly name: string; readonly repeated: boolean } | Problem> {
    try {
      const { path, outcome } = await landFile(this.#context.storage, name, body);
      return { name: pathInZone(path), repeated: outcome === 'exists' };
    } catch (error) {
      if (error instanceof LandedDiffers) return DIFFERS;
      // What whoever sends it can do is the same for all of these; what an operator can is in the log of the storage.
      if (error instanceof StorageError || isOfSystem(error)) return STORAGE_FAILED;
      throw error;
    }
  }
}

/** Whether the readers found one record, or what would be one but for a fault in it: not merely an object. */
function isRecord({ records, reasons }: DeliveryReading): boolean {
  return records === 1 && reasons.keys_not_understood === undefined;
}

function countsOf({ records, bad }: DeliveryReading): Pick<DeliveryLog, 'records' | 'bad'> {
  return { records, bad };
}

function problem(found: Problem, log: Partial<DeliveryLog> = {}): Received {
  return received(problemAnswer(found), { ...log, problem: found.kind });
}

function received(answer: HttpAnswer, log: Partial<DeliveryLog> = {}): Received {
  const nothing = { problem: null, landed: null, repeated: false, bytes: null, records: null, bad: null };
  return { answer, log: { ...nothing, ...log, status: answer.status } };
}

/** Whether an error is one of a call to the operating system, such as ENOSPC. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

const NOT_CONFIGURED: Problem = {
  status: 503,
  kind: 'not-configured',
  title: 'Not configured',
  detail:
    'expected a receiver with a secret (AUDIT_LAKE_WEBHOOK_SECRET), found none that will do; whoever runs it has to set it',
};

const UNKNOWN_SENDER: Problem = {
  status: 401,
  kind: 'unauthorized',
  title: 'Unauthorized',
  detail:
    'expected the secret of this receiver in its header, as a Bearer token or as the password of Basic authentication',
  headers: { 'www-authenticate': 'Bearer realm="audit-lake", Basic realm="audit-lake", charset="UTF-8"' },
};

const BUSY: Problem = {
  status: 503,
  kind: 'busy',
  title: 'Busy',
  detail: `expected at most ${AT_ONCE} deliveries at once, found more; nothing was kept, send it again`,
  headers: { 'retry-after': '5' },
};

const STORAGE_FAILED: Problem = {
  status: 503,
  kind: 'storage',
  title: 'Storage failed',
  detail: 'expected to keep what was sent, found that the storage fails; it counts as not delivered, send it again',
  headers: { 'retry-after': String(STORAGE_SECONDS) },
};

const DIFFERS: Problem = {
  status: 503,
  kind: 'differs',
  title: 'Stored file differs',
  detail:
    'expected to keep what was sent under a name made of its SHA-256, found a stored file of that name with another content; it was ' +
    'left as it is, and what was sent counts as not delivered: whoever runs the receiver has to see who changed the raw zone',
  headers: { 'retry-after': String(STORAGE_SECONDS) },
};

function notAllowed(method: string): Problem {
  return {
    status: 405,
    kind: 'method',
    title: 'Method not allowed',
    detail: `expected ${TAKEN.join(', ')}, found ${JSON.stringify(method.slice(0, 20))}; set the method of the webhook to POST`,
    headers: { allow: [...ASKED, ...TAKEN].join(', ') },
  };
}

function tooMany(perMinute: number, waitMs: number): Problem {
  const seconds = Math.ceil(waitMs / SECOND_MS);
  return {
    status: 429,
    kind: 'too-many',
    title: 'Too many deliveries',
    detail:
      `expected at most ${perMinute} deliveries in a minute (AUDIT_LAKE_WEBHOOK_PER_MINUTE), found more; nothing was kept, ` +
      `send it again in ${seconds} seconds`,
    headers: { 'retry-after': String(seconds) },
  };
}
