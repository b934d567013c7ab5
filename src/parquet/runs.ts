import type { DataReader } from 'hyparquet';

/** Bits that a value of the hybrid encoding has at most. */
const MOST_BITS = 32;

/**
 * Reads `count` values of the RLE / bit-packed hybrid from where the reader stands. No run goes on far behind the
 * last value: a file may claim one of two thousand millions in five bytes.
 * Source: Parquet format, "Run Length Encoding / Bit-Packing Hybrid".
 * @throws Error where the bytes end before the values do, or a run after them
 */
export function readRuns(reader: DataReader, count: number, width: number): Uint32Array {
  if (width > MOST_BITS) throw new Error(`expected values of at most ${MOST_BITS} bits, found ${width}`);
  const values = new Uint32Array(count);
  for (let seen = 0; seen < count; ) {
    const header = readVarint(reader);
    const isPacked = header % 2 === 1;
    const length = Math.floor(header / 2);
    const run = isPacked ? length * 8 : length;
    // Packed values have bytes of their own, and DuckDB fills up to 256.
    const isFree = !isPacked || width === 0;
    if (isFree && run > count - seen + 7)
      throw new Error(`a run of ${run} values stands where ${count - seen} are left`);
    if (!isPacked) {
      const end = Math.min(count, seen + length);
      values.fill(readBytes(reader, Math.ceil(width / 8)), seen, end);
      seen = end;
      continue;
    }
    const end = Math.min(count, seen + run);
    const start = reader.offset;
    unpack(reader, values, seen, end, width);
    reader.offset = start + length * width;
    seen = end;
  }
  return values;
}

function unpack({ view, offset }: DataReader, values: Uint32Array, from: number, to: number, width: number): void {
  let bit = 0;
  for (let at = from; at < to; at++) {
    let value = 0;
    for (let done = 0; done < width; ) {
      const byte = view.getUint8(offset + Math.floor(bit / 8)) >>> (bit % 8);
      const taken = Math.min(8 - (bit % 8), width - done);
      value |= (byte & ((1 << taken) - 1)) << done;
      done += taken;
      bit += taken;
    }
    values[at] = value;
  }
}

function readBytes(reader: DataReader, count: number): number {
  let value = 0;
  for (let index = 0; index < count; index++) value += reader.view.getUint8(reader.offset++) * 2 ** (8 * index);
  return value;
}

/** A whole number of 7 bits a byte, the lowest first. @throws Error where it has more than 5 bytes, or the bytes end */
export function readVarint(reader: DataReader): number {
  let value = 0;
  for (let index = 0; index < 5; index++) {
    const byte = reader.view.getUint8(reader.offset++);
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value;
  }
  throw new Error('expected a number of at most 5 bytes, found a longer one');
}
