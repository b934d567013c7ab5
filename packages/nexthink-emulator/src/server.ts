import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Reply, Request } from './exchange.ts';
import type { Fault } from './faults.ts';
import type { Nexthink } from './index.ts';

/** A port that answers. */
export interface Listening {
  readonly origin: string;
  close(): Promise<void>;
}

type Sleep = (milliseconds: number) => Promise<unknown>;

/** Answers at a free port of this machine for one of the two hosts. */
export async function listenOn(
  nexthink: Nexthink,
  host: Request['host'],
  sleep: Sleep = setTimeout,
): Promise<Listening> {
  const server = createServer((message, response) => {
    answer(nexthink, host, message, response, sleep).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  nexthink: Nexthink,
  host: Request['host'],
  message: IncomingMessage,
  response: ServerResponse,
  sleep: Sleep,
): Promise<void> {
  const request = await requestOf(host, message);
  const fault = nexthink.faults.next(request);
  const record = (status: number | null): void => {
    nexthink.requests.push({ request, fault, status });
  };
  const isBefore = fault !== null && 'when' in fault && fault.when === 'before';
  const reply = isBefore ? null : nexthink.answer(request);
  if (fault?.kind === 'refusal') {
    record(fault.status);
    response.writeHead(fault.status, fault.headers ?? {}).end('a fault that the test has set');
  } else if (fault?.kind === 'cut') {
    record(null);
    message.socket.destroy();
  } else if (fault?.kind === 'hang' || reply === null) record(null);
  else {
    const sent = fault?.kind === 'stand-in' ? fault.reply : reply;
    record(sent.status);
    await send(sent, fault, response, sleep);
  }
}

async function send(
  { status, headers, body }: Reply,
  fault: Fault | null,
  response: ServerResponse,
  sleep: Sleep,
): Promise<void> {
  const isChunked = fault?.kind === 'cut-body' && fault.chunked === true;
  response.writeHead(status, { ...headers, ...(!isChunked && { 'content-length': body.length }) });
  if (fault?.kind === 'cut-body') {
    const part = body.subarray(0, Math.min(Math.floor(body.length * fault.share), body.length - 1));
    response.write(part, () => response.destroy());
    return;
  }
  const piece = fault?.kind === 'drip' ? fault.bytes : 65_536;
  for (let at = 0; at < body.length && !response.destroyed; at += piece) {
    const isFull = !response.write(body.subarray(at, at + piece));
    if (isFull) await new Promise<void>((resolve) => response.once('drain', resolve).once('close', resolve));
    if (fault?.kind === 'drip') await sleep(fault.everyMs);
  }
  response.end();
}

async function requestOf(host: Request['host'], message: IncomingMessage): Promise<Request> {
  let body = '';
  for await (const chunk of message) body += String(chunk);
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: message.method ?? 'GET',
    host,
    url: new URL(message.url ?? '/', `http://${message.headers.host ?? 'localhost'}`),
    headers: Object.fromEntries(headers),
    body,
  };
}
