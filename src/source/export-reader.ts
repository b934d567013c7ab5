import { isUtf8 } from 'node:buffer';
import { readCode } from './code.ts';
import { decompress } from './compression.ts';
import { FAULT, INCOMPLETE, LF, MAX_COLUMNS, type RECORD } from './csv-scanner.ts';
import type { Header } from './header.ts';
import { headerOfColumns, NO_HEADER, resolveHeader } from './header.ts';
import { END as END_OF_RECORDS, halveQuotes, RecordReader } from './record-reader.ts';
import { RejectedFile } from './rejection.ts';
import type { BadReason } from './row.ts';
import { Row } from './row.ts';
import type { SourceSettings } from './source-settings.ts';
import { checkText } from './text-check.ts';
import { TimeReader } from './time.ts';

/** `row` holds an audit record. */
export const ROW = 0;
/** `row` holds a record that is none, for `reason`; only its number, offset and raw text are set. */
export const BAD = 1;
/** Call fill(), then go on. */
export const NEED_INPUT = 2;
/** The file was read to its end. */
export const END = 3;

export type Outcome = typeof ROW | typeof BAD | typeof NEED_INPUT | typeof END;

const EARLIEST_MICROS = Date.UTC(2000, 0, 1) * 1000;
const DAY_MS = 86_400_000;
const BYTE_ORDER_MARK = 3;
const BLANK = 0x20;
const TAB = 0x09;

/** What was read so far; whole once next() has answered END. */
export interface Counts {
  /** Good and bad records; header and empty lines are none. */
  records: number;
  bad: number;
  /** Bad records after which reading resumed at their first line feed. */
  resynchronised: number;
  decompressedBytes: number;
  unterminatedLastRecord: boolean;
  emptyLines: number;
}

/**
 * Reads the audit records of one export file (CSV, RFC 4180, plain or compressed), without an object or a string per record:
 *
 *     for (let found = reader.next(); found !== END; found = reader.next()) {
 *       if (found === NEED_INPUT) await reader.fill();
 *       else if (found === ROW) use(reader.bytes, reader.row);
 *       else quarantine(reader.reason, reader.row);
 *     }
 *
 * Everything in `row` is valid until the next call. Both methods throw RejectedFile, which ends the file, all or nothing. A caller
 * that does not reach END calls close().
 */
export class ExportReader {
  /** Every index in `row` points into this buffer; another object after a fill(). */
  bytes: Buffer;
  /** The record read last; always this object. */
  readonly row = new Row();
  /** Why the record is bad, after BAD. */
  reason: BadReason = 'column_count';
  readonly #settings: SourceSettings;
  readonly #records: RecordReader;
  readonly #time: TimeReader;
  readonly #latestMicros: number;
  #header: Header | undefined;
  #count = 0;
  #bad = 0;
  #started = false;
  /** Whether all records that end in the buffer are known to be UTF-8, which saves looking at each. */
  #bufferIsUtf8 = false;

