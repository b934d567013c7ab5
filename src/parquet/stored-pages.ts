import type { AsyncBuffer, ColumnMetaData, ParquetParsers, SchemaTree } from 'hyparquet';
import type { DataPage } from './data-page.ts';
import { DEFAULT_PARSERS } from './hyparquet.ts';
import { type LeafPage, leafPages } from './leaf-pages.ts';
import { TextPage } from './text-page.ts';

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
export interface StoredPage extends Pick<DataPage, 'encoding' | 'statistics'>, Pick<LeafPage, 'offset' | 'size'> {
  /** Null where there is none. */
  readonly values: ArrayLike<unknown>;
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
  const name = path.at(-1)?.element.name ?? '';
  if (Number(chunk.num_values) !== rows) {
    throw new Error(`column ${name} has ${chunk.num_values} values in a row group of ${rows} rows`);
  }
  const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  const end = Math.min(start + Number(chunk.total_compressed_size), file.byteLength);
  const bytes = await file.slice(start, end);
  for (const page of leafPages(bytes, path, chunk, STORED_VALUES, start)) {
    if (page.count === 0) throw new Error(`column ${name} has a page without a value`);
    const { offset, size, encoding, statistics } = page;
    yield { offset, size, encoding, statistics, values: amongNulls(page) };
  }
}

function amongNulls({ found, values: present, count, definitionLevels }: LeafPage): ArrayLike<unknown> {
  const values = found instanceof TextPage ? found.bytes() : found;
  if (present === count) return values;
  let next = 0;
  return Array.from(definitionLevels, (level) => (level === 0 ? null : values[next++]));
}

function same<T>(value: T): T {
  return value;
}
