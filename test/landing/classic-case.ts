import { answerClassic, type ClassicReply, type ClassicService } from '../../packages/nexthink-emulator/src/classic.ts';
import type { LogLine } from '../../packages/nexthink-emulator/src/classic-logs.ts';
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

/** A service at noon, with a Portal and two Engines, that reads dates in UTC. */
export function aService(given: Partial<ClassicService> = {}): ClassicService {
  return {
    now: () => NOON,
    portal: [],
    engines: new Map([
      ['engine-01.acme.example', []],
      ['engine-02.acme.example', []],
    ]),
    unreachable: new Set(),
    accounts: new Map([['audit-export', 'correct horse']]),
    tokens: new Set(),
    reading: { zone: 'UTC', twice: 'earlier', onTheClock: false },
    ...given,
  };
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
    AUDIT_LAKE_CLASSIC_PASSWORD: 'correct horse',
    AUDIT_LAKE_CLASSIC_TRAILS: 'portal',
  };
  return parseSettings({ environment: { ...usual, ...given }, options: { lake: 'lake' } });
}

/** Sends requests to a service without any network. @param before may throw, or give another answer */
export function sendTo(service: ClassicService, before: (url: string) => ClassicReply | null = () => null): Send {
  return async ({ url, headers = {} }) => {
    const reply = before(url) ?? answerClassic(service, new URL(url), headers['authorization']);
    if (reply === null) throw new NexthinkError('not found', 404, false);
    return answerOf(reply, service.now());
  };
}

function answerOf({ status, type, body }: ClassicReply, now: number): Answer {
  return {
    status,
    type,
    length: body.length,
    retryAfterMs: undefined,
    date: Math.floor(now / 1000) * 1000,
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
