import { ChunkBuffer, QUOTE } from './chunk-buffer.ts';
import type { GrammarFault } from './csv-scanner.ts';
import { CR, CsvScanner, FAULT, INCOMPLETE, LF, RECORD } from './csv-scanner.ts';
import { RejectedFile } from './rejection.ts';

/** A resynchronisation beyond the first line reads bytes again; this many keep the reader linear. */
const MAX_LONG_RESYNCHRONISATIONS = 1000;

/** The input has no more. */
export const END = 3;

/**
 * Finds the records of a CSV file, whatever it holds. A record that breaks the grammar or exceeds `maxRecordBytes` is bad up to
 * its first line feed, and reading resumes there. Positions refer to `buffer.bytes` and stay valid until the next call.
 */
export class RecordReader {
  readonly buffer: ChunkBuffer;
  readonly scanner: CsvScanner;
  /** The record's place, line end not included. */
  start = 0;
  end = 0;
  /** Whether the record is the beginning of a line that is longer than `maxRecordBytes`. */
  truncated = false;
  fault: GrammarFault | 'record_too_long' = 'record_too_long';
  resynchronised = 0;
  emptyLines = 0;
  /** Whether the last record of the file had no line end; known at END. */
  unterminated = false;
  readonly #maxRecordBytes: number;
  #longResynchronisations = 0;
  /** Whether the rest of an overlong line is still to be passed over. */
  #skipping = false;

  constructor(chunks: AsyncIterable<Uint8Array>, delimiter: number, maxRecordBytes: number) {
    this.buffer = new ChunkBuffer(chunks);
    this.scanner = new CsvScanner(delimiter);
    this.#maxRecordBytes = maxRecordBytes;
  }

  /** RECORD with its fields in `scanner`, FAULT with `fault`, INCOMPLETE (fill the buffer), or END. */
  next(): typeof RECORD | typeof FAULT | typeof INCOMPLETE | typeof END {
    const { buffer, scanner } = this;
    if (this.#skipping && !this.#skipLine()) return buffer.final ? END : INCOMPLETE;
    const { bytes, end, final } = buffer;
    let start = buffer.position;
    for (;;) {
      if (start === end) break;
      if (bytes[start] === LF) start++;
      else if (bytes[start] === CR && bytes[start + 1] === LF) start += 2;
      else break;
      this.emptyLines++;
    }
    buffer.position = start;
    if (start === end) return final ? END : INCOMPLETE;
    const found = scanner.scan(bytes, start, end, final);
    this.start = start;
    if (found === RECORD && scanner.recordEnd - start <= this.#maxRecordBytes) {
      this.end = scanner.recordEnd;
      buffer.position = scanner.nextRecord;
      if (!scanner.terminated) this.unterminated = true;
      return RECORD;
    }
    const isEarlyFault = found === FAULT && scanner.faultAt - start < this.#maxRecordBytes;
    // Two bytes more than the limit, because the last ones may be a line end.
    const isUndecided = !final && end - start < this.#maxRecordBytes + 2;
    if (isUndecided && (found === INCOMPLETE || indexOfLineFeed(bytes, start, end) < 0)) return INCOMPLETE;
    return this.#resynchronise(isEarlyFault ? scanner.fault : 'record_too_long');
  }

  #resynchronise(fault: GrammarFault | 'record_too_long'): typeof FAULT {
    const { buffer, start } = this;
    const { bytes, end } = buffer;
    const found = indexOfLineFeed(bytes, start, end);
    const hasLineEnd = found >= 0;
    const lineFeed = hasLineEnd ? found : end;
    const lineEnd = hasLineEnd && lineFeed > start && bytes[lineFeed - 1] === CR ? lineFeed - 1 : lineFeed;
    this.fault = fault;
    this.truncated = lineEnd - start > this.#maxRecordBytes;
    this.end = this.truncated ? characterStart(bytes, start + this.#maxRecordBytes) : lineEnd;
    buffer.position = hasLineEnd ? lineFeed + 1 : end;
    if (!hasLineEnd) {
      if (buffer.final) this.unterminated = true;
      else this.#skipping = true;
    }
    const isLong = fault === 'record_too_long' ? !this.truncated : lineFeed < this.scanner.faultAt;
    this.resynchronised++;
    if (isLong && ++this.#longResynchronisations > MAX_LONG_RESYNCHRONISATIONS) {
      throw new RejectedFile(
        'too_many_resynchronisations',
        `expected quoted fields that end, found more than ${MAX_LONG_RESYNCHRONISATIONS} that swallow following lines ` +
          `(the last one at offset ${buffer.offset + start}); check how the export quotes, and AUDIT_LAKE_DELIMITER`,
      );
    }
    return FAULT;
  }

  /** @returns whether the end of the overlong line was found */
  #skipLine(): boolean {
    const { buffer } = this;
    const found = indexOfLineFeed(buffer.bytes, buffer.position, buffer.end);
    const isFound = found >= 0;
    buffer.position = isFound ? found + 1 : buffer.end;
    this.#skipping = !isFound;
    if (!isFound && buffer.final) this.unterminated = true;
    return isFound;
  }
}

/** The index of the first line feed of the data, or -1. What lies behind the data is old and may hold others. */
function indexOfLineFeed(bytes: Buffer, start: number, end: number): number {
  const found = bytes.subarray(start, end).indexOf(LF);
  return found < 0 ? -1 : start + found;
}

/** Halves the doubled quotes of a field. @returns the end of the copy, which begins at `target` */
export function halveQuotes(bytes: Uint8Array, start: number, end: number, target: number): number {
  let to = target;
  for (let from = start; from < end; from++) {
    const byte = bytes[from]!;
    bytes[to++] = byte;
    if (byte === QUOTE) from++;
  }
  return to;
}

/** The last index up to `at` where a UTF-8 character begins; `at` itself if the bytes are no UTF-8. */
export function characterStart(bytes: Uint8Array, at: number): number {
  for (let index = at; index > at - 4; index--) {
    if ((bytes[index]! & 0xc0) !== 0x80) return index;
  }
  return at;
}
