import { isUtf8 } from 'node:buffer';
import { ChunkBuffer } from './chunk-buffer.ts';
import { readCode } from './code.ts';
import type { Document } from './document.ts';
import { BAD, END, type ExportReader, NEED_INPUT, type NextRecord, type ReadCounts, ROW } from './export-reader.ts';
import type { Header } from './header.ts';
import { LogJoint } from './log-joint.ts';
import { type IsTime, LINE_COLUMNS, LogLine } from './log-line.ts';
import { LINE, type LogJudge, LogLines, MORE } from './log-lines.ts';
import { type LogSystem, logSystemOf } from './log-system.ts';
import { type Part, Parts } from './part.ts';
import type { Recognised } from './recognised.ts';
import { tooManyRecords } from './rejection.ts';
import { type BadReason, Row } from './row.ts';
import { RowReader } from './row-reader.ts';
import type { SourceSettings } from './source-settings.ts';
import { SOURCE_SYSTEMS } from './source-systems.ts';
import { LOGS_SINCE } from './version.ts';

const columnOf = (name: (typeof LINE_COLUMNS)[number]) => LINE_COLUMNS.indexOf(name);
const [TIME, COMPONENT, CATEGORY, CODE] = [0, columnOf('component'), columnOf('category'), columnOf('code')];
const OPEN = 0x5b;
/** A longer one is no time without a year. */
const LONGEST_TIME = 64;
/** The 29th of February is in one of so many. */
const YEARS_TRIED = 8;
const DAY_MS = 86_400_000;

/** The columns of every log: who logged it is the one that has no place of its own. */
const LOG_HEADER: Header = {
  names: LINE_COLUMNS,
  roles: {
    time: columnOf('time'),
    code: columnOf('code'),
    message: columnOf('message'),
    actor_name: columnOf('account'),
    actor_id: -1,
  },
  extras: [{ name: 'host', index: columnOf('host') }],
  identityColumns: ['actor_name'],
};

/**
 * Reads the records of a classic audit log: one a line, as {@link LogLine} does. Lines that are none are bad records, among them what
 * follows a line end within a message: where a message ends, such a log does not say. A byte order mark where a line begins starts
 * a part; nothing else tells logs apart that were joined.
 */
export class LogReader implements ExportReader {
  bytes: Buffer;
  readonly row = new Row();
  reason: BadReason = 'no_log_line';
  readonly header = LOG_HEADER;
  readonly #document: Document;
  readonly #maxRecords: number;
  readonly #buffer: ChunkBuffer;
  readonly #lines: LogLines;
  readonly #line: LogLine;
  readonly #rows: RowReader;
  readonly #parts = new Parts();
  /** No time of the file is of a later one. */
  readonly #latestYear: number;
  #count = 0;
  #bad = 0;
  #started = false;

  /** As for CsvReader; of the settings, those for columns and delimiters do not apply. */
  constructor(document: Document, settings: SourceSettings, landedAt: number) {
    this.#document = document;
    this.#maxRecords = settings.maxRecords;
    this.#latestYear = new Date(landedAt + DAY_MS).getUTCFullYear() + 1;
    this.#buffer = new ChunkBuffer(document.text);
    this.bytes = this.#buffer.bytes;
    this.#rows = new RowReader(settings, landedAt, document.times);
    const isTime: IsTime = (bytes, start, end, isYearless) =>
      isYearless ? this.#withYear(start, end) !== null : this.#rows.isTime(bytes, start, end);
    this.#line = new LogLine(settings.classicLine, isTime);
    this.#lines = new LogLines(this.#buffer, settings.maxRecordBytes, this.#judge(new LogJoint(isTime)));
    this.#parts.begin(0, LOG_HEADER);
    this.row.begin(LOG_HEADER.extras.length);
  }

  get parts(): readonly Part[] {
    return this.#parts.list;
  }

  get readSince(): number {
    return LOGS_SINCE;
  }

