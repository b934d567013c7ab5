import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/index.ts';
import { fixtureCodes, messageFixtures } from '../fixtures/messages.ts';
import { decode } from './decoded.ts';
import { oracleOf } from './oracle.ts';

for (const fixture of fixtureCodes()) {
  const { system, code, file } = fixture;
  describe(file.replace('.json', ''), () => {
    const fixtures = messageFixtures(fixture);
    const oracle = oracleOf(system);
    test('every case has a name of its own', () => {
      assert.equal(new Set(fixtures.map(({ name }) => name)).size, fixtures.length);
    });
    for (const { name, message, expected } of fixtures) {
      test(name, () => {
        assert.deepEqual(decode(code, message, system), expected);
        assert.deepEqual(oracle(code, message), expected, 'the rules taken literally say otherwise');
      });
    }
  });
}

test('every code has messages, and every one of its templates is among them', () => {
  const files = new Map(fixtureCodes().map((fixture) => [`${fixture.system} ${fixture.code}`, fixture]));
  for (const { sourceSystem, code, templates } of CATALOGUE) {
    const fixture = files.get(`${sourceSystem} ${code}`);
    const file = `${sourceSystem === 'infinity' ? '' : `${sourceSystem}-`}${code}.json`;
    assert.ok(fixture, `test/fixtures/messages/${file} is missing: add messages, then run the fixtures script`);
    const decoded = messageFixtures(fixture).filter(({ expected }) => expected.status === 'decoded');
    const shown = new Set(decoded.map(({ expected }) => expected.template_id));
    for (const { id } of templates) assert.ok(shown.has(id), `no message of ${id}`);
  }
});
