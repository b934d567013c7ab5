import {
  type AsyncBuffer,
  type ColumnChunk,
  type ColumnMetaData,
  type FileMetaData,
  parquetMetadataAsync,
  parquetSchema,
  type RowGroup,
  type SchemaTree,
} from 'hyparquet';
import { rangesOf } from '../lake/index.ts';
import {
  convertMetadata,
  hashParquetValue,
  readBloomFilter,
  readColumnIndex,
  readOffsetIndex,
  STORED_VALUES,
  type StoredPage,
  sbbfContains,
  storedPages,
} from '../parquet/index.ts';
import { forEachParallel, type Storage, StorageFault } from '../storage/index.ts';
import { boundsOf, type ColumnBounds, comparable, compare, joined } from './column-bounds.ts';
import type { Findings } from './findings.ts';
import type { ReplayedState } from './replayed-state.ts';
import { isUnread } from './unread-files.ts';

const PARALLEL_FILES = 2;

/** Stored bytes of other engines' files that are decoded unless every file is asked for. */
const MOST_BYTES = 256 * 2 ** 20;

/** How many faults of a file are named. */
const MOST_NAMED = 3;

/**
 * Holds what data files say of themselves against their values: bounds and null counts of row groups and pages, page
 * indexes, Bloom filters, encodings, order. Readers skip rows by these. Without `everyFile`, only files are decoded that
 * no commit of ours vouches for, and of them no more than can be decoded in passing.
 * Source: Parquet format, "Metadata", "Page Index", "Bloom Filter".
 */
export async function checkFooters(
  storage: Storage,
  table: string,
  { files }: ReplayedState,
  { everyFile }: { readonly everyFile: boolean },
  findings: Findings,
): Promise<void> {
  const wanted = [...files.values()].filter(({ sha256 }) => everyFile || sha256 === null);
  let bytes = 0;
  const taken = wanted.filter(({ add }) => {
    bytes += add.size;
    return everyFile || bytes <= MOST_BYTES;
  });
  if (taken.length < wanted.length) {
    const text = `what ${wanted.length - taken.length} files of other engines say of their own values: --deep checks it`;
    findings.note('not_checked', `${table}/`, text);
  }
  await forEachParallel(taken, PARALLEL_FILES, async ({ add }) => {
    const where = `${table}/${add.path}`;
    const faults = await footerFaults(storage, where, add.size);
    const lies = faults.filter(({ isUnreadable }) => !isUnreadable);
    if (lies.length > 0) {
      const text = `what it says of its own values is not true: ${named(lies)}; readers skip rows by it; replay puts other files in its place`;
      findings.problem('footer_wrong', where, text);
    }
    const unreadable = faults.filter(({ isUnreadable }) => isUnreadable);
    if (unreadable.length > 0) {
      const text = `its values cannot be decoded: ${named(unreadable)}; replay puts other files in its place`;
      findings.problem('data_file_altered', where, text);
    }
  });
}

interface Fault {
  readonly text: string;
  /** Whether values could not be decoded at all. */
  readonly isUnreadable: boolean;
}

function named(faults: readonly Fault[]): string {
  const more = faults.length > MOST_NAMED ? `, and ${faults.length - MOST_NAMED} more` : '';
  return `${faults
    .slice(0, MOST_NAMED)
    .map(({ text }) => text)
    .join('; ')}${more}`;
}

async function footerFaults(storage: Storage, where: string, size: number): Promise<readonly Fault[]> {
  const file = rangesOf(storage, where, size);
  let metadata: FileMetaData;
  try {
    metadata = await parquetMetadataAsync(file, { parsers: STORED_VALUES });
  } catch (error) {
    // What is missing, cannot be read or is no Parquet file has been reported.
    if (error instanceof StorageFault && !isUnread(error)) throw error;
    return [];
  }
  const rows = Number(metadata.num_rows);
  const lie = (text: string): Fault => ({ text, isUnreadable: false });
  // Each row has an id of its own, of 16 bytes at least.
  if (rows > size) return [lie(`it says ${rows} rows in ${size} bytes`)];
  const faults: Fault[] = [];
  const inGroups = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (inGroups !== rows) faults.push(lie(`${rows} rows, found ${inGroups} in its row groups`));
  for (const group of metadata.row_groups) {
    for (const [index, column] of group.columns.entries()) {
      const name = column.meta_data?.path_in_schema.join('.') ?? `column ${index}`;
      try {
        for await (const fault of chunkFaults(file, metadata, group, index)) faults.push(lie(`${name}: ${fault}`));
      } catch (error) {
        if (error instanceof StorageFault) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        faults.push({ text: `${name}: ${reason}`, isUnreadable: true });
      }
    }
  }
  return faults;
}

/** What a page is, and what its values come to. */
interface JudgedPage extends Omit<StoredPage, 'values'> {
  readonly rows: number;
  readonly bounds: ColumnBounds;
}

