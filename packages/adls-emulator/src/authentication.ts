import { createHmac, timingSafeEqual } from 'node:crypto';
import type { StorageRequest } from './request.ts';
import { ServiceError } from './service-error.ts';
import type { Account } from './store.ts';

/** Decides on a bearer token; a test can have tokens expire. */
export type TokenCheck = (token: string) => boolean;

/** Decides whether the holder of a token has a role on an account. */
export type RoleCheck = (token: string, account: string) => boolean;

/** What a request does with the data of an account, as role definitions name it (Microsoft: "Permissions for Blob service operations"). */
export interface DataAction {
  readonly account: string;
  readonly container: string;
  /** Below the container; empty for a listing, which names none. */
  readonly path: string;
  readonly action: 'read' | 'list' | 'add' | 'write' | 'delete' | 'move';
}

/** Decides whether the holder of a token may do something; for roles that are narrower than an account. */
export type ActionCheck = (token: string, action: DataAction) => boolean;

/** Who is let in by a token. */
export interface TokenChecks {
  readonly acceptsToken: TokenCheck;
  readonly hasRole: RoleCheck;
  readonly permits: ActionCheck;
}

const CHALLENGE =
  'Bearer authorization_uri=https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/oauth2/authorize resource_id=https://storage.azure.com';

const SIGNED_HEADERS = [
  'content-language',
  'content-encoding',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
];

/**
 * Lets in a shared key whose signature is right, a bearer token that the checks take, and a shared access signature
 * that has not run out (its signature is not checked).
 * @throws ServiceError 401 or 403, as the service does
 */
export function authenticate(request: StorageRequest, account: Account, checks: TokenChecks, now: Date): void {
  const [scheme = '', credential = ''] = (request.headers.get('authorization') ?? '').split(' ');
  if (scheme === 'Bearer') checkToken(credential, account, checks, () => actionOf(request, account));
  else if (scheme === 'SharedKey') checkSignature(request, account, credential);
  else if (request.query.has('sig')) checkExpiry(request.query.get('se') ?? '', now);
  else throw unauthorised('NoAuthenticationInformation', 'The request carries no credential.');
}

/** The refusal that asks for a (new) token. */
export function unauthorised(code: string, message: string): ServiceError {
  return new ServiceError(401, code, message, { 'WWW-Authenticate': CHALLENGE });
}

/** What a shared key signs, as the service puts it together (Microsoft: "Authorize with Shared Key"). */
function stringToSign(request: StorageRequest): string {
  const plain = SIGNED_HEADERS.map((name) => {
    const value = request.headers.get(name) ?? '';
    return name === 'content-length' && value === '0' ? '' : value;
  });
  const own = [...request.headers.keys()].filter((name) => name.startsWith('x-ms-')).sort(compareHeaders);
  const canonical = own.map((name) => `${name}:${request.headers.get(name)?.trimStart()}\n`).join('');
  const parameters = [...new Set([...request.query.keys()])].sort().map((name) => {
    return `\n${name.toLowerCase()}:${request.query.getAll(name).sort().join(',')}`;
  });
  const resource = `/${request.account}${request.rawPath}${parameters.join('')}`;
  return `${request.method}\n${plain.join('\n')}\n${canonical}${resource}`;
}

/** To put a blob is to add one where there is none, and to write otherwise; whatever makes one of blocks writes. */
function actionOf({ method, host, query, headers, container, path }: StorageRequest, account: Account): DataAction {
  const base = { account: account.name, container, path };
  if (method === 'GET' && (query.get('comp') === 'list' || query.get('resource') === 'filesystem'))
    return { ...base, path: '', action: 'list' };
  if (method === 'GET' || method === 'HEAD') return { ...base, action: 'read' };
  if (method === 'DELETE') return { ...base, action: 'delete' };
  if (headers.has('x-ms-rename-source')) return { ...base, action: 'move' };
  const isPut = method === 'PUT' && (host === 'blob' ? !query.has('comp') : query.has('resource'));
  const isNew = (account.containers.get(container)?.file(path) ?? null) === null;
  return { ...base, action: isPut && isNew ? 'add' : 'write' };
}

function checkToken(
  token: string,
  { name }: Account,
  { acceptsToken, hasRole, permits }: TokenChecks,
  action: () => DataAction,
): void {
  if (!acceptsToken(token)) {
    throw unauthorised('InvalidAuthenticationInfo', 'The token has expired or is not accepted.');
  }
  if (hasRole(token, name) && permits(token, action())) return;
  throw new ServiceError(403, 'AuthorizationPermissionMismatch', 'The identity has no role that permits this.');
}

function checkSignature(request: StorageRequest, account: Account, credential: string): void {
  const [name, signature = ''] = credential.split(':');
  const expected = createHmac('sha256', Buffer.from(account.key, 'base64')).update(stringToSign(request)).digest();
  const given = Buffer.from(signature, 'base64');
  if (name === account.name && given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw refused('The signature of the shared key is not that of the request.');
}

function checkExpiry(expiry: string, now: Date): void {
  if (!(Date.parse(expiry) > now.getTime())) throw refused('The shared access signature has expired.');
}

function refused(message: string): ServiceError {
  return new ServiceError(403, 'AuthenticationFailed', message);
}

/** The service sorts header names by a collation that passes over hyphens and puts underscores first. */
function compareHeaders(a: string, b: string): number {
  const [left, right] = [collated(a), collated(b)];
  if (left === right) return a < b ? -1 : 1;
  return left < right ? -1 : 1;
}

function collated(name: string): string {
  return name.replaceAll('-', '').replaceAll('_', '!');
}
