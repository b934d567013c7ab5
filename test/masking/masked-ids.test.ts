import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { MaskedIds } from '../../src/masking/masked-ids.ts';

const ids = (byte: number) => new MaskedIds(createSecretKey(Buffer.alloc(32, byte)));
const hexId = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`));

describe('an id in place of one that is made of what a record says', () => {
  it('has the same shape, is another with another key, and is found again by who has the key', () => {
    fc.assert(
      fc.property(fc.array(hexId(32), { minLength: 1 }), (given) => {
        const [one, other] = [ids(1), ids(2)];
        const shown = one.shown(given);
        assert.deepEqual(
          shown.map((id) => one.real(id ?? '')),
          given,
        );
        assert.ok(shown.every((id) => /^[0-9a-f]{32}$/.test(id ?? '')));
        assert.notDeepEqual(shown, other.shown(given));
        assert.deepEqual([one.shown([given[0] ?? null])[0]], shown.slice(0, 1), 'alone as among others');
      }),
    );
  });

  it('is a digest of the same length where it is no id of an event, and nothing where that is', () => {
    const shown = ids(1).shown(['0123456789abcdef', '"0x8DD1"', null, '', 'a'.repeat(64), 'f'.repeat(32)]);
    assert.deepEqual(
      shown.map((id) => id?.length ?? null),
      [16, 32, null, 0, 64, 32],
    );
    assert.ok(!shown.includes('0123456789abcdef'));
    assert.equal(ids(1).real('0123456789abcdef'), null);
  });

  it('stands in sentences too, where numbers, words and what is longer stay', () => {
    const [uid, digest] = ['ab'.repeat(16), 'cd'.repeat(32)];
    const said = ids(1).text(`event ${uid}: SHA-256 ${digest}, 20260301, deadbeef, x${uid}`);
    assert.equal(
      said,
      `event ${ids(1).shown([uid])[0]}: SHA-256 ${ids(1).shown([digest])[0]}, 20260301, deadbeef, x${uid}`,
    );
  });
});
