import { IdSet } from '../events/index.ts';
import { forEachId } from '../ingest/known-ids.ts';
import type { Storage } from '../storage/index.ts';
import type { AddFile } from '../table/index.ts';
import { byDate } from './carry-over.ts';

/** How the events of files compare with those of the files that replace them. */
export interface Conservation {
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  /** Events that were there and are no more. */
  readonly vanished: number;
  /** Events that are there and were not before. */
  readonly appeared: number;
}

/** Compares files with their replacements by event_uid, a date at a time: an event has one date, as long as it is the same. */
export async function compareEvents(
  storage: Storage,
  table: string,
  before: readonly AddFile[],
  after: readonly AddFile[],
): Promise<Conservation> {
  const [old, replacing] = [byDate(before), byDate(after)];
  let [rowsBefore, rowsAfter, vanished, appeared] = [0, 0, 0, 0];
  for (const date of new Set([...old.keys(), ...replacing.keys()])) {
    const known = new IdSet();
    for (const { path, size } of old.get(date) ?? []) {
      await forEachId(storage, `${table}/${path}`, size, (id) => {
        rowsBefore++;
        known.add(id);
      });
    }
    let kept = 0;
    for (const { path, size } of replacing.get(date) ?? []) {
      await forEachId(storage, `${table}/${path}`, size, (id) => {
        rowsAfter++;
        if (known.has(id)) kept++;
        else appeared++;
      });
    }
    vanished += known.size - kept;
  }
  return { rowsBefore, rowsAfter, vanished, appeared };
}
