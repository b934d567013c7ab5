import type { ByteBuffer } from './bytes.ts';

/** Bits needed to write the numbers 0 to `largest`; at least 1, because not every reader takes a width of 0. */
export function bitWidth(largest: number): number {
  return Math.max(1, 32 - Math.clz32(largest));
}

/** Writes `count` times the same value, as one RLE run of the hybrid encoding. */
export function putRun(out: ByteBuffer, value: number, count: number, width: number): void {
  out.varint(count * 2);
  for (let shift = 0; shift < width; shift += 8) out.byte((value >>> shift) & 0xff);
}

/**
 * Writes values[0, count) in the RLE / bit-packed hybrid of Parquet: eight equal values or more become an RLE run, the rest
 * is packed, in groups of eight, least significant bit first. `width` is at most 16 bits.
 *
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export function putHybrid(out: ByteBuffer, values: Uint16Array, count: number, width: number): void {
  let packedFrom = 0;
  let at = 0;
  while (at < count) {
    const value = values[at]!;
    let end = at + 1;
    while (end < count && values[end] === value) end++;
    // A packed stretch that is not the last must fill its groups, so it takes the first few of the equal values.
    const runFrom = at + ((packedFrom - at) & 7);
    if (end - runFrom >= 8) {
      putPacked(out, values, packedFrom, runFrom, width);
      putRun(out, value, end - runFrom, width);
      packedFrom = end;
    }
    at = end;
  }
  putPacked(out, values, packedFrom, count, width);
}

function putPacked(out: ByteBuffer, values: Uint16Array, start: number, end: number, width: number): void {
  if (start === end) return;
  const groups = Math.ceil((end - start) / 8);
  out.varint(groups * 2 + 1);
  out.reserve(groups * width);
  const bytes = out.bytes;
  const stop = out.length + groups * width;
  let to = out.length;
  let bits = 0;
  let held = 0;
  for (let at = start; at < end; at++) {
    bits |= values[at]! << held;
    held += width;
    while (held >= 8) {
      bytes[to++] = bits;
      bits >>>= 8;
      held -= 8;
    }
  }
  // The last group is filled up with zeros; the buffer may hold leftovers there.
  while (to < stop) {
    bytes[to++] = bits;
    bits = 0;
  }
  out.length = stop;
}
