import type { ChunkBuffer } from './chunk-buffer.ts';
import { CR, LF } from './csv-scanner.ts';
import { characterStart } from './record-reader.ts';

const NONE = -1;
const MARK_BYTES = 3;
const FIRST_OF_MARK = 0xef;

/** A line was found. */
export const LINE = 0;
/** Fill the buffer, then go on. */
export const MORE = 1;
/** The input has no more. */
export const DONE = 2;

/** Says of places of the buffer what they mean, where line ends alone do not tell lines apart. */
export interface LogJudge {
  /** Whether a log line stands there. */
  isLine(start: number, end: number): boolean;
  /** Where another log line begins within that one; -1 where none does. */
  jointIn(start: number, end: number): number;
  /** Whether two lines are of the same log, as far as they say. */
  isSameLog(start: number, end: number, otherStart: number, otherEnd: number): boolean;
}

/**
 * Finds the lines of a log, whatever it holds, the same ones however its bytes come in. Places refer to `buffer.bytes` and stay valid
 * until the next call.
 *
 * A line ends in LF with any number of CRs before it. A bare CR within a line is data, unless what begins behind it, up to the
 * next one, is a log line: then bare CRs end lines, up to the next LF.
 *
 * A log line within another one (joint) is one of its own where the next line is of the same log as it, and not of that which it stands in: there logs
 * were joined of which one ends without a line end. Where that is not so, the line is `isJoined`.
 */
export class LogLines {
  readonly buffer: ChunkBuffer;
  /** The line's place, line end not included. */
  start = 0;
  end = 0;
  /** Whether it is the beginning of a line that is longer than a record may be. */
  truncated = false;
  /** Whether another log line stands in it, or something that looks like one. */
  isJoined = false;
  /** Where a byte order mark stands before the line, by its offset in the file; -1 where none does. */
  markOffset = -1;
  emptyLines = 0;
  /** Whether the last line of the file had no line end; known at DONE. */
  unterminated = false;
  readonly #maxBytes: number;
  readonly #judge: LogJudge;
  /** Whether a bare CR ends a line, until an LF does. */
  #bareCr = false;
  /** Whether the last line ended in a bare CR, which may be the first half of its end. */
  #endedInCr = false;
  /** Whether the rest of an overlong line is still to be passed over. */
  #skipping = false;

  constructor(buffer: ChunkBuffer, maxBytes: number, judge: LogJudge) {
    this.buffer = buffer;
    this.#maxBytes = maxBytes;
    this.#judge = judge;
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
      const isLong = lineEnd - start > this.#maxBytes + 1;
      const joint = isLong ? NONE : this.#judge.jointIn(start, lineEnd);
      const isOwn = joint === NONE ? 'no' : this.#isOfNext(start, joint, lineEnd);
      if (isOwn === 'more') return MORE;
      if (isOwn === 'yes') this.#takeUpTo(start, joint);
      else this.#take(start, lineEnd, found !== -1);
      this.isJoined = joint !== NONE && isOwn === 'no';
      return LINE;
    }
  }

  #moreOrDone(): typeof MORE | typeof DONE {
    if (!this.buffer.final) return MORE;
    if (this.#skipping) this.unterminated = true;
    return DONE;
  }

  /** Whether a log line within another one is of the log that the next line is of. */
  #isOfNext(start: number, joint: number, lineEnd: number): 'yes' | 'no' | 'more' {
    const { buffer } = this;
    let next = lineEnd;
    while (next < buffer.end && (buffer.bytes[next] === LF || buffer.bytes[next] === CR)) next++;
    const found = this.#lineEnd(next);
    if (found === NONE && !buffer.final && buffer.end - next <= this.#maxBytes + 1) return 'more';
    const nextEnd = found === NONE ? buffer.end : found;
    if (nextEnd === next || nextEnd - next > this.#maxBytes + 1) return 'no';
    const isSame = (from: number, to: number) => this.#judge.isSameLog(from, to, next, nextEnd);
    return isSame(joint, lineEnd) && !isSame(start, joint) ? 'yes' : 'no';
  }

  /** Takes a line that ends where another one begins. */
  #takeUpTo(start: number, end: number): void {
    this.start = start;
    this.end = end;
    this.truncated = false;
    this.unterminated = false;
    this.#endedInCr = false;
    this.buffer.position = end;
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
      if (this.#judge.isLine(from, next < 0 ? end : from + next)) return true;
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