  /**
   * @param chunks the file as stored; compression is found by magic bytes
   * @param landedAt last modification of the raw file, milliseconds since 1970: times more than a day later are not plausible
   */
  constructor(chunks: AsyncIterable<Uint8Array>, settings: SourceSettings, landedAt: number) {
    this.#settings = settings;
    this.#records = new RecordReader(
      checkText(decompress(chunks, settings)),
      settings.delimiter.charCodeAt(0),
      settings.maxRecordBytes,
    );
    this.bytes = this.#records.buffer.bytes;
    this.#time = new TimeReader(settings.timeFormat, settings.timeZone);
    this.#latestMicros = (landedAt + DAY_MS) * 1000;
    if (!settings.header) this.#setHeader(headerOfColumns(settings));
  }

  /** The file's columns. Known after the first record or END. @throws Error before that */
  get header(): Header {
    if (this.#header === undefined)
      throw new Error('expected a first record or the end of the file, found neither yet');
    return this.#header;
  }

  get counts(): Counts {
    const { buffer, resynchronised, unterminated, emptyLines } = this.#records;
    return {
      records: this.#count,
      bad: this.#bad,
      resynchronised,
      decompressedBytes: buffer.offset + buffer.end,
      unterminatedLastRecord: this.#count > 0 && unterminated,
      emptyLines,
    };
  }

  /** Reads the next record, as far as the bytes at hand go. @throws RejectedFile */
  next(): Outcome {
    const records = this.#records;
    let found = this.#started ? records.next() : INCOMPLETE;
    if (this.#header === undefined && found !== INCOMPLETE) {
      this.#readHeader(found);
      if (found !== END_OF_RECORDS) found = records.next();
    }
    if (found === INCOMPLETE) return NEED_INPUT;
    if (found === END_OF_RECORDS) return END;
    const { row } = this;
    row.number = ++this.#count;
    row.offset = records.buffer.offset + records.start;
    row.rawStart = records.start;
    row.rawEnd = records.end;
    row.rawTruncated = false;
    if (found === FAULT) {
      row.rawTruncated = records.truncated;
      return this.#refuse(records.fault);
    }
    return this.#readRow(row);
  }

  /** Reads on in the file, after NEED_INPUT. @throws RejectedFile; errors of the chunks pass unchanged */
  async fill(): Promise<void> {
    const { buffer } = this.#records;
    await buffer.fill();
    this.bytes = buffer.bytes;
    if (!this.#started) {
      this.#started = true;
      if (buffer.end >= BYTE_ORDER_MARK && buffer.bytes.readUIntBE(0, BYTE_ORDER_MARK) === 0xefbbbf) {
        buffer.position = BYTE_ORDER_MARK;
      }
    }
    const wholeRecords = buffer.final ? buffer.end : buffer.bytes.lastIndexOf(LF, buffer.end - 1) + 1;
    this.#bufferIsUtf8 = isUtf8(buffer.bytes.subarray(buffer.position, Math.max(buffer.position, wholeRecords)));
  }

  /** Lets go of the file before its end. */
  async close(): Promise<void> {
    await this.#records.buffer.close();
  }

  #setHeader(header: Header): void {
    this.#header = header;
    this.row.extraStarts = new Int32Array(header.extras.length);
    this.row.extraEnds = new Int32Array(header.extras.length);
  }

  #readHeader(found: typeof RECORD | typeof FAULT | typeof END_OF_RECORDS): void {
    if (found === END_OF_RECORDS) {
      this.#setHeader(NO_HEADER);
      return;
    }
    const { buffer, scanner, start, end, fault } = this.#records;
    const raw = buffer.bytes.subarray(start, end);
    if (!isUtf8(raw)) {
      throw new RejectedFile(
        'not_text',
        `expected a header line in UTF-8, found ${JSON.stringify(raw.toString('latin1', 0, 200))} (shown as Latin-1); ` +
          'export as UTF-8, or convert the file',
      );
    }
    if (found === FAULT || scanner.fieldCount > MAX_COLUMNS) {
      throw new RejectedFile(
        'header_not_understood',
        `expected a header line of at most ${MAX_COLUMNS} columns, found ${JSON.stringify(raw.toString('utf8', 0, 200))} ` +
          `(${found === FAULT ? fault : `${scanner.fieldCount} columns`}); check AUDIT_LAKE_DELIMITER, or, for files without ` +
          'header, set AUDIT_LAKE_HEADER=false and AUDIT_LAKE_COLUMNS',
      );
    }
    this.#halveQuotes();
    const names = Array.from({ length: scanner.fieldCount }, (_, index) =>
      buffer.bytes.toString('utf8', scanner.starts[index], scanner.ends[index]),
    );
    this.#setHeader(resolveHeader(names, this.#settings));
  }

  #readRow(row: Row): typeof ROW | typeof BAD {
    const { scanner, start, end } = this.#records;
    const { bytes } = this;
    const { names, roles, extras } = this.header;
    if (scanner.fieldCount !== names.length) return this.#refuse('column_count');
    if (!this.#bufferIsUtf8 && !isUtf8(bytes.subarray(start, end))) return this.#refuse('invalid_utf8');
    if (scanner.doubledCount > 0) this.#halveQuotes();
    const { starts, ends } = scanner;
    row.timeStart = starts[roles.time]!;
    row.timeEnd = ends[roles.time]!;
    const timeReason = this.#readTime(row);
    if (timeReason !== undefined) return this.#refuse(timeReason);
    const codeStart = skipBlanks(bytes, starts[roles.code]!, ends[roles.code]!);
    const codeEnd = dropBlanks(bytes, codeStart, ends[roles.code]!);
    if (codeStart === codeEnd) return this.#refuse('code_missing');
    row.code = readCode(bytes, codeStart, codeEnd);
    if (row.code < 0) return this.#refuse('code_unreadable');
    row.messageStart = starts[roles.message]!;
    row.messageEnd = ends[roles.message]!;
    if (roles.actor_name >= 0) {
      row.actorNameStart = starts[roles.actor_name]!;
      row.actorNameEnd = ends[roles.actor_name]!;
    }
    if (roles.actor_id >= 0) {
      row.actorIdStart = starts[roles.actor_id]!;
      row.actorIdEnd = ends[roles.actor_id]!;
    }
    for (let at = 0; at < extras.length; at++) {
      const { index } = extras[at]!;
      row.extraStarts[at] = starts[index]!;
      row.extraEnds[at] = ends[index]!;
    }
    return ROW;
  }

  #readTime(row: Row): BadReason | undefined {
    const { bytes } = this;
    const time = this.#time;
    const start = skipBlanks(bytes, row.timeStart, row.timeEnd);
    const end = dropBlanks(bytes, start, row.timeEnd);
    if (start === end) return 'time_missing';
    if (!time.read(bytes, start, end)) return 'time_unreadable';
    if (time.micros < EARLIEST_MICROS || time.micros > this.#latestMicros) return 'time_out_of_range';
    row.timeMicros = time.micros;
    row.timeNote = time.note;
    return undefined;
  }

  #refuse(reason: BadReason): typeof BAD {
    this.#bad++;
    this.reason = reason;
    return BAD;
  }

  /** Points fields with doubled quotes at a copy in the scratch half of the buffer. */
  #halveQuotes(): void {
    const { buffer, scanner } = this.#records;
    let scratch = buffer.capacity;
    for (let at = 0; at < scanner.doubledCount; at++) {
      const field = scanner.doubled[at]!;
      const end = halveQuotes(buffer.bytes, scanner.starts[field]!, scanner.ends[field]!, scratch);
      scanner.starts[field] = scratch;
      scanner.ends[field] = end;
      scratch = end;
    }
  }
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === BLANK || bytes[at] === TAB)) at++;
  return at;
}

function dropBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && (bytes[at - 1] === BLANK || bytes[at - 1] === TAB)) at--;
  return at;
}
