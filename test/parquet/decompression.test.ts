import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { snappy, zstd } from '../../src/parquet/codec.ts';
import { DECOMPRESSORS } from '../../src/parquet/decompression.ts';

describe('decompression', () => {
  it('undoes what our codecs do', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 400 }), (drawn, repeats) => {
        const page = Buffer.concat([drawn, Buffer.alloc(repeats, 7)]);
        for (const codec of [snappy, zstd]) {
          const found = DECOMPRESSORS[codec.name]?.(codec.compress(page), page.length);
          assert.deepEqual(found && Buffer.from(found), page, codec.name);
        }
      }),
    );
  });

  it('refuses Snappy that says it holds more or less than is due, before memory is taken for it', () => {
    const page = snappy.compress(Buffer.alloc(1000, 7));
    for (const due of [0, 999, 1001, 2 ** 31]) assert.throws(() => DECOMPRESSORS.SNAPPY?.(page, due), /are due/);
    const boastful = Buffer.from('ffffffff0f0061', 'hex');
    assert.throws(() => DECOMPRESSORS.SNAPPY?.(boastful, 1), /4294967295 bytes where 1 are due/);
  });

  it('refuses what is no Snappy', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        const damaged = Uint8Array.of(200, 1, ...bytes);
        // Whatever the bytes are, it ends in 200 bytes or in an error.
        try {
          assert.equal(DECOMPRESSORS.SNAPPY?.(damaged, 200).length, 200);
        } catch (error) {
          assert.ok(error instanceof Error && !(error instanceof assert.AssertionError));
        }
      }),
    );
    assert.throws(() => DECOMPRESSORS.SNAPPY?.(new Uint8Array(), 1));
    assert.throws(() => DECOMPRESSORS.SNAPPY?.(Uint8Array.of(5, 0xff, 0xff), 5));
  });
});
