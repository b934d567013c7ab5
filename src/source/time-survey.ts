import type { DayMonthOrder } from './day-month-form.ts';
import type { Document } from './document.ts';
import { END, type ExportReader, NEED_INPUT } from './export-reader.ts';
import { RejectedFile } from './rejection.ts';
import type { SourceSettings } from './source-settings.ts';
import { AUTO, TimeReader } from './time.ts';
import { TimeCandidates, type TimeDecision, type TimeExample } from './time-candidates.ts';

const LF = 0x0a;
/** So many bytes say whether `auto` reads the times. */
const LOOKED_AT = 64 * 1024;
/** A survey asks no file when its records can have happened. */
const LANDED_AT = Date.UTC(2100, 0, 1);

/** Makes the reader of a document's format. A survey reads with it what the real reading will. */
export type ReaderFor = (document: Document, settings: SourceSettings, landedAt: number) => ExportReader;

/** A document whose times are looked at. */
export interface Surveyed {
  /** Its first bytes, in UTF-8. */
  readonly head: Buffer;
  /** Whether that is all of it. */
  readonly isWhole: boolean;
  /** All of it, in UTF-8, from the beginning. */
  open(): AsyncIterable<Uint8Array>;
  readonly document: Omit<Document, 'text'>;
}

/**
 * Finds out how the times of a document are written, where no setting says it. By its beginning, where `auto` reads them; where
 * day and month have to be told apart, by the whole of it, in one reading before the real one.
 *
 * @param remembered formats in which other files of its source were read: they decide what the document itself leaves open
 * @returns `auto`, or a pattern as in time-pattern.ts
 * @throws RejectedFile where nothing tells day and month apart; errors of its bytes pass unchanged
 */
export async function surveyTimes(
  surveyed: Surveyed,
  settings: SourceSettings,
  readerFor: ReaderFor,
  remembered: readonly string[],
): Promise<string> {
  let { decision } = await candidatesOf(surveyed, once(beginning(surveyed)), settings, readerFor);
  if (decision.kind === 'none' || (decision.kind === 'format' && decision.format === AUTO)) return AUTO;
  if (!surveyed.isWhole) decision = (await candidatesOf(surveyed, surveyed.open(), settings, readerFor)).decision;
  if (decision.kind === 'none') return AUTO;
  return decision.kind === 'format' ? decision.format : decided(decision, remembered, settings.timeZone);
}

async function candidatesOf(
  { document }: Surveyed,
  text: AsyncIterable<Uint8Array>,
  settings: SourceSettings,
  readerFor: ReaderFor,
): Promise<TimeCandidates> {
  const candidates = new TimeCandidates(settings.timeZone);
  const reader = readerFor({ ...document, text, times: candidates }, settings, LANDED_AT);
  try {
    for (let found = reader.next(); found !== END && !candidates.isPlain; found = reader.next()) {
      if (found === NEED_INPUT) await reader.fill();
    }
  } catch (error) {
    // The real reading says so, of all of the document.
    if (!(error instanceof RejectedFile)) throw error;
  } finally {
    await reader.close();
  }
  return candidates;
}

/** The first lines; a line that is cut is left out, but where there is no other. */
function beginning({ head, isWhole }: Surveyed): Uint8Array {
  if (isWhole) return head;
  const looked = head.subarray(0, LOOKED_AT);
  return looked.subarray(0, looked.lastIndexOf(LF) + 1 || looked.length);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  // A reader writes into what it is given.
  yield Buffer.from(bytes);
}

type Doubt = TimeDecision & { readonly kind: 'doubt' };

/** The order that was in use before, where one of these formats reads the times in it and no time speaks against it. @throws RejectedFile otherwise */
function decided(doubt: Doubt, remembered: readonly string[], timeZone: string): string {
  const [example, other] = doubt.examples;
  const orders = new Set<DayMonthOrder>();
  for (const format of other === undefined && example !== undefined ? remembered : []) {
    const reader = new TimeReader(format, timeZone);
    const bytes = Buffer.from(example!.text);
    if (!reader.read(bytes, 0, bytes.length)) continue;
    if (reader.micros === example!.monthFirst) orders.add('month first');
    if (reader.micros === example!.dayFirst) orders.add('day first');
  }
  const [order] = orders;
  if (order === undefined || orders.size > 1) throw inDoubt(doubt);
  return doubt.formats[order].format;
}

function inDoubt({ times, examples, formats }: Doubt): RejectedFile {
  const shortest = [formats['month first'].shortest, formats['day first'].shortest];
  const options = `set --time-format "${shortest[0]}" or "${shortest[1]}"`;
  const alternatives = shortest.map((timeFormat) => ({ timeFormat }));
  const [one, other] = examples;
  if (one !== undefined && other !== undefined) {
    return new RejectedFile(
      'time_in_doubt',
      `expected times with the month first or with the day first, found both: ${quoted(one)} (${instant(one.monthFirst)}) has ` +
        `the month first, ${quoted(other)} (${instant(other.dayFirst)}) the day; split the file, or ${options}`,
      { alternatives },
    );
  }
  return new RejectedFile(
    'time_in_doubt',
    `expected times that say whether the month or the day comes first, found none that does among ${times}: ` +
      `${quoted(one!)} is ${instant(one!.monthFirst)} with the month first and ${instant(one!.dayFirst)} with the day ` +
      `first; ${options}`,
    { alternatives },
  );
}

function quoted({ text }: TimeExample): string {
  return JSON.stringify(text);
}

/** An instant of whole microseconds, to the second. */
function instant(micros: number | null): string {
  return micros === null ? 'no time' : new Date(micros / 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}
