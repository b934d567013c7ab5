import type { Header } from './header.ts';
import type { Part } from './part.ts';
import type { PartContents } from './part-contents.ts';
import type { Recognised } from './recognised.ts';
import type { BadReason, Row } from './row.ts';

/** `row` holds an audit record. */
export const ROW = 0;
/** `row` holds a record that is none, for `reason`; only its number, offset and raw text are set. */
export const BAD = 1;
/** Call fill(), then go on. */
export const NEED_INPUT = 2;
/** The file was read to its end. */
export const END = 3;

export type NextRecord = typeof ROW | typeof BAD | typeof NEED_INPUT | typeof END;

/** What was read so far; whole once next() has answered END. */
export interface ReadCounts {
  /** Good and bad records; header and empty lines are none. */
  records: number;
  bad: number;
  /** Bad records after which reading resumed at their first line feed. */
  resynchronised: number;
  decompressedBytes: number;
  unterminatedLastRecord: boolean;
  emptyLines: number;
  /** Header lines after the first, of exports that were joined; no records. */
  repeatedHeaders: number;
  /** Days of the good records, in UTC. */
  days: number;
  /** How finely the times of the good records are written; null where there is none. */
  timeDigits: TimeDigits | null;
  /** What the good records have, by part; of parts that have one. */
  contents: readonly PartContents[];
}

/** Digits written of the second's fraction, 0 to 9, or -2 where no seconds are. Whole seconds have none, milliseconds as a number three. */
export interface TimeDigits {
  readonly most: number;
  readonly fewest: number;
  /** Digits that are not zero to the end of all of them, 0 to 6: `.120` needs two. */
  readonly needed: number;
  /** Whether some time is without offset, so that the zone of the settings decides which instant it is. */
  readonly isLocal: boolean;
}

/**
 * Reads the audit records of one export file, whatever its format:
 *
 *     for (let found = reader.next(); found !== END; found = reader.next()) {
 *       if (found === NEED_INPUT) await reader.fill();
 *       else if (found === ROW) use(reader.bytes, reader.row);
 *       else quarantine(reader.reason, reader.row);
 *     }
 *
 * Everything in `row` is valid until the next call. Both methods throw RejectedFile, which ends the file, all or nothing. Whatever
 * happens, close() comes last.
 */
export interface ExportReader {
  /** Every index in `row` points into this buffer; another object after a fill(). */
  readonly bytes: Buffer;
  /** The record read last; always this object. */
  readonly row: Row;
  /** Why the record is bad, after BAD. */
  readonly reason: BadReason;
  /** The columns of the record read last. Known after the first good record or END. @throws Error before that */
  readonly header: Header;
  /** The exports that were joined in the file, as far as they were read; one, mostly, and none where there is no record. */
  readonly parts: readonly Part[];
  readonly counts: ReadCounts;
  /** Names of entries of an archive that nobody means as documents; left out where the file is none. */
  readonly leftOut?: readonly string[];
  /** How the file is written: of each document in it one entry. */
  readonly recognised: readonly Recognised[];
  /**
   * The lowest READER_VERSION that gives the same records of this file. A version that
   * rejects the file does not count. Known after END.
   */
  readonly readSince: number;
  /** Reads the next record, as far as the bytes at hand go. @throws RejectedFile */
  next(): NextRecord;
  /** Reads on in the file, after NEED_INPUT. @throws RejectedFile; errors of the chunks pass unchanged */
  fill(): Promise<void>;
  /** Lets go of the file, be it at its end or before; `header` and `counts` stay, `bytes` do not. */
  close(): Promise<void>;
}
