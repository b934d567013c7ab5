import { QUOTE } from './chunk-buffer.ts';
import { afterCrs, CR, CsvScanner, INCOMPLETE, LF, MAX_COLUMNS, RECORD } from './csv-scanner.ts';
import { halveQuotes } from './record-reader.ts';

const MARK = Buffer.from('\uFEFF');
const BLANK_LINE = /^\s*$/u;

/** Fields of one record at the head of a document. */
export interface HeadRow {
  /** The fields as text, quotes taken off. */
  readonly fields: readonly string[];
  /** Where the next record begins. */
  readonly next: number;
}

/** The beginning of a document, of which it is to be found out how it is written: its lines, and its records for a delimiter. */
export class HeadRows {
  /** The head, with a quote behind it for the scanner and room for a record whose doubled quotes are halved. */
  readonly #bytes: Buffer;
  readonly #end: number;
  readonly #isWhole: boolean;
  readonly #bareCr: boolean;
  readonly #scanners = new Map<string, CsvScanner>();

  /** @param head in UTF-8, with a byte order mark or without; the last character may be cut */
  constructor(head: Uint8Array, isWhole: boolean) {
    this.#end = head.length;
    this.#bytes = Buffer.alloc(head.length * 2 + 1);
    this.#bytes.set(head);
    this.#bytes[this.#end] = QUOTE;
    this.#isWhole = isWhole;
    const first = this.#bytes.subarray(0, this.#end).findIndex((byte) => byte === CR || byte === LF);
    this.#bareCr =
      first >= 0 && this.#bytes[first] === CR && this.#bytes[afterCrs(this.#bytes, first, this.#end)] !== LF;
  }

  /** Where the first lines begin, at most so many; the last one may be cut. */
  lines(most: number): number[] {
    const starts: number[] = [];
    for (let at = this.#skipMark(0); at >= 0 && at < this.#end && starts.length < most; ) {
      starts.push(at);
      at = lineAfter(this.#bytes, at, this.#end);
    }
    return starts;
  }

  /** A line's text, without its end; a byte order mark before it is none of it. */
  line(start: number): string {
    const from = this.#skipMark(start);
    const next = lineAfter(this.#bytes, from, this.#end);
    return this.#bytes.toString('utf8', from, next < 0 ? this.#end : next).replace(/[\r\n]+$/, '');
  }

  isBlank(start: number): boolean {
    return BLANK_LINE.test(this.line(start));
  }

  /** The record that begins there; null where it breaks the grammar, or goes on behind the head. */
  row(start: number, delimiter: string): HeadRow | null {
    const row = this.#read(start, delimiter);
    return typeof row === 'string' ? null : row;
  }

  /** The records from there on, empty lines left out; what breaks the grammar ends with its line, and is null. */
  *rows(start: number, delimiter: string): Generator<HeadRow | null> {
    for (let at = start; at >= 0 && at < this.#end; ) {
      if (this.isBlank(at)) {
        at = lineAfter(this.#bytes, at, this.#end);
        continue;
      }
      const row = this.#read(at, delimiter);
      if (row === 'cut') return;
      if (row === 'fault') {
        yield null;
        at = lineAfter(this.#bytes, at, this.#end);
      } else {
        yield row;
        at = row.next;
      }
    }
  }

  #read(start: number, delimiter: string): HeadRow | 'fault' | 'cut' {
    const scanner = this.#scanner(delimiter);
    const from = this.#skipMark(start);
    if (from >= this.#end) return 'cut';
    const found = scanner.scan(this.#bytes, from, this.#end, this.#isWhole);
    if (found === INCOMPLETE) return 'cut';
    if (found !== RECORD || scanner.fieldCount > MAX_COLUMNS) return 'fault';
    for (let at = 0; at < scanner.doubledCount; at++) {
      const field = scanner.doubled[at]!;
      const [fieldStart, fieldEnd] = [scanner.starts[field]!, scanner.ends[field]!];
      const scratch = this.#end + 1 + fieldStart - from;
      scanner.ends[field] = halveQuotes(this.#bytes, fieldStart, fieldEnd, scratch);
      scanner.starts[field] = scratch;
    }
    const fields = Array.from({ length: scanner.fieldCount }, (_, index) =>
      this.#bytes.toString('utf8', scanner.starts[index], scanner.ends[index]),
    );
    return { fields, next: scanner.nextRecord };
  }

  #skipMark(at: number): number {
    return this.#bytes.subarray(at, Math.min(at + MARK.length, this.#end)).equals(MARK) ? at + MARK.length : at;
  }

  #scanner(delimiter: string): CsvScanner {
    let scanner = this.#scanners.get(delimiter);
    if (scanner === undefined) {
      scanner = new CsvScanner(delimiter.charCodeAt(0));
      scanner.bareCr = this.#bareCr;
      this.#scanners.set(delimiter, scanner);
    }
    return scanner;
  }
}

/**
 * Where the next line begins: behind an LF with the CRs before it, or behind a bare CR. -1 where the data at hand does not
 * hold the line's end; a CR at its very end may be the beginning of one.
 */
export function lineAfter(bytes: Buffer, start: number, end: number): number {
  const data = bytes.subarray(start, end);
  const lineFeed = data.indexOf(LF);
  const cr = (lineFeed < 0 ? data : data.subarray(0, lineFeed)).indexOf(CR);
  if (cr < 0) return lineFeed < 0 ? -1 : start + lineFeed + 1;
  const after = afterCrs(bytes, start + cr, end);
  if (after === end) return -1;
  return bytes[after] === LF ? after + 1 : start + cr + 1;
}
