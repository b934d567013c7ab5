import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { authenticate, type TokenChecks, unauthorised } from './authentication.ts';
import { Content } from './content.ts';
import type { Fault, Faults } from './faults.ts';
import { operationOf } from './operations.ts';
import type { Reply } from './reply.ts';
import { requestHead, type StorageRequest, withBody } from './request.ts';
import type { Service } from './service.ts';
import { refusal, ServiceError } from './service-error.ts';

/** A request as it came, for tests that count or look at them. */
export interface RecordedRequest {
  readonly method: string;
  readonly host: 'blob' | 'dfs';
  readonly operation: string;
  readonly account: string;
  /** `container/path`, decoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the service would answer, whether it got through or not; null while it is not known. */
  status: number | null;
  readonly fault: Fault['kind'] | null;
}

/** What the server serves and by what rules. */
export interface Serving {
  readonly service: Service;
  readonly faults: Faults;
  readonly requests: RecordedRequest[];
  readonly tokens: TokenChecks;
  /** The newest version of the service that is known; null where any is. */
  readonly newestVersion: string | null;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** A server that speaks the service's protocol. It does not listen yet. */
export function storageServer(serving: Serving): Server {
  const server = createServer((message, response) => {
    answer(serving, message, response).catch((error: unknown) => {
      if (message.destroyed || response.destroyed) return;
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  // A client may keep a connection for its next request far longer than Node would.
  server.keepAliveTimeout = 60_000;
  server.requestTimeout = 0;
  return server;
}

async function answer(serving: Serving, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = randomUUID();
  const { head, error } = headOf(message, id);
  if (head === null)
    return send(serving, response, message, id, refusal(error, { host: 'blob', method: 'GET', id }), null);
  const operation = operationOf(head);
  const fault = serving.faults.next({ ...head, operation: operation.name });
  const record = recorded(head, operation.name, fault);
  serving.requests.push(record);
  const request = await withBody(head, message);
  if (fault?.kind === 'delay') await serving.sleep(fault.ms);
  const early = fault !== null && 'when' in fault && fault.when === 'before';
  if (early && (await fail(serving, fault, request, response, message))) return;
  const reply = perform(serving, request);
  record.status = reply.status;
  if (!early && fault !== null && (await fail(serving, fault, request, response, message))) return;
  await send(serving, response, message, id, reply, fault);
}

function headOf(
  message: IncomingMessage,
  id: string,
): { readonly head: StorageRequest; readonly error: null } | { readonly head: null; readonly error: ServiceError } {
  try {
    return { head: requestHead(message, id), error: null };
  } catch (error) {
    if (error instanceof ServiceError) return { head: null, error };
    throw error;
  }
}

function perform({ service, tokens, newestVersion }: Serving, request: StorageRequest): Reply {
  try {
    checkVersion(request, newestVersion);
    const account = service.store.accounts.get(request.account);
    if (account === undefined) {
      const message = `There is no account ${request.account}; the path begins with the account on this address.`;
      throw new ServiceError(400, 'InvalidUri', message);
    }
    authenticate(request, account, tokens, service.store.now());
    return operationOf(request).run(request, service);
  } catch (error) {
    if (error instanceof ServiceError) return refusal(error, request);
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return refusal(new ServiceError(500, 'EmulatorFailure', message), request);
  }
}

/** Refuses what asks for a version of the service that its region does not have yet. */
function checkVersion({ headers }: StorageRequest, newest: string | null): void {
  if (newest === null || (headers.get('x-ms-version') ?? '') <= newest) return;
  const message = 'The value for one of the HTTP headers is not in the correct format.';
  throw new ServiceError(400, 'InvalidHeaderValue', message);
}

/** Lets a fault take the place of the answer. False where the fault is one of the answer's body. */
async function fail(
  serving: Serving,
  fault: Fault,
  request: StorageRequest,
  response: ServerResponse,
  message: IncomingMessage,
): Promise<boolean> {
  if (fault.kind === 'refusal') {
    const { status, code, headers = {} } = fault;
    const text = 'A fault set by the test.';
    const error = status === 401 ? unauthorised(code, text) : new ServiceError(status, code, text, headers);
    await send(serving, response, message, request.id, refusal(error, request), null);
    return true;
  }
  if (fault.kind === 'cut') message.socket.destroy();
  return fault.kind === 'cut' || fault.kind === 'hang';
}

async function send(
  { sleep }: Serving,
  response: ServerResponse,
  message: IncomingMessage,
  id: string,
  reply: Reply,
  fault: Fault | null,
): Promise<void> {
  const clientId = message.headers['x-ms-client-request-id'];
  const body = typeof reply.body === 'string' ? new Content([Buffer.from(reply.body)]) : (reply.body ?? Content.empty);
  const length = message.method === 'HEAD' || reply.status === 304 ? {} : { 'Content-Length': String(body.length) };
  response.writeHead(reply.status, {
    ...length,
    ...reply.headers,
    Server: 'Windows-Azure-HDFS/1.0 Microsoft-HTTPAPI/2.0',
    'x-ms-request-id': id,
    'x-ms-version': String(message.headers['x-ms-version'] ?? '2026-06-06'),
    ...(clientId !== undefined && { 'x-ms-client-request-id': String(clientId) }),
  });
  if (fault?.kind === 'cut-body' || fault?.kind === 'stall') {
    const part = body.slice(0, Math.max(Math.min(fault.bytes, body.length - 1), 0));
    await write(response, part.pieces());
    response.flushHeaders();
    if (fault.kind === 'cut-body') setImmediate(() => message.socket.destroy());
    return;
  }
  if (fault?.kind === 'drip') {
    for (let at = 0; at < body.length && !response.destroyed; at += fault.bytes) {
      await write(response, body.slice(at, Math.min(at + fault.bytes, body.length)).pieces());
      await sleep(fault.everyMs);
    }
  } else {
    await write(response, body.pieces());
  }
  response.end();
}

const CHUNK_BYTES = 1 << 16;

/** Writes no faster than the client reads; ends early when the client is gone. */
async function write(response: ServerResponse, pieces: Iterable<Buffer>): Promise<void> {
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += CHUNK_BYTES) {
      if (response.destroyed) return;
      if (response.write(piece.subarray(at, at + CHUNK_BYTES))) continue;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          response.off('drain', done).off('close', done);
          resolve();
        };
        response.on('drain', done).on('close', done);
      });
    }
  }
}

function recorded(head: StorageRequest, operation: string, fault: Fault | null): RecordedRequest {
  const { method, host, account, container, path } = head;
  return {
    method,
    host,
    operation,
    account,
    path: `${container}/${path}`,
    query: Object.fromEntries(head.query),
    headers: Object.fromEntries(head.headers),
    status: null,
    fault: fault?.kind ?? null,
  };
}
