import { dropBlanks, skipBlanks } from './blanks.ts';
import { isBlank, LogBracket } from './log-bracket.ts';
import { type LogPrefix, prefixForms } from './log-prefix.ts';

/** Columns of a log line, by their places in {@link LogLine.starts}. */
export const LINE_COLUMNS = ['time', 'host', 'component', 'category', 'code', 'account', 'message'] as const;
const [TIME, HOST, COMPONENT, CATEGORY, CODE, ACCOUNT, MESSAGE] = [0, 1, 2, 3, 4, 5, 6];
const ABSENT = -1;
const OF_TIME = /^(?:[A-Z]{1,5}|[aApP]\.?[mM]\.?|(?:UTC|GMT)?[+-]\d.*)$/;
const LONGEST_OF_TIME = 12;
/** In ISO 8601. */
const T_PLACE = 10;
const [UPPER_T, UPPER_Z, PLUS, MINUS] = [0x54, 0x5a, 0x2b, 0x2d];

/** Why a line is none of a classic audit log: before its time, code and component are looked at. */
export type LineFault = 'no_log_line' | 'account_unclear' | 'prefix_not_understood';

/** Whether a time stands there, one without a year or with one. */
export type IsTime = (bytes: Buffer, start: number, end: number, isYearless: boolean) => boolean;

/** A line of a classic audit log, as places of its cells, without the blanks around them: `<prefix>[component|category|code|account] message`. */
export class LogLine {
  readonly starts = new Int32Array(LINE_COLUMNS.length);
  readonly ends = new Int32Array(LINE_COLUMNS.length);
  /** Whether the time of the line read last is one without a year. */
  isYearless = false;
  readonly #bracket = new LogBracket();
  readonly #forms: readonly LogPrefix[];
  readonly #usual: LogPrefix;
  readonly #isTime: IsTime;

  /**
   * @param pattern `auto`, or a pattern as in log-prefix.ts
   * @throws SyntaxError that says what is wrong with it
   */
  constructor(pattern: string, isTime: IsTime) {
    const { forms, usual } = prefixForms(pattern);
    this.#forms = forms;
    this.#usual = usual;
    this.#isTime = isTime;
  }

  /**
   * Finds the cells of a line, line end not included. Takes steps in proportion to its length.
   * @returns why there are none, if so
   */
  read(bytes: Buffer, start: number, end: number): LineFault | undefined {
    const bracket = this.#bracket;
    const found = bracket.find(bytes, start, end);
    if (found !== 'whole') return found === 'none' ? 'no_log_line' : 'account_unclear';
    const { open, pipes, close } = bracket;
    this.#set(bytes, COMPONENT, open + 1, pipes[0]!);
    this.#set(bytes, CATEGORY, pipes[0]! + 1, pipes[1]!);
    this.#set(bytes, CODE, pipes[1]! + 1, pipes[2]!);
    this.#set(bytes, ACCOUNT, pipes[2]! + 1, close);
    this.starts[MESSAGE] = skipBlanks(bytes, close + 1, end);
    this.ends[MESSAGE] = end;
    this.#take(null, open);
    if (skipBlanks(bytes, start, open) === open) return undefined;
    const form = this.#formOf(bytes, start, open);
    if (form === undefined) return 'prefix_not_understood';
    this.#take(form, open);
    return undefined;
  }

  /** Where its message stands, if it is such a line; null where it is none. */
  messageOf(bytes: Buffer, start: number, end: number): readonly [start: number, end: number] | null {
    if (this.read(bytes, start, end) !== undefined) return null;
    return [this.starts[MESSAGE]!, this.ends[MESSAGE]!];
  }

  /** The component of a line; null where it is none. */
  componentOf(bytes: Buffer, start: number, end: number): string | null {
    if (this.read(bytes, start, end) !== undefined) return null;
    return bytes.toString('latin1', this.starts[COMPONENT], this.ends[COMPONENT]);
  }

  /** Whether it is such a line, and its time can be read. */
  isLine(bytes: Buffer, start: number, end: number): boolean {
    if (this.read(bytes, start, end) !== undefined) return false;
    return this.#isTime(bytes, this.starts[TIME]!, this.ends[TIME]!, this.isYearless);
  }

  /** The form whose time can be read; where none can, the usual one. */
  #formOf(bytes: Buffer, start: number, end: number): LogPrefix | undefined {
    const from = skipBlanks(bytes, start, end);
    const word = wordEnd(bytes, from, end);
    const isWhole = hasOffset(bytes, from, word) && this.#isTime(bytes, from, word, false);
    const isOnly = this.#forms.length === 1;
    const fits = (form: LogPrefix) =>
      form.match(bytes, start, end) && (isOnly || isWhole || !mayBeOfTime(bytes, form.hostStart, form.hostEnd));
    for (const form of this.#forms) {
      if (!fits(form)) continue;
      if (isWhole && form.timeStart === from && form.timeEnd > word) continue;
      if (isOnly || this.#isTime(bytes, form.timeStart, form.timeEnd, form.isYearless)) return form;
    }
    return [this.#usual, ...this.#forms].find(fits);
  }

  #take(form: LogPrefix | null, open: number): void {
    this.starts[TIME] = form?.timeStart ?? open;
    this.ends[TIME] = form?.timeEnd ?? open;
    this.isYearless = form?.isYearless ?? false;
    this.starts[HOST] = form?.hostStart ?? ABSENT;
    this.ends[HOST] = form?.hostEnd ?? ABSENT;
  }

  #set(bytes: Buffer, column: number, start: number, end: number): void {
    this.starts[column] = skipBlanks(bytes, start, end);
    this.ends[column] = dropBlanks(bytes, this.starts[column]!, end);
  }
}

/**
 * Whether a word looks like ISO 8601 with its offset, to which nothing can belong that stands behind it. It saves asking of most lines
 * whether their host is a part of the time.
 */
function hasOffset(bytes: Buffer, start: number, end: number): boolean {
  if (end - start <= T_PLACE || bytes[start + T_PLACE] !== UPPER_T) return false;
  for (let at = start + T_PLACE; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === PLUS || byte === MINUS || byte === UPPER_Z) return true;
  }
  return false;
}

/** Whether a word may be the end of a time rather than a host: the short name of a zone, an offset, a half of the day. */
function mayBeOfTime(bytes: Buffer, start: number, end: number): boolean {
  return end - start <= LONGEST_OF_TIME && OF_TIME.test(bytes.toString('latin1', start, end));
}

function wordEnd(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && !isBlank(bytes[at]!)) at++;
  return at;
}
