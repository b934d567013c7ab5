import { ChunkBuffer, QUOTE } from './chunk-buffer.ts';
import type { GrammarFault } from './csv-scanner.ts';
import { afterCrs, CR, CsvScanner, FAULT, INCOMPLETE, LF, RECORD } from './csv-scanner.ts';
import { RejectedFile } from './rejection.ts';

/** A resynchronisation beyond the first line reads bytes again; this many keep the reader linear. */
const MAX_LONG_RESYNCHRONISATIONS = 1000;

/** The input has no more. */
export const NO_MORE = 3;

/** So many CRs before an LF are waited for where the record itself is not too long. */
const LONGEST_LINE_END = 64 * 1024;
const MARK_BYTES = 3;
const FIRST_OF_MARK = 0xef;

/** Says what a line means where the grammar alone cannot tell how to read it. The line's fields are in the scanner. */
export interface LineJudge {
  /** Whether it names the columns of an audit export. */
  isHeader(): boolean;
  /** Whether it has as many fields as the file has columns. */
  hasColumns(): boolean;
  /** Whether it is an audit record. */
  isRecord(): boolean;
}

/** Whether something holds, or needs more input to be known. */
type Answer = 'yes' | 'no' | 'more';

/**
 * Finds the records of a CSV file, whatever it holds. A record that breaks the grammar or exceeds `maxRecordBytes` is bad up to
 * its first line end, and reading resumes there. Positions refer to `buffer.bytes` and stay valid until the next call.
 *
 * A line end is an LF with any number of CRs before it; CRs at the start of a record belong to the line end before it. A bare CR
 * within a record is data, unless the line up to it is the header, or what stands there is no record but two records or more that
 * end in a bare CR ({@link LineJudge}): then bare CRs are line ends too, up to the next LF.
 */
export class RecordReader {
  readonly buffer: ChunkBuffer;
  readonly scanner: CsvScanner;
  /** The record's place, line end not included. */
  start = 0;
  end = 0;
  /** Whether a byte order mark stands before the record. */
  marked = false;
  /** Whether the record is the beginning of a line that is longer than `maxRecordBytes`. */
  truncated = false;
  fault: GrammarFault | 'record_too_long' = 'record_too_long';
  resynchronised = 0;
  emptyLines = 0;
  /** Whether the last record of the file had no line end; known at NO_MORE. */
  unterminated = false;
  #readings = 0;
  #againAt = -1;
  readonly #maxRecordBytes: number;
  readonly #judge: LineJudge | undefined;
  #longResynchronisations = 0;
  /** Whether the rest of an overlong line is still to be passed over. */
  #skipping = false;
  /** CRs passed over since the last other byte. */
  #crs = 0;
  #isUnusual = false;
  /** Where the next record ends although no line end is there; -1 where a line end ends it. */
  #cut = -1;
  /** The offset of a byte order mark that belongs to the record behind it. */
  #keptMark = -1;

  constructor(chunks: AsyncIterable<Uint8Array>, delimiter: number, maxRecordBytes: number, judge?: LineJudge) {
    this.buffer = new ChunkBuffer(chunks);
    this.scanner = new CsvScanner(delimiter);
    this.#maxRecordBytes = maxRecordBytes;
    this.#judge = judge;
  }

  /** Whether the file has line ends, byte order marks or seams that the first version of this reader took for data. */
  get isUnusual(): boolean {
    return this.#isUnusual;
  }

  /** How often the record just found was given before. */
  get readAgain(): number {
    return this.buffer.offset + this.from === this.#againAt ? this.#readings : 0;
  }

  /** Where the record begins, its byte order mark included. */
  get from(): number {
    return this.marked ? this.start - MARK_BYTES : this.start;
  }

