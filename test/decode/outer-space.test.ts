import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { DECODER_VERSION, decodedSince } from '../../src/decode/index.ts';
import { afterOuterSpace, beforeOuterSpace } from '../../src/decode/outer-space.ts';
import { KINDS, messageOf } from './arbitrary.ts';
import { decode } from './decoded.ts';

const OUTER = [' ', '\t', '\n', '\r', '\v', '\f', '\u0085', '\u00a0', '\u2003', '\u2028', '\u3000', '\ufeff'];
const space = fc.array(fc.constantFrom(...OUTER), { maxLength: 3 }).map((all) => all.join(''));
const isBare = (message: string) => !/^[\p{White_Space}\ufeff]|[\p{White_Space}\ufeff]$/u.test(message);

test('white space around a message changes nothing but that it is flagged', () => {
  for (const row of KINDS) {
    fc.assert(
      fc.property(messageOf(row).filter(isBare), space, space, (message, before, after) => {
        // A blank there may be the one before an empty list.
        fc.pre(before + after !== '' && !/(with (uids|SIDs)|:)$/.test(message));
        const { detail, ...reading } = decode(row.code, `${before}${message}${after}`);
        const { detail: bare, ...expected } = decode(row.code, message);
        assert.deepEqual(reading, expected);
        assert.equal(detail, [...(bare?.split(';') ?? []), 'outer_white_space'].sort().join(';'));
      }),
      { numRuns: 30 },
    );
  }
});

test('what is left of a text is what the ends of it are', () => {
  fc.assert(
    fc.property(space, fc.constantFrom('', 'a', 'é', '日 本', '😀', '\u200b'), space, (before, text, after) => {
      const bytes = Buffer.from(`x${before}${text}${after}x`);
      const start = afterOuterSpace(bytes, 1, bytes.length - 1);
      assert.equal(bytes.toString('utf8', start, beforeOuterSpace(bytes, start, bytes.length - 1)), text);
    }),
  );
});

test('the decoder says which readings are new', () => {
  assert.equal(decodedSince(''), 1);
  assert.equal(decodedSince('contested:user_name;count_mismatch:device_count;possible_new_field:mood'), 1);
  assert.equal(decodedSince('contested:user_name;possibly_cut:device_ids'), 3);
  assert.equal(decodedSince('null_value:device_ids'), 2);
  assert.equal(decodedSince('possibly_cut:device_ids'), DECODER_VERSION);
});
