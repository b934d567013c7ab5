import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { CATALOGUE, fieldIndex } from '../../src/catalogue/index.ts';
import { Decoder } from '../../src/decode/decoder.ts';
import { plainReading } from '../../src/decode/plain.ts';
import { ABSENT, Reading, TEXT } from '../../src/decode/reading.ts';
import { KINDS, messageOf } from './arbitrary.ts';
import { decode, decoded } from './decoded.ts';

const USER_NAME = fieldIndex('user_name');
const USER_ID = fieldIndex('user_id');

test('a reading that is reset says nothing of the message before', () => {
  const reading = new Reading();
  reading.reset(Buffer.from('li'));
  reading.fill(USER_NAME, TEXT, 0, 2);
  reading.fillNumber(fieldIndex('device_count'), 3);
  reading.fillConstant(fieldIndex('target_scope'), 'investigation');
  reading.addUnmapped('mood', 'odd');
  reading.addDetail('repeated_key');
  reading.status = 'partial';
  reading.templateId = '90211.A';
  reading.reset(Buffer.from('bo'));
  const fresh = new Reading();
  fresh.reset(Buffer.from('bo'));
  assert.deepEqual(decoded(plainReading(reading)), decoded(plainReading(fresh)));
  assert.equal(reading.filledCount, 0);
});

test('a field that is cleared is absent, and the others stay in their order', () => {
  const reading = new Reading();
  reading.fill(USER_ID, TEXT, 0, 1);
  reading.fill(USER_NAME, TEXT, 1, 2);
  reading.clear(USER_ID);
  reading.clear(USER_ID);
  assert.equal(reading.forms[USER_ID], ABSENT);
  assert.deepEqual([...reading.filled.subarray(0, reading.filledCount)], [USER_NAME]);
});

test('details are sorted by name, their items too, and each stands once', () => {
  const reading = new Reading();
  assert.equal(reading.detail(), null);
  reading.addDetail('repeated_key');
  reading.addDetail('contested', 'user_name');
  reading.addDetail('contested', 'role_id');
  reading.addDetail('contested', 'user_name');
  reading.addDetail('repeated_key');
  assert.equal(reading.detail(), 'contested:role_id,user_name;repeated_key');
});

test('what one message leaves behind does not show in the next', () => {
  const any = fc.constantFrom(...KINDS).chain((row) => fc.tuple(fc.constant(row.code), messageOf(row)));
  fc.assert(
    fc.property(any, any, ([firstCode, first], [code, message]) => {
      decode(firstCode, first);
      const used = decode(code, message);
      const bytes = Buffer.from(message);
      assert.deepEqual(used, decoded(plainReading(FRESH.decode(code, bytes, 0, bytes.length))));
      FRESH.decode(0, bytes, 0, 0);
    }),
    { numRuns: 300 },
  );
});

const FRESH = new Decoder(CATALOGUE);

test('a null and an empty value are not the same', () => {
  assert.deepEqual(decode(90212, 'User logged out, id=a, name=, session_id=s').values, {
    user_id: 'a',
    user_name: '',
    session_id: 's',
  });
  assert.equal('ip_address' in decode(90211, 'User logged in, id=a, name=, session_id=s').values, false);
});
