import { isUtf8 } from 'node:buffer';
import { QUOTE } from './chunk-buffer.ts';
import { CR, FAULT, INCOMPLETE, LF, MAX_COLUMNS, RECORD } from './csv-scanner.ts';
import type { Document } from './document.ts';
import { BAD, END, type ExportReader, NEED_INPUT, type NextRecord, type ReadCounts, ROW } from './export-reader.ts';
import { lineAfter } from './head-rows.ts';
import type { Header } from './header.ts';
import { headerOfColumns, NO_HEADER, resolveHeader } from './header.ts';
import { HeaderLines } from './header-line.ts';
import { unclearSecondHeader } from './header-rejection.ts';
import { declaredDelimiter, isLeadingLine } from './leading-line.ts';
import { type Part, Parts } from './part.ts';
import type { Recognised } from './recognised.ts';
import { halveQuotes, type LineJudge, NO_MORE, RecordReader } from './record-reader.ts';
import { RejectedFile, tooManyRecords } from './rejection.ts';
import type { BadReason } from './row.ts';
import { Row } from './row.ts';
import { RowReader } from './row-reader.ts';
import type { SourceSettings } from './source-settings.ts';
import { LINE_ENDS_AND_PARTS_SINCE, RECOGNISED_SINCE } from './version.ts';

const MARK = Buffer.from('\uFEFF');
/** A longer record is no line that stands above records, in bytes. */
const LONGEST_LINE = 4096;
/** Byte order marks within one bad record that are tried as the beginning of the next export. */
const MOST_MARKS = 8;
/** There is a seam between two exports, and its place cannot be told. */
const UNKNOWN = -1;
/** The record is looked at again, as something else. */
const AGAIN = -1;
/** A record is looked at in as many ways: none of them leads back to another, and this is what makes sure of it. */
const MOST_READINGS = 4;
/**
 * Bad for one of these, a record may be a header line, or several lines: its time is none, or it has other columns; or a header
 * that ends in a bare CR has swallowed a record, whose time then stands where the time is looked for.
 */
const HEADER_REASONS: ReadonlySet<BadReason> = new Set([
  'column_count',
  'time_missing',
  'time_unreadable',
  'code_missing',
  'code_unreadable',
]);
/** What ends lines somewhere, written out or escaped: in a header it means that records stand behind it unread. */
const LINE_END = /(?!\t)[\p{Cc}\p{Zl}\p{Zp}]|\\[nr]/u;

type Found = typeof RECORD | typeof FAULT;

/**
 * Reads the records of a CSV file (RFC 4180), without an object or a string per record. Exports that were joined in one file are
 * read as they would be apart: a further header line, or a byte order mark where a record would begin, starts a part of its
 * own, and its columns are the ones that it names.
 */
export class CsvReader implements ExportReader {
  /** Every index in `row` points into this buffer; another object after a fill(). */
  bytes: Buffer;
  /** The record read last; always this object. */
  readonly row = new Row();
  /** Why the record is bad, after BAD. */
  reason: BadReason = 'column_count';
  readonly #document: Document;
  readonly #settings: SourceSettings;
  readonly #records: RecordReader;
  readonly #rows: RowReader;
  readonly #headerLines: HeaderLines;
  readonly #parts = new Parts();
  #header: Header | undefined;
  #count = 0;
  #bad = 0;
  #started = false;
  /** Lines that are still to be passed over before the header. */
  #above: number;
  /** Whether all records that end in the buffer are known to be UTF-8, which saves looking at each. */
  #bufferIsUtf8 = false;
  /** Where a line stands that is meant as a header and is not understood; nothing may follow it. */
  #doubtful: number | null = null;
  #doubtfulLine = '';
  /** Whether lines were passed over that no reader before took for what they are. */
  #hasLeadingLines = false;

