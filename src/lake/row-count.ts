import { parquetMetadataAsync } from 'hyparquet';
import type { Storage } from '../storage/index.ts';
import { type AddFile, recordedRows } from '../table/index.ts';
import { readDataFile } from './data-file-reading.ts';

/** Rows of a data file: as its statistics say, else as its footer does. Throws UnreadableDataFile, storage errors. */
export async function rowsOf(storage: Storage, table: string, add: AddFile): Promise<number> {
  const recorded = recordedRows(add);
  if (recorded !== null) return recorded;
  const metadata = await readDataFile(storage, table, add, (file) => parquetMetadataAsync(file));
  return Number(metadata.num_rows);
}
