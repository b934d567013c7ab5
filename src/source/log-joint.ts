import { isBlank, LogBracket } from './log-bracket.ts';
import type { IsTime } from './log-line.ts';

/** Words before a bracket among which the time may be: it, a host, and a program. */
const MOST_WORDS = 3;
/** In ISO 8601: `2026-03-01T`. */
const T_PLACE = 10;
const UPPER_T = 0x54;
const MINUS = 0x2d;
const NONE = -1;

/**
 * Finds where a log line begins within the message of another one, as where logs are joined of which one ends without a line end: a whole
 * bracket, and before it, behind at most a host and a program, a time in ISO 8601 that stands right behind other text. A line
 * that is quoted, with a blank before it, is none.
 */
export class LogJoint {
  readonly #bracket = new LogBracket();
  readonly #isTime: IsTime;

  constructor(isTime: IsTime) {
    this.#isTime = isTime;
  }

  /** Where the first one begins between these places; -1 where none does. Takes steps in proportion to their distance. */
  find(bytes: Buffer, start: number, end: number): number {
    const bracket = this.#bracket;
    let from = start;
    while (bracket.find(bytes, from, end) === 'whole') {
      const found = this.#timeBefore(bytes, from, bracket.open);
      if (found !== NONE) return found;
      from = bracket.close + 1;
    }
    return NONE;
  }

  #timeBefore(bytes: Buffer, start: number, open: number): number {
    let wordEnd = open;
    for (let words = 0; words < MOST_WORDS; words++) {
      while (wordEnd > start && isBlank(bytes[wordEnd - 1]!)) wordEnd--;
      let wordStart = wordEnd;
      while (wordStart > start && !isBlank(bytes[wordStart - 1]!)) wordStart--;
      const found = this.#timeIn(bytes, wordStart, wordEnd);
      if (found !== NONE) return found;
      wordEnd = wordStart;
    }
    return NONE;
  }

  /** Where a time begins that the word ends with, and that is not all of it. */
  #timeIn(bytes: Buffer, start: number, end: number): number {
    for (let at = end - 1; at > start + T_PLACE; at--) {
      if (bytes[at] !== UPPER_T || bytes[at - 3] !== MINUS || bytes[at - 6] !== MINUS) continue;
      return this.#isTime(bytes, at - T_PLACE, end, false) ? at - T_PLACE : NONE;
    }
    return NONE;
  }
}
