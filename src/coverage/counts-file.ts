import { type ReadingPlan, readingPlan, rememberedIdentities, sourceFile } from '../lake/index.ts';
import { isGiven, type Settings } from '../settings/index.ts';
import {
  BAD,
  END,
  type ExportReader,
  NEED_INPUT,
  openExport,
  RejectedFile,
  ROW,
  type SourceSettings,
  ZoneOffsets,
} from '../source/index.ts';
import { type FileInfo, pathInZone, type Storage, sha256Of } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { wrongHours } from './wrong-hours.ts';

/** How often the source counted a code in the hour that a label stands for. */
export interface Counted {
  /** Milliseconds since 1970. */
  readonly label: number;
  readonly code: number;
  readonly count: number;
}

/** What the source counted, as a file in the raw zone says it. */
export interface Counts {
  /** Lake path. */
  readonly path: string;
  readonly sha256: string;
  readonly instance: string | null;
  /** When it landed, in milliseconds since 1970: what came later was not counted. */
  readonly countedAt: number;
  readonly counted: readonly Counted[];
  /** The zone of labels without offset; null where all name theirs. */
  readonly zone: string | null;
  /** The label of the last line, where no line end says that all of it is there. */
  readonly doubtful: number | null;
}

/** Where a file of counts is read from: a lake, or before it lies in one. */
export type CountsSource = Pick<Storage, 'read'>;

/** A file of counts that cannot be gone by. Its text says what was found and what to do. */
export class UnreadableCounts extends Error {
  override readonly name = 'UnreadableCounts';
}

const PREFIXES = ['', 'audit_logs.', 'platform.audit_logs.'];
const TIMES = [
  ...['start_time', 'start time', 'bucket_start', 'bucket start', 'bucket', 'time_bucket', 'time bucket', 'hour'],
  ...['time', 'timestamp', 'event_time', 'event time', 'date', 'date_time'],
];
const CODES = ['code', 'audit_code', 'audit code', 'event_code', 'event code'];
const COUNTS = ['count', 'count()', 'counts', 'events', 'number_of_events', 'number of events', 'event_count', 'total'];

/** Which columns are which; the count stands where an export has its message. */
const COLUMNS = { time: named(TIMES), code: named(CODES), message: named(COUNTS) };

const WHOLE = /^\d{1,15}(\.0+)?$/;
const QUERY = '… | summarize events = count() by 1h, code';
const CUT = /\.truncated\./;

/**
 * Reads a file of counts by hour and code: columns `time`, `code` and `count`, or as queries name them. Times are read as those of
 * its instance's exports are.
 * @throws UnreadableCounts where it is no such file, or any of its lines is none; storage errors
 */
export async function readCounts(
  storage: CountsSource,
  info: FileInfo,
  settings: Settings,
  snapshot: Pick<Snapshot, 'transactions'> | null,
): Promise<Counts> {
  const { path, etag: ifMatch, lastModified } = info;
  const refuse = (found: string) =>
    new UnreadableCounts(
      `${pathInZone(path)}: expected counts by hour and code, found ${found}; have it counted again by a query that ends in: ${QUERY}`,
    );
  if (CUT.test(path)) throw refuse('a result that was cut off');
  const plan = planOf(info, settings, snapshot);
  const sha256 = await sha256Of(storage.read(path, { ifMatch }));
  const formats = [...new Set([plan.settings.timeFormat, 'auto'])];
  let reason: unknown = null;
  for (const timeFormat of formats) {
    const reading = { ...plan, settings: { ...plan.settings, timeFormat } };
    try {
      const read = await readAllOf(storage, reading, ifMatch, refuse);
      return { path, sha256, instance: plan.instance, countedAt: lastModified.getTime(), ...read };
    } catch (error) {
      if (!(error instanceof RejectedFile) && !(error instanceof UnreadableCounts)) throw error;
      reason ??= error;
    }
  }
  throw reason instanceof RejectedFile ? refuse(`something else: ${reason.message}`) : reason;
}

/**
 * How it is read: as exports of its instance, which is the only one of the lake where its folder belongs to none. Where neither
 * setting nor exports say the zone of times without offset, it is that of the NQL API.
 */
function planOf(info: FileInfo, settings: Settings, snapshot: Pick<Snapshot, 'transactions'> | null): ReadingPlan {
  const plan = readingPlan(settings, sourceFile(info), snapshot);
  const states = snapshot === null ? [] : [...rememberedIdentities(snapshot).values()].map(({ state }) => state);
  const exports = states.filter(({ family }) => family === 'exports');
  const names = exports.map(({ instance }) => instance);
  if (plan.instance === null && !names.includes(null) && names.length > 1) {
    throw new UnreadableCounts(
      `${pathInZone(info.path)}: expected to know whose counts these are, found no instance of its folder among ${names.join(', ')}; ` +
        'name the folder in the setting instances as well, or land counts below a folder that is named there (landingFolder)',
    );
  }
  const instance = plan.instance ?? (names.includes(null) ? null : (names[0] ?? null));
  const remembered = exports.find((state) => state.instance === instance)?.timeZone ?? null;
  const usual = isGiven(settings, 'nqlTimeZone') ? settings.nqlTimeZone : settings.timeZone;
  const timeZone = isGiven(settings, 'timeZone') ? settings.timeZone : (remembered ?? usual);
  return { ...plan, instance, settings: { ...plan.settings, timeZone } };
}

async function readAllOf(
  storage: CountsSource,
  plan: ReadingPlan,
  ifMatch: string,
  refuse: (found: string) => UnreadableCounts,
): Promise<Pick<Counts, 'counted' | 'zone' | 'doubtful'>> {
  const { source, timeFormats } = plan;
  const settings: SourceSettings = { ...plan.settings, header: true, columns: [], columnAliases: COLUMNS };
  const open = () => storage.read(source.path, { ifMatch });
  const file = { path: source.path, landedAt: source.landedAt.getTime(), timeFormats, open };
  const reader = await openExport(file, settings);
  try {
    const counted: Counted[] = [];
    for (let found = reader.next(); found !== END; found = reader.next()) {
      if (found === NEED_INPUT) await reader.fill();
      else if (found === BAD) throw refuse(`line ${reader.row.number} that is none (${reader.reason})`);
      else if (found === ROW) counted.push(countOf(reader, refuse));
    }
    const { timeDigits, unterminatedLastRecord } = reader.counts;
    const zone = timeDigits?.isLocal === true ? settings.timeZone : null;
    const wrong = wrongHours(counted, zone === null ? null : new ZoneOffsets(zone));
    if (wrong !== null) throw refuse(wrong);
    return {
      counted,
      zone,
      doubtful: unterminatedLastRecord ? (counted.at(-1)?.label ?? null) : null,
    };
  } finally {
    await reader.close();
  }
}

function countOf({ bytes, row }: ExportReader, refuse: (found: string) => UnreadableCounts): Counted {
  const text = bytes.toString('utf8', row.messageStart, row.messageEnd).trim();
  if (!WHOLE.test(text)) throw refuse(`the count ${JSON.stringify(text.slice(0, 40))} in line ${row.number}`);
  return { label: row.timeMicros / 1000, code: row.code, count: Number.parseInt(text, 10) };
}

function named(names: readonly string[]): string[] {
  return names.flatMap((name) => (name.includes(' ') ? [name] : PREFIXES.map((prefix) => prefix + name)));
}