async function* chunkFaults(
  file: AsyncBuffer,
  metadata: FileMetaData,
  group: RowGroup,
  index: number,
): AsyncGenerator<string> {
  const column = group.columns[index];
  const chunk = column?.meta_data;
  if (column === undefined || chunk === undefined) return;
  if (column.file_path) yield 'its values are said to be in another file';
  const path = flatPath(metadata, chunk);
  if (path === null) return;
  const bloom = await bloomOf(file, chunk);
  if (bloom === 'unknown') yield 'its Bloom filter is of a kind that cannot be checked';
  const order = orderOf(group, index);
  const pages: JudgedPage[] = [];
  for await (const page of storedPages(file, path, chunk, Number(group.num_rows))) {
    const { values, ...rest } = page;
    if (typeof bloom === 'object' && bloom !== null) yield* bloomFaults(values, path, bloom);
    if (order !== null) yield* order.faults(values);
    pages.push({ ...rest, rows: values.length, bounds: boundsOf(values) });
  }
  yield* statisticsFaults(chunk, pages);
  for (const page of pages) yield* pageFaults(page, path);
  yield* encodingFaults(chunk, pages);
  yield* await indexFaults(file, column, path, pages);
}

/** The way to a plain column of an order that is checked; null for any other: the table has none, and no reader goes by it. */
function flatPath(metadata: FileMetaData, { path_in_schema: names }: ColumnMetaData): readonly SchemaTree[] | null {
  const root = parquetSchema(metadata);
  const leaf = names.length === 1 ? root.children.find(({ element }) => element.name === names[0]) : undefined;
  if (leaf === undefined || leaf.children.length > 0 || leaf.element.repetition_type === 'REPEATED') return null;
  const { type, converted_type: converted } = leaf.element;
  return type === 'FIXED_LEN_BYTE_ARRAY' || type === 'INT96' || converted === 'DECIMAL' ? null : [root, leaf];
}

/** Why readers that go by these bounds pass over values; nothing where they do not. */
function* boundsFaults(what: string, stated: StatedBounds, { min, max, nulls }: ColumnBounds): Generator<string> {
  const [lower, upper] = [comparable(stated.min), comparable(stated.max)];
  const below = min === null || lower === null ? 0 : (compare(lower, min) ?? 0);
  const above = max === null || upper === null ? 0 : (compare(upper, max) ?? 0);
  if (below > 0) yield `the lower bound of ${what} is above a value`;
  if (above < 0) yield `the upper bound of ${what} is below a value`;
  if (stated.isMinExact && below < 0) yield `the lower bound of ${what} is said to be a value and is none`;
  if (stated.isMaxExact && above > 0) yield `the upper bound of ${what} is said to be a value and is none`;
  if (stated.nulls !== undefined && Number(stated.nulls) !== nulls) {
    yield `${what} is said to have ${Number(stated.nulls)} nulls, found ${nulls}`;
  }
}

interface StatedBounds {
  readonly min: unknown;
  readonly max: unknown;
  readonly nulls?: unknown;
  readonly isMinExact?: boolean | undefined;
  readonly isMaxExact?: boolean | undefined;
}

function* statisticsFaults({ statistics }: ColumnMetaData, pages: readonly JudgedPage[]): Generator<string> {
  if (statistics === undefined) return;
  const found = joined(pages.map(({ bounds }) => bounds));
  const { min_value: min, max_value: max, null_count: nulls, min: oldMin, max: oldMax } = statistics;
  const exact = { isMinExact: statistics.is_min_value_exact, isMaxExact: statistics.is_max_value_exact };
  yield* boundsFaults('a row group', { min, max, nulls, ...exact }, found);
  yield* boundsFaults('a row group', { min: oldMin, max: oldMax }, found);
}

function* pageFaults({ statistics, bounds }: JudgedPage, path: readonly SchemaTree[]): Generator<string> {
  if (statistics === undefined) return;
  const { min_value: min, max_value: max, null_count: nulls } = statistics;
  yield* boundsFaults('a page', { min: stored(min, path), max: stored(max, path), nulls }, bounds);
}

function stored(bytes: unknown, path: readonly SchemaTree[]): unknown {
  const element = path.at(-1)?.element;
  return bytes instanceof Uint8Array && element !== undefined
    ? convertMetadata(bytes, element, STORED_VALUES)
    : undefined;
}

/** Some engines look for a value in the dictionary alone, where every page is said to be made of it. */
function* encodingFaults(
  { encodings, encoding_stats: stats }: ColumnMetaData,
  pages: readonly JudgedPage[],
): Generator<string> {
  const stated = new Set((encodings ?? []).map(spelled));
  const inPages = stats?.filter(({ page_type: type }) => type === 'DATA_PAGE' || type === 'DATA_PAGE_V2');
  const perPage = inPages === undefined ? null : new Set(inPages.map(({ encoding }) => spelled(encoding)));
  for (const encoding of new Set(pages.map((page) => spelled(page.encoding)))) {
    if (stated.has(encoding) && (perPage === null || perPage.has(encoding))) continue;
    yield `it is not said to have pages encoded as ${encoding}`;
  }
}

/** Two names of one encoding. */
function spelled(encoding: string): string {
  return encoding === 'PLAIN_DICTIONARY' ? 'RLE_DICTIONARY' : encoding;
}

