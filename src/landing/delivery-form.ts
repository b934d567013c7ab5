import type { Problem } from './problem.ts';
import type { Headers } from './shown-secret.ts';

/** How the body of a delivery is compressed; null where it is not. */
export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd' | null;

const CODINGS: Readonly<Record<string, Coding>> = {
  '': null,
  identity: null,
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'br',
  zstd: 'zstd',
};
/** What JSON and JSON lines are called, by those who know and by those who do not. */
const TYPE = /^(application\/(json|x-ndjson|ndjson|jsonl|x-jsonlines|json-seq|[\w.+-]+\+json)|text\/[\w.+-]+)$/;
const CHARSETS: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);
const TAKEN = 'application/json, application/x-ndjson, text/plain';

const BEGINNINGS: readonly (readonly [name: string, bytes: Buffer])[] = [
  ['gzip', Buffer.from([0x1f, 0x8b])],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ['zip', Buffer.from('PK\x03\x04')],
  ['bzip2', Buffer.from('BZh')],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])],
  ...[0x01, 0x5e, 0x9c, 0xda].map((level) => ['deflate', Buffer.from([0x78, level])] as const),
];

/** What the headers say of a body: how it is compressed; or why it is not taken. */
export function codingOf(headers: Headers): { readonly coding: Coding } | Problem {
  const [type = '', ...parameters] = (headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (type !== '' && !TYPE.test(type)) {
    return notTaken(
      `expected JSON (Content-Type: ${TAKEN}), found ${shown(type)}; set the header Content-Type to application/json`,
    );
  }
  const charset = parameters
    .find((parameter) => /^charset *=/.test(parameter))
    ?.replace(/^charset *= */, '')
    .replaceAll('"', '');
  if (charset !== undefined && !CHARSETS.has(charset)) {
    return notTaken(`expected text in UTF-8, as JSON is, found charset=${shown(charset)}; send it in UTF-8`);
  }
  const name = (headers['content-encoding'] ?? '').trim().toLowerCase();
  if (!Object.hasOwn(CODINGS, name)) {
    const codings = 'gzip, deflate, br, zstd';
    return {
      ...notTaken(
        `expected a body that is not compressed, or by one of ${codings}, found Content-Encoding ${shown(name)}`,
      ),
      headers: { 'accept-encoding': codings },
    };
  }
  return { coding: CODINGS[name] ?? null };
}

/** How bytes are compressed, as far as their beginning says; null where it says nothing of the kind. JSON never begins so. */
export function compressedAs(body: Buffer): string | null {
  return BEGINNINGS.find(([, bytes]) => body.subarray(0, bytes.length).equals(bytes))?.[0] ?? null;
}

function notTaken(detail: string): Problem {
  return {
    status: 415,
    kind: 'media-type',
    title: 'Not a form that is taken',
    detail,
    headers: { 'accept-post': TAKEN },
  };
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
