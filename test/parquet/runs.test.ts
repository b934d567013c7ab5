import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { ByteBuffer } from '../../src/parquet/bytes.ts';
import { putHybrid } from '../../src/parquet/hybrid.ts';
import { readRuns } from '../../src/parquet/runs.ts';

const readerOf = (bytes: readonly number[] | Uint8Array) => {
  const content = Uint8Array.from(bytes);
  return { view: new DataView(content.buffer), offset: 0 };
};

describe('runs of values', () => {
  it('are what was written, in any width', () => {
    const stretches = fc.array(fc.tuple(fc.nat(0xffff), fc.integer({ min: 1, max: 30 })), { maxLength: 12 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), stretches, (width, runs) => {
        const values = runs.flatMap(([value, count]) => Array<number>(count).fill(value % 2 ** width));
        const out = new ByteBuffer();
        putHybrid(out, Uint16Array.from(values), values.length, width);
        const reader = readerOf(out.view());
        assert.deepEqual([...readRuns(reader, values.length, width)], values);
        assert.equal(reader.offset, out.view().length);
      }),
    );
  });

  it('have values of up to 32 bits', () => {
    assert.deepEqual([...readRuns(readerOf([4, 0xff, 0xff, 0xff, 0xff]), 2, 32)], [0xffffffff, 0xffffffff]);
    assert.deepEqual([...readRuns(readerOf([3, ...Array<number>(32).fill(0xff)]), 8, 32)], Array(8).fill(0xffffffff));
    assert.throws(() => readRuns(readerOf([4, 0]), 2, 33), /at most 32 bits/);
  });

  for (const [what, bytes, width] of [
    ['longer than the page', [0xfe, 0xff, 0xff, 0xff, 0x0f, 1], 1],
    ['packed, and longer than the page', [0xff, 0xff, 0xff, 0xff, 0x0f, 1], 0],
    ['without an end to its length', Array<number>(20).fill(0xff), 1],
    ['of nothing, again and again', Array<number>(2000).fill(0), 0],
    ['packed beyond the bytes', [7, 1], 3],
    ['not there', [], 1],
  ] as const) {
    it(`${what} end at once`, () => {
      assert.throws(() => readRuns(readerOf(bytes), 24, width));
    });
  }
});
