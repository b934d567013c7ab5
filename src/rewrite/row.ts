import type { ColumnCursor } from './column.ts';
import { REWRITTEN_COLUMNS } from './target.ts';

const POSITIONS: ReadonlyMap<string, number> = new Map(REWRITTEN_COLUMNS.map(({ name }, index) => [name, index]));

/** Some rows of a file, one at a time: the same object stands for each in turn. */
export class StoredRow {
  /** One for each of the rewritten columns; null where the file has no such column, or it was not asked for. */
  readonly cursors: readonly (ColumnCursor | null)[];
  readonly #rows: number;
  readonly #moving: readonly ColumnCursor[];
  #row = 0;

  /** The cursors have that many rows left in their pages. */
  constructor(rows: number, cursors: readonly (ColumnCursor | null)[]) {
    this.#rows = rows;
    this.cursors = cursors;
    this.#moving = cursors.filter((cursor) => cursor !== null);
  }

  /** Goes to the next row, at first to the first one. False at the end. @throws Error for what cannot be read */
  next(): boolean {
    if (this.#row === this.#rows) return false;
    for (const cursor of this.#moving) cursor.next();
    this.#row++;
    return true;
  }

  /** UTF-8 of a text column, null where there is none. Valid until the next row. */
  text(name: string): Uint8Array | null {
    const cursor = this.#cursorOf(name);
    return cursor === null || cursor.isNull ? null : cursor.bytes.subarray(cursor.start, cursor.end);
  }

  /** Value of a number column (microseconds for a timestamp), null where there is none. */
  number(name: string): number | null {
    const cursor = this.#cursorOf(name);
    return cursor === null || cursor.isNull ? null : cursor.number;
  }

  #cursorOf(name: string): ColumnCursor | null {
    const position = POSITIONS.get(name);
    if (position === undefined) throw new RangeError(`no data file of ours has a column ${name}`);
    return this.cursors[position] ?? null;
  }
}
