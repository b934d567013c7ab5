import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/index.ts';
import { fixtureCodes, messageFixtures } from '../fixtures/messages.ts';
import { decode } from './decoded.ts';
import { oracle } from './oracle.ts';

for (const code of fixtureCodes()) {
  describe(`${code}`, () => {
    const fixtures = messageFixtures(code);
    test('every case has a name of its own', () => {
      assert.equal(new Set(fixtures.map(({ name }) => name)).size, fixtures.length);
    });
    for (const { name, message, expected } of fixtures) {
      test(name, () => {
        assert.deepEqual(decode(code, message), expected);
        assert.deepEqual(oracle(code, message), expected, 'the rules taken literally say otherwise');
      });
    }
  });
}

test('every code has messages, and every one of its templates is among them', () => {
  const codes = new Set(fixtureCodes());
  for (const { code, templates } of CATALOGUE) {
    assert.ok(
      codes.has(code),
      `test/fixtures/messages/${code}.json is missing: add messages, then run the fixtures script`,
    );
    const decoded = messageFixtures(code).filter(({ expected }) => expected.status === 'decoded');
    const shown = new Set(decoded.map(({ expected }) => expected.template_id));
    for (const { id } of templates) assert.ok(shown.has(id), `no message of ${id}`);
  }
});
