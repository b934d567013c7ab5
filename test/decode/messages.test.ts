import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATALOGUE } from '../../src/catalogue/index.ts';
import { fixtureCodes, messageFixtures } from '../fixtures/messages.ts';
import { decode } from './decoded.ts';
import { oracle } from './oracle.ts';

for (const code of fixtureCodes()) {
  test(`${code}`, async (context) => {
    const fixtures = messageFixtures(code);
    assert.equal(new Set(fixtures.map(({ name }) => name)).size, fixtures.length, 'every case has a name of its own');
    for (const { name, message, expected } of fixtures) {
      await context.test(name, () => {
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