async function indexFaults(
  file: AsyncBuffer,
  column: ColumnChunk,
  path: readonly SchemaTree[],
  pages: readonly JudgedPage[],
): Promise<string[]> {
  const faults: string[] = [];
  const element = path.at(-1)?.element;
  const offsets = await rangeOf(file, column.offset_index_offset, column.offset_index_length);
  if (offsets !== null) faults.push(...offsetFaults(readOffsetIndex(offsets).page_locations, pages));
  const bounds = await rangeOf(file, column.column_index_offset, column.column_index_length);
  if (bounds === null || element === undefined) return faults;
  const index = readColumnIndex(bounds, element, STORED_VALUES);
  if (index.null_pages.length !== pages.length) {
    return [...faults, `its column index is of ${index.null_pages.length} pages, found ${pages.length}`];
  }
  for (const [at, page] of pages.entries()) {
    const isVoid = page.bounds.nulls === page.rows;
    if (index.null_pages[at] === true && !isVoid) faults.push('its column index says that a page has no value');
    const nulls = index.null_counts?.[at];
    const stated = index.null_pages[at] === true ? {} : { min: index.min_values[at], max: index.max_values[at] };
    faults.push(...boundsFaults('a page (column index)', { min: null, max: null, ...stated, nulls }, page.bounds));
  }
  const order = String(index.boundary_order);
  const there = [...pages.keys()].filter((at) => index.null_pages[at] !== true);
  for (const values of [index.min_values, index.max_values]) {
    if (
      !isInOrder(
        there.map((at) => values[at]),
        order,
      )
    )
      faults.push(`its column index is not ${order.toLowerCase()}`);
  }
  return faults;
}

function isInOrder(values: readonly unknown[], order: string): boolean {
  if (order !== 'ASCENDING' && order !== 'DESCENDING') return true;
  const sign = order === 'ASCENDING' ? 1 : -1;
  return values.every((value, at) => at === 0 || follows(values[at - 1], value, sign));
}

function follows(before: unknown, value: unknown, sign: 1 | -1): boolean {
  const [first, second] = [comparable(before), comparable(value)];
  return first === null || second === null || (compare(first, second) ?? 0) * sign <= 0;
}

interface PageLocation {
  readonly offset: unknown;
  readonly compressed_page_size: unknown;
  readonly first_row_index: unknown;
}

function offsetFaults(locations: readonly PageLocation[], pages: readonly JudgedPage[]): string[] {
  let row = 0;
  const found = pages.map(({ offset, size, rows }) => {
    const first = row;
    row += rows;
    return `${offset} ${size} ${first}`;
  });
  const stated = locations.map((each) => `${each.offset} ${each.compressed_page_size} ${each.first_row_index}`);
  return found.join() === stated.join() ? [] : ['its offset index names other pages than there are'];
}

type Bloom = NonNullable<ReturnType<typeof readBloomFilter>>;

async function bloomOf(
  file: AsyncBuffer,
  { bloom_filter_offset: offset, bloom_filter_length: length }: ColumnMetaData,
): Promise<Bloom | 'unknown' | null> {
  if (offset === undefined) return null;
  // Old writers leave the length out; the header, whose own length nobody says, tells it.
  const reader = await rangeOf(file, offset, length ?? Math.min(file.byteLength - Number(offset), 2 ** 25));
  return reader === null ? 'unknown' : (readBloomFilter(reader) ?? 'unknown');
}

function* bloomFaults(values: ArrayLike<unknown>, path: readonly SchemaTree[], { blocks }: Bloom): Generator<string> {
  const { type, type_length: length } = path.at(-1)?.element ?? {};
  // The filter is over values as they are stored, whatever they mean.
  const element = {
    name: '',
    ...(type !== undefined && { type }),
    ...(length !== undefined && { type_length: length }),
  };
  for (const value of new Set(Array.from(values))) {
    if (value === null || value === undefined) continue;
    const hash = hashParquetValue(value, element);
    if (hash === undefined) yield 'its Bloom filter is over values that cannot be checked';
    else if (!sbbfContains(blocks, hash)) yield 'its Bloom filter says that a value is not there';
    else continue;
    return;
  }
}

/** Checks the order that a row group is said to have by its first sorting column; null for every other column. */
function orderOf(group: RowGroup, index: number) {
  const [first] = group.sorting_columns ?? [];
  if (first?.column_idx !== index) return null;
  const sign = first.descending ? -1 : 1;
  let before: unknown = null;
  return {
    *faults(values: ArrayLike<unknown>): Generator<string> {
      for (let at = 0; at < values.length; at++) {
        const value = values[at];
        if (value === null || value === undefined) continue;
        if (before !== null && !follows(before, value, sign)) {
          yield 'its values are not in the order that they are said to have';
          return;
        }
        before = value;
      }
    },
  };
}

async function rangeOf(file: AsyncBuffer, offset: unknown, length: unknown) {
  const [start, size] = [Number(offset ?? 0), Number(length ?? 0)];
  if (!(start > 0 && size > 0)) return null;
  if (start + size > file.byteLength) throw new Error('an index lies beyond the end of the file');
  return { view: new DataView(await file.slice(start, start + size)), offset: 0 };
}
