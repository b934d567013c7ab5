import { byDate, MOST_FILE_ROWS, PARTITION_COLUMN } from '../rewrite/index.ts';
import { type AddFile, recordedRows, type Snapshot } from '../table/index.ts';

/** A file with fewer rows than that, and fewer bytes, is small: half of a full one, so that what is made of two is not. */
const SMALL_ROWS = MOST_FILE_ROWS / 2;
const SMALL_BYTES = 16 * 2 ** 20;

/** A day and its small files, at least two. */
export interface DayPlan {
  /** `YYYY-MM-DD`. */
  readonly eventDate: string;
  readonly files: readonly AddFile[];
}

/** What became of a day; of a dry run what is expected, where bytes afterwards are not known. */
export interface CompactedDay {
  readonly eventDate: string;
  /** Null of a dry run where some file's statistics do not say it. */
  readonly rows: number | null;
  readonly filesBefore: number;
  readonly filesAfter: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number | null;
}

/** The days before `before` (`YYYY-MM-DD`) that have more small files than they need, in their order. */
export function compactableDays({ files }: Snapshot, before: string): DayPlan[] {
  const small = [...files.values()].filter((file) => isBefore(file, before) && isSmall(file));
  return [...byDate(small)]
    .filter(([, ofDay]) => ofDay.length > 1)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([eventDate, ofDay]) => ({ eventDate, files: ofDay }));
}

/** What a compaction makes of a day. */
export function expected({ eventDate, files }: DayPlan): CompactedDay {
  const known = files.flatMap((file) => recordedRows(file) ?? []);
  const rows = known.length === files.length ? sum(known, (each) => each) : null;
  const counts = { filesBefore: files.length, filesAfter: Math.max(1, Math.ceil((rows ?? 0) / MOST_FILE_ROWS)) };
  return { eventDate, rows, ...counts, bytesBefore: bytesOf(files), bytesAfter: null };
}

export function bytesOf(files: readonly AddFile[]): number {
  return sum(files, ({ size }) => size);
}

export function sum<T>(items: readonly T[], pick: (item: T) => number): number {
  return items.reduce((total, item) => total + pick(item), 0);
}

function isBefore({ partitionValues }: AddFile, before: string): boolean {
  const eventDate = partitionValues[PARTITION_COLUMN] ?? '';
  return /^\d{4}-\d\d-\d\d$/.test(eventDate) && eventDate < before;
}

function isSmall(file: AddFile): boolean {
  return file.size < SMALL_BYTES && (recordedRows(file) ?? 0) < SMALL_ROWS;
}
