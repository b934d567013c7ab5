import type { Chunk, DictionaryPage } from './chunk.ts';
import type { Extremes } from './statistics.ts';

/** The rows of an open file that are ended; so also the number of the row being filled. One object for all columns. */
export class RowCounter {
  ended = 0;
}

/** What a file asks of each of its columns, whatever their encoding. */
export interface Column {
  readonly chunk: Chunk;
  /** Bytes in use: sealed pages, the open page, the dictionary. Follows from what was appended alone, not from earlier files. */
  readonly heldBytes: number;
  /** Seals everything before row `rows`. Throws Error for a missing required value, or for one whose row was not ended. */
  close(rows: number): void;
  /** After `close`: the dictionary that the sealed pages refer to. */
  dictionary(): DictionaryPage | null;
  /** After `close`: null if there is no value or no track was kept. */
  extremes(): Extremes | null;
  /** Forgets all values, keeps the memory. */
  reset(): void;
}
