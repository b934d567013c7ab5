import { isUtf8 } from 'node:buffer';
import { decompress } from './compression.ts';
import { FAULT, INCOMPLETE, LF, MAX_COLUMNS, type RECORD } from './csv-scanner.ts';
import { BAD, type Counts, END, type ExportReader, NEED_INPUT, type Outcome, ROW } from './export-reader.ts';
import type { Header } from './header.ts';
import { headerOfColumns, NO_HEADER, resolveHeader } from './header.ts';
import { END as END_OF_RECORDS, halveQuotes, RecordReader } from './record-reader.ts';
import { RejectedFile } from './rejection.ts';
import type { BadReason } from './row.ts';
import { Row } from './row.ts';
import { RowReader } from './row-reader.ts';
import type { SourceSettings } from './source-settings.ts';
import { checkText } from './text-check.ts';

const BYTE_ORDER_MARK = 3;

/** Reads the records of a CSV file (RFC 4180), without an object or a string per record. */
export class CsvReader implements ExportReader {
  /** Every index in `row` points into this buffer; another object after a fill(). */
  bytes: Buffer;
  /** The record read last; always this object. */
  readonly row = new Row();
  /** Why the record is bad, after BAD. */
  reason: BadReason = 'column_count';
  readonly #settings: SourceSettings;
  readonly #records: RecordReader;
  readonly #rows: RowReader;
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
    this.#rows = new RowReader(settings, landedAt);
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

  /** Lets go of the file, be it at its end or before. */
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
    if (scanner.fieldCount !== this.header.names.length) return this.#refuse('column_count');
    if (!this.#bufferIsUtf8 && !isUtf8(bytes.subarray(start, end))) return this.#refuse('invalid_utf8');
    if (scanner.doubledCount > 0) this.#halveQuotes();
    const { starts, ends } = scanner;
    const reason = this.#rows.read(row, bytes, this.header, starts, ends);
    return reason === undefined ? ROW : this.#refuse(reason);
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
