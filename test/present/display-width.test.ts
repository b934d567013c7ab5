import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { cut, width } from '../../src/present/display-width.ts';

/** A wide character, for which a text is taken apart into graphemes. */
const WIDE = '界';

describe('columns that a text takes', () => {
  it('is as many as its letters, where none has a part in another, and the same as by graphemes', () => {
    const letters = fc.string({
      unit: fc.constantFrom(
        ...'az ~é€ßŁωЖя∅…–„“·',
        '\u00a0',
        '\u02ff',
        '\u0301',
        '\u00ad',
        '\ufe0f',
        '©',
        '👩‍🔧',
        '각',
      ),
    });
    fc.assert(
      fc.property(letters, (text) => {
        assert.equal(width(text), width(WIDE + text) - 2);
        assert.equal(width(`${text}${WIDE}`), width(text) + 2);
      }),
    );
    const alphabets = Array.from({ length: 0x600 }, (_, unit) => unit);
    const signs = Array.from({ length: 0x300 }, (_, unit) => 0x2000 + unit);
    for (const unit of [...alphabets, ...signs]) {
      const letter = String.fromCharCode(unit);
      if (/\p{M}|\p{C}|\p{Default_Ignorable_Code_Point}/u.test(letter)) continue;
      assert.equal(width(letter), width(`${WIDE}${letter}`) - 2, `U+${unit.toString(16)}`);
    }
  });

  it('is never more than asked for where it is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, columns) => {
        assert.ok(width(cut(text, columns)) <= columns);
        if (width(text) <= columns) assert.equal(cut(text, columns), text);
      }),
    );
  });
});
