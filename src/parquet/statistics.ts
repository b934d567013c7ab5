import { ByteBuffer } from './bytes.ts';
import type { ColumnSpec } from './schema.ts';

/** The least and the greatest value of a column; strings as UTF-8, compared byte by byte. */
export interface Extremes {
  readonly min: number | Uint8Array;
  readonly max: number | Uint8Array;
}

/** What is known of a column's values in one file. min and max are null where there is no value or none was kept track of. */
export interface ColumnStatistics {
  readonly name: string;
  readonly nullCount: number;
  readonly min: number | Uint8Array | null;
  readonly max: number | Uint8Array | null;
}

// A long bound costs every reader of the footer more than it saves.
const LONGEST_BOUND = 64;

/** The extremes of a PLAIN page of at least one string; copies, not views of it. */
export function textExtremes(page: Uint8Array): Extremes {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  let min: Uint8Array | null = null;
  let max: Uint8Array | null = null;
  for (let at = 0; at < page.length; ) {
    const end = at + 4 + view.getUint32(at, true);
    const value = page.subarray(at + 4, end);
    if (min === null || Buffer.compare(value, min) < 0) min = value;
    if (max === null || Buffer.compare(value, max) > 0) max = value;
    at = end;
  }
  if (min === null || max === null) throw new Error('A dictionary page without entries has no extremes');
  return { min: Uint8Array.from(min), max: Uint8Array.from(max) };
}

/** The bounds as the footer holds them, PLAIN without a length; null where they are unknown or too long. */
export function footerBounds(
  spec: ColumnSpec,
  { min, max }: ColumnStatistics,
): { min: Uint8Array; max: Uint8Array } | null {
  if (min === null || max === null) return null;
  const bounds = { min: plainValue(spec, min), max: plainValue(spec, max) };
  return bounds.min.length > LONGEST_BOUND || bounds.max.length > LONGEST_BOUND ? null : bounds;
}

function plainValue(spec: ColumnSpec, value: number | Uint8Array): Uint8Array {
  if (typeof value !== 'number') return value;
  const bytes = new ByteBuffer();
  if (spec.type === 'int32') bytes.int32(value);
  else bytes.int64(value);
  return bytes.view();
}
