/** How many events there are of each code in each bucket, by the bucket's place. */
export class Tally {
  readonly #buckets = new Map<number, Map<number, number>>();

  add(bucket: number, code: number, count = 1): void {
    const codes = this.#buckets.get(bucket) ?? new Map<number, number>();
    if (codes.size === 0) this.#buckets.set(bucket, codes);
    codes.set(code, (codes.get(code) ?? 0) + count);
  }

  of(bucket: number, code: number): number {
    return this.#buckets.get(bucket)?.get(code) ?? 0;
  }

  codes(bucket: number): ReadonlyMap<number, number> {
    return this.#buckets.get(bucket) ?? NONE;
  }

  /** Of all codes. */
  total(bucket: number): number {
    let sum = 0;
    for (const count of this.codes(bucket).values()) sum += count;
    return sum;
  }
}

const NONE: ReadonlyMap<number, number> = new Map();

/** A code of a bucket, of which the source counted another number than the table has. */
export interface Cell {
  readonly bucket: number;
  readonly code: number;
  readonly source: number;
  readonly lake: number;
  /** Of those in the table, the ones that are doubted: see {@link differences}. */
  readonly doubted: number;
}

/**
 * Where both differ, among these buckets, and where some of the table's are doubted: those may stand for others that it lacks.
 * @param doubted events of the table that only a webhook brought, although an export covers their time
 */
export function differences(buckets: Iterable<number>, source: Tally, lake: Tally, doubted?: Tally): Cell[] {
  const cells: Cell[] = [];
  for (const bucket of buckets) {
    const codes = new Set([...source.codes(bucket).keys(), ...lake.codes(bucket).keys()]);
    for (const code of [...codes].sort((a, b) => a - b)) {
      const [counted, held] = [source.of(bucket, code), lake.of(bucket, code)];
      const some = doubted?.of(bucket, code) ?? 0;
      if (counted !== held || some > 0) cells.push({ bucket, code, source: counted, lake: held, doubted: some });
    }
  }
  return cells;
}
