import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync } from 'hyparquet';
import { rangesOf, readChunks } from '../lake/index.ts';
import { DECOMPRESSORS } from '../parquet/index.ts';
import type { Storage } from '../storage/index.ts';

/** What the values of a column come to: its bounds, null where it has no value, and its nulls. */
export interface ColumnBounds {
  readonly min: Comparable | null;
  readonly max: Comparable | null;
  readonly nulls: number;
}

/** A value that has a place in an order: a number, an instant in milliseconds, or a text as UTF-8. */
export type Comparable = number | bigint | Uint8Array;

/** A Parquet file whose columns are asked for their bounds. */
export class BoundedFile {
  readonly #file: AsyncBuffer;
  readonly #metadata: FileMetaData;

  private constructor(file: AsyncBuffer, metadata: FileMetaData) {
    this.#file = file;
    this.#metadata = metadata;
  }

  /** @throws storage errors, and Error where it is no Parquet file */
  static async open(storage: Storage, path: string, size: number): Promise<BoundedFile> {
    const file = rangesOf(storage, path, size);
    return new BoundedFile(file, await parquetMetadataAsync(file));
  }

  get rows(): number {
    return Number(this.#metadata.num_rows);
  }

  /** The bounds as the footer says them; null where it does not. They may be wider than the values. */
  stated(column: string): ColumnBounds | null {
    let bounds = EMPTY;
    for (const { columns } of this.#metadata.row_groups) {
      const stated = columns.find(({ meta_data: data }) => data?.path_in_schema.join('.') === column)?.meta_data;
      const { min_value: min, max_value: max, null_count: nulls } = stated?.statistics ?? {};
      const [least, most] = [comparable(min), comparable(max)];
      if (nulls === undefined || least === null || most === null) return null;
      bounds = { min: lesser(bounds.min, least), max: greater(bounds.max, most), nulls: bounds.nulls + Number(nulls) };
    }
    return bounds;
  }

  /** The bounds as every value of these columns gives them; a column that the file lacks is left out. */
  async actual(columns: readonly string[]): Promise<ReadonlyMap<string, ColumnBounds>> {
    const found = new Map<string, ColumnBounds>();
    const { schema } = this.#metadata;
    const shared = { file: this.#file, metadata: this.#metadata, compressors: DECOMPRESSORS, rowEnd: this.rows };
    for (const column of columns) {
      if (!schema.some(({ name }) => name === column)) continue;
      let bounds = EMPTY;
      // One at a time: all values of a column are in memory at once.
      await readChunks({ ...shared, columns: [column] }, ({ columnData }) => {
        bounds = widened(bounds, columnData);
      });
      found.set(column, bounds);
    }
    return found;
  }
}

const EMPTY: ColumnBounds = { min: null, max: null, nulls: 0 };

/** A value in its order; null for one that has none, such as a list. */
export function comparable(value: unknown): Comparable | null {
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isNaN(value))) return value;
  if (value instanceof Date) return value.getTime();
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : null;
}

/** Negative where the first comes before the second; null where they are of different kinds. */
export function compare(a: Comparable, b: Comparable): number | null {
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) : null;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What values of one column come to. */
export function boundsOf(values: ArrayLike<unknown>): ColumnBounds {
  return widened(EMPTY, values);
}

/** What the values of several parts of a column come to. */
export function joined(parts: readonly ColumnBounds[]): ColumnBounds {
  return parts.reduce((all, { min, max, nulls }) => {
    const least = min === null ? all.min : lesser(all.min, min);
    return { min: least, max: max === null ? all.max : greater(all.max, max), nulls: all.nulls + nulls };
  }, EMPTY);
}

function widened(before: ColumnBounds, values: ArrayLike<unknown>): ColumnBounds {
  let { min, max, nulls } = before;
  // Most values are as those before them: a text is compared as bytes only where it is another one.
  let last: unknown;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === null || value === undefined) nulls++;
    else if (value !== last) {
      const found = comparable(value);
      if (found !== null) {
        min = lesser(min, found);
        max = greater(max, found);
      }
      last = value;
    }
  }
  return { min, max, nulls };
}

function lesser(a: Comparable | null, b: Comparable): Comparable {
  return a === null || (compare(b, a) ?? 0) < 0 ? b : a;
}

function greater(a: Comparable | null, b: Comparable): Comparable {
  return a === null || (compare(b, a) ?? 0) > 0 ? b : a;
}
