import type { BlobClient } from '@azure/storage-blob';
import { adlsFailureOf, BrokenBody, faultOf } from './adls-fault.ts';
import { blobState, isFolder, quoted, readFault, unquoted } from './adls-file.ts';
import type { Requests } from './adls-request.ts';
import { FileNotFound, PreconditionFailed } from './errors.ts';
import { BackOff, withDeadline } from './retry.ts';
import type { ReadOptions } from './storage.ts';

/** The body of one answer. */
interface Answer {
  readonly etag: string;
  readonly length: number;
  readonly body: NodeJS.ReadableStream;
}

/** The service's answer to a range that begins at or beyond the file's end. */
const RANGE_NOT_SATISFIABLE = 416;

/**
 * Bytes `[start, end)` of a file in one request, and one more for the rest each time the connection breaks off. All
 * requests name the ETag of the first answer, so that no two states of the file mix.
 */
export async function* readFile(requests: Requests, options: ReadOptions): AsyncIterable<Uint8Array> {
  const { start = 0, end = Number.MAX_SAFE_INTEGER, ifMatch, signal } = options;
  if (start === end) return confirmEmptyRange(requests, ifMatch);
  const { blobs } = await requests.container();
  const blob = blobs.getBlobClient(requests.place.name);
  const backOff = new BackOff(requests.policy, requests.host);
  let pin = ifMatch ?? null;
  let position = start;
  let begun = false;
  for (;;) {
    let answer: Answer | null = null;
    try {
      answer = await ask(requests, blob, position, end, pin, signal);
      if (answer === null) return confirmEmptyRange(requests, pin ?? undefined);
      pin = answer.etag;
      begun = true;
      const last = position + answer.length;
      for await (const chunk of piecesOf(answer.body, requests.policy.tryMs, signal)) {
        position += chunk.length;
        backOff.reset();
        yield chunk;
        signal?.throwIfAborted();
      }
      if (position === last) return;
      throw new BrokenBody(`the body ended ${last - position} bytes early`);
    } catch (error) {
      // What the consumer of a chunk throws does not come here: leaving a generator runs its finally blocks only.
      signal?.throwIfAborted();
      const failure = adlsFailureOf(error);
      if (failure === null) throw error;
      if (failure.transient === null) throw readFault(requests, failure, error, pin, begun);
      await backOff.wait(error, failure.transient, signal).catch((end: unknown) => {
        throw faultOf(requests.target, end);
      });
    }
  }
}

/** Null where the range begins at or beyond the file's end. */
async function ask(
  requests: Requests,
  blob: BlobClient,
  position: number,
  end: number,
  pin: string | null,
  signal: AbortSignal | undefined,
): Promise<Answer | null> {
  const count = end === Number.MAX_SAFE_INTEGER ? undefined : end - position;
  const conditions = pin === null ? {} : { ifMatch: quoted(pin) };
  try {
    const answer = await withDeadline(requests.policy.tryMs, signal, (abortSignal) =>
      blob.download(position, count, { conditions, abortSignal, maxRetryRequests: 0 }),
    );
    const body = answer.readableStreamBody;
    if (body === undefined) throw new BrokenBody('the answer has no body');
    if (isFolder(answer.metadata)) {
      discard(body);
      throw new FileNotFound(requests.target.operation, requests.target.path);
    }
    return { etag: unquoted(answer.etag), length: answer.contentLength ?? 0, body };
  } catch (error) {
    if (adlsFailureOf(error)?.status === RANGE_NOT_SATISFIABLE) return null;
    throw error;
  }
}

/** The chunks of a body. A silence of `tryMs` while one is waited for ends it, the time the consumer takes does not count. */
async function* piecesOf(
  body: NodeJS.ReadableStream,
  tryMs: number,
  signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await withDeadline(tryMs, signal, () => pieces.next()).catch((error: unknown) => {
        throw new BrokenBody('the connection broke off within the body', { cause: error });
      });
      if (next.done === true) return;
      if (!(next.value instanceof Uint8Array)) throw new TypeError('expected bytes from the SDK, found text');
      yield next.value;
    }
  } finally {
    discard(body);
  }
}

function discard(body: NodeJS.ReadableStream): void {
  if (!('destroy' in body) || typeof body.destroy !== 'function') return;
  // A stream that is torn down may report that as an error.
  body.on('error', () => undefined);
  body.destroy();
}

async function confirmEmptyRange(requests: Requests, ifMatch: string | undefined): Promise<void> {
  const { operation, path } = requests.target;
  const state = await blobState(requests);
  if (state === null || state === 'folder') throw new FileNotFound(operation, path);
  if (ifMatch !== undefined && state.etag !== ifMatch) {
    throw new PreconditionFailed(operation, path, ifMatch, state.etag);
  }
}
