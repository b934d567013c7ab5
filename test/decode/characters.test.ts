import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import {
  codePoint,
  digitsEnd,
  lower,
  occurrences,
  phraseEnd,
  quoteLength,
  quoteLengthBefore,
  sequenceLength,
  tokenEnd,
  wordStart,
} from '../../src/decode/characters.ts';

test('a quote is one of four characters, and whole', () => {
  for (const quote of ['"', '“', '”', '„']) {
    const bytes = Buffer.from(quote);
    assert.equal(quoteLength(bytes, 0, bytes.length), bytes.length, quote);
    assert.equal(quoteLengthBefore(bytes, bytes.length, 0), bytes.length, quote);
    assert.equal(quoteLength(bytes, 0, bytes.length - 1), 0, `the end cuts ${quote}`);
    assert.equal(quoteLengthBefore(bytes, bytes.length, 1), 0, `the start cuts ${quote}`);
  }
  for (const other of ['‛', '‟', '‘', '⁜', '゜', '⺜', "'", 'é']) {
    const bytes = Buffer.from(other);
    assert.equal(quoteLength(bytes, 0, bytes.length), 0, other);
    assert.equal(quoteLengthBefore(bytes, bytes.length, 0), 0, other);
  }
});

test('characters of every length are read whole', () => {
  for (const text of ['a', '\u007f', '\u0080', '\u07ff', '\u0800', '\uffff', '\u{10000}', '😀', '\u{10ffff}']) {
    const bytes = Buffer.from(`${text}x`);
    assert.equal(codePoint(bytes, 0), text.codePointAt(0), text);
    assert.equal(sequenceLength(bytes[0]!), Buffer.byteLength(text), text);
  }
});

test('runs of characters end where others begin, and where the text does', () => {
  const bytes = Buffer.from('ab_1é日😀\u3000');
  assert.equal(tokenEnd(bytes, 0, bytes.length), bytes.length - 3);
  assert.equal(tokenEnd(bytes, 0, 2), 2);
  assert.equal(phraseEnd(bytes, 0, bytes.length), Buffer.byteLength('ab_1é日'));
  assert.equal(phraseEnd(bytes, 0, 3), 3);
  assert.equal(digitsEnd(Buffer.from('0912a'), 0, 5), 4);
  assert.equal(digitsEnd(Buffer.from('0912'), 0, 2), 2);
  const word = Buffer.from('x9ab1');
  assert.equal(wordStart(word, 5, 0), 0);
  assert.equal(wordStart(word, 5, 1), 2, 'a word begins with no digit');
  assert.equal(wordStart(word, 2, 1), 2, 'digits alone are none');
  assert.equal(String.fromCharCode(...[...Buffer.from('@AZ[az')].map(lower)), '@az[az');
});

test('bytes are found wherever they stand again, overlapping ones included', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 20 });
  const part = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(part, text, (sought, rest) => {
      const bytes = Buffer.from(`${sought}${rest}${sought}`);
      const end = sought.length + rest.length;
      const places = [...Array(rest.length).keys()]
        .map((at) => at + sought.length)
        .filter((at) => at + sought.length <= end && bytes.toString('latin1').startsWith(sought, at));
      assert.deepEqual([...occurrences(bytes, 0, sought.length, sought.length, end)], places);
    }),
    { numRuns: 500 },
  );
});
