import type { ColumnMetaData, DecodedArray, PageHeader, ParquetParsers, SchemaTree } from 'hyparquet';
import { type DataPage, dataPage, dictionaryPage } from './data-page.ts';
import { DECOMPRESSORS } from './decompression.ts';
import { type ColumnDecoder, convert, parquetHeader, readPlain } from './hyparquet.ts';
import { pageValues } from './leaf-values.ts';
import type { TextPage } from './text-page.ts';

/** Bytes that the pages of a file may hold for each byte of it, and beside that. No writer comes near. */
const MOST_GROWTH = 256;
const ALLOWANCE = 64 * 1024 * 1024;

/** Bytes that were made of the pages of a file so far: pages may be named many times over. */
const spent = new WeakMap<ArrayBuffer, number>();

/** A data page of a leaf column. */
export interface LeafPage extends DataPage {
  /** The values, without the entries that have none. */
  readonly found: DecodedArray | TextPage;
  /** Where its header begins in the file, and the bytes of header and page. */
  readonly offset: number;
  readonly size: number;
}

/**
 * The data pages of a leaf column. Nothing that a page claims of itself is believed before it is known to be so: a small
 * file must not take long, or much memory.
 * @param file the bytes of the file from `from` on
 * @throws Error for pages that cannot be decoded
 */
export function* leafPages(
  file: ArrayBuffer,
  path: readonly SchemaTree[],
  chunk: ColumnMetaData,
  parsers: ParquetParsers,
  from = 0,
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
  const reader = { view: new DataView(file, start - from), offset: 0 };
  const spend = (bytes: number) => spendOf(file, bytes);
  let dictionary: DecodedArray | undefined;
  for (let read = 0; read < entries; ) {
    const offset = start + reader.offset;
    const header = parquetHeader(reader);
    const size = checkedSize(header, spend);
    const bytes = new Uint8Array(file, start - from + reader.offset, size);
    reader.offset += size;
    if (header.type === 'DICTIONARY_PAGE') {
      if (dictionary !== undefined) throw new Error('a column has two dictionaries');
      const page = dictionaryPage(bytes, header, decoder);
      dictionary = convert(readPlain(page.reader, type, page.count, element.type_length), decoder);
      continue;
    }
    const stated = (header.data_page_header ?? header.data_page_header_v2)?.num_values ?? 0;
    if (stated > entries - read) throw new Error(`a page has ${stated} entries where ${entries - read} are left`);
    const page = dataPage(bytes, header, decoder);
    if (page === null) throw new Error(`there is a page of type ${header.type}`);
    read += page.count;
    const found = pageValues(page.reader, { decoder, encoding: page.encoding, dictionary, count: page.values, spend });
    yield { ...page, found, offset, size: start + reader.offset - offset };
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
