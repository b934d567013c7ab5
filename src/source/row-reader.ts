import { dropBlanks, skipBlanks } from './blanks.ts';
import { readCode, readOtherCode } from './code.ts';
import type { TimeDigits } from './export-reader.ts';
import type { Header } from './header.ts';
import { ContentsCount, type PartContents } from './part-contents.ts';
import { EARLIEST_MICROS } from './plausible-time.ts';
import { RejectedFile, tooManyDays } from './rejection.ts';
import type { BadReason, Row } from './row.ts';
import type { SourceSettings } from './source-settings.ts';
import { TimeReader, type Times } from './time.ts';
import type { TimeCandidates } from './time-candidates.ts';
import { JSON_PATHS_SINCE, TIME_AND_CODE_FORMS_SINCE } from './version.ts';

/** No file of today was changed last from here on: its clock was wrong. */
const LATEST_MS = Date.UTC(2200, 0, 1);
const DAY_MS = 86_400_000;
/** Of the second's fraction: finer than microseconds no time is kept. */
const MOST_DIGITS = 6;
const MICROS_PER_DAY = DAY_MS * 1000;
/** A record of JSON lines may lack a cell that others have. */
const ABSENT = -1;
const FIRST_BEYOND_ASCII = 0x80;
const OPENING_BRACE = 0x7b;
/** What stands where a template's value should: nothing else is in such a cell. */
const PLACEHOLDER = /^\{\{[^{}]*\}\}$/;

/** Turns the cells of a record into a row: what makes an audit record in every format. */
export class RowReader {
  readonly #time: Times;
  readonly #survey: TimeCandidates | undefined;
  readonly #landedAt: number;
  readonly #latestMicros: number;
  readonly #maxDays: number;
  readonly #mayBeTemplate: boolean;
  readonly #days = new Set<number>();
  #lastDay = Number.NaN;
  #good = 0;
  #mostDigits = Number.NEGATIVE_INFINITY;
  #fewestDigits = Number.POSITIVE_INFINITY;
  #neededDigits = 0;
  /** Of the parts that have a good record, but for the one that is being read. */
  readonly #contents: PartContents[] = [];
  #part = new ContentsCount();
  #isLocal = false;
  #isNewForm = false;
  #isNewInRecord = false;
  #isTemplate = false;
  /** Records that would have happened more than a day after the file was written. */
  #late = 0;

  /**
   * @param landedAt last modification of the raw file, milliseconds since 1970: times more than a day later are not plausible
   * @param survey counts the times, where they are only looked at
   * @param mayBeTemplate whether records may come of a template, which may have left values open
   */
  constructor(settings: SourceSettings, landedAt: number, survey?: TimeCandidates, mayBeTemplate = false) {
    this.#mayBeTemplate = mayBeTemplate;
    this.#survey = survey;
    this.#time = survey ?? new TimeReader(settings.timeFormat, settings.timeZone);
    this.#landedAt = landedAt;
    this.#latestMicros = (landedAt + DAY_MS) * 1000;
    this.#maxDays = settings.maxDays;
  }

  /** The days, in UTC, of the records read so far. */
  get days(): number {
    return this.#days.size;
  }

