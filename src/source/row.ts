import type { GrammarFault } from './csv-scanner.ts';
import type { TimeNote } from './time-zone.ts';
import { EXACT } from './time-zone.ts';

/** Why a record is no audit record. The list is closed: it is stored in the lake. Where several hold, the first of them is given. */
export type BadReason =
  | GrammarFault
  | 'invalid_json'
  | 'not_an_object'
  | 'duplicate_key'
  | 'keys_not_understood'
  | 'record_too_long'
  | 'column_count'
  | 'invalid_utf8'
  | 'time_missing'
  | 'time_unreadable'
  | 'time_out_of_range'
  | 'code_missing'
  | 'code_unreadable'
  | 'message_missing'
  /** A template left one of its values open: `{{user.name}}`. */
  | 'placeholder'
  /** A line without `[component|category|code|account]`, or with one of which it cannot be told where it ends. */
  | 'no_log_line'
  | 'account_unclear'
  /** Another line stands in it, or what looks like one. */
  | 'lines_joined'
  /** What stands before that is not as the settings say. */
  | 'prefix_not_understood'
  /** Neither component nor code says whose trail it is. */
  | 'system_unknown';

/** A record as slices of the reader's `bytes`. Start and end are equal for an empty cell; both are -1 where the file lacks the column. */
export class Row {
  /** 1-based record number in the file, bad records counted, header and empty lines not. */
  number = 0;
  /** Which of the exports joined in the file it belongs to, 0-based. */
  part = 0;
  /** Offset of the record in the decompressed bytes of the file. */
  offset = 0;
  /** The record as it stands in the file, line end not included. */
  rawStart = 0;
  rawEnd = 0;
  /** Whether `raw` is only the beginning of a line longer than `maxRecordBytes`, cut between characters. */
  rawTruncated = false;
  /** Whole microseconds since 1970-01-01T00:00Z. */
  timeMicros = 0;
  timeNote: TimeNote = EXACT;
  /** Whose trail it is in: a place in `SOURCE_SYSTEMS`. */
  system = 0;
  /** The time as written. */
  timeStart = 0;
  timeEnd = 0;
  code = 0;
  /** The code as written. */
  codeStart = 0;
  codeEnd = 0;
  messageStart = 0;
  messageEnd = 0;
  actorNameStart = -1;
  actorNameEnd = -1;
  actorIdStart = -1;
  actorIdEnd = -1;
  /** What wrote a line of a classic log, and under which heading, as the line says; -1 in every other format. */
  componentStart = -1;
  componentEnd = -1;
  categoryStart = -1;
  categoryEnd = -1;
  /** Slices of the header's extras, in their order; set once the header is known. */
  extraStarts = new Int32Array(0);
  extraEnds = new Int32Array(0);

  /** Makes room for the cells of a file, or of a part of one, with so many extra columns. */
  begin(extras: number): void {
    this.system = 0;
    this.actorNameStart = -1;
    this.actorNameEnd = -1;
    this.actorIdStart = -1;
    this.actorIdEnd = -1;
    this.componentStart = -1;
    this.componentEnd = -1;
    this.categoryStart = -1;
    this.categoryEnd = -1;
    this.extraStarts = new Int32Array(extras);
    this.extraEnds = new Int32Array(extras);
  }

  /** Takes over all of another row, whose arrays the two then share. */
  copy(from: Row): void {
    Object.assign(this, from);
  }
}
