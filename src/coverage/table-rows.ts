import { type FileMetaData, parquetMetadataAsync } from 'hyparquet';
import { readChunks, readDataFile, timesOf } from '../lake/index.ts';
import { DECOMPRESSORS } from '../parquet/index.ts';
import type { Storage } from '../storage/index.ts';
import type { AddFile, Snapshot } from '../table/index.ts';

/** The only system whose trail Nexthink counts by NQL. */
const COUNTED_SYSTEM = 'infinity';

/** Columns of which every row is looked at. */
const ALWAYS = ['event_time', 'code', 'instance', 'source_system'] as const;

/** A row as far as it is asked for. */
export interface TableRow {
  /** Milliseconds since 1970, with a fraction. */
  readonly time: number;
  readonly code: number;
  /** A column that was asked for. */
  text(column: string): string;
}

/** Times, in milliseconds since 1970, of which the end is excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Goes through the rows of audit_events that are an instance's events in a time, file by file and row group by row group, so that
 * no more than a row group of the columns asked for is held. Files and row groups of other times are left unread.
 * @param columns further columns, read as text; a column that a file lacks is empty
 * @throws UnreadableDataFile, storage errors
 */
export async function forEachRow(
  storage: Storage,
  snapshot: Pick<Snapshot, 'path' | 'files'>,
  wanted: Span & { readonly instance: string | null; readonly columns?: readonly string[] },
  visit: (row: TableRow) => void,
): Promise<void> {
  for (const add of snapshot.files.values()) {
    const { min, max } = timesOf(add);
    if (max / 1000 < wanted.start || min / 1000 >= wanted.end || isOfOtherDay(add, wanted)) continue;
    await visitFile(storage, snapshot.path, add, wanted, visit);
  }
}

const DAY = 86_400_000;

function isOfOtherDay({ partitionValues }: AddFile, { start, end }: Span): boolean {
  const day = Date.parse(`${partitionValues['event_date'] ?? ''}T00:00:00Z`);
  return day + DAY <= start || day >= end;
}

async function visitFile(
  storage: Storage,
  table: string,
  add: AddFile,
  wanted: Parameters<typeof forEachRow>[2],
  visit: (row: TableRow) => void,
): Promise<void> {
  await readDataFile(storage, table, add, async (file) => {
    const metadata = await parquetMetadataAsync(file);
    const present = new Set(metadata.schema.map(({ name }) => name));
    const columns = [...ALWAYS, ...(wanted.columns ?? [])].filter((name) => present.has(name));
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      if (!isOutside(group, wanted)) {
        const read = { file, metadata, columns, rowStart, rowEnd, compressors: DECOMPRESSORS, parsers: MICROSECONDS };
        const rows = new GroupRows(rowStart, rowEnd);
        await readChunks(read, ({ columnName, columnData, rowStart: at }) => rows.add(columnName, columnData, at));
        rows.forEach(wanted, visit);
      }
      rowStart = rowEnd;
    }
  });
}

/** Times as they are stored, in milliseconds with a fraction: a Date would drop it. */
const MICROSECONDS = {
  timestampFromMilliseconds: Number,
  timestampFromMicroseconds: (micros: bigint) => Number(micros) / 1000,
  timestampFromNanoseconds: (nanos: bigint) => Number(nanos) / 1e6,
};

function isOutside(group: FileMetaData['row_groups'][number], { start, end }: Span): boolean {
  const time = group.columns.find(({ meta_data: data }) => data?.path_in_schema.join('.') === 'event_time');
  const { min_value: min, max_value: max } = time?.meta_data?.statistics ?? {};
  if (!(min instanceof Date) || !(max instanceof Date)) return false;
  return max.getTime() + 1 < start || min.getTime() >= end;
}

/** The rows of one row group, its columns side by side. */
class GroupRows {
  readonly #from: number;
  readonly #rows: number;
  readonly #columns = new Map<string, ArrayLike<unknown>[]>();

  constructor(from: number, to: number) {
    this.#from = from;
    this.#rows = to - from;
  }

  add(name: string, values: ArrayLike<unknown>, at: number): void {
    const column = this.#columns.get(name) ?? new Array<ArrayLike<unknown>>(this.#rows);
    if (!this.#columns.has(name)) this.#columns.set(name, column);
    const skip = Math.max(0, this.#from - at);
    for (let index = skip; index < values.length; index++) {
      const row = at + index - this.#from;
      if (row >= this.#rows) break;
      (column as unknown[])[row] = values[index];
    }
  }

  forEach({ start, end, instance }: Span & { readonly instance: string | null }, visit: (row: TableRow) => void): void {
    const [times, codes, instances, systems] = ALWAYS.map((name) => this.#columns.get(name) as unknown[] | undefined);
    const row = { time: 0, code: 0, at: 0, text: (column: string) => asText(this.#columns.get(column)?.[row.at]) };
    for (let at = 0; at < this.#rows; at++) {
      const time = Number(times?.[at]);
      if (!(time >= start && time < end)) continue;
      if (asText(instances?.[at]) !== (instance ?? '')) continue;
      if (asText(systems?.[at]) !== COUNTED_SYSTEM) continue;
      row.time = time;
      row.code = Number(codes?.[at]);
      row.at = at;
      visit(row);
    }
  }
}

function asText(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  return value === null || value === undefined ? '' : String(value);
}
