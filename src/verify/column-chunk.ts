import type { AsyncBuffer, ColumnMetaData, DecodedArray, ParquetParsers, SchemaTree } from 'hyparquet';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { DECOMPRESSORS } from '../parquet/index.ts';

/** Values as they are stored: instants and days as numbers, text as bytes, so that nothing is rounded on the way. */
export const STORED_VALUES: ParquetParsers = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: same,
  timestampFromMicroseconds: same,
  timestampFromNanoseconds: same,
  dateFromDays: same,
  stringFromBytes: same,
  jsonFromBytes: same,
};

/** A data page of a flat column. */
export interface StoredPage {
  /** Where its header begins in the file, and the bytes of header and page. */
  readonly offset: number;
  readonly size: number;
  readonly encoding: string;
  /** Null where there is none. */
  readonly values: ArrayLike<unknown>;
  /** What its header says of them, as bytes. */
  readonly statistics: PageStatistics | undefined;
}

interface PageStatistics {
  readonly null_count?: unknown;
  readonly min_value?: unknown;
  readonly max_value?: unknown;
}

/**
 * The pages of a column of a row group, in the order in which they are stored, whatever any index says.
 * @throws Error for pages that cannot be decoded, or that hold other than `rows` values
 */
export async function* storedPages(
  file: AsyncBuffer,
  path: readonly SchemaTree[],
  chunk: ColumnMetaData,
  rows: number,
): AsyncGenerator<StoredPage> {
  const { type, codec, path_in_schema: pathInSchema } = chunk;
  const schemaPath = [...path];
  const element = schemaPath.at(-1)?.element ?? { name: '' };
  const shared = { compressors: DECOMPRESSORS, parsers: STORED_VALUES };
  const decoder = { pathInSchema, type, element, schemaPath, codec, ...shared };
  const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  const end = Math.min(start + Number(chunk.total_compressed_size), file.byteLength);
  const reader = { view: new DataView(await file.slice(start, end)), offset: 0 };
  let dictionary: DecodedArray | undefined;
  for (let read = 0; read < rows; ) {
    const offset = reader.offset;
    const header = parquetHeader(reader);
    if (header.type === 'DICTIONARY_PAGE') {
      const { data } = readPage(reader, header, decoder, undefined, undefined, 0);
      dictionary = data && convert(data, decoder);
      continue;
    }
    const details = header.data_page_header ?? header.data_page_header_v2;
    if (details === undefined) throw new Error(`column ${element.name} has a page of type ${header.type}`);
    if (details.num_values > rows - read) throw new Error(`column ${element.name} has more than its row group`);
    const { data } = readPage(reader, header, decoder, dictionary, undefined, 0);
    const values: ArrayLike<unknown> = data ?? [];
    if (values.length !== details.num_values || values.length === 0) {
      throw new Error(`column ${element.name}: a page has ${values.length} values where ${details.num_values} are due`);
    }
    read += values.length;
    const size = reader.offset - offset;
    yield { offset: start + offset, size, encoding: details.encoding, values, statistics: details.statistics };
  }
}

function same<T>(value: T): T {
  return value;
}
