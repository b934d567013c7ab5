import type { Chunk, DictionaryPage } from './chunk.ts';
import type { Column, RowCounter } from './column.ts';
import { OpenPage, type PageLimits } from './page.ts';
import { isHeld } from './schema.ts';
import type { Extremes } from './statistics.ts';

/** A column of whole numbers: int32, int64 or timestamp, `plain`. */
export class NumberColumn implements Column {
  readonly chunk: Chunk;
  readonly #rows: RowCounter;
  readonly #page: OpenPage;
  readonly #wide: boolean;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor(chunk: Chunk, rows: RowCounter, limits: PageLimits) {
    this.chunk = chunk;
    this.#rows = rows;
    this.#page = new OpenPage(chunk, limits);
    this.#wide = chunk.spec.type !== 'int32';
  }

  get heldBytes(): number {
    return this.chunk.heldBytes + this.#page.heldBytes;
  }

  /**
   * Gives the current row a whole number: 32 bits for int32, else |value| <= 2^53, microseconds for a timestamp. A row
   * without this call is null.
   *
   * @throws RangeError for any other number; Error if the row has a value already.
   */
  append(value: number): void {
    const { spec } = this.chunk;
    if (!isHeld(spec.type, value))
      throw new RangeError(`Column ${spec.name}: expected an ${spec.type}, found ${value}`);
    const page = this.#page;
    page.begin(this.#rows.ended, this.#wide ? 8 : 4);
    if (this.#wide) page.body.int64(value);
    else page.body.int32(value);
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  close(rows: number): void {
    this.#page.close(rows);
  }

  dictionary(): DictionaryPage | null {
    return null;
  }

  extremes(): Extremes | null {
    // Adding 0 turns -0 into 0, which is how the page holds it.
    return this.#min > this.#max ? null : { min: this.#min + 0, max: this.#max + 0 };
  }

  reset(): void {
    this.chunk.reset();
    this.#page.reset();
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
  }
}
