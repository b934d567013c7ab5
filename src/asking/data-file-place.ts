import { parseId } from '../events/index.ts';
import { forEachId, PASS_OVER, timesOf, UnreadableDataFile } from '../lake/index.ts';
import type { Storage } from '../storage/index.ts';
import type { AddFile, Snapshot } from '../table/index.ts';

/** Where a row stands in the table. */
export interface RowPlace {
  readonly file: AddFile;
  /** Its number in the file, from 1. */
  readonly row: number;
}

/**
 * Finds the live data file that holds an event: of the files of its day first those whose statistics say that they may, then the
 * others. Only their id columns are read.
 * @param micros when it happened, microseconds since 1970
 * @returns null where no file that can be read holds it
 * @throws storage errors
 */
export async function placeOfRow(
  storage: Storage,
  snapshot: Snapshot,
  date: string,
  micros: number,
  uid: string,
): Promise<RowPlace | null> {
  const wanted = new Uint32Array(4);
  if (!parseId(uid, wanted)) return null;
  const ofDay = [...snapshot.files.values()].filter(({ partitionValues }) => partitionValues['event_date'] === date);
  const { likely = [], unlikely = [] } = Object.groupBy(ofDay, (file) => {
    const { min, max } = timesOf(file);
    return micros >= min && micros <= max ? 'likely' : 'unlikely';
  });
  for (const file of [...likely, ...unlikely]) {
    const row = await rowIn(storage, snapshot.path, file, wanted);
    if (row !== null) return { file, row };
  }
  return null;
}

async function rowIn(storage: Storage, table: string, file: AddFile, wanted: Uint32Array): Promise<number | null> {
  let [row, found]: [number, number | null] = [0, null];
  try {
    await forEachId(
      storage,
      table,
      file,
      (id) => {
        row++;
        if (found === null && id.every((word, index) => word === wanted[index])) found = row;
      },
      PASS_OVER,
    );
  } catch (error) {
    if (!(error instanceof UnreadableDataFile)) throw error;
  }
  return found;
}
