import { KNOWN_EVENTS } from '../../src/lake/index.ts';
import { type Delivery, type Received, Receiver, type ReceiverTimes } from '../../src/landing/index.ts';
import { parseSettings, type Settings } from '../../src/settings/index.ts';
import { type Host, type Storage, systemHost } from '../../src/storage/index.ts';

export const SECRET = 'a secret of the tests, long';
export const NOW = Date.UTC(2026, 2, 1, 12);
const MESSAGE = 'User login, id=u-1, name=ana@corp.example, session_id=s-1, ip=192.0.2.1';

/** Settings of a receiver; `environment` by the names of settings. */
function receiverSettings(options: Readonly<Record<string, string>> = {}, secret = SECRET): Settings {
  return parseSettings({
    environment: { AUDIT_LAKE_WEBHOOK_SECRET: secret },
    options: { lake: 'unused', ...options },
  });
}

/** A receiver whose clock stands still unless it is told otherwise. */
export function receiverOf(
  storage: Storage,
  options: Readonly<Record<string, string>> = {},
  { now = () => NOW, secret = SECRET, times = {} }: { now?: () => number; secret?: string; times?: ReceiverTimes } = {},
): Receiver {
  const host: Host = { ...systemHost, now };
  return new Receiver({ storage, host }, receiverSettings(options, secret), KNOWN_EVENTS, times);
}

/** A record as an exporter would write it. */
export function record(number = 1) {
  return { time: '2026-03-01T10:00:00.123Z', code: 90211, message: `${MESSAGE}${number}`, user: 'ana@corp.example' };
}

/** A delivery of a body, in pieces or whole; objects go as JSON. */
export function delivery(body: unknown, headers: Readonly<Record<string, string>> = {}, method = 'POST'): Delivery {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return {
    method,
    headers: { 'x-audit-lake-secret': SECRET, 'content-type': 'application/json', ...headers },
    body: (async function* () {
      yield bytes;
    })(),
  };
}

/** The body of an answer. */
// biome-ignore lint/suspicious/noExplicitAny: what is in it is what the test asks
export function said({ answer }: Received): any {
  return JSON.parse(answer.body);
}
