import {
  type AsyncBuffer,
  type ColumnData,
  type ParquetReadOptions,
  parquetMetadataAsync,
  parquetRead,
} from 'hyparquet';
import { FileNotFound, InvalidPath, readAll, type Storage, StorageError } from '../storage/index.ts';
import { type AddFile, recordedRows, TableError } from '../table/index.ts';

/** A live data file is missing, or is not what was written any more. */
export class UnreadableDataFile extends TableError {
  /** Relative to the table. */
  readonly path: string;
  /** What was found instead of the file. */
  readonly found: string;

  constructor(table: string, path: string, found: string, options?: ErrorOptions) {
    super(
      table,
      `data file ${JSON.stringify(path)} cannot be read: ${found}; run verify, which names all that is damaged, then ` +
        'replay, which makes its rows anew from the raw files',
      options,
    );
    this.path = path;
    this.found = found;
  }
}

/** A stored file of so many bytes, for a Parquet reader: ranges of it are read as they are asked for. */
export function rangesOf(storage: Storage, location: string, size: number): AsyncBuffer {
  return {
    byteLength: size,
    slice: async (from, end = size) =>
      Uint8Array.from(await readAll(storage, location, { start: from < 0 ? size + from : from, end })).buffer,
  };
}

/**
 * Goes through columns of a Parquet file, chunk by chunk. The reader waits for no callback: an error thrown in one would
 * be nobody's, and end the process.
 * @throws what `visit` throws, once the reader is done; errors of the reader
 */
export async function readChunks(options: ParquetReadOptions, visit: (chunk: ColumnData) => void): Promise<void> {
  const failures: unknown[] = [];
  const onChunk = (chunk: ColumnData): void => {
    if (failures.length > 0) return;
    try {
      visit(chunk);
    } catch (error) {
      failures.push(error);
    }
  };
  await parquetRead({ ...options, onChunk });
  if (failures.length > 0) throw failures[0];
}

/**
 * Hands a data file, whose ranges are read as they are asked for, to a Parquet reader.
 * @throws UnreadableDataFile where it is missing or its content makes `read` fail, storage errors
 */
export async function readDataFile<T>(
  storage: Storage,
  table: string,
  { path, size }: Pick<AddFile, 'path' | 'size'>,
  read: (file: AsyncBuffer) => Promise<T>,
): Promise<T> {
  const location = `${table}/${path}`;
  try {
    return await read(rangesOf(storage, location, size));
  } catch (error) {
    if (error instanceof TableError) throw error;
    const isOfContent =
      !(error instanceof StorageError) || error instanceof FileNotFound || error instanceof InvalidPath;
    // Some stores refuse to read beyond the end of a file that was cut off.
    const found = isOfContent ? null : ((await storage.head(location))?.size ?? 0);
    if (found === size) throw error;
    const isMissing = error instanceof FileNotFound;
    const reason = isMissing ? 'there is no such file' : error instanceof Error ? error.message : String(error);
    const detail = found === null ? reason : `it has ${found} bytes of ${size}`;
    throw new UnreadableDataFile(table, path, detail, { cause: error });
  }
}

/** Rows of a data file: as its statistics say, else as its footer does. Throws UnreadableDataFile, storage errors. */
export async function rowsOf(storage: Storage, table: string, add: AddFile): Promise<number> {
  const recorded = recordedRows(add);
  if (recorded !== null) return recorded;
  const metadata = await readDataFile(storage, table, add, (file) => parquetMetadataAsync(file));
  return Number(metadata.num_rows);
}
