import { ChunkBuffer } from './chunk-buffer.ts';
import { CR, LF } from './csv-scanner.ts';
import type { Document } from './document.ts';
import {
  type BAD,
  END,
  type ExportReader,
  NEED_INPUT,
  type NextRecord,
  type ReadCounts,
  type ROW,
} from './export-reader.ts';
import type { Header } from './header.ts';
import { objectEnd } from './json-members.ts';
import { JsonRecords } from './json-records.ts';
import type { Part } from './part.ts';
import type { Recognised } from './recognised.ts';
import { RejectedFile } from './rejection.ts';
import type { BadReason, Row } from './row.ts';
import type { SourceSettings } from './source-settings.ts';
import { LINE_ENDS_AND_PARTS_SINCE } from './version.ts';

const MARK_BYTES = 3;
const FIRST_OF_MARK = 0xef;
const OPENING_BRACE = 0x7b;
const BLANK = 0x20;

/**
 * Reads the records of a JSON lines file: one object a line, each read as {@link JsonRecords} does.
 *
 * A line ends in LF with any number of CRs before it. A line that is no JSON as a whole but begins with an object that a bare CR
 * ends is several that do, up to the next LF; objects one behind the other on a line are a record each. A byte order mark
 * where a line begins starts a part: what follows is read as a file of its own would be.
 */
export class JsonLinesReader implements ExportReader {
  bytes: Buffer;
  readonly #document: Document;
  readonly #settings: SourceSettings;
  readonly #buffer: ChunkBuffer;
  readonly #records: JsonRecords;
  #emptyLines = 0;
  #isUnterminated = false;
  #started = false;
  /** Whether a bare CR ends a line, until an LF does. */
  #bareCr = false;
  /** CRs passed over since the last other byte. */
  #crs = 0;
  /** Whether some object was not alone on its line; the others on it are looked for first then. */
  #isShared = false;
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
    this.#records = new JsonRecords(this.#buffer, settings, landedAt, document.times);
  }

  get row(): Row {
    return this.#records.row;
  }

  get reason(): BadReason {
    return this.#records.reason;
  }

  get header(): Header {
    const { header } = this.#records;
    if (header === undefined) throw new Error('expected a first record or the end of the file, found neither yet');
    return header;
  }

  get parts(): readonly Part[] {
    return this.#records.parts.list;
  }

  get readSince(): number {
    return Math.max(this.#document.readSince, this.#records.readSince, this.#isUnusual ? LINE_ENDS_AND_PARTS_SINCE : 1);
  }

  get recognised(): readonly Recognised[] {
    return [this.#document.recognised];
  }

  get counts(): ReadCounts {
    const { offset, end } = this.#buffer;
    const { records, bad, days, timeDigits, contents } = this.#records;
    return {
      records,
      bad,
      resynchronised: 0,
      decompressedBytes: offset + end,
      unterminatedLastRecord: this.#isUnterminated,
      emptyLines: this.#emptyLines,
      repeatedHeaders: 0,
      days,
      timeDigits,
      contents,
    };
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
    const records = this.#records;
    if (this.#skipping) this.#isUnterminated = true;
    records.end();
    if (!records.hadHeader && records.records > 0) {
      throw (
        records.rejection ??
        new RejectedFile(
          'header_not_understood',
          `expected a JSON object in each line, found none in ${records.records} lines (the last one: ${this.reason}); ` +
            'if this is CSV or one JSON document, give it the name of what it is, or export JSON lines',
        )
      );
    }
    return END;
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
        this.#emptyLines++;
        this.#bareCr = false;
      } else if (byte === FIRST_OF_MARK) {
        if (end - buffer.position < MARK_BYTES && !buffer.final) return false;
        if (!this.#isMark(buffer.position)) return true;
        this.#isUnusual = true;
        this.#records.beginPart(buffer.offset + buffer.position);
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
    return typeof this.#records.membersOf(start, end) !== 'string';
  }

  /** Reads what stands between a line's start and end. Null where it turned out to be several lines, or more than one object. */
  #readLine(start: number, end: number, lineEnd: number): typeof ROW | typeof BAD | null {
    const buffer = this.#buffer;
    const first = this.#isShared ? this.#firstOf(start, end) : end;
    if (first < end) return this.#readShared(start, first);
    const members = this.#records.membersOf(start, end);
    if (typeof members === 'string') {
      if (this.#splitsAtBareCr(start, end)) return null;
      const object = this.#firstOf(start, end);
      if (object < end) return this.#readShared(start, object);
    }
    this.#isShared = false;
    buffer.position = Math.min(lineEnd + 1, buffer.end);
    this.#isUnterminated = lineEnd === buffer.end;
    if (this.bytes[lineEnd] === LF) this.#bareCr = false;
    return this.#records.take(start, end, members);
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
    const members = this.#records.membersOf(start, end);
    return typeof members !== 'string' && this.#records.isAuditRecord(members.map(({ key }) => key));
  }

  #readShared(start: number, end: number): typeof ROW | typeof BAD {
    this.#isShared = true;
    this.#isUnusual = true;
    this.#buffer.position = end;
    return this.#records.take(start, end, this.#records.membersOf(start, end));
  }

  /** The rest of the line is passed over. */
  #refuseOverlong(start: number): typeof BAD {
    this.#buffer.position = this.#buffer.end;
    this.#skipping = true;
    return this.#records.takeTruncated(start);
  }
}
