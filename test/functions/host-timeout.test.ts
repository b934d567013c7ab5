import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { checkHostTimeout } from '../../src/functions/host-timeout.ts';

const MINUTES = { invocationMinutes: 28, reconcileMinutes: 10, maintainMinutes: 20 };

describe('the time that the host gives a function', () => {
  it('is longer than what the settings ask for', () => {
    for (const timeout of ['00:28:01', '00:30', '1.00:00:00', '-1', ' 02:00:00 ']) {
      checkHostTimeout(MINUTES, timeout, undefined);
      checkHostTimeout(MINUTES, '00:00:30', timeout);
    }
    checkHostTimeout(MINUTES, '00:30:00', '');
  });

  it('or the app says of every setting that reaches it what to do', () => {
    assert.throws(() => checkHostTimeout(MINUTES, '00:28:00', undefined), {
      message:
        '1 setting is wrong:\n' +
        '  AUDIT_LAKE_INVOCATION_MINUTES: expected less than the functionTimeout of the host, 00:28:00 in host.json, ' +
        'found 28 minutes; lower it, or raise functionTimeout in host.json',
    });
    assert.throws(() => checkHostTimeout(MINUTES, '-1', '00:05:00'), {
      message:
        /^3 settings are wrong:\n(.*(RECONCILE|MAINTAIN|INVOCATION)_MINUTES.*00:05:00 in AzureFunctionsJobHost__functionTimeout.*\n?){3}$/,
    });
  });

  it('must be written as the host reads it: a bare number would be days', () => {
    for (const timeout of ['30', '30m', 'PT30M', '00:30:00:00', '-2']) {
      assert.throws(
        () => checkHostTimeout(MINUTES, '00:30:00', timeout),
        /AzureFunctionsJobHost__functionTimeout: expected hours, minutes and seconds/,
      );
    }
  });
});
