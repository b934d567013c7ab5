import type { Entry } from './entry.ts';
import type { StorageRequest } from './request.ts';
import { ServiceError } from './service-error.ts';

/** Conditional headers of a request. */
interface Conditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
  readonly ifUnmodifiedSince: string | undefined;
}

/** Refuses a read whose conditions the entry does not meet: 304 for what has not changed, 412 for what has. */
export function checkRead(request: StorageRequest, entry: Entry): void {
  const conditions = conditionsOf(request, '');
  if (conditions.ifNoneMatch === '*') {
    throw new ServiceError(400, 'UnsatisfiableCondition', 'A read with If-None-Match: * can never be.');
  }
  if (isAnother(conditions, entry)) throw notMet('ConditionNotMet');
  if (isUnchanged(conditions, entry)) throw new ServiceError(304, 'ConditionNotMet', 'Not modified.');
}

/** Refuses a write whose conditions are not met by what stands there; null where nothing does. */
export function checkWrite(request: StorageRequest, entry: Entry | null): void {
  const conditions = conditionsOf(request, '');
  if (entry !== null && conditions.ifNoneMatch === '*') throw alreadyThere(request);
  check(conditions, entry, 'ConditionNotMet');
}

/** Refuses a rename whose conditions (`x-ms-source-if-*`) are not met by its source. */
export function checkSource(request: StorageRequest, source: Entry): void {
  check(conditionsOf(request, 'x-ms-source-'), source, 'SourceConditionNotMet');
}

function alreadyThere(request: StorageRequest): ServiceError {
  return request.host === 'dfs'
    ? new ServiceError(409, 'PathAlreadyExists', 'The specified path already exists.')
    : new ServiceError(409, 'BlobAlreadyExists', 'The specified blob already exists.');
}

function check(conditions: Conditions, entry: Entry | null, code: string): void {
  const unmet = entry === null ? conditions.ifMatch !== undefined : isAnother(conditions, entry);
  if (unmet || (entry !== null && isUnchanged(conditions, entry))) throw notMet(code);
}

function conditionsOf({ headers }: StorageRequest, prefix: string): Conditions {
  return {
    ifMatch: headers.get(`${prefix}if-match`),
    ifNoneMatch: headers.get(`${prefix}if-none-match`),
    ifModifiedSince: headers.get(`${prefix}if-modified-since`),
    ifUnmodifiedSince: headers.get(`${prefix}if-unmodified-since`),
  };
}

/** The entry is not the one that If-Match or If-Unmodified-Since mean. */
function isAnother({ ifMatch, ifUnmodifiedSince }: Conditions, entry: Entry): boolean {
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== `"${entry.etag}"`) return true;
  return ifUnmodifiedSince !== undefined && seconds(entry.modified) > secondsOf(ifUnmodifiedSince);
}

/** The entry is still the one that If-None-Match or If-Modified-Since mean. */
function isUnchanged({ ifNoneMatch, ifModifiedSince }: Conditions, entry: Entry): boolean {
  if (ifNoneMatch !== undefined) return ifNoneMatch === `"${entry.etag}"`;
  return ifModifiedSince !== undefined && seconds(entry.modified) <= secondsOf(ifModifiedSince);
}

function notMet(code: string): ServiceError {
  return new ServiceError(412, code, 'The condition of the conditional headers is not met.');
}

/** The service keeps times in whole seconds as far as its headers go. */
function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1_000);
}

function secondsOf(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new ServiceError(400, 'InvalidHeaderValue', `The date ${text} cannot be read.`);
  return seconds(new Date(time));
}