  /** RECORD with its fields in `scanner`, FAULT with `fault`, INCOMPLETE (fill the buffer), or NO_MORE. */
  next(): typeof RECORD | typeof FAULT | typeof INCOMPLETE | typeof NO_MORE {
    const { buffer, scanner } = this;
    for (;;) {
      if (this.#skipping && !this.#skipLine()) return buffer.final ? NO_MORE : INCOMPLETE;
      if (!this.#findStart()) return buffer.final ? NO_MORE : INCOMPLETE;
      const { start } = this;
      const end = this.#cut === -1 ? buffer.end : this.#cut;
      const isCut = this.#cut !== -1;
      this.#cut = -1;
      const final = buffer.final || isCut;
      const found = this.#scan(start, end, final);
      if (found === RECORD && scanner.recordEnd - start <= this.#maxRecordBytes) {
        this.end = scanner.recordEnd;
        buffer.position = scanner.nextRecord;
        if (scanner.bareCr && scanner.terminated && buffer.bytes[scanner.nextRecord - 1] === LF) scanner.bareCr = false;
        if (scanner.hasStrayCr) this.#isUnusual = true;
        if (!scanner.terminated && !isCut) this.unterminated = true;
        return RECORD;
      }
      const isEarlyFault = found === FAULT && scanner.faultAt - start < this.#maxRecordBytes;
      // Two bytes more than the limit, because the last ones may be a line end.
      const isUndecided = !final && (end - start < this.#maxRecordBytes + 2 || this.#mayEndInCrs(end));
      if (isUndecided && (found === INCOMPLETE || this.#lineEnd(start, end) < 0)) return this.#waiting();
      const { fault, faultAt } = scanner;
      const isOther = isCut ? 'no' : this.#isReadOtherwise(isEarlyFault);
      if (isOther === 'more') return this.#waiting();
      if (isOther === 'yes') continue;
      this.#resynchronise(isEarlyFault ? fault : 'record_too_long', faultAt, end);
      this.#skipping &&= !isCut;
      return FAULT;
    }
  }

  /**
   * Asks of the record just found, which is none, whether it is several that end in a bare CR. If so, next() gives the first of
   * them, and bare CRs are line ends up to the next LF.
   */
  splitAtBareCr(): boolean {
    const { start, end, buffer, scanner } = this;
    if (scanner.bareCr || !buffer.bytes.subarray(start, end).includes(CR)) return false;
    if (this.#endsInBareCr() !== 'yes') {
      this.rescan();
      return false;
    }
    this.#readAgain();
    scanner.bareCr = true;
    return true;
  }

  /** Whether what stands of the record before `at` is an audit record. */
  isRecordUpTo(at: number): boolean {
    return this.#scan(this.start, at, true) === RECORD && this.#judge?.isRecord() === true;
  }

  /** Finds the fields of the record up to its first bare CR. */
  scanFirstLine(): void {
    this.#scanUpTo(this.start, this.buffer.position, true, true);
  }

  /** Finds the fields of the record again, which a question about something else overwrote. */
  rescan(): void {
    this.#scan(this.start, this.buffer.position, true);
  }

  /** Has next() give the record just found once more, up to `at`, and what stands from there on as the next one. */
  cutAt(at: number): void {
    this.#readAgain();
    this.#cut = at;
  }

  /** Has next() give the record just found once more, with the byte order mark before it as part of its text. */
  keepMark(): void {
    this.#keptMark = this.buffer.offset + this.from;
    this.#readAgain();
  }

  /** Whether what stands at `at`, behind a byte order mark or not, is a header line. */
  headerAt(at: number): Answer {
    return this.#lineAt(at, true, (judge) => judge.isHeader());
  }

  /** Whether what stands at `at`, behind a byte order mark or not, is an audit record. */
  recordAt(at: number): Answer {
    return this.#lineAt(at, false, (judge) => judge.isRecord());
  }

  /** Whether a byte order mark stands at `at`. */
  isMark(at: number): boolean {
    const { bytes, end } = this.buffer;
    return bytes[at] === FIRST_OF_MARK && at + MARK_BYTES <= end && bytes.readUIntBE(at, MARK_BYTES) === 0xefbbbf;
  }

  #readAgain(): void {
    const offset = this.buffer.offset + this.from;
    this.#readings = offset === this.#againAt ? this.#readings + 1 : 1;
    this.#againAt = offset;
    this.buffer.position = this.from;
    this.unterminated = false;
    this.#isUnusual = true;
  }

  /** Nothing of the record is consumed: it is looked at again when there is more of it. */
  #waiting(): typeof INCOMPLETE {
    this.buffer.position = this.from;
    return INCOMPLETE;
  }

  /** Passes over line ends and a byte order mark. False where no record begins in the data at hand. */
  #findStart(): boolean {
    const { buffer } = this;
    const { bytes, end } = buffer;
    let at = buffer.position;
    this.marked = false;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === LF) this.#endEmptyLine();
      else if (byte === CR) this.#crs++;
      else if (byte !== FIRST_OF_MARK || buffer.offset + at === this.#keptMark) break;
      else if (end - at < MARK_BYTES && !buffer.final) {
        buffer.position = this.marked ? at - MARK_BYTES : at;
        return false;
      } else if (this.isMark(at)) {
        this.marked = true;
        this.#isUnusual = true;
        at += MARK_BYTES - 1;
        continue;
      } else break;
      this.marked = false;
    }
    buffer.position = this.marked && at === end && !buffer.final ? at - MARK_BYTES : at;
    if (at < end || buffer.final) {
      if (this.#crs > 0) this.#isUnusual = true;
      this.#crs = 0;
    }
    this.start = at;
    return at < end;
  }

  #endEmptyLine(): void {
    this.emptyLines++;
    if (this.#crs > 1) this.#isUnusual = true;
    this.#crs = 0;
    this.scanner.bareCr = false;
  }

  #scan(start: number, end: number, final: boolean): typeof RECORD | typeof FAULT | typeof INCOMPLETE {
    const { bytes, end: dataEnd } = this.buffer;
    if (end === dataEnd) return this.scanner.scan(bytes, start, end, final);
    // The scanner needs its sentinel where it is to stop.
    const kept = bytes[end]!;
    bytes[end] = QUOTE;
    const found = this.scanner.scan(bytes, start, end, final);
    bytes[end] = kept;
    return found;
  }

  /** As #scan(), with a bare CR as line end or not, whatever holds for the file. */
  #scanUpTo(start: number, end: number, final: boolean, bareCr: boolean) {
    const { scanner } = this;
    const kept = scanner.bareCr;
    scanner.bareCr ||= bareCr;
    const found = this.#scan(start, end, final);
    scanner.bareCr = kept;
    return found;
  }