  /** The digits written of the second's fraction, in the times of the records read so far; null where there is none. */
  get timeDigits(): TimeDigits | null {
    if (this.#good === 0) return null;
    return {
      most: this.#mostDigits,
      fewest: this.#fewestDigits,
      needed: this.#neededDigits,
      isLocal: this.#isLocal,
    };
  }

  /** What the records read so far have, by part; of parts that have a good one. */
  get contents(): readonly PartContents[] {
    return this.#part.records === 0 ? this.#contents : [...this.#contents, this.#part.now];
  }

  /** Notes that what follows is another part. */
  beginPart(): void {
    if (this.#part.records === 0) return;
    this.#contents.push(this.#part.now);
    this.#part = new ContentsCount();
  }

  /** The version since which the times and codes of the records read so far are read. */
  get readSince(): number {
    if (this.#isTemplate) return JSON_PATHS_SINCE;
    return this.#isNewForm ? TIME_AND_CODE_FORMS_SINCE : 1;
  }

  /**
   * Points `row` at the cells, whose places are given by column. Returns why it is no audit record, if so.
   * @throws RejectedFile where the file has records of more days than the settings allow, or its own time is in the far future
   */
  read(row: Row, bytes: Buffer, header: Header, starts: Int32Array, ends: Int32Array): BadReason | undefined {
    const found = this.probe(row, bytes, header, starts, ends);
    const reason = this.#mayBeTemplate && isLeftOpen(row, bytes, found) ? 'placeholder' : found;
    if (reason === 'placeholder') this.#isTemplate = true;
    if (this.#survey !== undefined && row.timeStart !== ABSENT) {
      const start = skipBlanks(bytes, row.timeStart, row.timeEnd);
      this.#survey.add(bytes, start, dropBlanks(bytes, start, row.timeEnd));
    }
    if (reason === undefined) {
      this.#good++;
      const day = Math.floor(row.timeMicros / MICROS_PER_DAY);
      if (day !== this.#lastDay) this.#noteDay(day);
      this.#noteForms(row.timeMicros);
      const isNamed = row.actorIdEnd > row.actorIdStart || row.actorNameEnd > row.actorNameStart;
      this.#part.add(row.timeMicros, this.#time.fractionDigits, isNamed);
    } else if (reason === 'time_out_of_range') {
      const { micros } = this.#time;
      if (micros > this.#latestMicros && micros < LATEST_MS * 1000) this.#late++;
    }
    return reason;
  }

  /**
   * Looks at the file as a whole, at its end.
   * @throws RejectedFile where most of its records happened after it was last changed
   */
  checkFile(): void {
    if (this.#late <= this.#good) return;
    const records = `${this.#late} of ${this.#late + this.#good} records`;
    throw this.#mistimed(`and ${records} that happened more than a day after that`);
  }

  #mistimed(found: string): RejectedFile {
    return new RejectedFile(
      'file_time_implausible',
      "expected a file that was last changed after its records happened, found that the file's own time is " +
        `${timeText(this.#landedAt)}, ${found}; correct the time of the file (touch), here or in the raw zone, or upload it ` +
        'again, and ingest it again',
    );
  }

  /** As read(), of a record that does not count. */
  probe(row: Row, bytes: Buffer, header: Header, starts: Int32Array, ends: Int32Array): BadReason | undefined {
    const { roles, extras } = header;
    row.timeStart = starts[roles.time]!;
    row.timeEnd = ends[roles.time]!;
    const timeReason = this.#readTime(row, bytes);
    if (timeReason !== undefined) return timeReason;
    row.codeStart = starts[roles.code]!;
    row.codeEnd = ends[roles.code]!;
    const codeStart = skipBlanks(bytes, row.codeStart, row.codeEnd);
    const codeEnd = dropBlanks(bytes, codeStart, row.codeEnd);
    if (codeStart === codeEnd) return 'code_missing';
    row.code = readCode(bytes, codeStart, codeEnd);
    if (row.code < 0) {
      row.code = readOtherCode(bytes, codeStart, codeEnd);
      this.#isNewInRecord = true;
    }
    if (row.code < 0) return 'code_unreadable';
    if (codeStart > starts[roles.code]!) this.#noteBlanks(bytes, starts[roles.code]!, codeStart);
    if (codeEnd < ends[roles.code]!) this.#noteBlanks(bytes, codeEnd, ends[roles.code]!);
    row.messageStart = starts[roles.message]!;
    if (row.messageStart === ABSENT) return 'message_missing';
    row.messageEnd = ends[roles.message]!;
    if (roles.actor_name >= 0) {
      row.actorNameStart = starts[roles.actor_name]!;
      row.actorNameEnd = ends[roles.actor_name]!;
    }
    if (roles.actor_id >= 0) {
      row.actorIdStart = starts[roles.actor_id]!;
      row.actorIdEnd = ends[roles.actor_id]!;
    }
    for (let at = 0; at < extras.length; at++) {
      const { index } = extras[at]!;
      row.extraStarts[at] = starts[index]!;
      row.extraEnds[at] = ends[index]!;
    }
    return undefined;
  }

  /** Whether a cell holds a time, be it plausible or not. */
  isTime(bytes: Buffer, cellStart: number, cellEnd: number): boolean {
    const start = skipBlanks(bytes, cellStart, cellEnd);
    return this.#time.read(bytes, start, dropBlanks(bytes, start, cellEnd));
  }

  /** The same of one that is not later than the file was written, and a day. */
  isPlausibleTime(bytes: Buffer, start: number, end: number): boolean {
    return this.isTime(bytes, start, end) && this.#time.micros <= this.#latestMicros;
  }

  #noteForms(micros: number): void {
    const { fractionDigits, isNewForm, isLocal } = this.#time;
    if (fractionDigits > this.#mostDigits) this.#mostDigits = fractionDigits;
    if (fractionDigits < this.#fewestDigits) this.#fewestDigits = fractionDigits;
    if (fractionDigits > this.#neededDigits) this.#noteNeeded(micros);
    this.#isLocal ||= isLocal;
    this.#isNewForm ||= isNewForm || this.#isNewInRecord;
  }

  #noteNeeded(micros: number): void {
    while (this.#neededDigits < MOST_DIGITS && micros % 10 ** (MOST_DIGITS - this.#neededDigits) !== 0)
      this.#neededDigits++;
  }

  /** Blanks that are none in ASCII were no blanks for readers before version 3. */
  #noteBlanks(bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end; at++) if (bytes[at]! >= FIRST_BEYOND_ASCII) this.#isNewInRecord = true;
  }

  #noteDay(day: number): void {
    // No row may have such a time: readers, and the format, know none that is that late.
    if (this.#landedAt >= LATEST_MS) throw this.#mistimed('which has not come yet');
    this.#lastDay = day;
    this.#days.add(day);
    if (this.#days.size <= this.#maxDays) return;
    throw tooManyDays(this.#maxDays);
  }

  #readTime(row: Row, bytes: Buffer): BadReason | undefined {
    const time = this.#time;
    const start = skipBlanks(bytes, row.timeStart, row.timeEnd);
    const end = dropBlanks(bytes, start, row.timeEnd);
    if (start === end) return 'time_missing';
    this.#isNewInRecord = false;
    if (start > row.timeStart) this.#noteBlanks(bytes, row.timeStart, start);
    if (end < row.timeEnd) this.#noteBlanks(bytes, end, row.timeEnd);
    if (!time.read(bytes, start, end)) return 'time_unreadable';
    if (time.micros < EARLIEST_MICROS || time.micros > this.#latestMicros) return 'time_out_of_range';
    row.timeMicros = time.micros;
    row.timeNote = time.note;
    return undefined;
  }
}

/** Whether a template left open what makes a record bad, or what would be taken for a message or an actor. */
function isLeftOpen(row: Row, bytes: Buffer, reason: BadReason | undefined): boolean {
  if (reason === 'time_unreadable') return isPlaceholder(bytes, row.timeStart, row.timeEnd);
  if (reason === 'code_unreadable') return isPlaceholder(bytes, row.codeStart, row.codeEnd);
  if (reason !== undefined) return false;
  return (
    isPlaceholder(bytes, row.messageStart, row.messageEnd) ||
    isPlaceholder(bytes, row.actorNameStart, row.actorNameEnd) ||
    isPlaceholder(bytes, row.actorIdStart, row.actorIdEnd)
  );
}

function isPlaceholder(bytes: Buffer, cellStart: number, cellEnd: number): boolean {
  const start = skipBlanks(bytes, cellStart, cellEnd);
  if (start >= cellEnd || bytes[start] !== OPENING_BRACE || bytes[start + 1] !== OPENING_BRACE) return false;
  return PLACEHOLDER.test(bytes.toString('utf8', start, dropBlanks(bytes, start, cellEnd)));
}

function timeText(milliseconds: number): string {
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : String(milliseconds);
}
