import type { Data, DataType } from 'apache-arrow';
import { type Arrow, arrowType } from './arrow-types.ts';
import type { ColumnType } from './column-type.ts';

type Values = readonly unknown[];

/** What a column holds, without the nulls: its buffers, or those of the columns in it. */
type Buffers = {
  readonly data?: ArrayBufferView;
  readonly valueOffsets?: Int32Array;
  readonly children?: Data[];
  readonly child?: Data;
};

/** Values of a column, see {@link ExactValues}, as Arrow lays them out in memory. */
export function arrowData(arrow: Arrow, type: ColumnType, values: Values): Data {
  const nulls = nullsOf(values);
  const props = { type: arrowType(arrow, type), length: values.length, ...nulls, ...buffersOf(arrow, type, values) };
  // Which buffers a type has is for the types above to know.
  return arrow.makeData(props as never) as Data<DataType>;
}

function nullsOf(values: Values): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  const nullCount = values.reduce((count: number, value) => count + (value === null ? 1 : 0), 0);
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bits(values, (value) => value !== null) };
}

function buffersOf(arrow: Arrow, type: ColumnType, values: Values): Buffers {
  switch (type.kind) {
    case 'boolean':
      return { data: bits(values, (value) => value === true) };
    case 'integer':
      if (type.bits === 128) return { data: wideIntegers(values) };
      return { data: type.bits === 64 ? longs(values, type.signed) : integers(values, type.bits, type.signed) };
    case 'float':
      return { data: type.bits === 32 ? Float32Array.from(numbers(values)) : Float64Array.from(numbers(values)) };
    case 'decimal':
      return { data: wideIntegers(values) };
    case 'date':
      return { data: Int32Array.from(numbers(values)) };
    case 'time':
    case 'timestamp':
      return { data: longs(values, true) };
    case 'interval':
      return { data: intervals(values) };
    case 'list': {
      const items = values.flatMap((value) => (value as Values | null) ?? []);
      return { valueOffsets: offsets(values), child: arrowData(arrow, type.of, items) };
    }
    case 'struct':
      return { children: type.fields.map(({ name, type: of }) => fieldData(arrow, of, values, name)) };
    case 'map': {
      const entries = values.flatMap((value) => (value as Values | null) ?? []);
      const fields = [
        { name: 'key', type: type.key },
        { name: 'value', type: type.value },
      ];
      return { valueOffsets: offsets(values), child: arrowData(arrow, { kind: 'struct', fields }, entries) };
    }
    default:
      return texts(values);
  }
}

function fieldData(arrow: Arrow, type: ColumnType, values: Values, name: string): Data {
  return arrowData(
    arrow,
    type,
    values.map((value) => (value === null ? null : ((value as Readonly<Record<string, unknown>>)[name] ?? null))),
  );
}

function bits(values: Values, isSet: (value: unknown) => boolean): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 64) * 8);
  for (const [index, value] of values.entries()) if (isSet(value)) bytes[index >> 3]! |= 1 << (index & 7);
  return bytes;
}

function numbers(values: Values): number[] {
  return (values as readonly (number | null)[]).map((value) => value ?? 0);
}

function integers(values: Values, bits: 8 | 16 | 32, signed: boolean): ArrayBufferView {
  const kinds = signed
    ? { 8: Int8Array, 16: Int16Array, 32: Int32Array }
    : { 8: Uint8Array, 16: Uint16Array, 32: Uint32Array };
  return new kinds[bits](numbers(values));
}

function longs(values: Values, signed: boolean): ArrayBufferView {
  const found = (values as readonly (bigint | null)[]).map((value) => value ?? 0n);
  return signed ? BigInt64Array.from(found) : BigUint64Array.from(found);
}

/** 128 bits each, the lowest first. */
function wideIntegers(values: Values): Uint32Array {
  const halves = new BigInt64Array(values.length * 2);
  for (const [index, value] of values.entries()) {
    const found = (value as bigint | null) ?? 0n;
    halves[index * 2] = BigInt.asIntN(64, found);
    halves[index * 2 + 1] = found >> 64n;
  }
  return new Uint32Array(halves.buffer);
}

/** Months, days (32 bits each) and nanoseconds (64). */
function intervals(values: Values): Int32Array {
  const data = new DataView(new ArrayBuffer(values.length * 16));
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const { months, days, micros } = value as { months: number; days: number; micros: bigint };
    data.setInt32(index * 16, months, true);
    data.setInt32(index * 16 + 4, days, true);
    data.setBigInt64(index * 16 + 8, micros * 1000n, true);
  }
  return new Int32Array(data.buffer);
}

function offsets(values: Values): Int32Array {
  const ends = new Int32Array(values.length + 1);
  for (const [index, value] of values.entries())
    ends[index + 1] = ends[index]! + ((value as Values | null)?.length ?? 0);
  return ends;
}

/** Texts as UTF-8, or bytes, one behind the other. */
function texts(values: Values): { readonly data: Uint8Array; readonly valueOffsets: Int32Array } {
  const valueOffsets = new Int32Array(values.length + 1);
  const most = values.reduce((sum: number, value) => sum + sizeOf(value), 0);
  const data = Buffer.allocUnsafe(most);
  let end = 0;
  for (const [index, value] of values.entries()) {
    if (typeof value === 'string') end += data.write(value, end);
    else if (value instanceof Uint8Array) {
      data.set(value, end);
      end += value.length;
    }
    valueOffsets[index + 1] = end;
  }
  return { data: new Uint8Array(data.subarray(0, end)), valueOffsets };
}

/** Bytes that a text takes at most. */
function sizeOf(value: unknown): number {
  return typeof value === 'string' ? value.length * 3 : value instanceof Uint8Array ? value.length : 0;
}
