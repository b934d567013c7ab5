import type { ByteBuffer } from './bytes.ts';
import { putRun } from './hybrid.ts';

/** Most bytes that `putLevels` writes for a page of so many rows. */
export function levelBytes(rows: number): number {
  return 4 + 5 + Math.ceil(rows / 8);
}

/**
 * Writes the definition levels of a flat optional column: 1 where a row has a value. A bit-packed run of width 1 is the
 * validity bitmap itself (least significant bit first); where all or none are present it is one RLE run of any length.
 *
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export function putLevels(out: ByteBuffer, rows: number, values: number, bitmap: Uint8Array): void {
  const start = beginLevels(out);
  if (values === 0 || values === rows) {
    putRun(out, values === 0 ? 0 : 1, rows, 1);
  } else {
    const groups = Math.ceil(rows / 8);
    out.varint(groups * 2 + 1);
    out.put(bitmap, 0, groups);
  }
  endLevels(out, start);
}

/** Opens levels written run by run; `endLevels` takes what this returns. */
export function beginLevels(out: ByteBuffer): number {
  out.int32(0);
  return out.length;
}

/** Puts the length before the levels that began at `start`. */
export function endLevels(out: ByteBuffer, start: number): void {
  out.patchInt32(start - 4, out.length - start);
}
