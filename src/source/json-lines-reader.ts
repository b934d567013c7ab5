import { isUtf8 } from 'node:buffer';
import { ChunkBuffer } from './chunk-buffer.ts';
import { REQUIRED_ROLES } from './column-roles.ts';
import { CR, LF, MAX_COLUMNS } from './csv-scanner.ts';
import type { Document } from './document.ts';
import { BAD, END, type ExportReader, NEED_INPUT, type NextRecord, type ReadCounts, ROW } from './export-reader.ts';
import {
  type ExtraColumn,
  extraKey,
  type Header,
  identityColumnsOf,
  NO_HEADER,
  resolveHeader,
  roleOf,
} from './header.ts';
import { type Member, objectEnd, readMembers } from './json-members.ts';
import { type Part, Parts } from './part.ts';
import type { Recognised } from './recognised.ts';
import { characterStart } from './record-reader.ts';
import { RejectedFile, tooManyRecords } from './rejection.ts';
import { type BadReason, Row } from './row.ts';
import { RowReader } from './row-reader.ts';
import type { SourceSettings } from './source-settings.ts';
import { LINE_ENDS_AND_PARTS_SINCE } from './version.ts';

const MARK_BYTES = 3;
const FIRST_OF_MARK = 0xef;
const OPENING_BRACE = 0x7b;
const BLANK = 0x20;
/** Where a record has no cell, or a file no column. */
const ABSENT = -1;

/**
 * Reads the records of a JSON lines file: one object a line. The keys of the first audit record are the file's columns; keys
 * that come later are further ones. A string is its text, anything else its JSON text, null is an empty cell; a record
 * without a key lacks that column, so that the order of records decides nothing.
 *
 * A line ends in LF with any number of CRs before it. A line that is no JSON as a whole but begins with an object that a bare CR
 * ends is several that do, up to the next LF; objects one behind the other on a line are a record each. A byte order mark
 * where a line begins starts a part: what follows is read as a file of its own would be.
 */
