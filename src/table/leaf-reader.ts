import type { ColumnMetaData, DecodedArray, SchemaTree } from 'hyparquet';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert, convertWithDictionary, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js';
import { getMaxDefinitionLevel } from 'hyparquet/src/schema.js';
import { compressors } from 'hyparquet-compressors';

/** A scalar of a checkpoint. A 64-bit integer beyond 2^53 comes as its digits. */
export type Scalar = string | number | boolean | null;

// The default decoder takes a byte order mark away.
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
const PARSERS = {
  ...DEFAULT_PARSERS,
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && UTF8.decode(bytes),
};

/**
 * The entries of one leaf column in a row group, one after another, with the levels that say where in a row they stand.
 * hyparquet decodes the pages, whatever their codec and encoding. What it makes of nested rows (an array for every
 * level of every value) took ten times as long as the rest, so the levels are read here.
 * Source: Parquet format, "Nested Encoding".
 */
export class LeafReader {
  /** The definition level of a value that is there. */
  readonly limit: number;
  readonly #name: string;
  readonly #definitions: Uint8Array;
  readonly #repetitions: Uint8Array;
  readonly #values: unknown[] = [];
  #entry = 0;
  #value = 0;

  /**
   * @param path from the root of the schema to the leaf
   * @throws Error for pages that cannot be decoded
   */
  constructor(file: ArrayBuffer, path: readonly SchemaTree[], chunk: ColumnMetaData) {
    this.#name = chunk.path_in_schema.join('.');
    this.limit = getMaxDefinitionLevel([...path]);
    const entries = Number(chunk.num_values);
    // Where no value is missing pages leave the levels out.
    this.#definitions = new Uint8Array(entries).fill(this.limit);
    this.#repetitions = new Uint8Array(entries);
    let start = 0;
    for (const { definitionLevels, repetitionLevels, count, values } of pages(file, path, chunk, entries)) {
      this.#definitions.set(definitionLevels, start);
      this.#repetitions.set(repetitionLevels, start);
      for (const value of values) this.#values.push(value);
      start += count;
    }
  }

  /** Whether all entries have been taken. */
  get isDone(): boolean {
    return this.#entry === this.#definitions.length;
  }

  /** The definition level of the next entry. @throws Error if there is none */
  get level(): number {
    const level = this.#definitions[this.#entry];
    if (level === undefined) throw new Error(`column ${this.#name} ends before its row group does`);
    return level;
  }

  /** Whether the next entry belongs to the row of the one before. */
  get continues(): boolean {
    return (this.#repetitions[this.#entry] ?? 0) > 0;
  }

  /** Takes the next entry: its value, or null where it has none. */
  next(): Scalar {
    const isThere = this.level === this.limit;
    this.#entry++;
    if (!isThere) return null;
    const value = this.#values[this.#value++];
    if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    throw new Error(`column ${this.#name}: expected text, numbers or booleans, found ${typeof value}`);
  }
}

function* pages(file: ArrayBuffer, path: readonly SchemaTree[], chunk: ColumnMetaData, entries: number) {
  const { type, codec, path_in_schema: pathInSchema } = chunk;
  const schemaPath = [...path];
  const element = schemaPath.at(-1)?.element ?? { name: '' };
  const decoder = { pathInSchema, type, element, schemaPath, codec, compressors, parsers: PARSERS };
  const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  const reader = { view: new DataView(file, start), offset: 0 };
  let dictionary: DecodedArray | undefined;
  for (let read = 0; read < entries; ) {
    const header = parquetHeader(reader);
    const { compressed_page_size: size, data_page_header: v1, data_page_header_v2: v2 } = header;
    if (header.type === 'DICTIONARY_PAGE') {
      const { data } = readPage(reader, header, decoder, undefined, undefined, 0);
      dictionary = data && convert(data, decoder);
      continue;
    }
    const bytes = new Uint8Array(file, start + reader.offset, size);
    reader.offset += size;
    const details = v1 ?? v2;
    if (details === undefined) throw new Error(`column ${pathInSchema.join('.')} has a page of type ${header.type}`);
    const page =
      v1 === undefined
        ? readDataPageV2(bytes, header, decoder)
        : readDataPage(decompressPage(bytes, header.uncompressed_page_size, codec, compressors), v1, decoder);
    const values = convertWithDictionary(page.dataPage, dictionary, details.encoding, decoder);
    const { definitionLevels = [], repetitionLevels } = page;
    yield { definitionLevels, repetitionLevels, count: details.num_values, values };
    read += details.num_values;
  }
}
