import { ByteBuffer } from './bytes.ts';
import type { Chunk, DictionaryPage } from './chunk.ts';
import type { Column, RowCounter } from './column.ts';
import { ENCODING } from './format.ts';
import { bitWidth, putRun } from './hybrid.ts';
import { beginLevels, endLevels } from './levels.ts';
import { isHeld } from './schema.ts';
import { type Extremes, textExtremes } from './statistics.ts';

type RunValue = Uint8Array | number | null;

interface Run {
  readonly rows: number;
  /** Index into the dictionary; null for a run of nulls. */
  readonly entry: number | null;
}

/** A column whose value stays the same for many rows. It costs nothing per row: one page with one RLE run per value. */
export class RunColumn implements Column {
  readonly chunk: Chunk;
  readonly #rows: RowCounter;
  readonly #dictionary = new ByteBuffer();
  #runs: Run[] = [];
  #value: RunValue = null;
  #from = 0;
  #entries = 0;
  #entryValue: RunValue = null;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor(chunk: Chunk, rows: RowCounter) {
    this.chunk = chunk;
    this.#rows = rows;
  }

  get heldBytes(): number {
    return this.chunk.heldBytes + this.#dictionary.length + 16 * this.#runs.length;
  }

  /**
   * Sets the value of the current row and of all that follow, until set again; the last call within a row counts.
   * Strings are UTF-8, copied at once. A new file begins with null.
   *
   * @throws TypeError for a value of another type than the column's; RangeError for a number it cannot hold.
   */
  set(value: RunValue): void {
    this.#check(value);
    if (same(value, this.#value)) return;
    this.#endRun(this.#rows.ended);
    this.#value = value instanceof Uint8Array ? Uint8Array.from(value) : value;
  }

  close(rows: number): void {
    this.#endRun(rows);
    if (rows > 0) this.#seal(rows);
  }

  dictionary(): DictionaryPage | null {
    return this.#entries === 0 ? null : { body: this.#dictionary.view(), entries: this.#entries };
  }

  extremes(): Extremes | null {
    if (this.#entries === 0) return null;
    if (this.chunk.spec.type === 'string') return textExtremes(this.#dictionary.view());
    return { min: this.#min + 0, max: this.#max + 0 };
  }

  reset(): void {
    this.chunk.reset();
    this.#dictionary.clear();
    this.#runs = [];
    this.#value = null;
    this.#from = 0;
    this.#entries = 0;
    this.#entryValue = null;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
  }

  #check(value: RunValue): void {
    const { name, type } = this.chunk.spec;
    if (value === null) return;
    if ((typeof value === 'number') === (type === 'string')) {
      throw new TypeError(
        `Column ${name}: expected ${type === 'string' ? 'UTF-8 bytes' : 'a number'}, found ${typeof value}`,
      );
    }
    if (typeof value === 'number' && !isHeld(type, value)) {
      throw new RangeError(`Column ${name}: expected an ${type}, found ${value}`);
    }
  }

  #endRun(end: number): void {
    const rows = end - this.#from;
    if (rows === 0) return;
    this.#runs.push({ rows, entry: this.#value === null ? null : this.#entryOf(this.#value) });
    this.#from = end;
  }

  // Only the latest entry is looked at: a value that comes back later is written again, which is valid and rare.
  #entryOf(value: Uint8Array | number): number {
    if (same(value, this.#entryValue)) return this.#entries - 1;
    this.#entryValue = value;
    if (typeof value !== 'number') {
      this.#dictionary.text(value, 0, value.length);
    } else {
      if (this.chunk.spec.type === 'int32') this.#dictionary.int32(value);
      else this.#dictionary.int64(value);
      this.#min = Math.min(this.#min, value);
      this.#max = Math.max(this.#max, value);
    }
    return this.#entries++;
  }

  #seal(rows: number): void {
    const page = new ByteBuffer();
    if (!this.chunk.spec.required) {
      const start = beginLevels(page);
      for (const run of this.#runs) putRun(page, run.entry === null ? 0 : 1, run.rows, 1);
      endLevels(page, start);
    }
    const present = this.#runs.filter((run) => run.entry !== null);
    const values = present.reduce((sum, run) => sum + run.rows, 0);
    if (values > 0) {
      const width = bitWidth(this.#entries - 1);
      page.byte(width);
      for (const run of present) putRun(page, run.entry ?? 0, run.rows, width);
    }
    this.chunk.seal(page.view(), rows, values, values > 0 ? ENCODING.rleDictionary : ENCODING.plain);
  }
}

function same(a: RunValue, b: RunValue): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return a === b;
}