export class JsonLinesReader implements ExportReader {
  bytes: Buffer;
  readonly row = new Row();
  reason: BadReason = 'invalid_json';
  readonly #document: Document;
  readonly #settings: SourceSettings;
  readonly #buffer: ChunkBuffer;
  readonly #rows: RowReader;
  readonly #columns = new Map<string, number>();
  #header: Header | undefined;
  #roles = { ...NO_HEADER.roles };
  /** Why the first object that is no audit record could not give the columns. */
  #rejection: RejectedFile | undefined;
  /** The extra columns of the header, which grow as new keys come. */
  #extras: ExtraColumn[] = [];
  #starts = new Int32Array(0);
  #ends = new Int32Array(0);
  readonly #parts = new Parts();
  #counts: ReadCounts = {
    records: 0,
    bad: 0,
    resynchronised: 0,
    decompressedBytes: 0,
    unterminatedLastRecord: false,
    emptyLines: 0,
    repeatedHeaders: 0,
    days: 0,
  };
  #started = false;
  /** Whether a bare CR ends a line, until an LF does. */
  #bareCr = false;
  /** CRs passed over since the last other byte. */
  #crs = 0;
  /** Whether some object was not alone on its line; the others on it are looked for first then. */
  #isShared = false;
  /** Whether some part had columns. */
  #hadHeader = false;
  /** Whether the file has line ends or marks that the first version of this reader did not know. */
  #isUnusual = false;
  /** Whether the rest of an overlong line is still to be passed over. */
  #skipping = false;

  /** As for CsvReader; the settings for files without header and for delimiters do not apply. */
  constructor(document: Document, settings: SourceSettings, landedAt: number) {
    this.#document = document;
    this.#settings = settings;
    this.#buffer = new ChunkBuffer(document.text);
    this.bytes = this.#buffer.bytes;
    this.#rows = new RowReader(settings, landedAt);
    this.#parts.begin(0, NO_HEADER);
  }

  get header(): Header {
    if (this.#header === undefined)
      throw new Error('expected a first record or the end of the file, found neither yet');
    return this.#header;
  }

  get parts(): readonly Part[] {
    return this.#parts.list;
  }

  get readSince(): number {
    return Math.max(this.#document.readSince, this.#isUnusual ? LINE_ENDS_AND_PARTS_SINCE : 1);
  }

  get recognised(): readonly Recognised[] {
    return [this.#document.recognised];
  }

  get counts(): ReadCounts {
    const { offset, end } = this.#buffer;
    return { ...this.#counts, decompressedBytes: offset + end, days: this.#rows.days };
  }

  next(): NextRecord {
    const buffer = this.#buffer;
    if (!this.#started) return NEED_INPUT;
    for (;;) {
      if (this.#skipping && !this.#skipLine()) return buffer.final ? this.#end() : NEED_INPUT;
      if (!this.#findStart()) return buffer.final ? this.#end() : NEED_INPUT;
      const start = buffer.position;
      const found = this.#lineEnd(start);
      if (found === -1 && !buffer.final) {
        if (buffer.end - start <= this.#settings.maxRecordBytes + 1) return NEED_INPUT;
        if (this.#splitsAtBareCr(start, buffer.end)) continue;
        return this.#refuseOverlong(start);
      }
      const lineEnd = found === -1 ? buffer.end : found;
      let end = lineEnd;
      while (end > start && buffer.bytes[end - 1] === CR) end--;
      if (lineEnd - end > 1) this.#isUnusual = true;
      const outcome = this.#readLine(start, end, lineEnd);
      if (outcome !== null) return outcome;
    }
  }

  async fill(): Promise<void> {
    const buffer = this.#buffer;
    await buffer.fill();
    this.bytes = buffer.bytes;
    if (this.#started) return;
    this.#started = true;
    if (this.#isMark(0)) buffer.position = MARK_BYTES;
  }

  async close(): Promise<void> {
    await this.#buffer.close();
  }

  #end(): typeof END {
    if (this.#skipping) this.#counts.unterminatedLastRecord = true;
    this.#endPart();
    if (!this.#hadHeader && this.#counts.records > 0) {
      throw (
        this.#rejection ??
        new RejectedFile(
          'header_not_understood',
          `expected a JSON object in each line, found none in ${this.#counts.records} lines (the last one: ${this.reason}); ` +
            'if this is CSV or one JSON document, give it the name of what it is, or export JSON lines',
        )
      );
    }
    this.#header ??= NO_HEADER;
    this.#rows.checkFile();
    return END;
  }

  #endPart(): void {
    if (this.#header === undefined) return;
    this.#hadHeader = true;
    this.#header = { ...this.#header, identityColumns: identityColumnsOf(this.#roles) };
    this.#parts.describe(this.#header);
  }

  /** Begins anew with the columns, as for a file of its own. */
  #beginPart(offset: number): void {
    this.#endPart();
    this.#isUnusual = true;
    this.#parts.begin(offset, NO_HEADER);
    this.#header = undefined;
    this.#roles = { ...NO_HEADER.roles };
    this.#extras = [];
    this.#columns.clear();
    this.#starts = new Int32Array(0);
    this.#ends = new Int32Array(0);
    this.row.begin(0);
  }

  /** Passes over line ends, and a byte order mark, which begins a part. False where no line begins in the data at hand. */
  #findStart(): boolean {
    const buffer = this.#buffer;
    const { bytes, end } = buffer;
    for (; buffer.position < end; buffer.position++) {
      const byte = bytes[buffer.position];
      if (byte === CR) {
        this.#crs++;
        continue;
      }
      if (this.#crs > (byte === LF ? 1 : 0)) this.#isUnusual = true;
      this.#crs = 0;
      if (byte === LF) {
        this.#counts.emptyLines++;
        this.#bareCr = false;
      } else if (byte === FIRST_OF_MARK) {
        if (end - buffer.position < MARK_BYTES && !buffer.final) return false;
        if (!this.#isMark(buffer.position)) return true;
        this.#beginPart(buffer.offset + buffer.position);
        buffer.position += MARK_BYTES - 1;
      } else return true;
    }
    if (buffer.final && this.#crs > 1) this.#isUnusual = true;
    return false;
  }

  #isMark(at: number): boolean {
    const { bytes, end } = this.#buffer;
    return at + MARK_BYTES <= end && bytes.readUIntBE(at, MARK_BYTES) === 0xefbbbf;
  }

  /** The index of the next line end, or -1. */
  #lineEnd(start: number): number {
    const data = this.#buffer.bytes.subarray(start, this.#buffer.end);
    const cr = this.#bareCr ? data.indexOf(CR) : -1;
    const lineFeed = (cr < 0 ? data : data.subarray(0, cr)).indexOf(LF);
    const found = lineFeed < 0 ? cr : lineFeed;
    return found < 0 ? -1 : start + found;
  }

  /** @returns whether the end of the overlong line was found */
  #skipLine(): boolean {
    const buffer = this.#buffer;
    const found = this.#lineEnd(buffer.position);
    if (found >= 0 && buffer.bytes[found] === LF) this.#bareCr = false;
    buffer.position = found < 0 ? buffer.end : found + 1;
    this.#skipping = found < 0;
    return found >= 0;
  }

  /** Whether a bare CR ends an object that begins here; bare CRs are line ends then. */
  #splitsAtBareCr(start: number, end: number): boolean {
    if (this.#bareCr) return false;
    const limit = Math.min(end, start + this.#settings.maxRecordBytes + 1);
    const cr = this.bytes.subarray(start, limit).indexOf(CR);
    if (cr <= 0 || !this.#isObject(start, start + cr)) return false;
    this.#bareCr = true;
    this.#isUnusual = true;
    return true;
  }

  #isObject(start: number, end: number): boolean {
    const isText = isUtf8(this.bytes.subarray(start, end));
    return isText && typeof readMembers(this.bytes, start, end, this.#buffer.capacity) !== 'string';
  }

  /** Reads what stands between a line's start and end. Null where it turned out to be several lines, or more than one object. */
  #readLine(start: number, end: number, lineEnd: number): typeof ROW | typeof BAD | null {
    const buffer = this.#buffer;
    const first = this.#isShared ? this.#firstOf(start, end) : end;
    if (first < end) return this.#readShared(start, first);
    const members = this.#membersOf(start, end);
    if (typeof members === 'string') {
      if (this.#splitsAtBareCr(start, end)) return null;
      const object = this.#firstOf(start, end);
      if (object < end) return this.#readShared(start, object);
    }
    this.#isShared = false;
    buffer.position = Math.min(lineEnd + 1, buffer.end);
    this.#counts.unterminatedLastRecord = lineEnd === buffer.end;
    if (this.bytes[lineEnd] === LF) this.#bareCr = false;
    return this.#readRecord(start, end, members);
  }

  /** Where the first of several objects on a line ends, blanks after it included; `end` where there are not several. */
  #firstOf(start: number, end: number): number {
    let next = objectEnd(this.bytes, start, end);
    if (next === -1 || !this.#isAuditRecord(start, next)) return end;
    while (next < end && this.bytes[next]! <= BLANK) next++;
    const isNext = next < end && (this.bytes[next] === OPENING_BRACE || this.#isMark(next));
    return isNext ? next : end;
  }

  /** Whether an object has the keys that a record needs: any other may stand beside another on a line and be rubbish. */
  #isAuditRecord(start: number, end: number): boolean {
    const members = this.#membersOf(start, end);
    if (typeof members === 'string') return false;
    const roles = new Set(members.map(({ key }) => roleOf(key, this.#settings)));
    return REQUIRED_ROLES.every((role) => roles.has(role));
  }

  #readShared(start: number, end: number): typeof ROW | typeof BAD {
    this.#isShared = true;
    this.#isUnusual = true;
    this.#buffer.position = end;
    return this.#readRecord(start, end, this.#membersOf(start, end));
  }

  #membersOf(start: number, end: number): readonly Member[] | BadReason {
    const { bytes } = this;
    if (end - start > this.#settings.maxRecordBytes) return 'record_too_long';
    if (!isUtf8(bytes.subarray(start, end))) return 'invalid_utf8';
    return readMembers(bytes, start, end, this.#buffer.capacity);
  }

  #readRecord(start: number, end: number, members: readonly Member[] | BadReason): typeof ROW | typeof BAD {
    this.#place(start, end);
    if (members === 'record_too_long') return this.#refuseTruncated(start);
    if (typeof members === 'string') return this.#refuse(members);
    const unknown = members.filter(({ key }) => !this.#columns.has(key)).length;
    if (this.#columns.size + unknown > MAX_COLUMNS) return this.#refuse('column_count');
    if (this.#header === undefined && !this.#findHeader(members)) return this.#refuse('keys_not_understood');
    this.#placeCells(members);
    const reason = this.#rows.read(this.row, this.bytes, this.header, this.#starts, this.#ends);
    return reason === undefined ? ROW : this.#refuse(reason);
  }

  /** The rest of the line is passed over; its beginning is what quarantine keeps. */
  #refuseOverlong(start: number): typeof BAD {
    this.#place(start, start);
    this.#buffer.position = this.#buffer.end;
    this.#skipping = true;
    return this.#refuseTruncated(start);
  }

  #refuseTruncated(start: number): typeof BAD {
    this.row.rawEnd = characterStart(this.bytes, start + this.#settings.maxRecordBytes);
    this.row.rawTruncated = true;
    return this.#refuse('record_too_long');
  }

  #place(start: number, end: number): void {
    const { row } = this;
    const { maxRecords } = this.#settings;
    if (this.#counts.records === maxRecords) throw tooManyRecords(maxRecords);
    row.number = ++this.#counts.records;
    this.#parts.take(row.number);
    row.part = this.#parts.current;
    row.offset = this.#buffer.offset + start;
    row.rawStart = start;
    row.rawEnd = end;
    row.rawTruncated = false;
  }

  /** Takes the keys of a record as the file's columns; false where they are not those of an audit record. */
  #findHeader(members: readonly Member[]): boolean {
    const names = members.map(({ key }) => key);
    try {
      const header = resolveHeader(names, this.#settings);
      this.#roles = { ...header.roles };
      this.#extras = [...header.extras];
      this.#header = { ...header, roles: this.#roles, extras: this.#extras };
    } catch (error) {
      if (!(error instanceof RejectedFile)) throw error;
      this.#rejection ??= error;
      return false;
    }
    for (const [index, name] of names.entries()) this.#columns.set(name, index);
    this.#grow();
    return true;
  }

  /** Notes where each column's cell stands. */
  #placeCells(members: readonly Member[]): void {
    this.#starts.fill(ABSENT);
    this.#ends.fill(ABSENT);
    for (const { key, start, end } of members) {
      const column = this.#columns.get(key) ?? this.#newColumn(key);
      this.#starts[column] = start;
      this.#ends[column] = end;
    }
  }

  /** A key that was not there before: an actor's, where no column is the actor's yet, else a further extra column. */
  #newColumn(key: string): number {
    const index = this.#columns.size;
    this.#columns.set(key, index);
    const role = roleOf(key, this.#settings);
    if (role !== undefined && this.#roles[role] === ABSENT) this.#roles[role] = index;
    else this.#extras.push({ name: extraKey(key, index, new Set(this.#extras.map(({ name }) => name))), index });
    this.#grow();
    return index;
  }

  #grow(): void {
    const wider = (array: Int32Array<ArrayBuffer>, length: number) => {
      const copy = new Int32Array(length);
      copy.set(array);
      return copy;
    };
    this.#starts = wider(this.#starts, this.#columns.size);
    this.#ends = wider(this.#ends, this.#columns.size);
    this.row.extraStarts = new Int32Array(this.#extras.length);
    this.row.extraEnds = new Int32Array(this.#extras.length);
  }

  #refuse(reason: BadReason): typeof BAD {
    this.#counts.bad++;
    this.reason = reason;
    return BAD;
  }
}
