import { QUOTE } from './chunk-buffer.ts';

export const LF = 0x0a;
export const CR = 0x0d;

/** No header has more; what a record has beyond this is counted, not kept. */
export const MAX_COLUMNS = 1024;

/** A whole record was found. */
export const RECORD = 0;
/** The record breaks the grammar at `faultAt`. */
export const FAULT = 1;
/** The data ends before the record does. */
export const INCOMPLETE = 2;

/** How a record can break the grammar. */
export type GrammarFault = 'quote_in_unquoted_field' | 'text_after_closing_quote' | 'unterminated_quoted_field';

/**
 * Splits one record into fields after RFC 4180. A line end is an LF with any number of CRs before it, and so are CRs at the very
 * end of the data; a bare CR is data, or, where {@link bareCr} says so, a line end. Knows nothing of how a record goes on after a
 * fault. Results stay valid until the next scan().
 */
export class CsvScanner {
  /** Start of each field's text, behind its quote if it has one. */
  readonly starts = new Int32Array(MAX_COLUMNS);
  /** End of each field's text, before its closing quote if it has one. */
  readonly ends = new Int32Array(MAX_COLUMNS);
  /** Number of fields; may exceed MAX_COLUMNS. */
  fieldCount = 0;
  /** Positions of the fields with doubled quotes, which the owner has to halve. */
  readonly doubled = new Int32Array(MAX_COLUMNS);
  doubledCount = 0;
  /** End of the record, line end not included. */
  recordEnd = 0;
  /** Start of the next record. */
  nextRecord = 0;
  /** Whether the record had a line end. */
  terminated = true;
  /** Whether a CR outside quotes ends a record, whatever follows it. */
  bareCr = false;
  /** Whether the record ended in CRs other than the one of a CRLF. */
  hasStrayCr = false;
  fault: GrammarFault = 'quote_in_unquoted_field';
  /** Index of the byte that breaks the grammar; the last one where a quoted field does not end. */
  faultAt = 0;
  readonly #delimiter: number;
  readonly #stops = new Uint8Array(256);
  readonly #bareCrStops = new Uint8Array(256);

  /** @param delimiter an ASCII byte, neither quote nor line end */
  constructor(delimiter: number) {
    this.#delimiter = delimiter;
    for (const byte of [delimiter, QUOTE, LF]) this.#stops[byte] = 1;
    for (const byte of [delimiter, QUOTE, LF, CR]) this.#bareCrStops[byte] = 1;
  }

  /**
   * @param start first byte of the record
   * @param end end of the data; `bytes[end]` must be a quote
   * @param final whether no data will follow
   */
  scan(bytes: Buffer, start: number, end: number, final: boolean): typeof RECORD | typeof FAULT | typeof INCOMPLETE {
    const { starts, ends } = this;
    const { bareCr } = this;
    const stops = bareCr ? this.#bareCrStops : this.#stops;
    const delimiter = this.#delimiter;
    let count = 0;
    let at = start;
    this.doubledCount = 0;
    this.hasStrayCr = false;
    for (;;) {
      let fieldStart = at;
      let fieldEnd: number;
      let next: number;
      if (bytes[at] === QUOTE && at < end) {
        fieldStart = ++at;
        let isDoubled = false;
        for (;;) {
          // A native search: quoted fields are the long ones. It always ends, at the sentinel at the latest.
          at = bytes.indexOf(QUOTE, at);
          if (at >= end) return final ? this.#fail('unterminated_quoted_field', end - 1) : INCOMPLETE;
          if (bytes[at + 1] !== QUOTE || at + 1 === end) break;
          isDoubled = true;
          at += 2;
        }
        if (isDoubled && count < MAX_COLUMNS) this.doubled[this.doubledCount++] = count;
        fieldEnd = at;
        next = at + 1;
        if (next === end && !final) return INCOMPLETE;
        if (next < end && bytes[next] === CR && !bareCr) {
          const after = afterCrs(bytes, next, end);
          if (after === end && !final) return INCOMPLETE;
          if (after < end && bytes[after] !== LF) return this.#fail('text_after_closing_quote', next);
          if (after - next > 1 || after === end) this.hasStrayCr = true;
          next = after;
        }
        if (next < end && bytes[next] !== delimiter && bytes[next] !== LF && (bytes[next] !== CR || !bareCr)) {
          return this.#fail('text_after_closing_quote', next);
        }
        this.recordEnd = at + 1;
      } else {
        while (stops[bytes[at]!] === 0) at++;
        if (bytes[at] === QUOTE) {
          if (at < end) return this.#fail('quote_in_unquoted_field', at);
          if (!final) return INCOMPLETE;
        }
        fieldEnd = at;
        next = at;
        if (bytes[at] !== delimiter && bytes[at - 1] === CR) fieldEnd = this.#beforeCrs(bytes, fieldStart, at, end);
        this.recordEnd = fieldEnd;
      }
      if (count < MAX_COLUMNS) {
        starts[count] = fieldStart;
        ends[count] = fieldEnd;
      }
      count++;
      at = next + 1;
      if (next < end && bytes[next] === delimiter) continue;
      this.fieldCount = count;
      this.terminated = next < end;
      this.nextRecord = this.terminated ? at : end;
      return RECORD;
    }
  }

  /** The end of an unquoted field that is followed by a line end or by the end of the data. */
  #beforeCrs(bytes: Buffer, start: number, at: number, end: number): number {
    let fieldEnd = at;
    while (fieldEnd > start && bytes[fieldEnd - 1] === CR) fieldEnd--;
    if (at - fieldEnd > 1 || (at === end && fieldEnd < at)) this.hasStrayCr = true;
    return fieldEnd;
  }

  #fail(fault: GrammarFault, at: number): typeof FAULT {
    this.fault = fault;
    this.faultAt = at;
    return FAULT;
  }
}

/** The index of the first byte from `at` on that is no CR; `end` where there is none. */
export function afterCrs(bytes: Buffer, at: number, end: number): number {
  let after = at;
  while (after < end && bytes[after] === CR) after++;
  return after;
}
