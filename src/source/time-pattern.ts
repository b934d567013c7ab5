import { blankAt, skipBlanks } from './blanks.ts';
import { MONTH_NAMES, WEEKDAY_NAMES } from './calendar-names.ts';
import { type CivilTime, isAsciiDigit, readDigits } from './civil-time.ts';
import { readHalfDay } from './half-day.ts';
import { readLongOffset } from './long-offset.ts';
import { type CompiledPattern, compilePattern, type PatternNode, type Step } from './pattern-syntax.ts';

const BLANK = 0x20;
const POINT = 0x2e;
const COMMA = 0x2c;
const LONGEST_NAME = 24;
/** Two digits of a year: no audit event is older. */
const CENTURY = 2000;

/**
 * A fixed form of times. Numbers: `yyyy MM dd HH mm ss` of that width, `M d H m s` of one or two digits, `yy` for 2000 to 2099;
 * `h` or `hh` with `a` for a clock of 12 hours (half-day.ts); `S` to `SSSSSSSSS`, that many digits of the second's fraction, `f`
 * any number of them (and `.f` a point or comma before it); `MMM` and `EEE`, names of months and weekdays (calendar-names.ts); `XXX`, an offset from UTC (`Z`, `±hh`,
 * `±hhmm`, `±hh:mm`, and all of long-offset.ts). All else is a literal: letters in single quotes, `''` for a quote, and a blank
 * for blanks of every kind. What stands in brackets may be left out: `[:ss[.f]]`.
 * Example: `dd.MM.yyyy 'at' HH:mm:ss.SSS XXX`.
 */
export class TimePattern {
  readonly #pattern: CompiledPattern;

  /** @throws SyntaxError that names the token which is not understood, given twice, or missing */
  constructor(pattern: string) {
    this.#pattern = compilePattern(pattern);
  }

  /** Reads a time of this form. Does not ask whether the calendar has that day. */
  read(bytes: Uint8Array, start: number, end: number, time: CivilTime): boolean {
    const { start: first, isHalfDay, isNew } = this.#pattern;
    time.begin();
    time.isNewForm = isNew;
    if (!readFrom(first, bytes, start, end, time)) return false;
    if (isHalfDay) time.hour = time.hour >= 1 && time.hour <= 12 ? (time.hour % 12) + time.halfDayHours : -1;
    return true;
  }
}

/** Reads what a pattern has from a part on: optional parts are taken where the rest then fits, and left out otherwise. */
function readFrom(first: PatternNode | null, bytes: Uint8Array, start: number, end: number, time: CivilTime): boolean {
  let at = start;
  for (let node = first; node !== null; node = node.next) {
    if ('group' in node) {
      const { second, hasSecond, micros, fractionDigits, hasOffset, weekday, zoneStart, isNewForm } = time;
      if (readFrom(node.group, bytes, at, end, time)) return true;
      Object.assign(time, { second, hasSecond, micros, fractionDigits, hasOffset, weekday, zoneStart, isNewForm });
    } else if (node.step.kind === 'offset') {
      const behind = time.readOffset(bytes, at, end);
      if (behind >= 0 && readFrom(node.next, bytes, behind, end, time)) return true;
      at = readLongOffset(bytes, at, end, time);
    } else at = readStep(node.step, bytes, at, end, time);
    if (at < 0) return false;
  }
  return at === end && (time.hasSecond || time.fractionDigits === 0);
}

/** @returns the index behind the part, or -1 where something else stands there */
function readStep(
  step: Exclude<Step, { kind: 'offset' }>,
  bytes: Uint8Array,
  at: number,
  end: number,
  time: CivilTime,
): number {
  if (step.kind === 'number') {
    const width = step.least === step.most ? step.least : digitCount(bytes, at, end, step.most);
    if (width < step.least) return -1;
    time[step.field] = readDigits(bytes, at, end, width);
    if (step.field === 'second') time.hasSecond = true;
    return time[step.field] < 0 ? -1 : at + width;
  }
  if (step.kind === 'literal') return readLiteral(step.bytes, bytes, at, end);
  if (step.kind === 'blank') return readBlank(bytes, at, end, time);
  if (step.kind === 'fraction_mark') return at < end && (bytes[at] === POINT || bytes[at] === COMMA) ? at + 1 : -1;
  if (step.kind === 'half_day') return readHalfDay(bytes, at, end, time);
  if (step.kind === 'fraction') {
    const width = step.least === step.most ? step.least : digitCount(bytes, at, end, step.most);
    return time.readFraction(bytes, at, Math.min(end, at + width)) === at + width ? at + width : -1;
  }
  if (step.kind === 'short_year') {
    time.year = CENTURY + readDigits(bytes, at, end, 2);
    return time.year < CENTURY ? -1 : at + 2;
  }
  const nameEnd = lettersEnd(bytes, at, end);
  if (nameEnd === at || nameEnd - at > LONGEST_NAME) return -1;
  const name = Buffer.from(bytes.buffer, bytes.byteOffset + at, nameEnd - at)
    .toString('utf8')
    .toLowerCase();
  const number = (step.kind === 'month_name' ? MONTH_NAMES : WEEKDAY_NAMES).get(name);
  if (number === undefined) return -1;
  if (step.kind === 'month_name') time.month = number;
  else time.weekday = number;
  return step.takesPoint && nameEnd < end && bytes[nameEnd] === POINT ? nameEnd + 1 : nameEnd;
}

function readLiteral(literal: Uint8Array, bytes: Uint8Array, at: number, end: number): number {
  if (at + literal.length > end) return -1;
  for (let index = 0; index < literal.length; index++) if (bytes[at + index] !== literal[index]) return -1;
  return at + literal.length;
}

function readBlank(bytes: Uint8Array, at: number, end: number, time: CivilTime): number {
  if (at >= end || blankAt(bytes, at, end) === 0) return -1;
  const behind = skipBlanks(bytes, at, end);
  if (behind > at + 1 || bytes[at] !== BLANK) time.isNewForm = true;
  return behind;
}

function digitCount(bytes: Uint8Array, at: number, end: number, most: number): number {
  const limit = Math.min(end, at + most);
  let to = at;
  while (to < limit && isAsciiDigit(bytes[to]!)) to++;
  return to - at;
}

/** Where letters end: ASCII ones, and all else that UTF-8 writes in more than one byte, but for blanks. */
function lettersEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isLetter(bytes[at]!) && blankAt(bytes, at, end) === 0) at++;
  return at;
}

function isLetter(byte: number): boolean {
  return byte >= 0x80 || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
}
