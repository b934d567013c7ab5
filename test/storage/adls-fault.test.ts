import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { adlsFailureOf, faultOf, isConditionFailed } from '../../src/storage/adls-fault.ts';
import { AccessDenied, StorageFault, Unavailable } from '../../src/storage/index.ts';
import { RetriesExhausted, TryTimeout } from '../../src/storage/retry.ts';

const TARGET = { operation: 'create', path: 'raw/a', account: 'acct', container: 'raw' };

/** An error as the SDK throws it. */
function answered(
  statusCode: number,
  code: string,
  message = 'The service says no.\nRequestId:x',
  headers = {},
): Error {
  const named = new Map(Object.entries({ 'x-ms-error-code': code, 'x-ms-request-id': 'r-1', ...headers }));
  return Object.assign(new Error(message), { name: 'RestError', statusCode, response: { headers: named } });
}

function unanswered(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { name: 'RestError', code });
}

describe('ADLS: what a failure means', () => {
  for (const [title, error, expected] of [
    ['a name that no DNS knows', unanswered('ENOTFOUND'), /name of account acct cannot be resolved.*spelling.*DNS/],
    ['a server that is not there', unanswered('ECONNREFUSED'), /acct cannot be reached/],
    [
      'a clock that is wrong',
      answered(403, 'AuthenticationFailed', 'Request date header too old: ...'),
      /clock for wrong/,
    ],
    ['a role that is missing', answered(403, 'AuthorizationPermissionMismatch'), /"Storage Blob Data Contributor"/],
    ['a sign-in of another tenant', answered(401, 'InvalidAuthenticationInfo'), /sign in again/],
    [
      'a container that is not there',
      answered(404, 'FilesystemNotFound'),
      /no container raw of account acct; create it/,
    ],
    ['a write-once container', answered(409, 'BlobImmutableDueToPolicy'), /immutability policy of container raw/],
    ['a file in the archive', answered(409, 'BlobArchived'), /rehydrate/],
    ['a lease', answered(412, 'LeaseIdMissing'), /holds a lease/],
    ['a service that is busy', answered(503, 'ServerBusy'), /too busy.*run again later/],
    ['no answer', new TryTimeout(30_000), /cannot be reached.*no answer within 30 s/],
    [
      'a header that the account does not know',
      answered(400, 'InvalidHeaderValue'),
      /refuses it \(.*\).*: set AUDIT_LAKE_STORAGE_VERSION/,
    ],
    ['anything else', answered(400, 'InvalidHeaderValue'), /account acct refuses it \(InvalidHeaderValue; The service/],
    [
      'nobody signed in',
      Object.assign(new Error('no'), { name: 'CredentialUnavailableError' }),
      /nobody is signed in; run az login/,
    ],
  ] as const) {
    it(title, () => {
      const fault = faultOf(TARGET, error);
      assert.ok(fault instanceof StorageFault);
      assert.match(fault.message, /^Cannot create "raw\/a": [^\n]*$/);
      assert.match(fault.message, expected);
      assert.equal(fault.cause, error);
    });
  }

  it('has the request’s id, and how often it was tried', () => {
    const busy = answered(503, 'ServerBusy');
    const fault = faultOf(TARGET, new RetriesExhausted(7, 61_000, busy));
    assert.ok(fault instanceof StorageFault && fault.cause === busy);
    assert.match(fault.message, /\(ServerBusy; The service says no\.; 7 tries in 61 s failed; request r-1\)$/);
  });

  it('is nothing for an error that is none of the service: it passes unchanged', () => {
    for (const error of [new TypeError('a bug'), new Error('of the content'), 'text', null]) {
      assert.equal(adlsFailureOf(error), null);
      assert.equal(faultOf(TARGET, error), error);
    }
  });

  it('is worth another try, with the wait that is asked for, or not', () => {
    for (const status of [408, 429, 500, 502, 503, 504])
      assert.deepEqual(adlsFailureOf(answered(status, 'X'))?.transient, {});
    const slow = answered(503, 'ServerBusy', 'x', { 'retry-after': '12' });
    assert.deepEqual(adlsFailureOf(slow)?.transient, { retryAfterMs: 12_000 });
    assert.deepEqual(adlsFailureOf(answered(409, 'InternalOperationAbortError'))?.transient, {});
    for (const code of ['LeaseIdMissing', 'LeaseIdMismatchWithBlobOperation']) {
      assert.deepEqual(adlsFailureOf(answered(412, code))?.transient, { mostTries: 4 });
    }
    for (const status of [400, 403, 404, 409, 412, 501, 505]) {
      assert.equal(adlsFailureOf(answered(status, 'X'))?.transient, null, String(status));
    }
    assert.deepEqual(adlsFailureOf(answered(401, 'X'))?.transient, { mostTries: 2 });
    assert.deepEqual(adlsFailureOf(unanswered('ECONNRESET'))?.transient, {});
    assert.equal(adlsFailureOf(unanswered('CERT_HAS_EXPIRED'))?.transient, null);
  });

  it('may pass by itself, or is a denial, which a role may end that acts only after minutes, or needs a hand', () => {
    const kindOf = (error: Error): string => {
      const fault = faultOf(TARGET, error);
      assert.ok(fault instanceof StorageFault);
      if (fault instanceof AccessDenied) return 'denied';
      return fault instanceof Unavailable ? 'unavailable' : fault.transient ? 'passing' : 'lasting';
    };
    const signIn = (name: string, statusCode = 0) => Object.assign(new Error('no'), { name, statusCode });
    for (const [kind, errors] of Object.entries({
      passing: [
        ...[408, 429, 500, 502, 503, 504].map((status) => answered(status, 'X')),
        ...['ECONNRESET', 'ENOTFOUND', 'ECONNREFUSED', 'EAI_AGAIN'].map(unanswered),
        ...['InternalOperationAbortError', 'DestinationPathIsBeingDeleted'].map((code) => answered(409, code)),
        new TryTimeout(1_000),
        new RetriesExhausted(3, 9_000, answered(503, 'ServerBusy')),
        signIn('AuthenticationError', 503),
      ],
      denied: [
        answered(403, 'AuthorizationPermissionMismatch'),
        answered(403, 'AuthorizationFailure'),
        answered(401, 'InvalidAuthenticationInfo'),
        new RetriesExhausted(2, 250, answered(401, 'InvalidAuthenticationInfo')),
        signIn('CredentialUnavailableError'),
        signIn('AggregateAuthenticationError'),
      ],
      unavailable: [
        answered(404, 'FilesystemNotFound'),
        answered(404, 'ContainerNotFound'),
        answered(409, 'ContainerBeingDeleted'),
        answered(412, 'LeaseIdMissing'),
        new RetriesExhausted(4, 1_750, answered(409, 'LeaseAlreadyPresent')),
      ],
      lasting: [
        answered(409, 'BlobImmutableDueToPolicy'),
        answered(409, 'BlobArchived'),
        answered(400, 'InvalidHeaderValue'),
        unanswered('CERT_HAS_EXPIRED'),
      ],
    })) {
      for (const error of errors) assert.equal(kindOf(error), kind, error.message);
    }
  });

  it('takes a lease that is in the way for no failed condition', () => {
    const failed = (code: string): boolean => isConditionFailed(adlsFailureOf(answered(412, code)) ?? assert.fail());
    assert.deepEqual([failed('ConditionNotMet'), failed(''), failed('LeaseIdMissing')], [true, true, false]);
  });
});
