import { ByteBuffer } from './bytes.ts';
import type { Chunk, DictionaryPage } from './chunk.ts';
import type { Column, RowCounter } from './column.ts';
import { OpenPage, type PageLimits } from './page.ts';
import { type Extremes, textExtremes } from './statistics.ts';

const utf8 = new TextEncoder();

/** A column of strings out of a fixed list. The file's dictionary holds the ones used, in the order of their first use. */
export class ChoiceColumn implements Column {
  readonly chunk: Chunk;
  readonly #rows: RowCounter;
  readonly #page: OpenPage;
  readonly #choices: readonly Uint8Array[];
  // The dictionary entry of each choice, -1 while it is unused.
  readonly #entryOf: Int32Array;
  readonly #body = new ByteBuffer();
  #entries = 0;

  constructor(chunk: Chunk, rows: RowCounter, limits: PageLimits) {
    this.chunk = chunk;
    this.#rows = rows;
    this.#page = new OpenPage(chunk, limits);
    this.#choices = (chunk.spec.choices ?? []).map((choice) => utf8.encode(choice));
    this.#entryOf = new Int32Array(this.#choices.length).fill(-1);
  }

  get heldBytes(): number {
    return this.chunk.heldBytes + this.#page.heldBytes + this.#body.length;
  }

  /**
   * Gives the current row one of the choices, by its index in the list. A row without this call is null.
   *
   * @throws RangeError if there is no such choice; Error if the row has a value already.
   */
  append(choice: number): void {
    const entry = this.#entryOf[choice];
    if (entry === undefined) {
      const { name } = this.chunk.spec;
      throw new RangeError(`Column ${name}: expected a choice from 0 to ${this.#choices.length - 1}, found ${choice}`);
    }
    this.#page.index(this.#rows.ended, entry >= 0 ? entry : this.#use(choice));
  }

  close(rows: number): void {
    this.#page.close(rows);
  }

  dictionary(): DictionaryPage | null {
    return this.#entries === 0 ? null : { body: this.#body.view(), entries: this.#entries };
  }

  extremes(): Extremes | null {
    return this.#entries === 0 ? null : textExtremes(this.#body.view());
  }

  reset(): void {
    this.chunk.reset();
    this.#page.reset();
    this.#entryOf.fill(-1);
    this.#body.clear();
    this.#entries = 0;
  }

  #use(choice: number): number {
    // The caller has found the choice in the table of the same length.
    const value = this.#choices[choice]!;
    this.#body.text(value, 0, value.length);
    this.#entryOf[choice] = this.#entries;
    return this.#entries++;
  }
}
