import type { Chunk, DictionaryPage } from './chunk.ts';
import type { Column, RowCounter } from './column.ts';
import { Dictionary, type DictionaryLimits } from './dictionary.ts';
import { OpenPage, type PageLimits } from './page.ts';
import { type Extremes, textExtremes } from './statistics.ts';

/** A column of strings, `plain` or `dictionary`. */
export class TextColumn implements Column {
  readonly chunk: Chunk;
  readonly #rows: RowCounter;
  readonly #page: OpenPage;
  readonly #dictionary: Dictionary | null;
  #indexing: boolean;

  constructor(chunk: Chunk, rows: RowCounter, limits: PageLimits, dictionaryLimits: DictionaryLimits) {
    this.chunk = chunk;
    this.#rows = rows;
    this.#page = new OpenPage(chunk, limits);
    this.#dictionary = chunk.spec.encoding === 'dictionary' ? new Dictionary(dictionaryLimits) : null;
    this.#indexing = this.#dictionary !== null;
  }

  get heldBytes(): number {
    return this.chunk.heldBytes + this.#page.heldBytes + (this.#dictionary?.body.length ?? 0);
  }

  /**
   * Gives the current row the string bytes[start, end), UTF-8, copied at once. A row without this call is null.
   *
   * @throws Error if the row has a value already.
   */
  append(bytes: Uint8Array, start: number, end: number): void {
    const row = this.#rows.ended;
    if (this.#indexing && this.#appendIndex(row, bytes, start, end)) return;
    const page = this.#page;
    page.begin(row, end - start + 4);
    page.body.text(bytes, start, end);
  }

  close(rows: number): void {
    this.#page.close(rows);
  }

  dictionary(): DictionaryPage | null {
    const dictionary = this.#dictionary;
    if (dictionary === null || dictionary.entries === 0) return null;
    return { body: dictionary.body.view(), entries: dictionary.entries };
  }

  extremes(): Extremes | null {
    const page = this.#indexing ? this.dictionary() : null;
    return page === null ? null : textExtremes(page.body);
  }

  reset(): void {
    this.chunk.reset();
    this.#page.reset();
    this.#dictionary?.reset();
    this.#indexing = this.#dictionary !== null;
  }

  #appendIndex(row: number, bytes: Uint8Array, start: number, end: number): boolean {
    const entry = this.#dictionary === null ? -1 : this.#dictionary.find(bytes, start, end);
    if (entry >= 0) {
      this.#page.index(row, entry);
      return true;
    }
    // A page is indexed or PLAIN throughout, so the indexed one ends here.
    this.#page.close(row);
    this.#indexing = false;
    return false;
  }
}
