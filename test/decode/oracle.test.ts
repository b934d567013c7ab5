import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { KINDS, messageOf } from './arbitrary.ts';
import { decode } from './decoded.ts';
import { oracle } from './oracle.ts';

/** As JSON, because the order of unmapped pairs counts. */
function assertSameReading(code: number, message: string): void {
  assert.equal(JSON.stringify(decode(code, message)), JSON.stringify(oracle(code, message)), `${code} ${message}`);
}

test('the decoder reads every message as the rules do when every way is enumerated', () => {
  for (const row of KINDS) {
    fc.assert(
      fc.property(messageOf(row), (message) => assertSameReading(row.code, message)),
      { numRuns: 80 },
    );
  }
});

test('a code that the catalogue does not hold is read as pairs', () => {
  const anyMessage = fc.constantFrom(...KINDS).chain(messageOf);
  const codes = fc.constantFrom(97001, 92999, 91019, 93269, 94999, 95999, 90999, 1, 0);
  fc.assert(fc.property(codes, anyMessage, assertSameReading), { numRuns: 500 });
});
