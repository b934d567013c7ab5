import { AccessDenied, FileArchived, StorageError, StorageFault, Unavailable } from './errors.ts';
import { RetriesExhausted, retryAfter, type Transient, TryTimeout } from './retry.ts';

/** What the service, the network or the sign-in said no with. */
export class AdlsFailure {
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** The service's code (`BlobNotFound`), the network's (`ENOTFOUND`), or the sign-in's (`CredentialUnavailableError`). */
  readonly code: string;
  /** What another try needs, or null where it cannot help. */
  readonly transient: Transient | null;

  constructor(status: number, code: string, transient: Transient | null) {
    this.status = status;
    this.code = code;
    this.transient = transient;
  }
}

/** Where the request went, for the message. */
export interface AdlsTarget {
  readonly operation: string;
  readonly path: string;
  readonly account: string;
  readonly container: string;
}

const TRANSIENT_STATUS: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Conflicts that pass by themselves: nothing of the request was done. */
const PASSING = /^(InternalOperationAbortError|(Destination)?PathIsBeingDeleted|BlobBeingDeleted|AccountBeingCreated)$/;

/** Failures that a wrong name or a stopped server has in common with a passing disturbance. */
const UNREACHABLE: ReadonlySet<string> = new Set(['ENOTFOUND', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);

const BROKEN_OFF: ReadonlySet<string> = new Set([
  ...['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ESOCKETTIMEDOUT', 'EAI_AGAIN', 'ERR_STREAM_PREMATURE_CLOSE'],
  ...['REQUEST_SEND_ERROR', 'PARSE_ERROR'],
]);

/** A connection that broke off within the body of an answer: whatever the SDK calls it, the bytes so far are right. */
export class BrokenBody extends Error {
  override readonly name = 'BrokenBody';
}

const SIGN_IN = /^(Credential|Authentication|AggregateAuthentication|ChainedToken)\w*Error$/;

/** Missing things, by the name of either endpoint. */
const CONTAINER_MISSING = /^(FilesystemNotFound|ContainerNotFound|ContainerBeingDeleted|FilesystemBeingDeleted)$/;

/** A version of the service (`x-ms-version`) that the account does not know; the answer to HEAD has no more than the code. */
const UNKNOWN_VERSION = /^(InvalidHeaderValue|UnsupportedHeader|UnsupportedVersion)$/;

/** What an error of the SDK says; null where it is none, but a bug or the caller's own. */
export function adlsFailureOf(error: unknown): AdlsFailure | null {
  if (error instanceof RetriesExhausted) return adlsFailureOf(error.cause);
  if (error instanceof TryTimeout) return new AdlsFailure(0, 'TryTimeout', {});
  if (error instanceof BrokenBody) return new AdlsFailure(0, 'BrokenBody', {});
  if (!(error instanceof Error) || error instanceof StorageError) return null;
  if (SIGN_IN.test(error.name)) {
    const status = numberIn(error, 'statusCode');
    return new AdlsFailure(0, error.name, TRANSIENT_STATUS.has(status) ? {} : null);
  }
  const status = numberIn(error, 'statusCode');
  const headers = headersOf(error);
  const code = headers?.get('x-ms-error-code') ?? textIn(error, 'code') ?? '';
  if (status !== 0) return new AdlsFailure(status, code, transientStatus(status, code, headers?.get('retry-after')));
  if (UNREACHABLE.has(code)) return new AdlsFailure(status, code, { mostTries: 4 });
  if (BROKEN_OFF.has(code)) return new AdlsFailure(status, code, {});
  return error.name === 'RestError' ? new AdlsFailure(status, code, null) : null;
}

/** Whether a path's container, and not only the path, is missing. */
export function isContainerMissing({ code }: AdlsFailure): boolean {
  return CONTAINER_MISSING.test(code);
}

/** Whether a conflict passes by itself. */
export function isPassing({ status, code }: AdlsFailure): boolean {
  return status === 409 && PASSING.test(code);
}

/** Whether another program holds a lease: on the file, or on its container. */
function isLeased({ status, code }: AdlsFailure): boolean {
  return (status === 409 || status === 412) && code.startsWith('Lease');
}

/** Whether a condition of the request (`If-Match`, `If-None-Match`) did not hold; a lease that is in the way is none. */
export function isConditionFailed({ status, code }: AdlsFailure): boolean {
  return status === 412 && !code.startsWith('Lease');
}

/** The port's error for what the SDK threw; anything that is none of its errors unchanged. */
export function faultOf(target: AdlsTarget, error: unknown): unknown {
  const failure = adlsFailureOf(error);
  if (failure === null || !(error instanceof Error)) return error;
  const { code, status } = failure;
  const cause = error instanceof RetriesExhausted && error.cause instanceof Error ? error.cause : error;
  const said = cause.message.split('\n', 1)[0] ?? '';
  const request = headersOf(cause)?.get('x-ms-request-id');
  const facts = [
    code === '' ? `status ${status}` : code,
    said === code ? '' : said,
    error instanceof RetriesExhausted ? error.message : '',
    request === undefined ? '' : `request ${request}`,
  ].filter((fact) => fact !== '');
  const detail = `${remedy(target, failure, said)} (${facts.join('; ')})${versionAdvice(failure)}`;
  if (isDenied(failure)) return new AccessDenied(target.operation, target.path, detail, { cause, code });
  if (isArchived(failure)) return new FileArchived(target.operation, target.path, detail, { cause, code });
  if (isContainerMissing(failure) || isLeased(failure)) {
    return new Unavailable(target.operation, target.path, detail, { cause, code });
  }
  const transient = failure.transient !== null;
  return new StorageFault(target.operation, target.path, detail, { cause, code, transient });
}

/** Whether the bytes are out of reach until somebody rehydrates them. */
function isArchived({ code }: AdlsFailure): boolean {
  return code === 'BlobArchived' || code === 'BlobBeingRehydrated';
}

/** Whether a sign-in or a role is wanting. */
function isDenied({ status, code, transient }: AdlsFailure): boolean {
  return status === 401 || status === 403 || (SIGN_IN.test(code) && transient === null);
}

/** What to do where the account may not know the version of the service that is asked for; empty otherwise. */
function versionAdvice({ status, code }: AdlsFailure): string {
  if (status !== 400 || !UNKNOWN_VERSION.test(code)) return '';
  return (
    '; it does not know what a header of the request asks for, mostly since its region lags behind this program’s version of the storage ' +
    'service: set AUDIT_LAKE_STORAGE_VERSION (--storage-version) to an earlier one, such as 2023-11-03'
  );
}

function remedy({ account, container }: AdlsTarget, failure: AdlsFailure, said: string): string {
  const { status, code } = failure;
  const place = `container ${container} of account ${account}`;
  if (isContainerMissing(failure)) {
    return `there is no ${place}; create it: az storage container create --account-name ${account} --name ${container} --auth-mode login`;
  }
  if (/date header|clock/i.test(said)) {
    return 'the service takes this machine’s clock for wrong; set it (NTP) and run again';
  }
  if (status === 401)
    return 'the service does not take the sign-in; it has expired or is of another tenant: sign in again';
  if (status === 403) {
    return (
      `${place} is closed to this identity or this network; give the identity the role "Storage Blob Data Contributor" there ` +
      '("Storage Blob Data Reader" for a raw zone that is only read), which takes some minutes to work, and check the account’s firewall'
    );
  }
  if (SIGN_IN.test(code)) {
    return 'nobody is signed in; run az login, or give this machine a managed identity (user-assigned: set identityClientId)';
  }
  if (code === 'BlobImmutableDueToPolicy') return `an immutability policy of ${place} forbids it`;
  if (isArchived(failure)) return 'the file is in the archive tier; rehydrate it';
  if (code.startsWith('Lease')) return 'another program holds a lease on the file; let it end, or break it';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `the name of account ${account} cannot be resolved; check its spelling and this network’s DNS`;
  }
  if (code === 'TryTimeout' || code === 'BrokenBody' || UNREACHABLE.has(code) || BROKEN_OFF.has(code)) {
    return `account ${account} cannot be reached, or breaks the connection off; check the network and run again`;
  }
  if (TRANSIENT_STATUS.has(status) || isPassing(failure))
    return `account ${account} is too busy or fails; run again later`;
  return `account ${account} refuses it`;
}

function transientStatus(status: number, code: string, header: string | undefined): Transient | null {
  const failure = new AdlsFailure(status, code, null);
  if (isPassing(failure)) return {};
  // Most are held for a moment only; whoever can wait for longer does so knowing that.
  if (isLeased(failure)) return { mostTries: 4 };
  // One more try, since a token may run out between the check of its time and the service's.
  if (status === 401) return { mostTries: 2 };
  if (!TRANSIENT_STATUS.has(status)) return null;
  const retryAfterMs = retryAfter(header, Date.now());
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

interface Headers {
  get(name: string): string | undefined;
}

function headersOf(error: Error): Headers | null {
  const response = (error as { response?: { headers?: Headers } }).response;
  return response?.headers ?? null;
}

function numberIn(error: Error, key: string): number {
  const value = (error as unknown as Record<string, unknown>)[key];
  return typeof value === 'number' ? value : 0;
}

function textIn(error: Error, key: string): string | undefined {
  const value = (error as unknown as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : undefined;
}
