import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import fc from 'fast-check';
import { test } from 'vitest';
import { isIpAddress } from '../../src/decode/completion.ts';

function isAddress(text: string): boolean {
  const bytes = Buffer.from(`1${text}1`);
  return isIpAddress(bytes, 1, bytes.length - 1);
}

test('addresses of both versions are addresses', () => {
  for (const text of [
    '198.51.100.4',
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '2001:db8::1',
    '::ffff:198.51.100.4',
    'fe80::1%eth0',
  ])
    assert.equal(isAddress(text), true, text);
});

test('what merely looks like an address is none', () => {
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1..2.3',
    '1.2.3.',
    '1.2.3.4/24',
    '[::1]',
    'gateway-3',
    '１.2.3.4',
    ':::',
  ])
    assert.equal(isAddress(text), false, text);
});

test('the quick look at version 4 agrees with the platform', () => {
  const part = fc.oneof(fc.nat(300).map(String), fc.constantFrom('', '0', '00', '01', 'a', ':'));
  const text = fc.array(part, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.'));
  fc.assert(fc.property(text, (address) => assert.equal(isAddress(address), isIP(address) !== 0)));
});
