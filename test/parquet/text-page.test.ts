import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { StoredText, TextPage } from '../../src/parquet/text-page.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('', '\ufeffBOM', '\u0000', 'x'.repeat(300), '\u{10ffff}'),
);

describe('a page of text', () => {
  it('gives back every text, at once or when asked for', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 20 }), (texts) => {
        const page = new TextPage(plain(texts.map((each) => Buffer.from(each))), texts.length);
        assert.deepEqual(page.texts(), texts);
        assert.deepEqual(
          page.stored().map((each) => each.text),
          texts,
        );
      }),
    );
  });

  it('puts a mark for bytes that are no UTF-8, within the text that has them', () => {
    const halves = [Buffer.from('\u20ac').subarray(0, 2), Buffer.from('\u20ac').subarray(2)];
    assert.deepEqual(new TextPage(plain(halves), 2).texts(), ['\ufffd', '\ufffd']);
  });

  it('that ends early, or whose texts say that they are longer, is refused', () => {
    const whole = plain(['a', 'bcd', ''].map((each) => Buffer.from(each)));
    for (let length = 0; length < whole.length; length++) {
      assert.throws(() => new TextPage(whole.subarray(0, length), 3), /page ends/, `${length} bytes`);
    }
    assert.throws(() => new TextPage(whole, 4), /page ends/);
    assert.throws(() => new TextPage(Buffer.from('ffffffff61', 'hex'), 1), /page ends/);
  });
});

it('a stored text is all of its bytes unless told otherwise', () => {
  assert.equal(new StoredText(Buffer.from('caf\u00e9')).text, 'caf\u00e9');
});

/** Each value behind its length, as the format has it. */
function plain(values: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    values.flatMap((value) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(value.length);
      return [length, value];
    }),
  );
}
