import type { ChunkBuffer } from './chunk-buffer.ts';
import { CR, LF } from './csv-scanner.ts';
import { characterStart } from './record-reader.ts';

const MARK_BYTES = 3;
const FIRST_OF_MARK = 0xef;

/** A line was found. */
export const LINE = 0;
/** Fill the buffer, then go on. */
export const MORE = 1;
/** The input has no more. */
export const DONE = 2;

/**
 * Finds the lines of a log, whatever it holds, the same ones however its bytes come in. Places refer to `buffer.bytes` and stay valid
 * until the next call.
 *
 * A line ends in LF with any number of CRs before it. A bare CR within a line is data, unless what begins behind it, up to the
 * next one, is a log line: then bare CRs end lines, up to the next LF.
 */
export class LogLines {
  readonly buffer: ChunkBuffer;
  /** The line's place, line end not included. */
  start = 0;
  end = 0;
  /** Whether it is the beginning of a line that is longer than a record may be. */
  truncated = false;
  /** Where a byte order mark stands before the line, by its offset in the file; -1 where none does. */
  markOffset = -1;
  emptyLines = 0;
  /** Whether the last line of the file had no line end; known at DONE. */
  unterminated = false;
  readonly #maxBytes: number;
  readonly #isLine: (start: number, end: number) => boolean;
  /** Whether a bare CR ends a line, until an LF does. */
  #bareCr = false;
  /** Whether the last line ended in a bare CR, which may be the first half of its end. */
  #endedInCr = false;
  /** Whether the rest of an overlong line is still to be passed over. */
  #skipping = false;

  /** @param isLine whether what stands between two places of the buffer is a log line */
  constructor(buffer: ChunkBuffer, maxBytes: number, isLine: (start: number, end: number) => boolean) {
    this.buffer = buffer;
    this.#maxBytes = maxBytes;
    this.#isLine = isLine;
  }

  next(): typeof LINE | typeof MORE | typeof DONE {
    const { buffer } = this;
    for (;;) {
      if (this.#skipping && !this.#skipLine()) return this.#moreOrDone();
      if (!this.#findStart()) return this.#moreOrDone();
      const start = buffer.position;
      const found = this.#lineEnd(start);
      if (found === -1 && !buffer.final && buffer.end - start <= this.#maxBytes + 1) return MORE;
      const lineEnd = found === -1 ? buffer.end : found;
      // A line of the longest record and CRLF has one byte more than that before its LF.
      const limit = Math.min(lineEnd, start + this.#maxBytes + 1);
      if (this.#endsAtBareCr(start, limit)) {
        this.#bareCr = true;
        continue;
      }
      this.#take(start, lineEnd, found !== -1);
      return LINE;
    }
  }

  #moreOrDone(): typeof MORE | typeof DONE {
    if (!this.buffer.final) return MORE;
    if (this.#skipping) this.unterminated = true;
    return DONE;
  }

  #take(start: number, lineEnd: number, isEnded: boolean): void {
    const { buffer } = this;
    const { bytes } = buffer;
    this.start = start;
    this.truncated = lineEnd - start > this.#maxBytes + 1;
    let end = this.truncated ? start + this.#maxBytes : lineEnd;
    if (!this.truncated) while (end > start && bytes[end - 1] === CR) end--;
    if (end - start > this.#maxBytes) {
      this.truncated = true;
      end = start + this.#maxBytes;
    }
    this.end = this.truncated ? characterStart(bytes, end) : end;
    buffer.position = isEnded ? lineEnd + 1 : buffer.end;
    this.unterminated = !isEnded && buffer.final;
    this.#skipping = !isEnded && !buffer.final;
    this.#noteEnd(lineEnd, isEnded);
  }

  #noteEnd(lineEnd: number, isEnded: boolean): void {
    this.#endedInCr = isEnded && this.buffer.bytes[lineEnd] === CR;
    if (isEnded && !this.#endedInCr) this.#bareCr = false;
  }

  /** Passes over line ends, and byte order marks. False where no line begins in the data at hand. */
  #findStart(): boolean {
    const { buffer } = this;
    const { bytes, end } = buffer;
    for (; buffer.position < end; buffer.position++) {
      const byte = bytes[buffer.position];
      if (byte === CR) continue;
      if (byte === LF) {
        if (!this.#endedInCr) this.emptyLines++;
        this.#endedInCr = false;
        this.#bareCr = false;
      } else if (byte === FIRST_OF_MARK) {
        if (end - buffer.position < MARK_BYTES && !buffer.final) return false;
        if (!this.#isMark(buffer.position)) return true;
        this.markOffset = buffer.offset + buffer.position;
        buffer.position += MARK_BYTES - 1;
      } else return true;
    }
    return false;
  }

  #isMark(at: number): boolean {
    const { bytes, end } = this.buffer;
    return at + MARK_BYTES <= end && bytes.readUIntBE(at, MARK_BYTES) === 0xefbbbf;
  }

  /** The index of the next line end, or -1. What lies behind the data is old and may hold others. */
  #lineEnd(start: number): number {
    const data = this.buffer.bytes.subarray(start, this.buffer.end);
    const cr = this.#bareCr ? data.indexOf(CR) : -1;
    const lineFeed = (cr < 0 ? data : data.subarray(0, cr)).indexOf(LF);
    const found = lineFeed < 0 ? cr : lineFeed;
    return found < 0 ? -1 : start + found;
  }

  /** Whether a log line begins behind a bare CR in what stands there. */
  #endsAtBareCr(start: number, end: number): boolean {
    if (this.#bareCr) return false;
    const { bytes } = this.buffer;
    let cr = bytes.subarray(start, end).indexOf(CR);
    while (cr >= 0) {
      const from = start + cr + 1;
      const next = bytes.subarray(from, end).indexOf(CR);
      if (this.#isLine(from, next < 0 ? end : from + next)) return true;
      cr = next < 0 ? -1 : cr + 1 + next;
    }
    return false;
  }

  /** @returns whether the end of the overlong line was found */
  #skipLine(): boolean {
    const { buffer } = this;
    const found = this.#lineEnd(buffer.position);
    buffer.position = found < 0 ? buffer.end : found + 1;
    this.#skipping = found < 0;
    this.#noteEnd(found, found >= 0);
    return found >= 0;
  }
}
