import { lookup as lookUp } from 'node:dns';
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as plainRequest,
  type RequestOptions,
} from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { retryAfter } from '../storage/index.ts';
import { NexthinkError } from './errors.ts';
import { addressFault, type Reach } from './reach.ts';

/** One request. Nothing of it but `what` and the host may be shown. */
export interface Exchange {
  /** What is asked for, as an error says it: `start an NQL export`. */
  readonly what: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly reach: Reach;
  readonly signal?: AbortSignal | undefined;
}

/** The head of an answer. Its body has to be read, or discarded. */
export interface Answer {
  readonly status: number;
  /** Of the length that the answer says it has; null where it is sent in pieces that say where it ends. */
  readonly length: number | null;
  /** The wait that the service asks for; undefined where it asks for none. */
  readonly retryAfterMs: number | undefined;
  /** The media type that the answer says it has, in lower case and without its parameters. */
  readonly type?: string | undefined;
  /** What the clock of the service shows, in milliseconds since 1970. */
  readonly date?: number | undefined;
  /**
   * The bytes as they are sent, never decompressed. A chunk is valid until the next one is asked for.
   * @throws NexthinkError where there are more than `mostBytes`, none for too long, or fewer than the answer had said
   */
  bytes(mostBytes: number): AsyncIterable<Uint8Array>;
  /** Ends the answer without reading it. */
  discard(): void;
}

/** How requests are sent: by the network, or by a test. @throws NexthinkError where there is no answer */
export type Send = (exchange: Exchange) => Promise<Answer>;

/** How requests may be sent. */
export interface Network {
  /** Whether this machine may stand in for Nexthink, by http too. */
  readonly allowLoopback: boolean;
  /** From the request to the head of its answer, and from one piece of a body to the next. */
  readonly patienceMs?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const PATIENCE_MS = 60_000;

/** The longest answer that is read whole. */
const MOST_TEXT_BYTES = 1024 * 1024;

/**
 * Sends requests by https, and follows no redirect. Which address a name stands for is looked at when the connection is made,
 * so that it cannot be another one a moment later.
 */
export function overNetwork({ allowLoopback, patienceMs = PATIENCE_MS, now = Date.now }: Network): Send {
  return async ({ what, method, url: text, headers = {}, body, reach, signal }) => {
    signal?.throwIfAborted();
    const url = urlOf(what, text, allowLoopback);
    const place = `${what} at ${url.host}`;
    const allowed = { reach, allowLoopback, plain: url.protocol === 'http:' };
    const named = url.hostname.replace(/^\[|\]$/g, '');
    const fault = isIP(named) === 0 ? null : addressFault(named, allowed);
    if (fault !== null) throw unreachable(place, fault);
    const content = body === undefined ? undefined : Buffer.from(body);
    const options: RequestOptions = {
      method,
      // Another one's connections may go elsewhere.
      agent: false,
      headers: {
        'accept-encoding': 'identity',
        ...headers,
        ...(content !== undefined && { 'content-length': content.length }),
      },
      lookup: checkedLookup((address) => addressFault(address, allowed)),
      ...(signal !== undefined && { signal }),
    };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const send = allowed.plain ? plainRequest : secureRequest;
    const sent = send(url, options, resolve);
    const silence = setTimeout(() => sent.destroy(new Silence(patienceMs)), patienceMs);
    // Later errors are the body's, and told there.
    sent.on('error', reject);
    sent.end(content);
    try {
      return answerOf(await promise, { place, patienceMs, signal }, now);
    } catch (error) {
      signal?.throwIfAborted();
      throw failure(place, error);
    } finally {
      clearTimeout(silence);
    }
  };
}

/** The body as a text, of 1 MiB at most. @throws NexthinkError as `bytes` does */
export async function textOf(answer: Answer, mostBytes = MOST_TEXT_BYTES): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.bytes(mostBytes)) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** What an answer with a status that was not expected means. Nothing of its body is shown, which is discarded. */
export function unexpected(what: string, answer: Answer, expected: string, advice = ''): NexthinkError {
  answer.discard();
  const { status, retryAfterMs } = answer;
  const transient = status === 408 || status === 425 || status === 429 || status >= 500;
  const wait = retryAfterMs === undefined ? '' : `, and is asked to wait ${Math.ceil(retryAfterMs / 1000)} s`;
  const redirect = status >= 300 && status < 400 ? ': no redirect is followed' : '';
  const text = `${what}: expected ${expected}, found status ${status}${redirect}${wait}${advice === '' ? '' : `; ${advice}`}`;
  return new NexthinkError(text, status, transient, { retryAfterMs });
}

