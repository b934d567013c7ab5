import { type CoverageComparison, compareLandedCounts } from '../src/coverage/index.ts';
import { openTable } from '../src/table/index.ts';
import { erase } from '../test/maintenance/changes.ts';
import { EVENTS, HOST, ingest, settings } from '../test/support/lake.ts';
import type { MemoryStorage } from '../test/support/memory-storage.ts';
import { exportRecords, HEADER } from './export.ts';

const HOUR_MS = 3_600_000;
const HOURS_A_DAY = 24;
const LANDED_AT = new Date('2026-02-01T00:00:00Z');
/** When counts land: late enough for every hour of the trail. */
const COUNTED_AT = new Date('2026-02-02T00:00:00Z');
/** When an event lands that was not counted. */
const LATER = new Date('2026-02-03T00:00:00Z');
/** The user whose events are erased. */
const ERASED = 'mallory';

/** A record of a trail, as an export has it, and where it is counted. */
export interface TrailRecord {
  /** ISO 8601, as it begins the line. */
  readonly time: string;
  readonly code: number;
  readonly line: string;
}

/** A trail of 30 days: its lines by the hour, and what the source counts of it, by `hour,code`. */
export interface Trail {
  readonly hours: readonly (readonly string[])[];
  readonly counts: ReadonlyMap<string, number>;
}

/** So many invented records, in the order of time. */
export function trailOf(rows: number): Trail {
  const hours: string[][] = [];
  const counts = new Map<string, number>();
  let first: number | null = null;
  for (const line of exportRecords(rows, 'sorted')) {
    const time = line.slice(0, 24);
    first ??= Date.parse(time);
    const hour = Math.floor((Date.parse(time) - first) / HOUR_MS);
    hours[hour] ??= [];
    hours[hour].push(line);
    count(counts, { time, code: Number.parseInt(line.slice(25), 10) });
  }
  return { hours, counts };
}

function count(counts: Map<string, number>, record: Pick<TrailRecord, 'time' | 'code'>): void {
  const key = cellOf(record);
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The hour and code that a record is counted in. */
export function cellOf({ time, code }: Pick<TrailRecord, 'time' | 'code'>): string {
  return `${time.slice(0, 13)}:00:00.000Z,${code}`;
}

/** Takes a trail in, an export of a day after the other. */
export async function takeTrailIn(storage: MemoryStorage, { hours }: Trail): Promise<void> {
  for (let day = 0; day * HOURS_A_DAY < hours.length; day++) {
    const lines = hours.slice(day * HOURS_A_DAY, (day + 1) * HOURS_A_DAY).flat();
    await takeIn(storage, `day-${day}.csv`, lines);
  }
}

async function takeIn(
  storage: MemoryStorage,
  name: string,
  lines: readonly string[],
  landed: Date = LANDED_AT,
): Promise<void> {
  storage.put(`raw/${name}`, `${HEADER}${lines.join('')}`, landed);
  await ingest(storage, {}, [`raw/${name}`]);
}

/** Lands counts of a trail, and of further records, and compares the table with them. */
export async function compareWith(
  storage: MemoryStorage,
  { counts }: Trail,
  more: readonly TrailRecord[],
): Promise<CoverageComparison> {
  const all = new Map(counts);
  for (const record of more) count(all, record);
  const lines = [...all].map(([key, events]) => `${key},${events}\n`);
  storage.put('raw/landed/counts/audit_counts/2026-02-02/a.csv', `time,code,count\n${lines.join('')}`, COUNTED_AT);
  const result = await compareLandedCounts({ storage, host: HOST }, settings());
  if (result === null) throw new Error('expected a lake, found none');
  return result;
}

/** An export of the hour of a record, with that record as `written`: all else of it the lake holds already. */
function hourWith({ hours }: Trail, { time }: TrailRecord, written: string): string[] {
  const first = Date.parse(hours[0]![0]!.slice(0, 24));
  const lines = hours[Math.floor((Date.parse(time) - first) / HOUR_MS)] ?? [];
  return [...lines.filter((line) => line < time), written, ...lines.filter((line) => line >= time)];
}

/** Has the table lack a record that was counted, in a way that is a fault. */
export type Fault = (storage: MemoryStorage, trail: Trail, record: TrailRecord) => Promise<void>;

/** What a comparison has to find, by what it comes of. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  /** No export ever had it. */
  not_exported: async () => undefined,
  /** It was taken in, and another engine deleted its row: the raw file has it yet. */
  lost: async (storage, trail, record) => {
    await takeIn(storage, 'hour.csv', hourWith(trail, record, record.line));
    await deleteNewestFile(storage);
  },
};

/** Deletes the rows of the newest commit as another engine does. The commit holds one new row: all others were in. */
async function deleteNewestFile(storage: MemoryStorage): Promise<void> {
  const snapshot = await openTable(storage, EVENTS);
  const newest = [...(snapshot?.files.values() ?? [])].at(-1);
  if (snapshot === null || newest === undefined) throw new Error('expected a table with files, found none');
  const rows = (JSON.parse(newest.stats ?? '{}') as { numRecords?: number }).numRecords;
  if (rows !== 1) throw new Error(`expected a data file of one row, found ${rows}: ${newest.path}`);
  const { path, size, partitionValues } = newest;
  const removed = { path, size, partitionValues, dataChange: true, deletionTimestamp: COUNTED_AT.getTime() };
  const lines = [{ commitInfo: { operation: 'DELETE', engineInfo: 'other' } }, { remove: removed }];
  const version = String(snapshot.version + 1).padStart(20, '0');
  storage.put(`${EVENTS}/_delta_log/${version}.json`, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** A reason for which a record is no row, or not counted. `isCounted` says whether the source counts it. */
export interface Reason {
  readonly isCounted: boolean;
  readonly prepare: Fault;
}

/** What a comparison must not find. That of `withheld` is prepared for many records at once: see {@link eraseAll}. */
export const REASONS: Readonly<Record<string, Reason>> = {
  quarantined: {
    isCounted: true,
    prepare: async (storage, trail, record) => {
      const broken = record.line.replace(/"([^"]*)"/, (_, text: string) => text.replace('trial', '"trial'));
      await takeIn(storage, 'hour.csv', hourWith(trail, record, broken));
    },
  },
  merged: {
    isCounted: true,
    // The second of two identical events, where a delivery in two parts was cut between them.
    prepare: async (storage, trail, record) => {
      const lines = hourWith(trail, record, record.line);
      const at = lines.indexOf(record.line);
      await takeIn(storage, 'part-1.csv', lines.slice(0, at + 1));
      await takeIn(storage, 'part-2.csv', lines.slice(at));
    },
  },
  waiting: {
    isCounted: true,
    prepare: async (storage, trail, record) => {
      storage.put('raw/hour.csv', `${HEADER}${hourWith(trail, record, record.line).join('')}`, LANDED_AT);
    },
  },
  landed_later: {
    isCounted: false,
    prepare: (storage, trail, record) => takeIn(storage, 'hour.csv', hourWith(trail, record, record.line), LATER),
  },
  withheld: { isCounted: true, prepare: async () => undefined },
};

/** Takes records in that a user of their own has done, and erases all that this user did. */
export async function eraseAll(storage: MemoryStorage, records: readonly TrailRecord[]): Promise<void> {
  const lines = records.map(({ line }) => line.replace('li@corp.example', ERASED)).sort();
  await takeIn(storage, 'erased.csv', lines);
  await erase(storage, [ERASED]);
}
