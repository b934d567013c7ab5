import {
  codecOf,
  KNOWN_EVENTS,
  openEvents,
  prepareTables,
  type ReadingPlan,
  readingPlan,
  type SourceOutcome,
  sourceFile,
  UNCHANGED,
} from '../lake/index.ts';
import { inclusion, type Settings } from '../settings/index.ts';
import { END, NEED_INPUT, openExport, RejectedFile, ROW } from '../source/index.ts';
import { localStorage, makeScratch, RAW, type Storage, systemHost, wrapStorage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { type FileReport, leftOutReport, sourceReport } from './report.ts';
import { Staging } from './staging.ts';
import { unwritten } from './unwritten.ts';

/** So many times of a file are shown. */
const MOST_TIMES = 3;
/** So many of its first records are looked at for them. */
const MOST_RECORDS = 1000;

/** A file that is checked, wherever it stands. */
export interface GivenFile {
  /** Where it would go below the raw zone. */
  readonly target: string;
  readonly size: number;
  readonly modified: Date;
  /** Names its content. */
  readonly etag: string;
  /** Its bytes, from the first of `start` up to the one before `end`, as often as it is called. */
  open(start?: number, end?: number): AsyncIterable<Uint8Array>;
}

/** A time as it is written, and the instant that it is read as. */
export interface ReadTime {
  readonly record: number;
  readonly text: string;
  /** ISO 8601, UTC. */
  readonly instant: string;
}

/** What ingestion would make of a file. */
export interface CheckedFile {
  readonly report: FileReport;
  /** Names of the columns by their roles; null where the file is rejected. */
  readonly columns: Readonly<Record<string, string>> | null;
  readonly times: readonly ReadTime[];
  /** The zone that times are read in, where some have no offset; else null. */
  readonly zone: string | null;
}

/**
 * Says what ingestion would make of files, by reading them as ingestion does, with nothing written but temporary files.
 * @param lake what would be a duplicate there is one; null for none
 * @throws storage errors and TableError
 */
export async function checkFiles(
  settings: Settings,
  files: readonly GivenFile[],
  lake: Storage | null,
): Promise<CheckedFile[]> {
  const snapshot = lake === null ? null : await openEvents(lake);
  if (lake !== null && snapshot !== null) return await checkOn(settings, files, lake, snapshot);
  const scratch = await makeScratch('input');
  try {
    const storage = localStorage(scratch.path);
    const { events } = await prepareTables({ storage, host: systemHost });
    return await checkOn(settings, files, storage, events);
  } finally {
    await scratch.remove();
  }
}

async function checkOn(
  settings: Settings,
  files: readonly GivenFile[],
  lake: Storage,
  snapshot: Snapshot,
): Promise<CheckedFile[]> {
  const byPath = new Map(files.map((file) => [`${RAW}${file.target}`, file]));
  const storage = wrapStorage(unwritten(lake), {
    read: (path, options = {}) => byPath.get(path)?.open(options.start, options.end) ?? lake.read(path, options),
  });
  const codec = codecOf(settings);
  const staging = new Staging({ storage, host: systemHost }, snapshot, {
    codec,
    keepsNoRejections: true,
    otherIds: 'rejected',
  });
  const checked: CheckedFile[] = [];
  const isIncluded = inclusion(settings);
  for (const [path, file] of byPath) {
    if (!isIncluded(file.target)) {
      checked.push({ report: leftOutReport(path, settings), columns: null, times: [], zone: null });
      continue;
    }
    const source = sourceFile({ path, size: file.size, lastModified: file.modified, etag: file.etag });
    const plan = readingPlan(settings, source, snapshot);
    const outcome = await staging.add(plan);
    checked.push({
      report: sourceReport({ source: outcome, identity: UNCHANGED, erasedMayReturn: false }),
      columns: outcome.outcome === 'ingested' ? columnsOf(outcome) : null,
      times: outcome.outcome === 'ingested' ? await timesOf(plan, file) : [],
      zone:
        outcome.outcome === 'ingested' && outcome.counts.timeDigits?.isLocal === true ? plan.settings.timeZone : null,
    });
  }
  await staging.discard();
  return checked;
}

function columnsOf({ header }: Extract<SourceOutcome, { outcome: 'ingested' }>): Record<string, string> {
  const { roles, names } = header;
  return Object.fromEntries(Object.entries(roles).flatMap(([role, at]) => (at < 0 ? [] : [[role, names[at] ?? '']])));
}

/** The first times of a file that can be read. */
async function timesOf({ source, way, settings }: ReadingPlan, file: GivenFile): Promise<ReadTime[]> {
  const found: ReadTime[] = [];
  const landedAt = file.modified.getTime();
  const stored = { path: source.path, landedAt, isLog: way === 'classic', open: () => file.open() };
  try {
    const reader = await openExport(stored, settings, null, KNOWN_EVENTS);
    try {
      while (found.length < MOST_TIMES && reader.counts.records < MOST_RECORDS) {
        const next = reader.next();
        if (next === NEED_INPUT) await reader.fill();
        else if (next === ROW) {
          const { number, timeStart, timeEnd, timeMicros } = reader.row;
          const text = reader.bytes.toString('utf8', timeStart, timeEnd);
          found.push({ record: number, text, instant: new Date(Math.floor(timeMicros / 1000)).toISOString() });
        } else if (next === END) break;
      }
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (!(error instanceof RejectedFile)) throw error;
  }
  return found;
}
