import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { explainMessage } from '../../src/decode/index.ts';
import { fixtureCodes, messageFixtures } from '../fixtures/messages.ts';

describe('the explanation of a message', () => {
  it('places each value in the message, and takes the message apart without a loss', () => {
    const message = 'Updated user, id=a1, name=Łukasz 🦀, roles_granted=[Ops, EU [West]], roles_revoked=[]';
    const { fields, pieces, template, why } = explainMessage('infinity', 91011, message);
    assert.equal(template?.id, '91011.B');
    assert.match(why, /exactly one way/);
    const placed = fields.map(({ name, place }) => [name, place === null ? null : message.slice(...place)]);
    assert.deepEqual(placed, [
      ['user_id', 'a1'],
      ['user_name', 'Łukasz 🦀'],
      ['roles_granted', 'Ops, EU [West]'],
      ['roles_revoked', ''],
    ]);
    assert.equal(pieces.map(({ text }) => text).join(''), message);
  });

  it('holds for every message of the fixtures: pieces are the message, places are in it, other readings are bounded', () => {
    let ambiguous = 0;
    const lone: string[] = [];
    const all = fixtureCodes().flatMap((each) => messageFixtures(each).map(({ message }) => ({ ...each, message })));
    for (const { system, code, message } of all) {
      const { pieces, fields, others, details, reading } = explainMessage(system, code, message);
      assert.equal(pieces.map(({ text }) => text).join(''), message);
      for (const { place } of fields) assert.ok(place === null || (place[0] >= 0 && place[1] <= message.length));
      for (const { says } of details) assert.ok(!says.includes('not known'));
      assert.ok(others.length <= 6);
      if (reading.status !== 'ambiguous' || reading.detail?.includes('code_used_twice') === true) continue;
      if (others.length > 1) ambiguous++;
      else lone.push(message);
    }
    assert.ok(ambiguous > 0);
    // Such that one template alone reads, and a cut list or a newer key makes it doubtful.
    assert.ok(lone.length < ambiguous, lone.join('\n'));
  });
});
