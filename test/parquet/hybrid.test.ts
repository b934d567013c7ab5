import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { ByteBuffer } from '../../src/parquet/bytes.ts';
import { bitWidth, putHybrid, putRun } from '../../src/parquet/hybrid.ts';

/** Decodes as the specification says, one bit at a time. */
function decode(bytes: Uint8Array, width: number, count: number): number[] {
  const values: number[] = [];
  let at = 0;
  while (values.length < count) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? assert.fail('the encoding ended early');
      header |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const bit = (index: number) => ((bytes[at + (index >> 3)] ?? assert.fail('a run ended early')) >> (index & 7)) & 1;
    const number = (from: number) =>
      Array.from({ length: width }, (_, i) => bit(from + i) << i).reduce((a, b) => a | b, 0);
    if (header & 1) {
      const groups = header >> 1;
      for (let i = 0; i < groups * 8; i++) values.push(number(i * width));
      at += groups * width;
    } else {
      const value = number(0);
      for (let i = 0; i < header >> 1; i++) values.push(value);
      at += Math.ceil(width / 8);
    }
  }
  assert.equal(at, bytes.length, 'nothing follows the last run');
  assert.ok(
    values.slice(count).every((value) => value === 0),
    'the last group is filled with zeros',
  );
  return values.slice(0, count);
}

test('every sequence of runs decodes to itself, at every width', () => {
  const runs = fc.array(fc.tuple(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 1, max: 40 })), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(runs, fc.integer({ min: 1, max: 16 }), (drawn, width) => {
      const values = drawn.flatMap(([value, length]) => new Array<number>(length).fill(value % 2 ** width));
      const out = new ByteBuffer();
      // Leftovers of an earlier page must not show through.
      out.put(new Uint8Array(5000).fill(0xff));
      out.clear();
      putHybrid(out, Uint16Array.from(values), values.length, width);
      assert.deepEqual(decode(out.view(), width, values.length), values);
    }),
  );
});

test('eight equal values make a run, seven are packed', () => {
  const encoded = (values: number[]) => {
    const out = new ByteBuffer();
    putHybrid(out, Uint16Array.from(values), values.length, 1);
    return [...out.view()];
  };
  assert.deepEqual(encoded([1, 1, 1, 1, 1, 1, 1, 1]), [8 << 1, 1]);
  assert.deepEqual(encoded([1, 1, 1, 1, 1, 1, 1]), [3, 0b0111_1111]);
  // The packed group takes seven of the ones to be whole; what remains is still a run.
  assert.deepEqual(encoded([0, ...new Array<number>(15).fill(1)]), [3, 0b1111_1110, 8 << 1, 1]);
});

test('a run of any length and a value of two bytes', () => {
  const out = new ByteBuffer();
  putRun(out, 300, 262_144, 9);
  assert.deepEqual(decode(out.view(), 9, 262_144), new Array(262_144).fill(300));
  assert.equal(out.length, 3 + 2);
});

test('the width is what the largest value needs, and never 0', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 255, 256, 16_383, 65_535].map(bitWidth), [1, 1, 2, 2, 3, 8, 9, 14, 16]);
});
