import { hourText, type PastWays, pastWays, timesOf, withdrawals } from '../lake/index.ts';
import { type Settings, WAYS, type Way, wayOf } from '../settings/index.ts';
import { pathInZone, RAW, type Storage } from '../storage/index.ts';
import { recordedRows, type Snapshot } from '../table/index.ts';

/** By which ways raw files came, and how much of the same they brought. */
export interface WaysStatus {
  /** The versions of audit_events from whose commits rows and overlaps are; null where there is one way, of which none is read. */
  readonly from_versions: readonly [number, number] | null;
  readonly by_way: readonly WayStatus[];
  readonly overlaps: readonly OverlapStatus[];
}

interface WayStatus {
  readonly way: Way;
  /** Raw files that are in. */
  readonly files: number;
  /** Rows that came by it first, where there are several ways; else all of the table. Null where that is not known. */
  readonly rows: number | null;
  /** When the hour of its newest event begins; null where that is not known. */
  readonly newest_hour: string | null;
}

interface OverlapStatus {
  readonly instance: string | null;
  readonly ways: readonly [Way, Way];
  /** Hours in which both have records, and the first and the last of them. */
  readonly hours: number;
  readonly from: string;
  readonly to: string;
  /** Good records of each in these hours; an event that one way brought twice counts twice. */
  readonly records: readonly [number, number];
  /** Records of whichever came later in each hour, and how many of their events were there already. */
  readonly later_records: number;
  readonly later_there_already: number;
}

/** What there is of one way alone costs no commit; of several, the newest commits are read. @throws TableError, storage errors */
export async function waysStatus(storage: Storage, settings: Settings, snapshot: Snapshot): Promise<WaysStatus> {
  const files = filesByWay(snapshot, settings);
  const past = files.size <= 1 ? null : await pastWays(storage, snapshot);
  return {
    from_versions: past === null ? null : [past.from, past.to],
    by_way: WAYS.filter((way) => files.has(way)).map((way) => ({
      ...{ way, files: files.get(way) ?? 0 },
      ...(past === null ? ofTable(snapshot) : ofWay(way, past)),
    })),
    overlaps: (past?.pairs ?? []).map(({ from, to, later, laterThere, ...pair }) => ({
      ...pair,
      from: hourText(from),
      to: hourText(to),
      later_records: later,
      later_there_already: laterThere,
    })),
  };
}

/** The raw files that are in, by what their paths say today. */
function filesByWay(snapshot: Snapshot, settings: Settings): ReadonlyMap<Way, number> {
  const out = new Set(withdrawals(snapshot).map(({ path }) => path));
  const files = new Map<Way, number>();
  for (const path of snapshot.transactions.keys()) {
    if (!path.startsWith(RAW) || out.has(path)) continue;
    const way = wayOf(pathInZone(path), settings);
    files.set(way, (files.get(way) ?? 0) + 1);
  }
  return files;
}

type Known = Pick<WayStatus, 'rows' | 'newest_hour'>;

function ofWay(way: Way, { ways }: PastWays): Known {
  const { rows, newestHour = null } = ways.find((each) => each.way === way) ?? { rows: null };
  return { rows, newest_hour: newestHour === null ? null : hourText(newestHour) };
}

/** Where all came by one way, the table is what came by it. */
function ofTable({ files }: Pick<Snapshot, 'files'>): Known {
  const live = [...files.values()];
  const rows = live.map(recordedRows);
  const newest = live.reduce((latest, file) => Math.max(latest, timesOf(file).max), Number.NEGATIVE_INFINITY);
  return {
    rows: rows.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0),
    newest_hour: Number.isFinite(newest) ? hourText(Math.floor(newest / 3_600_000_000)) : null,
  };
}
