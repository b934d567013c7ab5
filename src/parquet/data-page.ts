import type { ColumnMetaData, DataReader, Encoding, PageHeader, SchemaTree } from 'hyparquet';
import { DECOMPRESSORS } from './decompression.ts';
import { decompressPage } from './hyparquet.ts';
import { type PageLevels, readPageLevels, readSizedLevels } from './page-levels.ts';

/** A column as its pages are read. */
export interface PagedColumn {
  readonly codec: ColumnMetaData['codec'];
  /** From the root of the schema to the column. */
  readonly schemaPath: readonly SchemaTree[];
}

/** A data page, decompressed: its levels read, its values not yet. */
export interface DataPage extends PageLevels {
  /** Entries: places where a value could stand. */
  readonly count: number;
  readonly encoding: Encoding;
  /** Where the values begin; they end with the page. */
  readonly reader: DataReader;
  readonly statistics: PageStatistics | undefined;
}

/** What a page says of its values, as bytes. */
interface PageStatistics {
  readonly null_count?: unknown;
  readonly min_value?: unknown;
  readonly max_value?: unknown;
}

/**
 * Takes a data page of either kind apart; null for a page of another kind, such as an index, which holds no rows.
 * Source: Parquet format, "Data Pages".
 * @param bytes what follows the header
 * @throws Error for sizes and levels that cannot be
 */
export function dataPage(bytes: Uint8Array, header: PageHeader, column: PagedColumn): DataPage | null {
  const details = header.data_page_header ?? header.data_page_header_v2;
  if (details === undefined) return null;
  const { num_values: count, encoding, statistics } = details;
  if (!Number.isInteger(count) || count < 0) throw new Error(`a page has ${count} entries`);
  const parts = header.data_page_header
    ? levelsWithin(bytes, header, count, column)
    : levelsBefore(bytes, header, count, column);
  return { ...parts.levels, count, encoding, statistics, reader: parts.reader };
}

/** The bytes of a dictionary page, decompressed, in which every value is PLAIN. @throws Error where they cannot be */
export function dictionaryPage(
  bytes: Uint8Array,
  header: PageHeader,
  { codec }: Pick<PagedColumn, 'codec'>,
): { readonly reader: DataReader; readonly count: number } {
  const count = header.dictionary_page_header?.num_values ?? 0;
  const page = decompressPage(bytes, header.uncompressed_page_size, codec, DECOMPRESSORS);
  if (count < 0 || count > page.length * 8) throw new Error(`a dictionary of ${page.length} bytes has ${count} values`);
  return { reader: readerOf(page), count };
}

/** A reader at the beginning of bytes. */
export function readerOf({ buffer, byteOffset, byteLength }: ArrayBufferView): DataReader {
  return { view: new DataView(buffer as ArrayBuffer, byteOffset, byteLength), offset: 0 };
}

/** A data page V1: levels and values are compressed together. */
function levelsWithin(bytes: Uint8Array, header: PageHeader, count: number, { codec, schemaPath }: PagedColumn) {
  const reader = readerOf(decompressPage(bytes, header.uncompressed_page_size, codec, DECOMPRESSORS));
  return { levels: readPageLevels(reader, count, schemaPath), reader };
}

/** A data page V2: the levels stand before what is compressed, and say how long they are. */
function levelsBefore(bytes: Uint8Array, header: PageHeader, count: number, { codec, schemaPath }: PagedColumn) {
  const {
    repetition_levels_byte_length: repeated = 0,
    definition_levels_byte_length: defined = 0,
    is_compressed: isCompressed,
  } = header.data_page_header_v2 ?? {};
  if (repeated < 0 || defined < 0 || repeated + defined > bytes.length)
    throw new Error('a page ends within its levels');
  const levels = readSizedLevels(readerOf(bytes), count, schemaPath, repeated);
  const rest = bytes.subarray(repeated + defined);
  const size = header.uncompressed_page_size - repeated - defined;
  const page = isCompressed === false ? rest : decompressPage(rest, size, codec, DECOMPRESSORS);
  return { levels, reader: readerOf(page) };
}
