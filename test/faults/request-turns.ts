import { Readable } from 'node:stream';
import type { HttpOperationResponse, IHttpClient, WebResource } from '@azure/storage-blob';
import type { Emulator } from 'adls-emulator';
import { describeFault, drawFault, isSilence, type RequestFault, type RequestRates } from './request-faults.ts';
import type { Process } from './schedule.ts';

/** The longest that a request which is long on its way takes, in milliseconds. */
const LONGEST_WAY_MS = 3_000;

/**
 * A process's way to an emulator: every request awaits its turn and is done within it as a whole, its answer's body
 * too, so that the schedule alone decides what comes when. Of the faults, the emulator makes all but the silences.
 */
export class RequestTurns implements IHttpClient {
  readonly #emulator: Emulator;
  readonly #process: Process;
  readonly #rates: RequestRates;
  readonly #tryMs: number;

  /** @param tryMs how long the driver waits for an answer, or for more of one */
  constructor(emulator: Emulator, process: Process, rates: RequestRates, tryMs: number) {
    this.#emulator = emulator;
    this.#process = process;
    this.#rates = rates;
    this.#tryMs = tryMs;
  }

  /** Rejects as soon as its sender gives up, whether or not the request arrives later. */
  async sendRequest(request: WebResource): Promise<HttpOperationResponse> {
    const { promise: givenUp, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(new DOMException('The sender gave up.', 'AbortError'));
    request.abortSignal?.addEventListener('abort', onAbort);
    return Promise.race([this.#answer(request), givenUp]);
  }

  async #answer(request: WebResource): Promise<HttpOperationResponse> {
    const { schedule } = this.#process;
    const delay = schedule.random.chance(this.#rates.delayed) ? schedule.random.whole(0, LONGEST_WAY_MS) : 0;
    const label = labelOf(request);
    const response = await schedule.wait(this.#process, label, delay, () => this.#exchange(request, label));
    return response ?? new Promise<never>(() => undefined);
  }

  /** Null where no answer comes. */
  async #exchange(request: WebResource, label: string): Promise<HttpOperationResponse | null> {
    const { schedule } = this.#process;
    // What somebody sent who has given up since may yet arrive, or not.
    if (request.abortSignal?.aborted === true && schedule.random.chance(0.5)) return null;
    const fault = drawFault(schedule.random, this.#rates, label, request.method === 'GET');
    if (fault === null) return this.#send(request, null);
    schedule.note(`  ${describeFault(fault)}`);
    if (!isSilence(fault)) return this.#send(request, fault);
    // The driver's own deadline ends the silence; until then its process has this to wait for.
    void schedule.wait(this.#process, `waits in vain for ${label}`, this.#tryMs + 1, async () => undefined);
    if (fault.kind === 'unheard') return null;
    const response = await this.#send(request, fault);
    return fault.kind === 'stalled' && response.readableStreamBody !== undefined ? response : null;
  }

  async #send(request: WebResource, fault: RequestFault | null): Promise<HttpOperationResponse> {
    const { faults, httpClient } = this.#emulator;
    if (fault !== null && !isSilence(fault)) faults.add({ fault });
    const { abortSignal: _, ...sent } = request;
    try {
      const response = await httpClient.sendRequest(sent);
      const { readableStreamBody: body } = response;
      if (body === undefined) return { ...response, request };
      const stallsAfter = fault?.kind === 'stalled' ? fault.bytes : null;
      return { ...response, request, readableStreamBody: await receivedBody(body, stallsAfter) };
    } finally {
      faults.clear();
    }
  }
}

/**
 * A body again after all of it has come, as it came: to its end, or to where it broke off.
 * @param stallsAfter bytes after which no more of it comes, or null
 */
async function receivedBody(body: NodeJS.ReadableStream, stallsAfter: number | null): Promise<Readable> {
  const chunks: Buffer[] = [];
  let end: Promise<void> = Promise.resolve();
  try {
    for await (const chunk of body) chunks.push(Buffer.from(chunk));
  } catch (error) {
    end = Promise.reject(error);
    end.catch(() => undefined);
  }
  const whole = Buffer.concat(chunks);
  if (stallsAfter === null || whole.length === 0) return streamOf(whole, end);
  // The last byte ends a body whose length was told.
  return streamOf(whole.subarray(0, Math.min(stallsAfter, whole.length - 1)), new Promise<never>(() => undefined));
}

function streamOf(bytes: Buffer, end: Promise<void>): Readable {
  return Readable.from(bytesThen(bytes, end), { objectMode: false });
}

async function* bytesThen(bytes: Buffer, end: Promise<void>): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield bytes;
  await end;
}

function labelOf({ method, url }: WebResource): string {
  const { pathname, searchParams } = new URL(url);
  const what = searchParams.get('comp') ?? searchParams.get('directory') ?? '';
  return `${method} ${decodeURIComponent(pathname)} ${what}`.trimEnd();
}