  /** Asks of a record that breaks the grammar whether another way to find its end makes sense of it; next() then finds that. */
  #isReadOtherwise(isEarlyFault: boolean): Answer {
    if (this.#judge === undefined) return 'no';
    const { start, buffer, scanner } = this;
    const { bytes } = buffer;
    const { faultAt } = scanner;
    if (!scanner.bareCr) {
      const [limit] = this.#limit();
      const lineEnd = this.#lineEnd(start, limit);
      // A line feed may stand in quotes, before the fault.
      const lookedAt = lineEnd < 0 ? limit : Math.min(limit, Math.max(lineEnd, faultAt + 1));
      const hasCr = bytes.subarray(start, lookedAt).includes(CR);
      const answer = hasCr ? this.#endsInBareCr() : lineEnd < 0 ? this.#moreOrNo() : 'no';
      if (answer === 'yes') {
        this.#readAgain();
        scanner.bareCr = true;
      }
      if (answer !== 'no') return answer;
    }
    if (!isEarlyFault || faultAt === start) return 'no';
    const cut = this.isMark(faultAt - MARK_BYTES) ? faultAt - MARK_BYTES : faultAt;
    const answer = cut > start ? this.headerAt(cut) : 'no';
    if (answer === 'yes') this.cutAt(cut);
    return answer;
  }

  /** Whether the lines from the record's start on end in a bare CR: the first is a header, or the first two are records. */
  #endsInBareCr(): Answer {
    const { start, buffer, scanner } = this;
    const judge = this.#judge;
    if (judge === undefined) return 'no';
    const { bytes } = buffer;
    const [end, final] = this.#limit();
    scanner.bareCr = true;
    try {
      const first = this.#scan(start, end, final);
      if (first === INCOMPLETE) return this.#moreOrNo();
      if (first !== RECORD || !scanner.terminated || bytes[scanner.nextRecord - 1] !== CR) return 'no';
      // Whether a longer line was looked at so far hangs on how much was at hand.
      if (scanner.recordEnd - start > this.#maxRecordBytes) return 'no';
      let at = afterCrs(bytes, scanner.nextRecord, end);
      if (at === end && !final) return this.#moreOrNo();
      if (at < end && bytes[at] === LF) return 'no';
      if (judge.isHeader()) return 'yes';
      if (!judge.hasColumns()) return 'no';
      if (this.isMark(at)) at += MARK_BYTES;
      if (at >= end) return final ? 'no' : this.#moreOrNo();
      const second = this.#scan(at, end, final);
      if (second === INCOMPLETE) return this.#moreOrNo();
      return second === RECORD && (judge.isRecord() || judge.isHeader()) ? 'yes' : 'no';
    } finally {
      scanner.bareCr = false;
    }
  }