/** Whoever was asked says nothing. */
class Silence extends Error {
  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds / 1000} s`);
  }
}

/** An address that a connection may not be made to. */
class Refused extends Error {}

function urlOf(what: string, text: string, allowLoopback: boolean): URL {
  // The address itself may be a secret.
  if (!URL.canParse(text)) throw new NexthinkError(`${what}: expected an address, found another text`, null, false);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new NexthinkError(`${what}: expected an address without user and password`, null, false);
  }
  if (url.protocol !== 'https:' && !(allowLoopback && url.protocol === 'http:')) {
    throw new NexthinkError(`${what}: expected an address with https, found ${url.protocol}//${url.host}`, null, false);
  }
  return url;
}

/** Looks a name up, and hands on only what a connection may be made to. One address that may not be asked refuses the name. */
function checkedLookup(faultOf: (address: string) => string | null): LookupFunction {
  return (name, options, callback) => {
    lookUp(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const fault = addresses.map(({ address }) => faultOf(address)).find((found) => found !== null);
      const [first] = addresses;
      if (first === undefined) return callback(new Refused('no address'), '', 0);
      if (fault !== undefined) return callback(new Refused(fault ?? ''), '', 0);
      if (options.all === true) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

/** What the body of an answer is read with. */
interface Reading {
  readonly place: string;
  readonly patienceMs: number;
  readonly signal: AbortSignal | undefined;
}

function answerOf(message: IncomingMessage, reading: Reading, now: () => number): Answer {
  // What comes before anybody reads is told to whoever reads.
  message.on('error', () => undefined);
  const length = lengthOf(message.headers);
  return {
    status: message.statusCode ?? 0,
    length,
    retryAfterMs: retryAfter(message.headers['retry-after'], now()),
    type: message.headers['content-type']?.split(';')[0]?.trim().toLowerCase(),
    date: dateOf(message.headers),
    bytes: (mostBytes) => bodyOf(message, reading, length, mostBytes),
    discard: () => message.destroy(),
  };
}

function lengthOf(headers: IncomingHttpHeaders): number | null {
  const text = headers['content-length'];
  return text === undefined ? null : Number(text);
}

function dateOf({ date }: IncomingHttpHeaders): number | undefined {
  const instant = Date.parse(date ?? '');
  return Number.isNaN(instant) ? undefined : instant;
}

async function* bodyOf(
  message: IncomingMessage,
  { place, patienceMs, signal }: Reading,
  length: number | null,
  mostBytes: number,
): AsyncGenerator<Uint8Array> {
  const status = message.statusCode ?? null;
  const wrong = (expected: string, found: string, transient = false): NexthinkError =>
    new NexthinkError(`${place}: expected ${expected}, found ${found}`, status, transient);
  let silence: NodeJS.Timeout | undefined;
  const listen = (): void => {
    silence = setTimeout(() => message.destroy(new Silence(patienceMs)), patienceMs);
  };
  let bytes = 0;
  try {
    if (length !== null && length > mostBytes) throw wrong(`at most ${mostBytes} bytes`, 'more');
    if (length === null && message.headers['transfer-encoding'] === undefined && status !== 204) {
      throw wrong('an answer that says how long it is', 'one that does not');
    }
    listen();
    for await (const chunk of message as AsyncIterable<Buffer>) {
      // Whoever takes the chunk may take as long as it likes.
      clearTimeout(silence);
      bytes += chunk.length;
      if (bytes > mostBytes) throw wrong(`at most ${mostBytes} bytes`, 'more');
      yield chunk;
      listen();
    }
    if (length !== null && bytes !== length) throw wrong(`${length} bytes`, `${bytes}`, true);
  } catch (error) {
    signal?.throwIfAborted();
    throw failure(place, error);
  } finally {
    clearTimeout(silence);
    message.destroy();
  }
}

/** Errors of a machine that is not reached, or not now: another try may succeed. */
const PASSING: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'HPE_INVALID_EOF_STATE', 'UND_ERR_SOCKET'],
]);

/** The error of a request or of its body. Only the code of the network's own errors is shown. */
function failure(place: string, error: unknown): Error {
  if (error instanceof NexthinkError) return error;
  if (error instanceof Refused) return unreachable(place, error.message);
  if (error instanceof Silence) return new NexthinkError(`${place}: ${error.message}`, null, true);
  const { code } = error as { readonly code?: unknown };
  // Several addresses were tried.
  const inner = error instanceof AggregateError ? (error.errors[0] as { code?: unknown } | undefined)?.code : undefined;
  const word = String(code ?? inner ?? 'an error of the connection');
  return new NexthinkError(`${place}: ${word}`, null, PASSING.has(word));
}

function unreachable(place: string, fault: string): NexthinkError {
  return new NexthinkError(`${place}: expected a public address, found ${fault}; nothing was sent`, null, false);
}
