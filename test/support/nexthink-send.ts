import type { Nexthink, Reply, Request } from 'nexthink-emulator';
import { type Answer, NexthinkError, type Send } from '../../src/nexthink/index.ts';

/** How a request is on its way. */
export interface Way {
  /** Does the whole of an exchange in its turn. */
  turn<T>(label: string, step: () => Promise<T>): Promise<T>;
}

/** Asks an emulator without a network: a request is answered at once, or goes wrong as the emulator's faults say. */
export function sendTo(nexthink: Nexthink, way: Way = { turn: (_, step) => step() }): Send {
  return async ({ what, method, url: text, headers = {}, body = '', signal }) => {
    signal?.throwIfAborted();
    const url = new URL(text);
    const host = url.origin === nexthink.filesOrigin ? 'files' : 'api';
    const request: Request = { method, host, url, headers, body };
    return await way.turn(`${method} ${url.pathname}`, async () => answered(nexthink, request, what));
  };
}

function answered(nexthink: Nexthink, request: Request, what: string): Answer {
  const fault = nexthink.faults.next(request);
  const record = (status: number | null): void => {
    nexthink.requests.push({ request, fault, status });
  };
  const isBefore = fault !== null && 'when' in fault && fault.when === 'before';
  const reply = isBefore ? null : nexthink.answer(request);
  if (fault?.kind === 'refusal') {
    record(fault.status);
    return answerOf({ status: fault.status, headers: fault.headers ?? {}, body: Buffer.alloc(0) }, what, null);
  }
  if (fault?.kind === 'stand-in') {
    record(fault.reply.status);
    return answerOf(fault.reply, what, null);
  }
  if (reply === null || fault?.kind === 'cut' || fault?.kind === 'hang') {
    record(null);
    throw new NexthinkError(`${what}: no answer`, null, true);
  }
  record(reply.status);
  return answerOf(reply, what, fault?.kind === 'cut-body' ? fault.share : null);
}

function answerOf({ status, headers, body }: Reply, what: string, cutAt: number | null): Answer {
  const retryAfter = headers['retry-after'];
  return {
    status,
    length: body.length,
    retryAfterMs: retryAfter === undefined ? undefined : Number(retryAfter) * 1000,
    bytes: async function* () {
      const end = cutAt === null ? body.length : Math.min(Math.floor(body.length * cutAt), body.length - 1);
      for (let at = 0; at < end; at += 1000) yield Uint8Array.from(body.subarray(at, Math.min(at + 1000, end)));
      if (cutAt !== null) throw new NexthinkError(`${what}: cut`, status, true);
    },
    discard: () => undefined,
  };
}
