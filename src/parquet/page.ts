import { ByteBuffer } from './bytes.ts';
import type { Chunk } from './chunk.ts';
import { ENCODING } from './format.ts';
import { bitWidth, putHybrid } from './hybrid.ts';
import { levelBytes, putLevels } from './levels.ts';

/** When a page is sealed: after so many rows, or before its values take more bytes than that. */
export interface PageLimits {
  readonly rows: number;
  readonly bytes: number;
}

// A page buffer grows by doubling; starting at this share of a full page, it ends at a full page and not just below the double.
const FIRST_SHARE = 128;
const FIRST_INDEXES = 256;

/**
 * The page of a column that is being filled, with PLAIN values or with dictionary indexes, never both. A row without a
 * value costs nothing: it is a bit that nobody sets. A column without any value owns no memory.
 */
export class OpenPage {
  /** Where the caller puts a PLAIN value after `begin`. Values stand behind room for the levels, so nothing is rearranged. */
  readonly body = new ByteBuffer();
  readonly #chunk: Chunk;
  readonly #limits: PageLimits;
  readonly #optional: boolean;
  readonly #room: number;
  readonly #fullLength: number;
  readonly #levels = new ByteBuffer();
  #bitmap = new Uint8Array(0);
  #indexes = new Uint16Array(0);
  #indexed = 0;
  #largestIndex = 0;
  #firstRow = 0;
  #latestRow = -1;
  #values = 0;

  constructor(chunk: Chunk, limits: PageLimits) {
    this.#chunk = chunk;
    this.#limits = limits;
    this.#optional = !chunk.spec.required;
    this.#room = this.#optional ? levelBytes(limits.rows) : 0;
    this.#fullLength = this.#room + limits.bytes;
  }

  /** Bytes in use while the page is open, its bitmap included. */
  get heldBytes(): number {
    return this.#values === 0 ? 0 : this.body.length + 2 * this.#indexed;
  }

  /**
   * Marks `row` as having a value, for which the caller then puts `size` bytes into `body`. Seals what is full.
   *
   * @throws Error if the row has a value already.
   */
  begin(row: number, size: number): void {
    if (row === this.#latestRow) throw new Error(`Column ${this.#chunk.spec.name}: row ${row} has a value already`);
    if (row - this.#firstRow >= this.#limits.rows || this.body.length + size > this.#fullLength)
      this.#makeRoom(row, size);
    if (this.#values === 0) this.#prepare();
    this.#latestRow = row;
    this.#values++;
    if (this.#optional) {
      const at = row - this.#firstRow;
      this.#bitmap[at >>> 3]! |= 1 << (at & 7);
    }
  }

  /** Gives `row` the dictionary entry `entry`. */
  index(row: number, entry: number): void {
    this.begin(row, 0);
    if (this.#indexed === this.#indexes.length) this.#growIndexes();
    this.#indexes[this.#indexed++] = entry;
    if (entry > this.#largestIndex) this.#largestIndex = entry;
  }

  /**
   * Seals all rows before `row`.
   *
   * @throws Error if `row` has a value already, or if a required column lacks one.
   */
  close(row: number): void {
    if (this.#latestRow >= row)
      throw new Error(`Column ${this.#chunk.spec.name}: row ${row} has a value but was not ended`);
    if (this.#values > 0 && row - this.#firstRow > this.#limits.rows) this.#seal(this.#firstRow + this.#limits.rows);
    if (row > this.#firstRow) this.#seal(row);
  }

  reset(): void {
    this.#clear();
    this.#firstRow = 0;
    this.#latestRow = -1;
  }

  #makeRoom(row: number, size: number): void {
    const { rows } = this.#limits;
    if (this.#values > 0 && row - this.#firstRow >= rows) this.#seal(this.#firstRow + rows);
    // Without a value the bitmap plays no part, so the stretch of nulls may be of any length.
    if (this.#values === 0 && row - this.#firstRow >= rows) this.#seal(row);
    if (this.#values > 0 && this.body.length + size > this.#fullLength) this.#seal(row);
  }

  #seal(end: number): void {
    const rows = end - this.#firstRow;
    this.#prepare();
    // A page of nulls must be PLAIN: an indexed page would have to state a bit width, which some readers then look for.
    const encoding = this.#indexed > 0 ? ENCODING.rleDictionary : ENCODING.plain;
    if (this.#indexed > 0) {
      const width = bitWidth(this.#largestIndex);
      this.body.byte(width);
      putHybrid(this.body, this.#indexes, this.#indexed, width);
    }
    const start = this.#optional ? this.#putLevels(rows) : 0;
    this.#chunk.seal(this.body.view(start), rows, this.#values, encoding);
    this.#clear();
    this.#firstRow = end;
  }

  #putLevels(rows: number): number {
    this.#levels.clear();
    putLevels(this.#levels, rows, this.#values, this.#bitmap);
    const start = this.#room - this.#levels.length;
    this.body.bytes.set(this.#levels.view(), start);
    return start;
  }

  #prepare(): void {
    if (this.body.length > 0) return;
    this.body.reserve(Math.max(this.#room, Math.ceil(this.#fullLength / FIRST_SHARE)));
    this.body.length = this.#room;
    if (this.#optional && this.#bitmap.length === 0) this.#bitmap = new Uint8Array(Math.ceil(this.#limits.rows / 8));
  }

  #growIndexes(): void {
    const grown = new Uint16Array(Math.max(FIRST_INDEXES, 2 * this.#indexes.length));
    grown.set(this.#indexes);
    this.#indexes = grown;
  }

  #clear(): void {
    // One oversized value must not keep its memory for ever.
    this.body.clear(2 * this.#fullLength);
    if (this.#values > 0) this.#bitmap.fill(0);
    this.#indexed = 0;
    this.#largestIndex = 0;
    this.#values = 0;
  }
}
