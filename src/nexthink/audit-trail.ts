import type { AccessTokens } from './access-token.ts';
import { engineError } from './engine-error.ts';
import { NexthinkError } from './errors.ts';
import { type Answer, type Send, textOf, unexpected } from './http.ts';
import { HEAD_BYTES, otherThanLog } from './log-answer.ts';

/** With what the Audit Trail API (classic) is called. */
export type AuditTrailCredentials =
  | { readonly kind: 'account'; readonly user: string; readonly password: string }
  | { readonly kind: 'client'; readonly tokens: AccessTokens };

/** Where the API is, and with what it is called. */
export interface AuditTrailApi {
  readonly send: Send;
  /** The instance, or the regional host where it is called with OAuth. */
  readonly url: string;
  readonly credentials: AuditTrailCredentials;
}

/** Which part of a log is asked for. */
export interface LogRange {
  /** `yyyy-mm-ddThh:mm:ss` in a zone that is not documented; null for now. */
  readonly beforeDate: string | null;
  readonly elapsedHours: number;
}

/** A log on its way. */
export interface LogAnswer {
  /** What the clock of the service shows, in milliseconds since 1970; undefined where it does not say. */
  readonly date: number | undefined;
  /** The log as it is sent. @throws LogTooLong, NexthinkError where it is cut, or no log */
  bytes(mostBytes: number): AsyncIterable<Uint8Array>;
  /** Ends the answer without reading it. */
  discard(): void;
}

/** A log has more bytes than are taken. */
export class LogTooLong extends NexthinkError {}

/** What is wrong is what every other call has as well: the account, its password, the client. */
export class CallerRefused extends NexthinkError {}

const MOST_ERROR_BYTES = 64 * 1024;

/**
 * Asks for a log. Source: Audit Trail API (classic), "Calling the Audit Trail API".
 * @param trail `portal`, `engines`, or the host name of an Engine
 * @throws NexthinkError where the answer is none
 */
export async function requestLog(
  api: AuditTrailApi,
  trail: string,
  range: LogRange,
  signal?: AbortSignal,
): Promise<LogAnswer> {
  const what = `get the log of ${nameOf(trail)}`;
  const url = `${api.url}/audit-trail/api/v1/${pathOf(trail)}/type/auditlog?${parametersOf(range)}`;
  const ask = async (): Promise<{ answer: Answer; sent: string }> => {
    const sent = await authorization(api.credentials, signal);
    const answer = await api.send({
      what,
      method: 'GET',
      url,
      headers: { accept: 'text/plain, */*;q=0.5', authorization: sent },
      reach: 'network',
      signal,
    });
    return { answer, sent };
  };
  let { answer, sent } = await ask();
  if (answer.status === 401 && api.credentials.kind === 'client') {
    // It may have been withdrawn before its time.
    answer.discard();
    api.credentials.tokens.forget(sent.slice('Bearer '.length));
    ({ answer, sent } = await ask());
  }
  if (answer.status !== 200 && answer.status !== 204) throw await refusal(what, trail, answer, api.credentials, sent);
  return {
    date: answer.date,
    bytes: (mostBytes) => withoutCredentials(what, logOf(what, answer, mostBytes), shownBy(api.credentials, sent)),
    discard: () => answer.discard(),
  };
}

function nameOf(trail: string): string {
  if (trail === 'portal') return 'the Portal';
  return trail === 'engines' ? 'all Engines' : `Engine ${trail}`;
}

function pathOf(trail: string): string {
  return trail === 'portal' || trail === 'engines' ? trail : `engine/${encodeURIComponent(trail)}`;
}

function parametersOf({ beforeDate, elapsedHours }: LogRange): string {
  return new URLSearchParams({
    ...(beforeDate !== null && { before_date: beforeDate }),
    elapsed_hours: String(elapsedHours),
  }).toString();
}

