import { IdSet } from '../events/index.ts';
import { UnreadableDataFile } from '../ingest/data-file-reading.ts';
import { forEachId } from '../ingest/known-ids.ts';
import type { Storage } from '../storage/index.ts';
import { type AddFile, recordedRows } from '../table/index.ts';
import { byDate } from './carry-over.ts';

/** How the events of files compare with those of the files that replace them. */
export interface Conservation {
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  /** Events that were there and are no more; of files that cannot be read, the rows for which nothing came. */
  readonly vanished: number;
  /** Events that are there and were not before, those left out that stand for rows of files that cannot be read. */
  readonly appeared: number;
  /** Files that were replaced and cannot be read, relative to the table: of their events only the number is known. */
  readonly damaged: readonly string[];
}

/**
 * Compares files with their replacements by event_uid, a date at a time: an event has one date, as long as it is the same.
 * @param toleratesDamage whether a file that cannot be read counts by its number of rows
 * @throws UnreadableDataFile, storage errors
 */
export async function compareEvents(
  storage: Storage,
  table: string,
  before: readonly AddFile[],
  after: readonly AddFile[],
  toleratesDamage: boolean,
): Promise<Conservation> {
  const [old, replacing] = [byDate(before), byDate(after)];
  const damaged: string[] = [];
  let [rowsBefore, rowsAfter, vanished, appeared] = [0, 0, 0, 0];
  for (const date of new Set([...old.keys(), ...replacing.keys()])) {
    const known = new IdSet();
    let unknown = 0;
    for (const file of old.get(date) ?? []) {
      const found = await idsOf(storage, table, file).catch((error: unknown) => {
        const rows = recordedRows(file);
        if (!toleratesDamage || !(error instanceof UnreadableDataFile) || rows === null) throw error;
        damaged.push(file.path);
        return rows;
      });
      if (typeof found === 'number') unknown += found;
      else known.addAll(found.ids);
      rowsBefore += typeof found === 'number' ? found : found.rows;
    }
    let [kept, others] = [0, 0];
    for (const file of replacing.get(date) ?? []) {
      await forEachId(storage, table, file, (id) => {
        if (known.has(id)) kept++;
        else others++;
      });
    }
    rowsAfter += kept + others;
    vanished += known.size - kept + Math.max(0, unknown - others);
    appeared += Math.max(0, others - unknown);
  }
  return { rowsBefore, rowsAfter, vanished, appeared, damaged };
}

async function idsOf(storage: Storage, table: string, file: AddFile): Promise<{ rows: number; ids: IdSet }> {
  const ids = new IdSet();
  let rows = 0;
  await forEachId(storage, table, file, (id) => {
    rows++;
    ids.add(id);
  });
  return { rows, ids };
}
