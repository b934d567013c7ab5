import {
  type ClassicOptions,
  type Emulator,
  type Fault,
  type LogLine,
  Nexthink,
  type Reply,
  startNexthink,
} from 'nexthink-emulator';
import { type ClassicPullOptions, type PulledTrail, pullClassic } from '../../src/landing/index.ts';
import { type Answer, NexthinkError, type Send } from '../../src/nexthink/index.ts';
import { parseSettings, type Settings } from '../../src/settings/index.ts';
import type { Host } from '../../src/storage/index.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

export const NOON = Date.parse('2026-03-02T12:00:00Z');
export const HOUR = 3_600_000;

/** A line of the Portal's log. */
export function line(time: number, message: string): LogLine {
  return { time, text: `${new Date(time).toISOString()} portal [Portal|LOGIN|20101|li.wei] ${message}` };
}

/** The client that may have tokens for it. */
export const CLIENT = { id: '0oa1', secret: 'client-secret', scope: 'service:audit-trail' };

/** A service at noon, with a Portal and two Engines, that reads dates in UTC. */
export function aService(given: Partial<ClassicOptions> = {}): ClassicOptions & { readonly nexthink: Nexthink } {
  const nexthink = new Nexthink({ classic: { now: () => NOON, ...given }, clients: [CLIENT], now: () => NOON });
  return { nexthink, ...nexthink.classic.options };
}

/** The same on a port of this machine, where answers go wrong, always or so often. */
export async function served(given: Partial<ClassicOptions> = {}, fault?: Fault, times = 1e9): Promise<Emulator> {
  const emulator = await startNexthink({ classic: { now: () => NOON, ...given }, clients: [CLIENT] });
  if (fault !== undefined) emulator.nexthink.faults.add({ fault, times });
  return emulator;
}

/** A world with a clock that a test sets, where waiting takes no time. */
export function clock(start = NOON): Host & { at: number } {
  let ids = 0;
  return {
    at: start,
    now() {
      return this.at;
    },
    random: () => 0.5,
    randomId: () => String(++ids).padStart(32, '0'),
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      this.at += milliseconds;
    },
  };
}

export function classicSettings(given: Readonly<Record<string, string>> = {}): Settings {
  const usual = {
    AUDIT_LAKE_CLASSIC_URL: 'https://acme.example',
    AUDIT_LAKE_CLASSIC_USER: 'audit-export',
    AUDIT_LAKE_CLASSIC_PASSWORD: 'account-password',
    AUDIT_LAKE_CLASSIC_TRAILS: 'portal',
  };
  return parseSettings({ environment: { ...usual, ...given }, options: { lake: 'lake' } });
}

/** Sends requests to a service without any network. @param before may throw, or give another answer */
export function sendTo(
  { nexthink }: { readonly nexthink: Nexthink },
  before: (url: string) => Reply | null = () => null,
): Send {
  return async ({ method, url, headers = {}, body = '' }) =>
    answerOf(before(url) ?? nexthink.answer({ method, host: 'api', url: new URL(url), headers, body }));
}

function answerOf({ status, headers, body }: Reply): Answer {
  const date = Date.parse(headers['date'] ?? '');
  return {
    status,
    type: headers['content-type']?.split(';')[0],
    length: body.length,
    retryAfterMs: undefined,
    date: Number.isNaN(date) ? undefined : date,
    async *bytes(mostBytes) {
      if (body.length > mostBytes) throw new NexthinkError('too long', status, false);
      for (let at = 0; at < body.length; at += 1000) yield body.subarray(at, at + 1000);
    },
    discard: () => undefined,
  };
}

/** What a test pulls with. */
export interface Case {
  readonly storage: MemoryStorage;
  readonly state: MemoryStorage;
  readonly host: ReturnType<typeof clock>;
  pull(settings?: Settings, options?: Partial<ClassicPullOptions>): Promise<readonly PulledTrail[]>;
  /** The lines in the raw zone, each once, in their order. */
  lines(): string[];
  /** Lake paths of the files in the raw zone. */
  files(): string[];
}

export function aCase(send: Send, host = clock()): Case {
  const storage = new MemoryStorage();
  const state = new MemoryStorage();
  const files = (): string[] => storage.paths('raw/');
  return {
    storage,
    state,
    host,
    files,
    pull: (settings = classicSettings(), options = {}) =>
      pullClassic({ storage, host }, settings, { state, send, ...options }),
    lines: () => {
      const texts = files().flatMap((path) => storage.content(path).toString('utf8').split('\n'));
      return [...new Set(texts.filter((text) => text !== ''))].toSorted();
    },
  };
}