  #lineAt(at: number, bareCr: boolean, holds: (judge: LineJudge) => boolean): Answer {
    if (this.#judge === undefined) return 'no';
    const [end, final] = this.#limit();
    const from = this.isMark(at) ? at + MARK_BYTES : at;
    if (from >= end) return final ? 'no' : this.#moreOrNo();
    const found = this.#scanUpTo(from, end, final, bareCr);
    if (found === INCOMPLETE) return this.#moreOrNo();
    return found === RECORD && holds(this.#judge) ? 'yes' : 'no';
  }

  /** Whether all that the record has beyond the limit is CRs, which may turn out to be a line end. */
  #mayEndInCrs(end: number): boolean {
    const { bytes } = this.buffer;
    const limit = this.start + this.#maxRecordBytes;
    if (end - limit > LONGEST_LINE_END) return false;
    for (let at = limit; at < end; at++) if (bytes[at] !== CR) return false;
    return true;
  }

  /** How far a question about the record and the next one looks: the answer must not hang on how much happens to be at hand. */
  #limit(): readonly [end: number, final: boolean] {
    const { end, final } = this.buffer;
    const limit = Math.min(end, this.start + 2 * (this.#maxRecordBytes + 2));
    return [limit, final && limit === end];
  }

  #moreOrNo(): Answer {
    const { end, final } = this.buffer;
    return !final && end - this.start < 2 * (this.#maxRecordBytes + 2) ? 'more' : 'no';
  }

  #resynchronise(fault: GrammarFault | 'record_too_long', faultAt: number, end: number): void {
    const { buffer, start } = this;
    const { bytes } = buffer;
    const found = this.#lineEnd(start, end);
    const hasLineEnd = found >= 0;
    const lineEnd = hasLineEnd ? found : end;
    let textEnd = lineEnd;
    while (textEnd > start && bytes[textEnd - 1] === CR) textEnd--;
    this.fault = fault;
    this.truncated = textEnd - start > this.#maxRecordBytes;
    const hasStrayCr = lineEnd - textEnd > 1 || (!hasLineEnd && textEnd < lineEnd);
    if (hasStrayCr && !this.truncated) this.#isUnusual = true;
    this.end = this.truncated ? characterStart(bytes, start + this.#maxRecordBytes) : textEnd;
    buffer.position = hasLineEnd ? lineEnd + 1 : end;
    if (hasLineEnd && bytes[lineEnd] === LF) this.scanner.bareCr = false;
    if (!hasLineEnd) {
      if (buffer.final) this.unterminated = true;
      else this.#skipping = true;
    }
    const isLong = fault === 'record_too_long' ? !this.truncated : lineEnd < faultAt;
    this.resynchronised++;
    if (isLong && ++this.#longResynchronisations > MAX_LONG_RESYNCHRONISATIONS) {
      throw new RejectedFile(
        'too_many_resynchronisations',
        `expected quoted fields that end, found more than ${MAX_LONG_RESYNCHRONISATIONS} that swallow following lines ` +
          `(the last one at offset ${buffer.offset + start}); check how the export quotes, and AUDIT_LAKE_DELIMITER`,
      );
    }
  }

  /** @returns whether the end of the overlong line was found */
  #skipLine(): boolean {
    const { buffer, scanner } = this;
    const found = this.#lineEnd(buffer.position, buffer.end);
    const isFound = found >= 0;
    if (isFound && buffer.bytes[found] === LF) scanner.bareCr = false;
    buffer.position = isFound ? found + 1 : buffer.end;
    this.#skipping = !isFound;
    if (!isFound && buffer.final) this.unterminated = true;
    return isFound;
  }

  /** The index of the first line end of the data, or -1. What lies behind the data is old and may hold others. */
  #lineEnd(start: number, end: number): number {
    const data = this.buffer.bytes.subarray(start, end);
    const cr = this.scanner.bareCr ? data.indexOf(CR) : -1;
    const lineFeed = (cr < 0 ? data : data.subarray(0, cr)).indexOf(LF);
    const found = lineFeed < 0 ? cr : lineFeed;
    return found < 0 ? -1 : start + found;
  }
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
