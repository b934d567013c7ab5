import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { faultOfJson } from '../../src/landing/json-text.ts';

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

describe('whether a text is JSON', () => {
  it('is said as JSON.parse says it, of JSON that was changed somewhere', () => {
    const pieces = fc.constantFrom(
      ...'{}[]",:\\ \n0-1.eE+tfn'.split(''),
      'true',
      'null',
      '\\u00e9',
      '\\x',
      'é',
      '',
      '\u0001',
    );
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(), fc.nat(3), pieces, (json, seed, cut, piece) => {
        const wrapped = `[${json}]`;
        const at = seed % wrapped.length;
        const text = wrapped.slice(0, at) + piece + wrapped.slice(at + cut);
        const found = faultOfJson(Buffer.from(text), 1000);
        const isOne = isJson(text);
        // Several texts one after the other are JSON here, and none for JSON.parse.
        if (isOne) assert.equal(found, null, text);
        else if (found === null) assert.ok(/[\]}]\s*[[{]/.test(text), text);
        else assert.ok(found.offset <= Buffer.byteLength(text) && found.line >= 1 && found.column >= 1);
      }),
      { numRuns: 2000 },
    );
  });

  it('counts what is open at once, and holds whatever is deep', () => {
    const deep = (depth: number) => Buffer.from('['.repeat(depth) + ']'.repeat(depth));
    assert.equal(faultOfJson(deep(32), 32), null);
    assert.deepEqual(faultOfJson(deep(33), 32)?.kind, 'depth');
    assert.equal(faultOfJson(Buffer.from(`${'[]'.repeat(100)}`), 1), null);
    assert.equal(faultOfJson(deep(1_000_000), 2_000_000), null);
  });

  it('knows texts one after the other, with marks and separators between them, and numbers of any length', () => {
    assert.equal(faultOfJson(Buffer.from('\uFEFF{"a":1}\n\u001e{"b":2}\r\n\n[3]'), 8), null);
    assert.equal(faultOfJson(Buffer.from(`[${'9'.repeat(50_000)}e-${'1'.repeat(5000)}]`), 8), null);
    assert.equal(faultOfJson(Buffer.from('[1]2'), 8)?.expected, 'an object or a list');
    assert.equal(faultOfJson(Buffer.from(' \n'), 8)?.line, 2);
  });

  it('says where text stops being UTF-8', () => {
    for (const [bytes, offset] of [
      [[0x5b, 0x22, 0xff, 0x22, 0x5d], 2],
      [[0x5b, 0x22, 0xc3, 0x22, 0x5d], 2],
      [[0x5b, 0xc3, 0xa9, 0xed, 0xa0, 0x80], 3],
      [[0x5b, 0x22, 0xe2, 0x82], 2],
    ] as const) {
      const found = faultOfJson(Buffer.from(bytes), 8);
      assert.deepEqual([found?.kind, found?.offset], ['utf8', offset]);
    }
  });
});
