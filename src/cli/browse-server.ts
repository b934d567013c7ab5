import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Connections } from './browse-connections.ts';

/** Only this machine reaches it. */
export const LOOPBACK = '127.0.0.1';

/** What stays open, and for how long: a connection that does nothing is closed. */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
};
const MOST_CONNECTIONS = 256;

type Answering = (request: Request) => Response | Promise<Response>;

/** Pages on a socket that only this machine reaches. A request has no body; whoever goes away before the answer aborts it. */
export class BrowseServer {
  readonly #server: Server;
  readonly #ending = new AbortController();
  readonly #connections = new Connections(MOST_CONNECTIONS);
  #answer: Answering | null = null;

  /** @param onError told of what an answer failed with that nobody expected */
  constructor(onError: (error: unknown) => void) {
    this.#server = createServer(LIMITS, (request, response) => {
      this.#connections.busy(request.socket, response);
      void this.#handle(request, response).catch((error: unknown) => {
        // Whoever has gone is told nothing, and nobody else is.
        if (!response.destroyed) onError(error);
        response.destroy();
      });
    });
    this.#server.on('connection', (socket) => this.#connections.add(socket));
  }

  /** @param port 0 for any that is free. @returns the port. @throws the system's error, where it is taken */
  async listen(port: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen({ host: LOOPBACK, port }, resolve);
    await promise;
    this.#server.off('error', reject);
    return (this.#server.address() as AddressInfo).port;
  }

  /** Has requests answered; before that there are none, since nobody knows the port. */
  answerBy(answer: Answering): void {
    this.#answer = answer;
  }

  /** Ends what is under way, and closes every connection. */
  async close(): Promise<void> {
    this.#ending.abort(new Error('the server ends'));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort(new Error('nobody waits for the answer')));
    response.on('error', () => undefined);
    const asked = requestOf(request, AbortSignal.any([gone.signal, this.#ending.signal]));
    const answer =
      asked === null || this.#answer === null ? new Response(null, { status: 400 }) : await this.#answer(asked);
    if (gone.signal.aborted) return;
    const body = request.method === 'HEAD' ? null : Buffer.from(await answer.arrayBuffer());
    // What is sent along with a request is not read: the connection ends with the answer.
    const isLast = !request.complete;
    response.writeHead(answer.status, { ...headersOf(answer), ...(isLast && { connection: 'close' }) });
    response.end(body);
  }
}

/** The request as the application takes it; null where it is none: its address is no path, say. */
function requestOf(
  { method = '', url = '', headers, rawHeaders }: IncomingMessage,
  signal: AbortSignal,
): Request | null {
  if (!url.startsWith('/')) return null;
  // Of several hosts each reader may take another.
  if (rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length !== 1) return null;
  try {
    const given = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as [string, string]] : [],
    );
    return new Request(`http://${LOOPBACK}${url.replace(/^\/+/, '/')}`, { method, headers: given, signal });
  } catch {
    return null;
  }
}

function headersOf(answer: Response): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = Object.fromEntries(answer.headers);
  const cookies = answer.headers.getSetCookie();
  return cookies.length === 0 ? all : { ...all, 'set-cookie': cookies };
}
