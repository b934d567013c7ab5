import type { ByteBuffer } from './bytes.ts';
import { type Codec, uncompressed } from './codec.ts';
import { ENCODING, PAGE, type PageEncoding } from './format.ts';
import type { ColumnSpec } from './schema.ts';
import { ThriftWriter } from './thrift.ts';

/** The dictionary page of a chunk: its entries as a PLAIN page, in the order of their indexes. */
export interface DictionaryPage {
  readonly body: Uint8Array;
  readonly entries: number;
}

/** What the footer says of a chunk once it stands in the file. Sizes count page headers in; offsets are from the file's start. */
export interface ChunkPlace {
  readonly rows: number;
  readonly encodings: readonly number[];
  readonly codec: Codec['name'];
  readonly uncompressedSize: number;
  readonly compressedSize: number;
  readonly dataPageOffset: number;
  readonly dictionaryPageOffset: number | null;
}

interface SealedPage {
  readonly body: Uint8Array;
  readonly uncompressedSize: number;
  readonly rows: number;
  readonly encoding: PageEncoding;
}

/** The pages of one column that are finished and compressed, waiting for their file to close. */
export class Chunk {
  readonly spec: ColumnSpec;
  readonly #codec: Codec;
  #pages: SealedPage[] = [];
  #rows = 0;
  #values = 0;
  #heldBytes = 0;

  constructor(spec: ColumnSpec, codec: Codec) {
    this.spec = spec;
    this.#codec = spec.compressed ? codec : uncompressed;
  }

  /** Rows in sealed pages. */
  get rows(): number {
    return this.#rows;
  }

  get nullCount(): number {
    return this.#rows - this.#values;
  }

  /** Bytes of the sealed pages, compressed. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /**
   * Compresses a page and adds it. `body` is definition levels, if the column is optional, then values; it is read at once.
   *
   * @throws Error if a required column has fewer values than rows.
   */
  seal(body: Uint8Array, rows: number, values: number, encoding: PageEncoding): void {
    const { name, required } = this.spec;
    if (required && values !== rows) {
      throw new Error(
        `Column ${name} is required: expected a value in each of the ${rows} rows from row ${this.#rows}, found ${values}`,
      );
    }
    const page = { body: this.#codec.compress(body), uncompressedSize: body.length, rows, encoding };
    this.#pages.push(page);
    this.#rows += rows;
    this.#values += values;
    this.#heldBytes += page.body.length;
  }

  /** Writes the chunk at the end of the file so far. The dictionary page comes first, as the format demands. */
  write(file: ByteBuffer, dictionary: DictionaryPage | null): ChunkPlace {
    const start = file.length;
    let uncompressedSize = 0;
    if (dictionary !== null) {
      const size = dictionary.body.length;
      const body = this.#codec.compress(dictionary.body);
      const page = { body, uncompressedSize: size, rows: dictionary.entries, encoding: ENCODING.plain };
      uncompressedSize += writePage(file, PAGE.dictionary, page);
    }
    const dataPageOffset = file.length;
    for (const page of this.#pages) uncompressedSize += writePage(file, PAGE.data, page);
    return {
      rows: this.#rows,
      encodings: this.#encodings(dictionary !== null),
      codec: this.#codec.name,
      uncompressedSize,
      compressedSize: file.length - start,
      dataPageOffset,
      dictionaryPageOffset: dictionary === null ? null : start,
    };
  }

  reset(): void {
    this.#pages = [];
    this.#rows = 0;
    this.#values = 0;
    this.#heldBytes = 0;
  }

  #encodings(dictionary: boolean): number[] {
    const found = new Set<number>([ENCODING.rle]);
    if (dictionary) found.add(ENCODING.plain);
    for (const page of this.#pages) found.add(page.encoding);
    return [...found].sort((a, b) => a - b);
  }
}

/** Writes header and body; returns the page's uncompressed size, header included. */
function writePage(file: ByteBuffer, type: (typeof PAGE)[keyof typeof PAGE], page: SealedPage): number {
  const start = file.length;
  const header = new ThriftWriter(file);
  header.root(() => {
    header.i32(1, type);
    header.i32(2, page.uncompressedSize);
    header.i32(3, page.body.length);
    header.struct(type === PAGE.dictionary ? 7 : 5, () => {
      header.i32(1, page.rows);
      header.i32(2, page.encoding);
      if (type === PAGE.dictionary) return;
      header.i32(3, ENCODING.rle);
      header.i32(4, ENCODING.rle);
    });
  });
  const headerSize = file.length - start;
  file.put(page.body);
  return headerSize + page.uncompressedSize;
}
