import { isUtf8 } from 'node:buffer';
import { ChunkBuffer } from './chunk-buffer.ts';
import { decompress } from './compression.ts';
import { CR, LF, MAX_COLUMNS } from './csv-scanner.ts';
import { BAD, type Counts, END, type ExportReader, NEED_INPUT, type Outcome, ROW } from './export-reader.ts';
import {
  type ExtraColumn,
  extraKey,
  type Header,
  identityColumnsOf,
  NO_HEADER,
  resolveHeader,
  roleOf,
} from './header.ts';
import { type Member, readMembers } from './json-members.ts';
import { characterStart } from './record-reader.ts';
import { RejectedFile } from './rejection.ts';
import { type BadReason, Row } from './row.ts';
import { RowReader } from './row-reader.ts';
import type { SourceSettings } from './source-settings.ts';
import { checkText } from './text-check.ts';

const BYTE_ORDER_MARK = 3;
/** Where a record has no cell, or a file no column. */
const ABSENT = -1;

/**
 * Reads the records of a JSON lines file: one object a line. The keys of the first audit record are the file's columns; keys
 * that come later are further ones. A string is its text, anything else its JSON text, null is an empty cell; a record
 * without a key lacks that column, so that the order of records decides nothing.
 */
export class JsonLinesReader implements ExportReader {
  bytes: Buffer;
  readonly row = new Row();
  reason: BadReason = 'invalid_json';
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
  #counts: Counts = {
    records: 0,
    bad: 0,
    resynchronised: 0,
    decompressedBytes: 0,
    unterminatedLastRecord: false,
    emptyLines: 0,
  };
  #started = false;
  /** Whether the rest of an overlong line is still to be passed over. */
  #skipping = false;

  /** As for CsvReader; the settings for files without header and for delimiters do not apply. */
  constructor(chunks: AsyncIterable<Uint8Array>, settings: SourceSettings, landedAt: number) {
    this.#settings = settings;
    this.#buffer = new ChunkBuffer(checkText(decompress(chunks, settings)));
    this.bytes = this.#buffer.bytes;
    this.#rows = new RowReader(settings, landedAt);
  }

  get header(): Header {
    if (this.#header === undefined)
      throw new Error('expected a first record or the end of the file, found neither yet');
    return this.#header;
  }

  get counts(): Counts {
    return { ...this.#counts, decompressedBytes: this.#buffer.offset + this.#buffer.end };
  }

  next(): Outcome {
    const buffer = this.#buffer;
    if (!this.#started) return NEED_INPUT;
    for (;;) {
      const start = buffer.position;
      const found = buffer.bytes.subarray(start, buffer.end).indexOf(LF);
      if (this.#skipping) {
        buffer.position = found === -1 ? buffer.end : start + found + 1;
        this.#skipping = found === -1;
        if (found !== -1) continue;
        return buffer.final ? this.#end() : NEED_INPUT;
      }
      if (found === -1 && !buffer.final) {
        if (buffer.end - start <= this.#settings.maxRecordBytes + 1) return NEED_INPUT;
        return this.#refuseOverlong(start);
      }
      if (start === buffer.end) return this.#end();
      const lineFeed = found === -1 ? buffer.end : start + found;
      const end = lineFeed > start && buffer.bytes[lineFeed - 1] === CR ? lineFeed - 1 : lineFeed;
      buffer.position = Math.min(lineFeed + 1, buffer.end);
      this.#counts.unterminatedLastRecord = found === -1;
      if (end > start) return this.#readLine(start, end);
      this.#counts.emptyLines++;
    }
  }

  async fill(): Promise<void> {
    const buffer = this.#buffer;
    await buffer.fill();
    this.bytes = buffer.bytes;
    if (this.#started) return;
    this.#started = true;
    if (buffer.end >= BYTE_ORDER_MARK && buffer.bytes.readUIntBE(0, BYTE_ORDER_MARK) === 0xefbbbf) {
      buffer.position = BYTE_ORDER_MARK;
    }
  }

  async close(): Promise<void> {
    await this.#buffer.close();
  }

  #end(): typeof END {
    if (this.#skipping) this.#counts.unterminatedLastRecord = true;
    if (this.#header !== undefined) this.#header = { ...this.#header, identityColumns: identityColumnsOf(this.#roles) };
    else if (this.#counts.records > 0) {
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
    return END;
  }

  #readLine(start: number, end: number): typeof ROW | typeof BAD {
    this.#place(start, end);
    const { bytes } = this;
    if (end - start > this.#settings.maxRecordBytes) {
      return this.#refuseTruncated(start);
    }
    if (!isUtf8(bytes.subarray(start, end))) return this.#refuse('invalid_utf8');
    const members = readMembers(bytes, start, end, this.#buffer.capacity);
    if (typeof members === 'string') return this.#refuse(members);
    const unknown = members.filter(({ key }) => !this.#columns.has(key)).length;
    if (this.#columns.size + unknown > MAX_COLUMNS) return this.#refuse('column_count');
    if (this.#header === undefined && !this.#findHeader(members)) return this.#refuse('keys_not_understood');
    this.#placeCells(members);
    const reason = this.#rows.read(this.row, bytes, this.header, this.#starts, this.#ends);
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
    row.number = ++this.#counts.records;
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
