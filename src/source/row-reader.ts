import { readCode } from './code.ts';
import type { Header } from './header.ts';
import type { BadReason, Row } from './row.ts';
import type { SourceSettings } from './source-settings.ts';
import { TimeReader } from './time.ts';

const EARLIEST_MICROS = Date.UTC(2000, 0, 1) * 1000;
const DAY_MS = 86_400_000;
/** A record of JSON lines may lack a cell that others have. */
const ABSENT = -1;
const BLANK = 0x20;
const TAB = 0x09;

/** Turns the cells of a record into a row: what makes an audit record in every format. */
export class RowReader {
  readonly #time: TimeReader;
  readonly #latestMicros: number;

  /** @param landedAt last modification of the raw file, milliseconds since 1970: times more than a day later are not plausible */
  constructor(settings: SourceSettings, landedAt: number) {
    this.#time = new TimeReader(settings.timeFormat, settings.timeZone);
    this.#latestMicros = (landedAt + DAY_MS) * 1000;
  }

  /** Points `row` at the cells, whose places are given by column. Returns why it is no audit record, if so. */
  read(row: Row, bytes: Buffer, header: Header, starts: Int32Array, ends: Int32Array): BadReason | undefined {
    const { roles, extras } = header;
    row.timeStart = starts[roles.time]!;
    row.timeEnd = ends[roles.time]!;
    const timeReason = this.#readTime(row, bytes);
    if (timeReason !== undefined) return timeReason;
    const codeStart = skipBlanks(bytes, starts[roles.code]!, ends[roles.code]!);
    const codeEnd = dropBlanks(bytes, codeStart, ends[roles.code]!);
    if (codeStart === codeEnd) return 'code_missing';
    row.code = readCode(bytes, codeStart, codeEnd);
    if (row.code < 0) return 'code_unreadable';
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

  #readTime(row: Row, bytes: Buffer): BadReason | undefined {
    const time = this.#time;
    const start = skipBlanks(bytes, row.timeStart, row.timeEnd);
    const end = dropBlanks(bytes, start, row.timeEnd);
    if (start === end) return 'time_missing';
    if (!time.read(bytes, start, end)) return 'time_unreadable';
    if (time.micros < EARLIEST_MICROS || time.micros > this.#latestMicros) return 'time_out_of_range';
    row.timeMicros = time.micros;
    row.timeNote = time.note;
    return undefined;
  }
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === BLANK || bytes[at] === TAB)) at++;
  return at;
}

function dropBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && (bytes[at - 1] === BLANK || bytes[at - 1] === TAB)) at--;
  return at;
}
