import { otherFormat } from './foreign-format.ts';
import { type IsTime, LogLine } from './log-line.ts';
import type { Head } from './recognise.ts';
import type { Recognised } from './recognised.ts';
import { RejectedFile } from './rejection.ts';
import type { SourceSettings } from './source-settings.ts';
import { AUTO, TimeReader } from './time.ts';

/** How JSON begins, and no line of a log: its bracket has a component in it. */
const JSON_BEGINS = /^(?:\[\s*[[{"\]\d-]|\{\s*["}])/;
const ANY_LEAP_YEAR = 2024;
const LINE_END = /[\r\n]+/;

/**
 * How a document is written that is a classic audit log by its place, and nothing else.
 * @throws RejectedFile where it is JSON as a whole: what the interface answers instead of a log
 */
export function recogniseLog({ head, isWhole }: Head, { timeFormat }: SourceSettings): Recognised {
  if (isWhole && isJson(head)) throw errorAnswer();
  return { format: 'log', encoding: 'utf-8', delimiter: null, timeFormat, columns: null, leadingLines: 0 };
}

/**
 * Looks at a document that is to be read as an export.
 * @throws RejectedFile where its first line is one of a classic audit log
 */
export function refuseLog({ head }: Head, { classicLine, timeZone }: SourceSettings): void {
  const first = textOf(head)
    .split(LINE_END)
    .find((line) => line.trim() !== '');
  if (first === undefined) return;
  const time = new TimeReader(AUTO, timeZone);
  const bytes = Buffer.from(first);
  const isTime: IsTime = (_, start, end, isYearless) => {
    const text = Buffer.from(`${isYearless ? `${ANY_LEAP_YEAR} ` : ''}${bytes.toString('utf8', start, end)}`);
    return time.read(text, 0, text.length);
  };
  const line = new LogLine(classicLine, isTime);
  if (!line.isLine(bytes, 0, bytes.length)) return;
  throw otherFormat(
    'the log of an Engine, a Portal or a console (classic)',
    'such logs are read below landed/classic/ in the raw zone alone (AUDIT_LAKE_CLASSIC_PREFIX): ingest it with --into landed/classic',
  );
}

function isJson(head: Uint8Array): boolean {
  const text = textOf(head).trim();
  if (!JSON_BEGINS.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function textOf(head: Uint8Array): string {
  return Buffer.from(head.buffer, head.byteOffset, head.length)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

function errorAnswer(): RejectedFile {
  return new RejectedFile(
    'error_answer',
    'expected lines of a classic audit log, found JSON and nothing else: with that the Audit Trail API says that an Engine is ' +
      'unknown or cannot be reached (HTTP 500), and no log holds it; see how the file begins, pull the window again, and ' +
      'withdraw this file or leave it out with --exclude',
  );
}