  get recognised(): readonly Recognised[] {
    return [this.#document.recognised];
  }

  get counts(): ReadCounts {
    const { offset, end } = this.#buffer;
    const { days, timeDigits, contents } = this.#rows;
    return {
      records: this.#count,
      bad: this.#bad,
      resynchronised: 0,
      decompressedBytes: offset + end,
      unterminatedLastRecord: this.#count > 0 && this.#lines.unterminated,
      emptyLines: this.#lines.emptyLines,
      repeatedHeaders: 0,
      days,
      timeDigits,
      contents,
    };
  }

  next(): NextRecord {
    if (!this.#started) return NEED_INPUT;
    const found = this.#lines.next();
    if (found === MORE) return NEED_INPUT;
    if (found !== LINE) {
      this.#rows.checkFile();
      return END;
    }
    const reason = this.#read();
    if (reason === undefined) return ROW;
    this.#bad++;
    this.reason = reason;
    return BAD;
  }

  async fill(): Promise<void> {
    await this.#buffer.fill();
    this.bytes = this.#buffer.bytes;
    this.#started = true;
  }

  async close(): Promise<void> {
    await this.#buffer.close();
  }

  /** Reads the line that was found. Why it is no audit record, if so. */
  #read(): BadReason | undefined {
    const { row, bytes } = this;
    const lines = this.#lines;
    const { start, end, truncated } = lines;
    this.#beginRecord();
    row.rawStart = start;
    row.rawEnd = end;
    row.rawTruncated = truncated;
    row.offset = this.#buffer.offset + start;
    if (truncated) return 'record_too_long';
    if (!isUtf8(bytes.subarray(start, end))) return 'invalid_utf8';
    const line = this.#line;
    const fault = line.read(bytes, start, end);
    if (fault !== undefined) return fault;
    if (lines.isJoined) return 'lines_joined';
    const { starts, ends } = line;
    row.componentStart = starts[COMPONENT]!;
    row.componentEnd = ends[COMPONENT]!;
    row.categoryStart = starts[CATEGORY]!;
    row.categoryEnd = ends[CATEGORY]!;
    if (line.isYearless) this.#addYear();
    const system = this.#systemOf(bytes);
    // One that counts as good may not turn out to be none.
    if (system === null) return this.#rows.probe(row, bytes, LOG_HEADER, starts, ends) ?? 'system_unknown';
    row.system = SOURCE_SYSTEMS.indexOf(system);
    return this.#rows.read(row, bytes, LOG_HEADER, starts, ends);
  }

  /** Has the time of the line begin with its year, where there is one: then it stands behind the data. */
  #addYear(): void {
    const { starts, ends } = this.#line;
    const place = this.#withYear(starts[TIME]!, ends[TIME]!);
    if (place !== null) [starts[TIME], ends[TIME]] = place;
  }

  /**
   * Writes a time behind the data, with the latest year before it in which it is one that the file's own time does not contradict.
   * Null where there is none.
   */
  #withYear(start: number, end: number): readonly [start: number, end: number] | null {
    const { bytes, capacity } = this.#buffer;
    if (end - start > LONGEST_TIME) return null;
    const from = capacity;
    const text = bytes.toString('latin1', start, end);
    for (let year = this.#latestYear; year > this.#latestYear - YEARS_TRIED; year--) {
      const to = from + bytes.write(`${year} ${text}`, from, 'latin1');
      if (this.#rows.isPlausibleTime(bytes, from, to)) return [from, to];
    }
    return null;
  }

  #systemOf(bytes: Buffer): LogSystem | null {
    const { starts, ends } = this.#line;
    const component = bytes.toString('latin1', starts[COMPONENT], ends[COMPONENT]);
    return logSystemOf(component, readCode(bytes, starts[CODE]!, ends[CODE]!));
  }

  #judge(joint: LogJoint): LogJudge {
    const line = this.#line;
    return {
      isLine: (start, end) => line.isLine(this.#buffer.bytes, start, end),
      jointIn: (start, end) => {
        const { bytes } = this.#buffer;
        const text = bytes.subarray(start, end);
        // Nearly always: the line has no bracket but its own.
        if (text.indexOf(OPEN) === text.lastIndexOf(OPEN)) return -1;
        const message = line.messageOf(bytes, start, end);
        return message === null ? -1 : joint.find(bytes, ...message);
      },
      isSameLog: (start, end, otherStart, otherEnd) => {
        const { bytes } = this.#buffer;
        const component = line.componentOf(bytes, start, end);
        return component !== null && component === line.componentOf(bytes, otherStart, otherEnd);
      },
    };
  }

  #beginRecord(): void {
    const lines = this.#lines;
    if (lines.markOffset > 0) {
      this.#parts.begin(lines.markOffset, LOG_HEADER);
      this.#rows.beginPart();
    }
    lines.markOffset = -1;
    if (++this.#count > this.#maxRecords) throw tooManyRecords(this.#maxRecords);
    this.#parts.take(this.#count);
    this.row.number = this.#count;
    this.row.part = this.#parts.current;
  }
}
