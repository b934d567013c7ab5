import { parquetMetadataAsync } from 'hyparquet';
import { readAll, type Storage } from '../storage/index.ts';
import type { AddFile } from '../table/index.ts';

/** Rows of a data file: as its statistics say, else as its footer does. Throws storage errors. */
export async function rowsOf(storage: Storage, table: string, { path, size, stats }: AddFile): Promise<number> {
  const recorded = recordedRows(stats);
  if (recorded !== null) return recorded;
  const metadata = await parquetMetadataAsync({
    byteLength: size,
    slice: async (start: number, end: number = size): Promise<ArrayBuffer> =>
      Uint8Array.from(await readAll(storage, `${table}/${path}`, { start: start < 0 ? size + start : start, end }))
        .buffer,
  });
  return Number(metadata.num_rows);
}

function recordedRows(stats = '{}'): number | null {
  try {
    const { numRecords } = JSON.parse(stats) as { readonly numRecords?: unknown };
    return typeof numRecords === 'number' ? numRecords : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}
