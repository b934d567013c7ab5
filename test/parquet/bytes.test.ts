import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { ByteBuffer } from '../../src/parquet/bytes.ts';

test('any slice of a Buffer or a Uint8Array is appended, short or long', () => {
  const slice = fc.tuple(fc.uint8Array({ maxLength: 200 }), fc.nat(), fc.nat(), fc.boolean());
  fc.assert(
    fc.property(fc.array(slice, { maxLength: 30 }), (slices) => {
      const out = new ByteBuffer();
      const expected: number[] = [];
      for (const [bytes, a, b, asBuffer] of slices) {
        const [start, end] = [a % (bytes.length + 1), b % (bytes.length + 1)].sort((x, y) => x - y) as [number, number];
        out.put(asBuffer ? Buffer.from(bytes) : bytes, start, end);
        expected.push(...bytes.subarray(start, end));
      }
      assert.deepEqual([...out.view()], expected);
    }),
  );
});

test('whole numbers up to 2^53 are 64-bit two’s complement', () => {
  const edges = fc.constantFrom(0n, -1n, 2n ** 32n, -(2n ** 32n), 2n ** 31n, 2n ** 53n, -(2n ** 53n));
  fc.assert(
    fc.property(fc.oneof(edges, fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n })), (value) => {
      const out = new ByteBuffer();
      out.int64(Number(value));
      assert.equal(Buffer.from(out.view()).readBigInt64LE(), value);
    }),
  );
});

test('varints are unsigned LEB128 beyond 32 bits', () => {
  const encoded = (value: number) => {
    const out = new ByteBuffer();
    out.varint(value);
    return [...out.view()];
  };
  assert.deepEqual(encoded(0), [0]);
  assert.deepEqual(encoded(127), [127]);
  assert.deepEqual(encoded(300), [0xac, 2]);
  assert.deepEqual(encoded(2 ** 40), [128, 128, 128, 128, 128, 32]);
  assert.deepEqual(encoded(2 ** 53 - 1), [255, 255, 255, 255, 255, 255, 255, 15]);
});

test('clearing keeps the memory, unless it has grown beyond what is to be kept', () => {
  const out = new ByteBuffer();
  out.put(new Uint8Array(10_000));
  const held = out.bytes;
  out.clear(10_000);
  assert.equal(out.bytes, held);
  assert.equal(out.length, 0);
  out.clear(9_999);
  assert.equal(out.bytes.length, 0);
  out.byte(7);
  assert.deepEqual([...out.view()], [7]);
});
