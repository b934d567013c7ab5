import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerClassic, type ClassicReply, type ClassicService } from './classic.ts';

/** What happens to an answer on its way. */
export type ClassicFault =
  | { readonly kind: 'none' }
  /** Status and body are others, as those of what stands before the service. */
  | { readonly kind: 'other'; readonly reply: ClassicReply; readonly headers?: Readonly<Record<string, string>> }
  /** The connection ends in the middle; `says` is whether the length was said before. */
  | { readonly kind: 'cut'; readonly says: boolean }
  /** The connection ends at once. */
  | { readonly kind: 'reset' }
  /** Nothing comes. */
  | { readonly kind: 'silent' }
  /** It comes in pieces. */
  | { readonly kind: 'pieces'; readonly bytes: number };

/** A running service. */
export interface ClassicServer extends AsyncDisposable {
  readonly url: string;
  /** What was asked for: path with parameters, and the header with the credentials. */
  readonly requests: { readonly path: string; readonly authorization: string | undefined }[];
}

/** What a server is started with. */
export interface ClassicServerOptions {
  /** The fault of the next answer. @param count of the requests before it */
  readonly fault?: (path: string, count: number) => ClassicFault;
  /** Whether the header Date is sent, by the clock of the service. */
  readonly sendsDate?: boolean;
}

/** Serves the Audit Trail API (classic) on this machine alone. */
export async function startClassic(
  service: ClassicService,
  { fault = () => ({ kind: 'none' }), sendsDate = true }: ClassicServerOptions = {},
): Promise<ClassicServer> {
  const requests: { path: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const { authorization } = request.headers;
    const chosen = fault(path, requests.length);
    requests.push({ path, authorization });
    response.sendDate = false;
    if (sendsDate) response.setHeader('date', new Date(service.now()).toUTCString());
    const reply = answerClassic(service, new URL(path, 'http://localhost'), authorization);
    send(request, response, reply ?? NOT_FOUND, chosen);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const NOT_FOUND: ClassicReply = { status: 404, type: 'text/html', body: Buffer.from('<html>not found</html>') };

function send(request: IncomingMessage, response: ServerResponse, reply: ClassicReply, fault: ClassicFault): void {
  if (fault.kind === 'reset') request.socket.resetAndDestroy();
  if (fault.kind === 'reset' || fault.kind === 'silent') return;
  const { status, type, body } = fault.kind === 'other' ? fault.reply : reply;
  const headers = fault.kind === 'other' ? fault.headers : {};
  const cut = fault.kind === 'cut';
  const length = cut && !fault.says ? {} : { 'content-length': body.length };
  response.writeHead(status, { 'content-type': type, ...length, ...headers });
  if (cut) {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => request.socket.destroy());
    return;
  }
  const piece = fault.kind === 'pieces' ? fault.bytes : body.length;
  for (let at = 0; at < body.length; at += piece) response.write(body.subarray(at, at + piece));
  response.end();
}