async function authorization(credentials: AuditTrailCredentials, signal: AbortSignal | undefined): Promise<string> {
  if (credentials.kind === 'client') return `Bearer ${await credentials.tokens.get(signal)}`;
  return `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
}

async function refusal(
  what: string,
  trail: string,
  answer: Answer,
  credentials: AuditTrailCredentials,
  sent: string,
): Promise<NexthinkError> {
  const { status, retryAfterMs } = answer;
  if (status === 401) {
    const { message } = unexpected(what, answer, 'a log', ADVICE[credentials.kind]);
    return new CallerRefused(message, status, false);
  }
  if (status === 403)
    return unexpected(what, answer, 'a log', 'the account or client needs the rights of an administrator');
  if (status === 404) return unexpected(what, answer, 'a log', 'check AUDIT_LAKE_CLASSIC_URL (--classic-url)');
  if (status < 400) return unexpected(what, answer, 'a log');
  const said = engineError(await beginningOf(answer), [sent, sent.replace(/^\w+ /, ''), ...spellings(credentials)]);
  if (said === null) return unexpected(what, answer, 'a log');
  answer.discard();
  const cause =
    trail === 'portal'
      ? 'Nexthink could not give it'
      : `Nexthink does not know ${trail === 'engines' ? 'an Engine' : 'this Engine'}, or cannot reach it`;
  const words = said === '' ? '' : `; it says: ${said}`;
  const text = `${what}: expected a log, found status ${status} with a list of errors: ${cause}${words}`;
  return new NexthinkError(text, status, status >= 500 || status === 429, { retryAfterMs });
}

/** How an answer may repeat a password. */
function spellings(credentials: AuditTrailCredentials): string[] {
  if (credentials.kind === 'client') return [];
  const { password } = credentials;
  const base64 = Buffer.from(password).toString('base64').replace(/=+$/, '');
  return [password, encodeURIComponent(password), JSON.stringify(password).slice(1, -1), base64];
}

const ADVICE = {
  account:
    'check AUDIT_LAKE_CLASSIC_USER and AUDIT_LAKE_CLASSIC_PASSWORD: it has to be a local account, and its password may have expired',
  client: 'check the OAuth client and AUDIT_LAKE_CLASSIC_SCOPE, and that Nexthink has enabled OAuth for this API',
};

/** What an answer says, as far as it is short; empty where it cannot be read. */
async function beginningOf(answer: Answer): Promise<string> {
  try {
    return await textOf(answer, MOST_ERROR_BYTES);
  } catch (error) {
    if (error instanceof NexthinkError) return '';
    throw error;
  }
}

async function* logOf(what: string, answer: Answer, mostBytes: number): AsyncGenerator<Uint8Array> {
  const tooLong = (): LogTooLong =>
    new LogTooLong(`${what}: expected at most ${mostBytes} bytes, found more`, answer.status, false);
  if (answer.status === 204) return answer.discard();
  try {
    if (answer.length !== null && answer.length > mostBytes) throw tooLong();
    let bytes = 0;
    let head: Uint8Array | null = new Uint8Array(0);
    for await (const chunk of answer.bytes(Number.MAX_SAFE_INTEGER)) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw tooLong();
      if (head === null) {
        yield chunk;
        continue;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length < HEAD_BYTES) continue;
      yield checked(what, head, answer);
      head = null;
    }
    if (head !== null && head.length > 0) yield checked(what, head, answer);
  } finally {
    answer.discard();
  }
}

/** What was shown with a request, as a page that repeats it would have it. */
function shownBy(credentials: AuditTrailCredentials, sent: string): string[] {
  const value = sent.replace(/^\w+ /, '');
  return credentials.kind === 'client' ? [value] : [value, `${credentials.user}:${credentials.password}`];
}

/** Passes a log on, unless it repeats what was shown: it would stand in the raw zone for good. */
async function* withoutCredentials(
  what: string,
  log: AsyncIterable<Uint8Array>,
  credentials: readonly string[],
): AsyncGenerator<Uint8Array> {
  const sought = credentials.map((text) => Buffer.from(text));
  const longest = Math.max(...sought.map(({ length }) => length));
  let before: Uint8Array = new Uint8Array(0);
  for await (const chunk of log) {
    const both = Buffer.concat([before, chunk]);
    if (sought.some((bytes) => both.includes(bytes))) {
      throw new NexthinkError(
        `${what}: expected a log, found one that repeats the credentials; nothing of it was landed`,
        200,
        false,
      );
    }
    yield chunk;
    before = both.subarray(-longest);
  }
}

function checked(what: string, head: Uint8Array, { status, type }: Answer): Uint8Array {
  const other = otherThanLog(head.subarray(0, HEAD_BYTES), type);
  if (other === null) return head;
  throw new NexthinkError(`${what}: expected a log, found ${other}; nothing of it was landed`, status, false);
}
