import assert from 'node:assert/strict';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { compressors } from 'hyparquet-compressors';
import { describe, it } from 'vitest';
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

  it('undoes what other writers do', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 400 }), (drawn, repeats) => {
        const page = Buffer.concat([drawn, Buffer.alloc(repeats, 7), drawn]);
        for (const [codec, stored] of [
          ['GZIP', gzipSync(page)],
          ['GZIP', deflateSync(page)],
          ['BROTLI', brotliCompressSync(page)],
          ['ZSTD', zstdCompressSync(page)],
          ['LZ4_RAW', lz4Block(page)],
          ['LZ4', lz4Block(page)],
          ['LZ4', framed(page.subarray(0, 9), page.subarray(9))],
        ] as const) {
          const found = DECOMPRESSORS[codec]?.(stored, page.length);
          assert.deepEqual(found && Buffer.from(found), page, codec);
        }
      }),
    );
  });

  it('reads a page without a value, which LZ4 stores as one byte, and some writers as none', () => {
    assert.deepEqual(DECOMPRESSORS.LZ4_RAW?.(Uint8Array.of(0), 0), new Uint8Array());
    for (const decompress of Object.values(DECOMPRESSORS))
      assert.deepEqual(decompress(new Uint8Array(), 0), new Uint8Array());
    // Why it is not left to the library.
    assert.throws(() => compressors.LZ4_RAW?.(Uint8Array.of(0), 0), /offset out of range/);
  });

  it('refuses pages that hold more or less than is due, and takes no more memory than that', () => {
    const page = Buffer.alloc(1_000_000, 7);
    for (const [codec, stored] of [
      ['GZIP', gzipSync(page)],
      ['BROTLI', brotliCompressSync(page)],
      ['ZSTD', zstdCompressSync(page)],
      ['LZ4_RAW', lz4Block(page)],
      ['LZ4', framed(page)],
    ] as const) {
      for (const due of [0, 1, 999_999, 1_000_001]) assert.throws(() => DECOMPRESSORS[codec]?.(stored, due), codec);
    }
  });

  it('ends in so many bytes or in an error, whatever an LZ4 page holds', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('LZ4', 'LZ4_RAW'),
        fc.uint8Array({ maxLength: 60 }),
        fc.nat(200),
        (codec, bytes, due) => {
          try {
            assert.equal(DECOMPRESSORS[codec]?.(bytes, due).length, due);
          } catch (error) {
            assert.ok(error instanceof Error && !(error instanceof assert.AssertionError), String(error));
          }
        },
      ),
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

/** An LZ4 block: runs of one byte as matches, all else as literals. */
function lz4Block(page: Uint8Array): Buffer {
  const parts: Buffer[] = [];
  let start = 0;
  for (let at = 1; at < page.length; at++) {
    let end = at;
    while (end < page.length && page[end] === page[at - 1]) end++;
    if (end - at < 4) continue;
    parts.push(sequence(page.subarray(start, at), end - at), Buffer.of(1, 0), longer(end - at - 4));
    start = end;
    at = end;
  }
  return Buffer.concat([...parts, sequence(page.subarray(start), null)]);
}

/** The literals of a sequence with the token before them; the last one of a block has no match. */
function sequence(literals: Uint8Array, match: number | null): Buffer {
  const token = (Math.min(literals.length, 15) << 4) | (match === null ? 0 : Math.min(match - 4, 15));
  return Buffer.concat([Buffer.of(token), longer(literals.length), literals]);
}

/** What a length has beyond its place in the token. */
function longer(length: number): Buffer {
  if (length < 15) return Buffer.alloc(0);
  const rest = length - 15;
  return Buffer.concat([Buffer.alloc(Math.floor(rest / 255), 255), Buffer.of(rest % 255)]);
}

/** Blocks in Hadoop's framing. */
function framed(...pages: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    pages.flatMap((page) => {
      const block = lz4Block(page);
      const sizes = Buffer.alloc(8);
      sizes.writeUInt32BE(page.length, 0);
      sizes.writeUInt32BE(block.length, 4);
      return [sizes, block];
    }),
  );
}
