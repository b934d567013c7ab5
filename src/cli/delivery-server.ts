import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import type { DeliveryLog, Received, Receiver } from '../landing/index.ts';

/** Where a server listens. */
export interface ListeningPlace {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Certificate and key in PEM; null for plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
}

/** What stays open, and for how long: connections that do nothing are closed. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
};
const MOST_CONNECTIONS = 4096;
const BACKLOG = 1024;
/** What is still read of a body that is not taken, so that whoever sends it gets to read the answer. */
const DRAINED_BYTES = 8 * 2 ** 20;
const DRAINED_MS = 2_000;

const INTERNAL = {
  status: 500,
  headers: { 'content-type': 'application/problem+json' },
  body: `${JSON.stringify({ type: 'about:blank', title: 'Internal error', status: 500, detail: 'expected to take what was sent, found a fault of the receiver; it counts as not delivered' })}\n`,
};

/** A receiver on a socket of its own. */
export class DeliveryServer {
  readonly #receiver: Receiver;
  readonly #server: Server & { closeIdleConnections(): void };
  readonly #log: (line: DeliveryLog, from: string) => void;
  readonly #running = new Set<Promise<void>>();
  #isEnding = false;

  /** @param log told of each request once it is answered */
  constructor(
    receiver: Receiver,
    tls: ListeningPlace['tls'],
    log: (line: DeliveryLog, from: string) => void,
    onError: (error: unknown) => void,
  ) {
    this.#receiver = receiver;
    this.#log = log;
    const server = tls === null ? createServer(LIMITS) : createTlsServer({ ...LIMITS, ...tls, minVersion: 'TLSv1.2' });
    const handle = (isExpected: boolean) => (request: IncomingMessage, response: ServerResponse) => {
      const done = this.#handle(request, response, isExpected).catch(onError);
      this.#running.add(done);
      void done.finally(() => this.#running.delete(done));
    };
    server.on('request', handle(false));
    server.on('checkContinue', handle(true));
    server.maxConnections = MOST_CONNECTIONS;
    this.#server = server;
  }

  /** @returns the port. @throws the system's error, where the place is taken */
  async listen({ host, port }: ListeningPlace): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen({ host, port, backlog: BACKLOG }, resolve);
    await promise;
    this.#server.off('error', reject);
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no more connections, and waits for the deliveries that are under way. */
  async close(): Promise<void> {
    this.#isEnding = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeIdleConnections();
    await Promise.all(this.#running);
    this.#server.closeIdleConnections();
    await promise;
  }

  async #handle(request: IncomingMessage, response: ServerResponse, isExpected: boolean): Promise<void> {
    // Once the connection is gone nobody knows.
    const from = request.socket.remoteAddress ?? 'unknown';
    response.on('error', () => undefined);
    request.on('error', () => undefined);
    let received: Received | null = null;
    try {
      received = await this.#receiver.receive({
        method: request.method ?? '',
        headers: headersOf(request),
        body: bodyOf(request, () => isExpected && response.writeContinue()),
      });
    } finally {
      await this.#answer(request, response, received?.answer ?? INTERNAL);
    }
    this.#log(received.log, from);
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    { status, headers, body }: Received['answer'],
  ): Promise<void> {
    const isUnread = !request.complete && hasBody(request);
    const isLast = isUnread || this.#isEnding;
    response.writeHead(status, {
      ...headers,
      'content-length': Buffer.byteLength(body),
      ...(isLast && { connection: 'close' }),
    });
    if (request.method !== 'HEAD') response.write(body);
    if (isUnread) await drain(request);
    response.end();
  }
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The body, once it is asked for. Whoever waits to be told that it may come is told so then. */
async function* bodyOf(request: IncomingMessage, onAsked: () => void): AsyncGenerator<Uint8Array> {
  onAsked();
  yield* request.iterator({ destroyOnReturn: false });
}

/** Reads on in a body that nobody takes, for a moment. */
async function drain(request: IncomingMessage): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let bytes = 0;
  const timer = setTimeout(resolve, DRAINED_MS);
  for (const event of ['end', 'close', 'error'] as const) request.on(event, () => resolve());
  request.on('data', (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (bytes > DRAINED_BYTES) resolve();
  });
  request.resume();
  await promise;
  clearTimeout(timer);
}
