import { ByteBuffer } from './bytes.ts';
import { ChoiceColumn } from './choice-column.ts';
import { Chunk } from './chunk.ts';
import type { Codec } from './codec.ts';
import { type Column, RowCounter } from './column.ts';
import type { DictionaryLimits } from './dictionary.ts';
import { putFooter } from './footer.ts';
import { MAGIC } from './format.ts';
import { NumberColumn } from './number-column.ts';
import type { PageLimits } from './page.ts';
import { RunColumn } from './run-column.ts';
import { type ColumnSpec, checkColumns } from './schema.ts';
import type { ColumnStatistics } from './statistics.ts';
import { TextColumn } from './text-column.ts';

/** Limits of the pages and dictionaries of a file. */
export interface ParquetFileOptions {
  /** Rows at which a page is sealed, at most 1,048,576; default 32,768. */
  readonly pageRows?: number;
  /** Bytes of values that a page does not exceed, unless one value alone does; default 1 MiB. */
  readonly pageBytes?: number;
  /** Entries at which a dictionary gives way to PLAIN, at most 65,535; default 16,384. */
  readonly dictionaryEntries?: number;
  /** Bytes that a dictionary does not exceed; default 1 MiB. */
  readonly dictionaryBytes?: number;
}

/** A complete Parquet file. */
export interface FinishedFile {
  /** A view of a buffer that is used again: valid until `reset`. */
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** One per column, in the order of the columns. */
  readonly statistics: ColumnStatistics[];
}

// A page's bitmap and indexes are sized by it.
const MOST_PAGE_ROWS = 1_048_576;
// The format counts a page's bytes in 31 bits; levels and one long value need room as well.
const MOST_PAGE_BYTES = 0x4000_0000;
// What page headers and the footer take per column, roughly: it only saves the file buffer from growing twice.
const FRAME_BYTES = 1024;

/**
 * A flat Parquet file that is being filled, row by row, column by column: one row group, data pages V1. The same appends
 * give the same bytes. An error leaves the file unusable until `reset`.
 */
export class ParquetFile {
  readonly #columns = new Map<string, Column>();
  readonly #rows = new RowCounter();
  readonly #buffer = new ByteBuffer();
  #finished = false;

  /** @throws Error for columns or limits that no file can have. */
  constructor(columns: readonly ColumnSpec[], codec: Codec, options: ParquetFileOptions = {}) {
    checkColumns(columns);
    const page = { rows: limit(options.pageRows, 32_768, MOST_PAGE_ROWS), bytes: limit(options.pageBytes, 1_048_576) };
    const dictionary = {
      entries: limit(options.dictionaryEntries, 16_384, 65_535),
      bytes: limit(options.dictionaryBytes, 1_048_576),
    };
    for (const spec of columns) {
      this.#columns.set(spec.name, newColumn(new Chunk(spec, codec), this.#rows, page, dictionary));
    }
  }

  /** Rows ended so far. */
  get rows(): number {
    return this.#rows.ended;
  }

  /** Bytes that the appended values take up, in sealed and open pages; buffers may be up to twice that. One look at each column. */
  get heldBytes(): number {
    let sum = 0;
    for (const column of this.#columns.values()) sum += column.heldBytes;
    return sum;
  }

  /** The column for appending. @throws Error if it is not a `plain` or `dictionary` string. */
  text(name: string): TextColumn {
    const column = this.#columns.get(name);
    if (!(column instanceof TextColumn)) throw mismatch(name, 'plain or dictionary string', column);
    return column;
  }

  /** The column for appending. @throws Error if it is not a `plain` number. */
  number(name: string): NumberColumn {
    const column = this.#columns.get(name);
    if (!(column instanceof NumberColumn)) throw mismatch(name, 'plain number', column);
    return column;
  }

  /** The column for appending. @throws Error if it is not a `choice`. */
  choice(name: string): ChoiceColumn {
    const column = this.#columns.get(name);
    if (!(column instanceof ChoiceColumn)) throw mismatch(name, 'choice', column);
    return column;
  }

  /** The column for setting. @throws Error if it is not a `run`. */
  run(name: string): RunColumn {
    const column = this.#columns.get(name);
    if (!(column instanceof RunColumn)) throw mismatch(name, 'run', column);
    return column;
  }

  /** Ends the current row: columns that got no value hold null there. */
  endRow(): void {
    if (this.#finished) throw new Error('The file is finished: reset it before more rows');
    this.#rows.ended++;
  }

  /**
   * Lays out the file. `metadata` goes into the footer, sorted by key.
   *
   * @throws Error if a required column lacks a value, if the last row was not ended, or if the file is finished already.
   */
  finish(metadata: ReadonlyMap<string, string> = new Map()): FinishedFile {
    if (this.#finished) throw new Error('The file is finished: reset it before the next one');
    this.#finished = true;
    const rows = this.#rows.ended;
    const columns = [...this.#columns.values()];
    for (const column of columns) column.close(rows);
    const file = this.#buffer;
    file.reserve(this.heldBytes + columns.length * FRAME_BYTES);
    file.put(MAGIC);
    const written = columns.map((column) => {
      const { spec } = column.chunk;
      const { min, max } = column.extremes() ?? { min: null, max: null };
      const statistics = { name: spec.name, nullCount: column.chunk.nullCount, min, max };
      return { spec, place: column.chunk.write(file, column.dictionary()), statistics };
    });
    putFooter(file, written, rows, metadata);
    return { bytes: file.view(), rows, statistics: written.map(({ statistics }) => statistics) };
  }

  /** Makes the file empty again, whatever its state. Memory is kept, nothing else. */
  reset(): void {
    for (const column of this.#columns.values()) column.reset();
    this.#rows.ended = 0;
    this.#buffer.clear();
    this.#finished = false;
  }
}

function newColumn(chunk: Chunk, rows: RowCounter, page: PageLimits, dictionary: DictionaryLimits): Column {
  const { encoding, type } = chunk.spec;
  if (encoding === 'run') return new RunColumn(chunk, rows);
  if (encoding === 'choice') return new ChoiceColumn(chunk, rows, page);
  if (type === 'string') return new TextColumn(chunk, rows, page, dictionary);
  return new NumberColumn(chunk, rows, page);
}

function limit(given: number | undefined, standard: number, most = MOST_PAGE_BYTES): number {
  const value = given ?? standard;
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new RangeError(`A page or dictionary limit must be a whole number from 1 to ${most}, found ${value}`);
  }
  return value;
}

function mismatch(name: string, expected: string, column: Column | undefined): Error {
  const found = column === undefined ? 'no such column' : `${column.chunk.spec.encoding} ${column.chunk.spec.type}`;
  return new Error(`Column ${name}: expected a ${expected} column, found ${found}`);
}
