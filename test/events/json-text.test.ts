import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { JsonText } from '../../src/events/json-text.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\0', '\b', '\t', '\n', '\v', '\f', '\r', '\x1f', '\x7f', 'a'),
    maxLength: 40,
  }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('\u2028\u2029', '\u{1f600}', '</script>', 'é'.repeat(3000), '\x01'.repeat(3000)),
);

function written(json: JsonText): string {
  return json.bytes.toString('utf8', 0, json.length);
}

describe('JsonText', () => {
  it('writes each character below U+0100 as JSON.stringify does', () => {
    const json = new JsonText();
    for (let point = 0; point < 0x100; point++) {
      const character = String.fromCodePoint(point);
      const bytes = Buffer.from(character);
      json.clear();
      json.string(bytes, 0, bytes.length);
      assert.equal(written(json), JSON.stringify(character));
    }
  });

  it('writes strings as JSON.stringify does, wherever they stand and however often it is used again', () => {
    const json = new JsonText();
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), (texts) => {
        json.clear();
        json.raw('[');
        for (const [index, each] of texts.entries()) {
          if (index > 0) json.raw(',');
          const bytes = Buffer.from(each.toWellFormed());
          json.string(Buffer.concat([Buffer.from('"'), bytes, Buffer.from('"')]), 1, 1 + bytes.length);
        }
        json.raw(']');
        assert.equal(written(json), JSON.stringify(texts.map((each) => each.toWellFormed())));
      }),
    );
  });

  it('writes values of any kind as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 5 }), (values) => {
        const json = new JsonText();
        for (const value of values) json.value(value);
        assert.equal(written(json), values.map((value) => JSON.stringify(value)).join(''));
      }),
    );
  });
});
