import { pastCommits, recordedOutcomes, type SourceRecord, shownRecord } from '../lake/index.ts';
import type { Storage } from '../storage/index.ts';
import { type Action, commitInfoOf, isForeignDataChange, isOurs, type Snapshot } from '../table/index.ts';

/** What is read of a table's log for it, at most: commits, and raw files that they tell of. */
const MOST_COMMITS = 512;
const MOST_SOURCES = 50_000;

const HOUR_MS = 3_600_000;

/** What the newest commits tell of the raw files that came in. */
export interface TakenIn {
  /** The versions that were read, both included. */
  readonly versions: readonly [number, number];
  /** Rows by `decode_status` of all that is in the table; null where the commits that were read do not tell. */
  readonly statuses: Readonly<Record<string, number>> | null;
  /** Records in quarantine by reason, of raw files as they were read last. */
  readonly badRows: Readonly<Record<string, number>>;
  /** Why each raw path was rejected, by what the newest commit about it says; those that are in now are left out. */
  readonly rejections: ReadonlyMap<string, string>;
  /** The beginning of the hour of each instance's newest event that came in, in milliseconds since 1970. */
  readonly newestHours: ReadonlyMap<string | null, number>;
}

/**
 * Adds up what the newest commits say of raw files, so many commits that it takes about a second, and all of a smaller table.
 * @param rows of the table, which the rows by status have to come to; null where nobody knows
 * @throws CorruptLog, BrokenEvidence, storage errors
 */
export async function takenIn(storage: Storage, snapshot: Snapshot, rows: number | null): Promise<TakenIn> {
  const told = new Told();
  let from = snapshot.version;
  for await (const { version, actions } of pastCommits(storage, snapshot)) {
    from = version;
    told.addBefore(actions);
    if (told.sources >= MOST_SOURCES || snapshot.version - version + 1 >= MOST_COMMITS) break;
  }
  const statuses = told.statuses(from === 0);
  const sum = statuses === null ? null : Object.values(statuses).reduce((total, each) => total + each, 0);
  const { badRows, rejections, newestHours } = told;
  const isAll = sum !== null && sum === rows;
  return { versions: [from, snapshot.version], statuses: isAll ? statuses : null, badRows, rejections, newestHours };
}

/** Commits, each older than the one before. */
class Told {
  sources = 0;
  readonly badRows: Record<string, number> = {};
  readonly rejections = new Map<string, string>();
  readonly newestHours = new Map<string | null, number>();
  readonly #statuses: Record<string, number> = {};
  /** Whether older commits add nothing to the rows by status, or nobody can tell what they add. */
  #rows: 'open' | 'complete' | 'unknown' = 'open';
  readonly #paths = new Set<string>();
  readonly #ingestIds = new Set<string>();

  addBefore(actions: readonly Action[]): void {
    const outcomes = recordedOutcomes(actions);
    this.sources += outcomes.length;
    for (const source of outcomes.toReversed()) this.#addSource(source);
    this.#addStatuses(actions, outcomes);
  }

  /** Rows by status; null where a change of rows since leaves open how many of each there are. */
  statuses(isWholeLog: boolean): Readonly<Record<string, number>> | null {
    return this.#rows === 'complete' || (this.#rows === 'open' && isWholeLog) ? this.#statuses : null;
  }

  #addSource(source: SourceRecord): void {
    const isNewest = !this.#paths.has(source.path);
    this.#paths.add(source.path);
    if (source.outcome === 'rejected') {
      if (isNewest) this.rejections.set(source.path, source.reason);
      return;
    }
    if (this.#ingestIds.has(source.ingest_id)) return;
    this.#ingestIds.add(source.ingest_id);
    addUp(this.badRows, source.quarantine_reasons);
    const { hours, instance } = source;
    if (hours === undefined || hours.records.length === 0) return;
    const newest = Date.parse(hours.from) + (hours.records.length - 1) * HOUR_MS;
    this.newestHours.set(instance, Math.max(newest, this.newestHours.get(instance) ?? newest));
  }

  #addStatuses(actions: readonly Action[], outcomes: readonly SourceRecord[]): void {
    if (this.#rows !== 'open') return;
    const info = commitInfoOf(actions);
    if (!isOurs(info)) {
      if (isForeignDataChange(actions)) this.#rows = 'unknown';
      return;
    }
    const change = shownRecord(info).change;
    const kind = change?.['kind'];
    if (kind === 'compact') return;
    // One that read everything anew says of all rows what they are.
    const isWhole = kind === 'replay' && change?.['from'] == null && change?.['to'] == null;
    if (kind !== undefined && !isWhole) {
      this.#rows = 'unknown';
      return;
    }
    for (const source of outcomes) if (source.outcome === 'ingested') addUp(this.#statuses, source.statuses);
    if (isWhole) this.#rows = 'complete';
  }
}

function addUp(sums: Record<string, number>, numbers: Readonly<Record<string, number>>): void {
  for (const [name, number] of Object.entries(numbers)) if (number > 0) sums[name] = (sums[name] ?? 0) + number;
}
