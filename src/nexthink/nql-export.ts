import type { AccessTokens } from './access-token.ts';
import { NexthinkError } from './errors.ts';
import { type Answer, type Exchange, type Send, textOf, unexpected } from './http.ts';

/** The NQL API of an instance. Source: docs.nexthink.com/api/nql. */
export interface NqlApi {
  readonly send: Send;
  readonly tokens: AccessTokens;
  /** Without a slash at its end. */
  readonly url: string;
}

export const COMPRESSIONS = ['NONE', 'GZIP', 'ZSTD'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** What an export is asked for. */
export interface ExportRequest {
  /** `#audit_trail`. */
  readonly queryId: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly compression: Compression;
}

/** An export that was started. */
export interface StartedExport {
  readonly id: string;
  /** What the clock of the service shows, in milliseconds since 1970. */
  readonly date: number | undefined;
}

/** How far an export is. */
export type ExportStatus =
  | { readonly state: 'running' }
  | { readonly state: 'failed' }
  /** The service knows no such export (any more). */
  | { readonly state: 'gone' }
  /** `address` is good for a quarter of an hour, and a secret. */
  | { readonly state: 'completed'; readonly address: string; readonly isTruncated: boolean };

/** A result is longer than is taken. */
export class ResultTooLong extends NexthinkError {}

/** A token was not taken. It is forgotten, so that whoever asks again has a new one. */
export class TokenRefused extends NexthinkError {}

/** So long whoever was asked to start an export may be silent: it is then not known whether it was started. */
const START_MS = 25_000;

const START = 'start an NQL export';
const STATUS = 'ask how far an NQL export is';
const DOWNLOAD = 'download the result of an NQL export';

/**
 * Starts an export: one call of the day. It is asked for once; where no answer comes nobody knows whether it was started.
 * @throws NexthinkError, the reason of the signal
 */
export async function startExport(api: NqlApi, request: ExportRequest, signal?: AbortSignal): Promise<StartedExport> {
  const deadline = AbortSignal.timeout(START_MS);
  const { queryId, parameters, compression } = request;
  const isWithParameters = Object.keys(parameters).length > 0;
  try {
    const answer = await authorised(
      api,
      {
        what: START,
        method: 'POST',
        url: `${api.url}/api/v1/nql/export`,
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify({ queryId, ...(isWithParameters && { parameters }), compression }),
        reach: 'network',
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      },
      signal,
    );
    if (answer.status < 200 || answer.status > 299)
      throw unexpected(START, answer, 'status 200', adviceFor(answer.status));
    const id = member(await textOf(answer), 'exportId');
    // It becomes a part of addresses and of names.
    if (typeof id === 'string' && /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(id)) return { id, date: answer.date };
  } catch (error) {
    signal?.throwIfAborted();
    if (deadline.aborted) throw new NexthinkError(`${START}: no answer within ${START_MS / 1000} s`, null, true);
    throw error;
  }
  throw new NexthinkError(`${START}: expected a JSON object with exportId, found another answer`, 200, false);
}

/** Asks how far an export is. It costs no call. @throws NexthinkError, the reason of the signal */
export async function exportStatus(api: NqlApi, id: string, signal?: AbortSignal): Promise<ExportStatus> {
  const url = `${api.url}/api/v1/nql/status/${id}`;
  const headers = { accept: 'application/json' };
  const answer = await authorised(api, { what: STATUS, method: 'GET', url, headers, reach: 'network', signal }, signal);
  const { status } = answer;
  if (status === 404 || status === 410) {
    answer.discard();
    return { state: 'gone' };
  }
  if (status < 200 || status > 299) throw unexpected(STATUS, answer, 'status 200 or 206', adviceFor(status));
  const text = await textOf(answer);
  const [word, address] = [member(text, 'status'), member(text, 'resultsFileUrl')];
  if (word === 'SUBMITTED' || word === 'IN_PROGRESS') return { state: 'running' };
  if (word === 'ERROR') return { state: 'failed' };
  if (word === 'COMPLETED' && typeof address === 'string') {
    return { state: 'completed', address, isTruncated: status === 206 };
  }
  throw new NexthinkError(
    `${STATUS}: expected SUBMITTED, IN_PROGRESS, COMPLETED with an address, or ERROR, found another answer`,
    status,
    false,
  );
}

/** A result that is being downloaded. */
export interface Download {
  /** Whether its status says that it was cut. */
  readonly isTruncated: boolean;
  /** The stored bytes. @throws ResultTooLong, NexthinkError, the reason of the signal */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Begins to download a result, from a host that an answer named: it is not shown who asks, and has to be on the Internet.
 * @throws NexthinkError, the reason of the signal
 */
export async function downloadResult(
  { send }: Pick<NqlApi, 'send'>,
  address: string,
  mostBytes: number,
  signal?: AbortSignal,
): Promise<Download> {
  const answer = await send({ what: DOWNLOAD, method: 'GET', url: address, reach: 'public', signal });
  if (answer.status !== 200 && answer.status !== 206) throw unexpected(DOWNLOAD, answer, 'status 200');
  return { isTruncated: answer.status === 206, bytes: limited(answer, mostBytes) };
}

async function* limited(answer: Answer, mostBytes: number): AsyncGenerator<Uint8Array> {
  const tooLong = (): ResultTooLong => {
    answer.discard();
    return new ResultTooLong(
      `${DOWNLOAD}: expected at most ${mostBytes} bytes, found more; pull shorter windows, or raise AUDIT_LAKE_NQL_MAX_BYTES (--nql-max-bytes)`,
      answer.status,
      false,
    );
  };
  if (answer.length !== null && answer.length > mostBytes) throw tooLong();
  let bytes = 0;
  for await (const chunk of answer.bytes(Number.MAX_SAFE_INTEGER)) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLong();
    yield chunk;
  }
}

/** Sends a request that shows who asks. @throws TokenRefused, NexthinkError */
async function authorised(
  { send, tokens }: NqlApi,
  exchange: Exchange,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const token = await tokens.get(signal);
  const answer = await send({ ...exchange, headers: { ...exchange.headers, authorization: `Bearer ${token}` } });
  if (answer.status !== 401) return answer;
  tokens.forget(token);
  const { message, status } = unexpected(exchange.what, answer, 'status 200', adviceFor(401));
  throw new TokenRefused(message, status, false);
}

function adviceFor(status: number): string {
  if (status === 401 || status === 403) return 'check that the API credentials may use the NQL API';
  if (status === 400 || status === 404) return 'check the id of the saved query and its parameters';
  return '';
}

/** A member of a JSON object; undefined where there is none. */
function member(text: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
  } catch {
    return undefined;
  }
}