  /**
   * @param settings as the document was recognised, nothing open
   * @param landedAt last modification of the raw file, milliseconds since 1970: times more than a day later are not plausible
   */
  constructor(document: Document, settings: SourceSettings, landedAt: number) {
    this.#document = document;
    this.#settings = settings;
    this.#headerLines = new HeaderLines(settings);
    this.#records = new RecordReader(
      document.text,
      settings.delimiter.charCodeAt(0),
      settings.maxRecordBytes,
      this.#judge(),
    );
    this.bytes = this.#records.buffer.bytes;
    this.#rows = new RowReader(settings, landedAt, document.times);
    this.#above = document.recognised.leadingLines;
    if (!settings.header) this.#startWith(headerOfColumns(settings));
  }

  /** The columns of the record read last. Known after the first record or END. @throws Error before that */
  get header(): Header {
    if (this.#header === undefined)
      throw new Error('expected a first record or the end of the file, found neither yet');
    return this.#header;
  }

  get parts(): readonly Part[] {
    return this.#parts.list;
  }

  get readSince(): number {
    const isJoined = this.#records.isUnusual || this.#parts.repeatedHeaders > 0;
    const ownSince = this.#hasLeadingLines ? RECOGNISED_SINCE : isJoined ? LINE_ENDS_AND_PARTS_SINCE : 1;
    return Math.max(this.#document.readSince, this.#rows.readSince, ownSince);
  }

  get recognised(): readonly Recognised[] {
    return [this.#document.recognised];
  }

  get counts(): ReadCounts {
    const { buffer, resynchronised, unterminated, emptyLines } = this.#records;
    return {
      records: this.#count,
      bad: this.#bad,
      resynchronised,
      decompressedBytes: buffer.offset + buffer.end,
      unterminatedLastRecord: this.#count > 0 && unterminated,
      emptyLines,
      repeatedHeaders: this.#parts.repeatedHeaders,
      days: this.#rows.days,
      timeDigits: this.#rows.timeDigits,
      contents: this.#rows.contents,
    };
  }

  /** Reads the next record, as far as the bytes at hand go. @throws RejectedFile */
  next(): NextRecord {
    if (!this.#started || !this.#isBelowLeadingLines()) return NEED_INPUT;
    for (;;) {
      const found = this.#records.next();
      if (found === INCOMPLETE) return NEED_INPUT;
      if (found === NO_MORE) return this.#end();
      if (this.#header === undefined) {
        this.#readHeader(found);
        continue;
      }
      const outcome = this.#take(found);
      if (outcome !== AGAIN) return outcome;
    }
  }

  /** Reads on in the file, after NEED_INPUT. @throws RejectedFile; errors of the chunks pass unchanged */
  async fill(): Promise<void> {
    const { buffer, scanner } = this.#records;
    await buffer.fill();
    this.bytes = buffer.bytes;
    if (!this.#started) {
      this.#started = true;
      if (this.#records.isMark(0)) buffer.position = MARK.length;
    }
    const lastByte = buffer.end - 1;
    const lastLineEnd = scanner.bareCr
      ? Math.max(buffer.bytes.lastIndexOf(CR, lastByte), buffer.bytes.lastIndexOf(LF, lastByte))
      : buffer.bytes.lastIndexOf(LF, lastByte);
    const wholeRecords = buffer.final ? buffer.end : lastLineEnd + 1;
    this.#bufferIsUtf8 = isUtf8(buffer.bytes.subarray(buffer.position, Math.max(buffer.position, wholeRecords)));
  }

  /** Lets go of the file, be it at its end or before. */
  async close(): Promise<void> {
    await this.#records.buffer.close();
  }

  /** Passes over the lines above the header. False where the data at hand does not hold them all. */
  #isBelowLeadingLines(): boolean {
    const { buffer } = this.#records;
    for (; this.#above > 0; this.#above--) {
      const next = lineAfter(buffer.bytes, buffer.position, buffer.end);
      if (next < 0 && !buffer.final) return false;
      buffer.position = next < 0 ? buffer.end : next;
    }
    return true;
  }

  /** Takes what was found as a record. AGAIN where it turned out to be something else. */
  #take(found: Found): typeof ROW | typeof BAD | typeof AGAIN {
    const { row } = this;
    const records = this.#records;
    row.number = this.#count + 1;
    row.offset = records.buffer.offset + records.start;
    row.rawStart = records.start;
    row.rawEnd = records.end;
    row.rawTruncated = found === FAULT && records.truncated;
    if (records.marked && !this.#beginsPart(found)) return AGAIN;
    const reason = found === FAULT ? records.fault : this.#readRow(row);
    if (reason === undefined) {
      this.#countRecord();
      return ROW;
    }
    if (found === RECORD && this.#isSomethingElse(reason)) return AGAIN;
    this.#countRecord();
    this.#bad++;
    this.reason = reason;
    return BAD;
  }

  #countRecord(): void {
    const { maxRecords } = this.#settings;
    if (this.#doubtful !== null && this.#doubtful !== this.row.offset) {
      throw unclearSecondHeader(this.#doubtful, this.#doubtfulLine);
    }
    if (++this.#count > maxRecords) throw tooManyRecords(maxRecords);
    this.#parts.take(this.#count);
    this.row.part = this.#parts.current;
  }

  /** A byte order mark is the beginning of an export, unless a text may begin with it. False where it is that. */
  #beginsPart(found: Found): boolean {
    const { roles } = this.header;
    const records = this.#records;
    const isHeader = found === RECORD && records.headerAt(records.start) === 'yes';
    if (found === RECORD) records.rescan();
    if (!isHeader && roles.time !== 0 && roles.code !== 0) {
      records.keepMark();
      return false;
    }
    if (!isHeader) this.#beginPart(records.buffer.offset + records.from, this.header);
    return true;
  }

  /** Whether a bad record is a header line, or several records. It is passed over, or read again, then. */
  #isSomethingElse(reason: BadReason): boolean {
    const records = this.#records;
    if (!HEADER_REASONS.has(reason) || records.readAgain > MOST_READINGS) return false;
    if (records.splitAtBareCr()) {
      this.#bufferIsUtf8 = false;
      return true;
    }
    if (this.#isLeadingLine()) return true;
    const cut = reason === 'column_count' ? (this.#markedSeam() ?? this.#seamBeforeHeader()) : null;
    if (cut === null && this.#isHeaderLine()) return true;
    if (cut === UNKNOWN || (cut === null && this.#isUnknownHeader())) this.#doubt();
    else if (cut !== null) records.cutAt(cut);
    return cut !== null && cut !== UNKNOWN;
  }

  /** Notes that nothing may follow the record: it is meant as a header, and what its columns are is not known. */
  #doubt(): void {
    this.#doubtful = this.row.offset;
    this.#doubtfulLine = this.#line() ?? '';
  }

  /** The record as it stands, where it is no longer than a header is. */
  #line(): string | null {
    const { start, end } = this.#records;
    return end - start > LONGEST_LINE ? null : this.bytes.toString('utf8', start, end);
  }

  /** Whether the record is what stands above the header of another export, as `sep=;` does. */
  #isLeadingLine(): boolean {
    const line = this.#records.scanner.fieldCount > 2 ? null : this.#line();
    if (line === null || !isLeadingLine(line)) return false;
    const declared = declaredDelimiter(line);
    if (declared !== null && declared !== this.#settings.delimiter) {
      this.#doubt();
      return false;
    }
    this.#hasLeadingLines = true;
    return true;
  }

  /** Whether the record is a header of names that are not known, or of fields that something else separates. */
  #isUnknownHeader(): boolean {
    const line = this.#line();
    if (line === null || this.#doubtful === this.row.offset) return false;
    if (this.#headerLines.isMeantOtherwise(line, this.#settings.delimiter)) return true;
    return this.#headerLines.isOfUnknownNames(this.#fields() ?? [], this.header.names.length);
  }

  /** Reads a header line where the record is one. */
  #isHeaderLine(): boolean {
    if (!this.#mayBeHeader() || this.#hasTime()) return false;
    const records = this.#records;
    const header = this.#headerOfFields();
    if (header === undefined) {
      this.#doubt();
      return false;
    }
    this.#doubtful = null;
    this.#parts.repeatedHeaders++;
    this.#beginPart(records.buffer.offset + records.from, header);
    this.#setHeader(header);
    return true;
  }

  /** Whether some field is a time: then the line is no header. */
  #hasTime(): boolean {
    const { starts, ends, fieldCount } = this.#records.scanner;
    for (let index = 0; index < Math.min(fieldCount, MAX_COLUMNS); index++) {
      if (this.#rows.isTime(this.bytes, starts[index]!, ends[index]!)) return true;
    }
    return false;
  }

  /** Where in a record of too many fields a byte order mark says that the next export begins. */
  #markedSeam(): number | null {
    const records = this.#records;
    const { start, end } = records;
    const raw = records.buffer.bytes.subarray(start, end);
    let mark = raw.indexOf(MARK);
    for (let tried = 0; mark >= 0 && tried < MOST_MARKS; tried++) {
      const at = start + mark;
      const isStart = records.headerAt(at) === 'yes' || records.recordAt(at) === 'yes';
      const isSeam = isStart && records.isRecordUpTo(at);
      records.rescan();
      if (isSeam) return at;
      mark = raw.indexOf(MARK, mark + 1);
    }
    return null;
  }

  /**
   * Where a header begins within the last field of the record before it, whose line end is missing; UNKNOWN where there is a
   * header, and its first name cannot be told from the field. Null where there is none.
   */
  #seamBeforeHeader(): number | null {
    const records = this.#records;
    const { scanner } = records;
    const last = this.header.names.length - 1;
    if (scanner.fieldCount < last + 2) return null;
    records.scanFirstLine();
    const cut = this.#seamInLine(last);
    records.rescan();
    return cut;
  }

  #seamInLine(last: number): number | null {
    const records = this.#records;
    const { scanner, buffer } = records;
    if (scanner.fieldCount < last + 2 || !this.#mayBeHeader(last + 1)) return null;
    const [start, end] = [scanner.starts[last]!, scanner.ends[last]!];
    const isQuoted = buffer.bytes[end] === QUOTE;
    const others = this.#fields()?.slice(last + 1);
    const found = others === undefined ? null : this.#cutOf(start, end, isQuoted, others);
    if (found === UNKNOWN) return this.#hasTime() ? UNKNOWN : null;
    if (found === null) return null;
    const cut = records.isMark(found - MARK.length) ? found - MARK.length : found;
    return records.isRecordUpTo(cut) ? cut : null;
  }

  /** Where in a field the name begins that heads these others. */
  #cutOf(start: number, end: number, isQuoted: boolean, others: readonly string[]): number | null {
    const { bytes } = this;
    const from = Math.max(start, end - this.#headerLines.longestName);
    const text = bytes.toString('utf8', from, end);
    if (isQuoted) {
      // A quote that closes the field and one that opens the name look like one that was doubled. An empty field has neither.
      const pair = text.lastIndexOf('""');
      const name = pair >= 0 ? text.slice(pair + 2) : text;
      return this.#headerLines.read([name, ...others]) === undefined ? null : end - Buffer.byteLength(name) - 1;
    }
    const name = this.#headerLines.gluedName(text, others, this.header.names[0] ?? '');
    if (name !== undefined) return end - Buffer.byteLength(name);
    return this.#headerLines.read(['', ...others]) === undefined ? null : UNKNOWN;
  }

  #end(): typeof END {
    this.#header ??= NO_HEADER;
    if (this.#count === 0 && this.#header.names.some((name) => LINE_END.test(name))) {
      throw new RejectedFile(
        'header_not_understood',
        'expected a header line and records, found a header with line ends in it and no record after it; check how the ' +
          'export quotes its header, and that its lines end in LF or CR',
      );
    }
    this.#rows.checkFile();
    return END;
  }

  #startWith(header: Header): void {
    this.#setHeader(header);
    this.#beginPart(0, header);
  }

  #beginPart(offset: number, header: Header): void {
    this.#parts.begin(offset, header);
    this.#rows.beginPart();
  }

  #setHeader(header: Header): void {
    this.#header = header;
    this.row.begin(header.extras.length);
  }

  #readHeader(found: Found): void {
    if (found === RECORD && this.#records.splitAtBareCr()) {
      this.#bufferIsUtf8 = false;
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
    this.#startWith(resolveHeader(this.#fields() ?? [], this.#settings));
  }

  /** Reads the cells of the record. Returns why it is no audit record, if so. */
  #readRow(row: Row): BadReason | undefined {
    const { scanner, start, end } = this.#records;
    const { bytes } = this;
    const header = this.#header!;
    if (scanner.fieldCount !== header.names.length) return 'column_count';
    if (!this.#bufferIsUtf8 && !isUtf8(bytes.subarray(start, end))) return 'invalid_utf8';
    if (scanner.doubledCount > 0) this.#halveQuotes();
    return this.#rows.read(row, bytes, header, scanner.starts, scanner.ends);
  }

  /** What the reader of records asks: of the line that is in the scanner then. */
  #judge(): LineJudge {
    const probe = new Row();
    return {
      isHeader: () => this.#headerOfFields() !== undefined,
      hasColumns: () => this.#records.scanner.fieldCount === this.#header?.names.length,
      isRecord: () => {
        if (this.#header === undefined) return false;
        const { scanner } = this.#records;
        probe.begin(this.#header.extras.length);
        return (
          scanner.fieldCount === this.#header.names.length &&
          this.#rows.probe(probe, this.#records.buffer.bytes, this.#header, scanner.starts, scanner.ends) === undefined
        );
      },
    };
  }

  /** Whether the fields from one on are meant as names, which is looked at without a string for a field that is too long. */
  #mayBeHeader(from = 0): boolean {
    const { buffer, scanner } = this.#records;
    const short: string[] = [];
    for (let index = from; index < Math.min(scanner.fieldCount, MAX_COLUMNS); index++) {
      const [start, end] = [scanner.starts[index]!, scanner.ends[index]!];
      if (end - start <= this.#headerLines.longestName) short.push(buffer.bytes.toString('utf8', start, end));
    }
    return this.#headerLines.isMeant(short);
  }

  #headerOfFields(): Header | undefined {
    if (!this.#mayBeHeader() || this.#hasTime()) return undefined;
    const names = this.#fields();
    return names === null ? undefined : this.#headerLines.read(names);
  }

  /** The fields of the line as text; null where they are no text, or more than a header has. */
  #fields(): readonly string[] | null {
    const { buffer, scanner } = this.#records;
    if (scanner.fieldCount > MAX_COLUMNS) return null;
    this.#halveQuotes();
    const names: string[] = [];
    for (let index = 0; index < scanner.fieldCount; index++) {
      const [start, end] = [scanner.starts[index]!, scanner.ends[index]!];
      if (!isUtf8(buffer.bytes.subarray(start, end))) return null;
      names.push(buffer.bytes.toString('utf8', start, end));
    }
    return names;
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
    scanner.doubledCount = 0;
  }
}
