import { inspect } from 'node:util';
import type { MemoryStorage } from './memory-storage.ts';

/** Secrets that are in no other text, with characters that each way to write them writes otherwise. */
export const PLANTED = {
  classicPassword: 'Pl4nted classic "pass\\word" +/&=ä',
  classicClientSecret: 'Pl4nted-classic-client/+&="s',
  nqlClientSecret: 'Pl4nted-nql-client/+&="s',
  webhookSecret: 'Pl4nted-webhook-secret/+&="s',
} as const;

/** Who shows them: with the secret they are what Basic authentication encodes. */
export const USERS = { classic: 'audit-export', classicClient: 'classic-client', nqlClient: 'nql-client' } as const;

/** The environment of all that lands files. @param url of what stands in for Nexthink */
export function plantedEnvironment(url: string, tokenUrl = `${url}/oauth2/default/v1/token`) {
  return {
    AUDIT_LAKE_CLASSIC_URL: url,
    AUDIT_LAKE_CLASSIC_USER: USERS.classic,
    AUDIT_LAKE_CLASSIC_PASSWORD: PLANTED.classicPassword,
    AUDIT_LAKE_CLASSIC_TRAILS: 'portal,engine-09',
    AUDIT_LAKE_NQL_URL: url,
    AUDIT_LAKE_NQL_TOKEN_URL: tokenUrl,
    AUDIT_LAKE_NQL_CLIENT_ID: USERS.nqlClient,
    AUDIT_LAKE_NQL_CLIENT_SECRET: PLANTED.nqlClientSecret,
    AUDIT_LAKE_NQL_QUERY: '#audit_trail',
    AUDIT_LAKE_WEBHOOK_SECRET: PLANTED.webhookSecret,
  };
}

/** The same with OAuth for the Audit Trail API (classic). */
export function plantedClient(url: string, tokenUrl = `${url}/oauth2/default/v1/token`) {
  return {
    ...plantedEnvironment(url, tokenUrl),
    AUDIT_LAKE_CLASSIC_USER: '',
    AUDIT_LAKE_CLASSIC_PASSWORD: '',
    AUDIT_LAKE_CLASSIC_TOKEN_URL: tokenUrl,
    AUDIT_LAKE_CLASSIC_CLIENT_ID: USERS.classicClient,
    AUDIT_LAKE_CLASSIC_CLIENT_SECRET: PLANTED.classicClientSecret,
  };
}

/** How a secret may stand somewhere: as it is, escaped, encoded, and within what Basic authentication encodes. */
function spellings(secret: string): Set<string> {
  const json = JSON.stringify(secret).slice(1, -1);
  const bytes = Buffer.from(secret);
  const inner = (before: string): string =>
    Buffer.from(before + secret)
      .toString('base64')
      .slice(Math.ceil((before.length * 4) / 3) + 1, -5);
  return new Set([
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    inspect(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ x: secret }).toString().slice(2),
    bytes.toString('hex'),
    bytes.toString('base64url').slice(0, -2),
    ...['', 'x', 'xx', ...Object.values(USERS).map((user) => `${user}:`)].map(inner),
  ]);
}

/** What tokens and pre-signed addresses have, whoever made them: the test server's own, and what a hostile one makes. */
const MADE = ['eyJ.token', 'X-Amz-Signature', 'X-Amz-Expires', 'Bearer ey', 'Basic Y'];

const SOUGHT = [
  ...Object.entries(PLANTED).flatMap(([name, secret]) => [...spellings(secret)].map((text) => ({ name, text }))),
  ...MADE.map((text) => ({ name: text, text })),
];

/** Which secrets a text or some bytes have in them, by their names. */
export function secretsIn(content: string | Uint8Array): string[] {
  const bytes = Buffer.from(content);
  return [...new Set(SOUGHT.filter(({ text }) => bytes.includes(text)).map(({ name }) => name))];
}

/** All that a value shows to whoever prints it: errors with stacks, causes and hidden members. */
export function shown(value: unknown): string {
  const texts = [inspect(value, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null })];
  for (let error = value; error instanceof Error; error = error.cause) texts.push(String(error), error.stack ?? '');
  try {
    texts.push(JSON.stringify(value) ?? '');
  } catch {
    // Some values cannot be written so.
  }
  return texts.join('\n');
}

/** Every path and all bytes of a storage in one. */
export function storedIn(storage: MemoryStorage): Buffer {
  return Buffer.concat(storage.paths().flatMap((path) => [Buffer.from(`${path}\n`), storage.content(path)]));
}
