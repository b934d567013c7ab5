import assert from 'node:assert/strict';
import { test } from 'vitest';
import { ByteBuffer } from '../../src/parquet/bytes.ts';
import { ThriftWriter } from '../../src/parquet/thrift.ts';

function written(body: (thrift: ThriftWriter) => void): number[] {
  const out = new ByteBuffer();
  const thrift = new ThriftWriter(out);
  thrift.root(() => body(thrift));
  return [...out.view()];
}

test('a field is its step from the previous one and its type; numbers are zigzag varints', () => {
  assert.deepEqual(
    written((thrift) => {
      thrift.i32(1, -1);
      thrift.i64(3, 150);
      thrift.i16(4, 1);
    }),
    [0x15, 1, 0x26, 0xac, 2, 0x14, 2, 0],
  );
});

test('a boolean is in the type, a string has its length in bytes', () => {
  assert.deepEqual(
    written((thrift) => {
      thrift.bool(1, true);
      thrift.bool(2, false);
      thrift.string(3, 'é');
    }),
    [0x11, 0x12, 0x18, 2, 0xc3, 0xa9, 0],
  );
});

test('field ids start anew within a struct and go on after it', () => {
  assert.deepEqual(
    written((thrift) => {
      thrift.i32(5, 0);
      thrift.struct(6, () => thrift.i32(1, 0));
      thrift.i32(7, 0);
    }),
    [0x55, 0, 0x1c, 0x15, 0, 0, 0x15, 0, 0],
  );
});

test('a list up to 14 elements has its size in the type byte, a longer one behind it', () => {
  assert.deepEqual(
    written((thrift) => thrift.i32List(1, [1, 2])),
    [0x19, 0x25, 2, 4, 0],
  );
  assert.deepEqual(
    written((thrift) => thrift.stringList(1, new Array<string>(15).fill(''))),
    [0x19, 0xf8, 15, ...new Array<number>(15).fill(0), 0],
  );
  assert.deepEqual(
    written((thrift) => thrift.structList(1, [1, 2], (value) => thrift.i32(1, value))),
    [0x19, 0x2c, 0x15, 2, 0, 0x15, 4, 0, 0],
  );
});

test('fields out of order are an error, not a broken file', () => {
  assert.throws(() => written((thrift) => [thrift.i32(2, 0), thrift.i32(1, 0)]), /field 1 cannot follow field 2/);
});
