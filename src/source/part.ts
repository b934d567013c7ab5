import type { Header } from './header.ts';
import { RejectedFile } from './rejection.ts';

/** What a commit can record: of each part one entry. */
const MOST_PARTS = 100_000;

/** A part of a file that was joined from several exports: each begins with a header or a byte order mark of its own. */
export interface Part {
  /** The number of its first record in the file, 1-based. */
  readonly row: number;
  /** Where it begins in the decompressed bytes, its byte order mark and header included. */
  readonly offset: number;
  /** Its columns; those of JSON lines are known at its end. */
  readonly header: Header;
}

/** The parts of a file, told apart as they come. One without a record is none. */
export class Parts {
  readonly list: Part[] = [];
  /** Header lines after the first. */
  repeatedHeaders = 0;
  #next: Omit<Part, 'row'> | null = null;

  /** The number of the part that records belong to now, 0-based. */
  get current(): number {
    return this.list.length - 1;
  }

  /** Notes that a part begins. */
  begin(offset: number, header: Header): void {
    this.#next = { offset, header };
  }

  /** Says what the columns of the part turned out to be, where it has a record. */
  describe(header: Header): void {
    if (this.#next === null && this.list.length > 0) this.list.push({ ...this.list.pop()!, header });
  }

  /** Notes a record, given its number in the file: the first of a part where one has begun. @throws RejectedFile */
  take(row: number): void {
    if (this.#next === null) return;
    this.list.push({ row, ...this.#next });
    this.#next = null;
    if (this.list.length > MOST_PARTS) {
      throw new RejectedFile(
        'too_many_parts',
        `expected at most ${MOST_PARTS} exports joined in one file, found more; split the file`,
      );
    }
  }
}
