import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { DeliveryLog, Headers, Receiver } from '../landing/index.ts';

/** What of a request of the host is looked at. */
type Request = Pick<HttpRequest, 'method' | 'headers' | 'body'>;

/**
 * Answers a request that reached the app's function, as the receiver does.
 * @param log told of each request: status, size, name in the raw zone; nothing of its content
 */
export async function receiveEvents(
  receiver: Receiver,
  request: Request,
  log: (line: DeliveryLog) => void,
): Promise<HttpResponseInit> {
  const { method, headers, body } = request;
  const { answer, log: line } = await receiver.receive({
    method: method.toUpperCase(),
    headers: Object.fromEntries(headers.entries()) satisfies Headers,
    body: chunksOf(body),
  });
  log(line);
  const { connection: _, ...own } = answer.headers;
  return { status: answer.status, headers: own, body: method.toUpperCase() === 'HEAD' ? '' : answer.body };
}

async function* chunksOf(body: Request['body']): AsyncGenerator<Uint8Array> {
  if (body !== null) for await (const chunk of body) yield chunk;
}
