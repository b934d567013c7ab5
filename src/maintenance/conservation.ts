import { dayOfDate, IdSet } from '../events/index.ts';
import { forEachId, UnreadableDataFile } from '../lake/index.ts';
import { byDate } from '../rewrite/index.ts';
import type { Storage } from '../storage/index.ts';
import { type AddFile, recordedRows } from '../table/index.ts';

/** How the events of files compare with those of the files that replace them. */
export interface Conservation {
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  /** Events that were there and are no more; of files that cannot be read, the rows for which nothing came. */
  readonly vanished: number;
  /** Events that went although they were there: rows that nobody vouches for and no raw file gives, and rows that are withheld. */
  readonly dropped: number;
  /** Events that are there and were not before, those left out that stand for rows of files that cannot be read. */
  readonly appeared: number;
  /** Files that were replaced and cannot be read, relative to the table: of their events only the number is known. */
  readonly damaged: readonly string[];
}

/** Which events need not stay. */
export interface Dispensable {
  /** Files, relative to the table, whose rows nobody vouches for. */
  readonly unaccounted: ReadonlySet<string>;
  /** Whether an event of a day, in whole days since 1970, is erased or past the retention. */
  isWithheld(day: number, id: Uint32Array): boolean;
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
  { unaccounted, isWithheld }: Dispensable,
): Promise<Conservation> {
  const [old, replacing] = [byDate(before), byDate(after)];
  const damaged: string[] = [];
  let [rowsBefore, rowsAfter, vanished, dropped, appeared] = [0, 0, 0, 0, 0];
  for (const date of new Set([...old.keys(), ...replacing.keys()])) {
    const day = dayOfDate(date) ?? Number.POSITIVE_INFINITY;
    /** Events that must stay, and such as may go. */
    const [known, loose] = [new IdSet(), new IdSet()];
    let [unknown, withheld] = [0, 0];
    for (const file of old.get(date) ?? []) {
      const into = unaccounted.has(file.path) ? loose : known;
      const visit = (id: Uint32Array) => {
        if (isWithheld(day, id)) withheld++;
        else into.add(id);
      };
      const rows = await forEachCounted(storage, table, file, visit).catch((error: unknown) => {
        const recorded = recordedRows(file);
        if (!toleratesDamage || !(error instanceof UnreadableDataFile) || recorded === null) throw error;
        damaged.push(file.path);
        if (into === known) unknown += recorded;
        else dropped += recorded;
        return recorded;
      });
      rowsBefore += rows;
    }
    let [kept, keptLoose, others] = [0, 0, 0];
    for (const file of replacing.get(date) ?? []) {
      await forEachId(storage, table, file, (id) => {
        rowsAfter++;
        const [isKnown, isLoose] = [known.has(id), loose.has(id)];
        if (isKnown) kept++;
        if (isLoose) keptLoose++;
        if (!isKnown && !isLoose) others++;
      });
    }
    dropped += withheld + loose.size - keptLoose;
    vanished += known.size - kept + Math.max(0, unknown - others);
    appeared += Math.max(0, others - unknown);
  }
  return { rowsBefore, rowsAfter, vanished, dropped, appeared, damaged };
}

async function forEachCounted(
  storage: Storage,
  table: string,
  file: AddFile,
  visit: (id: Uint32Array) => void,
): Promise<number> {
  let rows = 0;
  await forEachId(storage, table, file, (id) => {
    rows++;
    visit(id);
  });
  return rows;
}
