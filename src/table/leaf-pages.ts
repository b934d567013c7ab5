import type { ColumnMetaData, DecodedArray, PageHeader, ParquetParsers, SchemaTree } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { convert } from 'hyparquet/src/convert.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { readPlain } from 'hyparquet/src/plain.js';
import type { ColumnDecoder } from 'hyparquet/src/types.js';
import { DECOMPRESSORS } from '../parquet/index.ts';
import { pageValues } from './leaf-values.ts';
import { type PageLevels, readPageLevels, readSizedLevels } from './page-levels.ts';
import type { TextPage } from './text-page.ts';

/** Bytes that the pages of a file may hold for each byte of it, and beside that. No writer comes near. */
const MOST_GROWTH = 256;
const ALLOWANCE = 64 * 1024 * 1024;

/** Bytes that were made of the pages of a file so far: pages may be named many times over. */
const spent = new WeakMap<ArrayBuffer, number>();

/** A data page of a leaf column. */
export interface LeafPage extends PageLevels {
  /** Entries: places where a value could stand. */
  readonly count: number;
  readonly found: DecodedArray | TextPage;
}

/**
 * The data pages of a leaf column. Nothing that a page claims of itself is believed before it is known to be so: a small
 * file must not take long, or much memory.
 * @throws Error for pages that cannot be decoded
 */
export function* leafPages(
  file: ArrayBuffer,
  path: readonly SchemaTree[],
  chunk: ColumnMetaData,
  parsers: ParquetParsers,
): Generator<LeafPage> {
  const { type, codec, path_in_schema: pathInSchema } = chunk;
  const schemaPath = [...path];
  const element = schemaPath.at(-1)?.element ?? { name: '' };
  const decoder: ColumnDecoder = {
    pathInSchema,
    type,
    element,
    schemaPath,
    codec,
    compressors: DECOMPRESSORS,
    parsers,
  };
  const entries = Number(chunk.num_values);
  const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  const reader = { view: new DataView(file, start), offset: 0 };
  const spend = (bytes: number) => spendOf(file, bytes);
  let dictionary: DecodedArray | undefined;
  for (let read = 0; read < entries; ) {
    const header = parquetHeader(reader);
    const size = checkedSize(header, spend);
    const bytes = new Uint8Array(file, start + reader.offset, size);
    reader.offset += size;
    if (header.type === 'DICTIONARY_PAGE') {
      if (dictionary !== undefined) throw new Error('a column has two dictionaries');
      dictionary = dictionaryOf(bytes, header, decoder);
      continue;
    }
    const details = header.data_page_header ?? header.data_page_header_v2;
    if (details === undefined) throw new Error(`there is a page of type ${header.type}`);
    const { num_values: count, encoding } = details;
    if (!Number.isInteger(count) || count < 0 || count > entries - read) {
      throw new Error(`a page has ${count} entries where ${entries - read} are left`);
    }
    read += count;
    const { levels, values } = header.data_page_header
      ? firstKind(bytes, header, count, decoder)
      : secondKind(bytes, header, count, decoder);
    const found = pageValues(values, { decoder, encoding, dictionary, count: levels.values, spend });
    yield { ...levels, count, found };
  }
}

function spendOf(file: ArrayBuffer, bytes: number): void {
  const total = (spent.get(file) ?? 0) + bytes;
  spent.set(file, total);
  const most = ALLOWANCE + file.byteLength * MOST_GROWTH;
  if (total > most) throw new Error(`its pages hold more than ${most} bytes, and it has ${file.byteLength}`);
}

/** The bytes of a page in the file. @throws Error for sizes that are none */
function checkedSize(header: PageHeader, spend: (bytes: number) => void): number {
  const { compressed_page_size: size, uncompressed_page_size: whole } = header;
  if (!Number.isInteger(size) || size < 0 || !Number.isInteger(whole) || whole < 0) {
    throw new Error(`a page has ${size} bytes, and ${whole} uncompressed`);
  }
  spend(whole);
  return size;
}

function dictionaryOf(bytes: Uint8Array, header: PageHeader, decoder: ColumnDecoder): DecodedArray {
  const count = header.dictionary_page_header?.num_values ?? 0;
  const page = decompressPage(bytes, header.uncompressed_page_size, decoder.codec, DECOMPRESSORS);
  if (count < 0 || count > page.length * 8) throw new Error(`a dictionary of ${page.length} bytes has ${count} values`);
  return convert(readPlain(readerOf(page), decoder.type, count, decoder.element.type_length), decoder);
}

/** A data page V1: levels and values are compressed together. */
function firstKind(bytes: Uint8Array, header: PageHeader, count: number, decoder: ColumnDecoder) {
  const page = decompressPage(bytes, header.uncompressed_page_size, decoder.codec, DECOMPRESSORS);
  const values = readerOf(page);
  return { levels: readPageLevels(values, count, decoder.schemaPath), values };
}

/** A data page V2: the levels stand before what is compressed, and say how long they are. */
function secondKind(bytes: Uint8Array, header: PageHeader, count: number, decoder: ColumnDecoder) {
  const {
    repetition_levels_byte_length: repeated = 0,
    definition_levels_byte_length: defined = 0,
    is_compressed: isCompressed,
  } = header.data_page_header_v2 ?? {};
  if (repeated < 0 || defined < 0 || repeated + defined > bytes.length)
    throw new Error('a page ends within its levels');
  const levels = readSizedLevels(readerOf(bytes), count, decoder.schemaPath, repeated);
  const rest = bytes.subarray(repeated + defined);
  const size = header.uncompressed_page_size - repeated - defined;
  const page = isCompressed === false ? rest : decompressPage(rest, size, decoder.codec, DECOMPRESSORS);
  return { levels, values: readerOf(page) };
}

function readerOf(page: Uint8Array) {
  return { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 0 };
}
