import type { IncomingMessage } from 'node:http';
import { Content } from './content.ts';
import { ServiceError } from './service-error.ts';

/** Which of an account's two endpoints a request is for. */
export type HostKind = 'blob' | 'dfs';

/** A request as the verbs see it: names decoded once, body read to its end. */
export interface StorageRequest {
  readonly id: string;
  readonly method: string;
  readonly host: HostKind;
  readonly account: string;
  /** Empty for the account itself. */
  readonly container: string;
  /** Path below the container, without slashes at its ends; empty for the container itself. */
  readonly path: string;
  /** The path as it was sent, still encoded, with the account where the URL has it. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** Names as they were sent, for metadata. */
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  readonly body: Content;
}

const HOST_STYLE = /^([a-z0-9]{3,24})\.(blob|dfs)\./;

const DFS_PARAMETERS = ['resource', 'action', 'mode', 'recursive', 'paginated'];

/** Longest path below a container, in characters. */
const LONGEST_PATH = 1024;

/** Reads the head of a request; the body comes with `withBody`. Throws ServiceError for a path that can be none. */
export function requestHead(message: IncomingMessage, id: string): StorageRequest {
  const method = message.method ?? 'GET';
  const [rawPath = '/', ...search] = (message.url ?? '/').split('?');
  const query = new URLSearchParams(search.join('?').replaceAll('+', '%2B'));
  const rawHeaders = pairsOf(message.rawHeaders);
  const headers = new Map(rawHeaders.map(([name, value]) => [name.toLowerCase(), value]));
  const hostStyle = HOST_STYLE.exec(headers.get('host') ?? '');
  const segments = rawPath.slice(1).split('/');
  const account = hostStyle?.[1] ?? decoded(segments.shift() ?? '');
  const container = decoded(segments.shift() ?? '');
  const path = decoded(segments.join('/')).replaceAll('\\', '/').replace(/\/$/, '');
  const host = (hostStyle?.[2] as HostKind | undefined) ?? hostOf(method, query, headers);
  checkPath(path);
  return { id, method, host, account, container, path, rawPath, query, headers, rawHeaders, body: Content.empty };
}

/** The request with its body. */
export async function withBody(head: StorageRequest, message: IncomingMessage): Promise<StorageRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  return { ...head, body: new Content(pieces) };
}

/** Metadata headers (`x-ms-meta-*`) of a request, names as they were sent. */
export function metadataOf(request: StorageRequest): Map<string, string> {
  const metadata = new Map<string, string>();
  for (const [name, value] of request.rawHeaders) {
    if (name.toLowerCase().startsWith('x-ms-meta-')) metadata.set(name.slice('x-ms-meta-'.length), value);
  }
  return metadata;
}

/** A whole number of at least `least` in the query, or null where the parameter is absent. */
export function wholeParameter(request: StorageRequest, name: string, least: number): number | null {
  const text = request.query.get(name);
  if (text === null) return null;
  if (!/^\d{1,15}$/.test(text)) throw invalidParameter(name, text);
  if (Number(text) < least) throw new ServiceError(400, 'OutOfRangeQueryParameterValue', `${name} is ${text}.`);
  return Number(text);
}

/** A query parameter that says nothing the service can use. */
export function invalidParameter(name: string, text: string): ServiceError {
  return new ServiceError(400, 'InvalidQueryParameterValue', `Value ${text} of query parameter ${name} is invalid.`);
}

function pairsOf(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < flat.length; index += 2) pairs.push([flat[index] ?? '', flat[index + 1] ?? '']);
  return pairs;
}

/** Decodes a path or a segment of one. Throws ServiceError for bytes that are no UTF-8. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServiceError(400, 'InvalidUri', 'The request URI is not valid percent-encoded UTF-8.');
  }
}

/** On one loopback port the verbs tell the endpoints apart: the dfs host has parameters and an answer format of its own. */
function hostOf(method: string, query: URLSearchParams, headers: ReadonlyMap<string, string>): HostKind {
  if (method === 'PATCH' || headers.has('x-ms-rename-source')) return 'dfs';
  if (DFS_PARAMETERS.some((name) => query.has(name))) return 'dfs';
  return (headers.get('accept') ?? '').startsWith('application/json') ? 'dfs' : 'blob';
}

function checkPath(path: string): void {
  if (path === '') return;
  if (path.length > LONGEST_PATH)
    throw new ServiceError(400, 'InvalidUri', `The path is over ${LONGEST_PATH} characters.`);
  for (const segment of path.split('/')) {
    if (segment === '') throw new ServiceError(400, 'InvalidUri', 'A name between slashes is empty.');
    if (segment.endsWith('.')) throw new ServiceError(400, 'InvalidUri', `The name ${segment} ends with a dot.`);
  }
}
