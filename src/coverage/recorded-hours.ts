import {
  type HoursRecord,
  type IngestedRecord,
  recordedCommits,
  recordedOutcomes,
  type SourceRecord,
} from '../lake/index.ts';
import type { Storage } from '../storage/index.ts';
import { type Action, commitInfoOf, isObject, isOurs, type JsonObject, type Snapshot } from '../table/index.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A raw file that went into the table, as commits tell of it. */
export interface HeldSource {
  /** What the newest reading of all of it recorded. */
  readonly latest: IngestedRecord;
  /** Rows that it gave the table, by hour since 1970. */
  readonly committed: Map<number, number>;
  /** Whether it was withdrawn, and did not come back. */
  isOut: boolean;
}

/** What commits say of raw files: those that are in, and those that were only rejected; by `ingest_id`. */
export interface HeldSources {
  readonly ingested: ReadonlyMap<string, HeldSource>;
  readonly rejected: ReadonlyMap<string, SourceRecord>;
}

/**
 * What every raw file gave the table, hour by hour: of files that were taken in before commits counted hours, nothing.
 * @throws BrokenEvidence, CorruptLog, storage errors
 */
export async function heldSources(storage: Storage, snapshot: Snapshot): Promise<HeldSources> {
  const ingested = new Map<string, HeldSource>();
  const rejected = new Map<string, SourceRecord>();
  for await (const actions of recordedCommits(storage, snapshot)) {
    const change = changeOf(actions);
    for (const source of recordedOutcomes(actions)) {
      if (source.outcome === 'rejected') {
        if (!ingested.has(source.ingest_id)) rejected.set(source.ingest_id, source);
        continue;
      }
      rejected.delete(source.ingest_id);
      note(ingested, source, change);
    }
    if (change?.['kind'] === 'withdraw') withdraw(ingested, change);
  }
  return { ingested, rejected };
}

function note(found: Map<string, HeldSource>, source: IngestedRecord, change: JsonObject | null): void {
  const before = found.get(source.ingest_id);
  const kind = change?.['kind'];
  // A withdrawal reads others for some of their events alone.
  const isOfSome = kind === 'withdraw' && change?.['undo'] !== true;
  const committed = before?.committed ?? new Map<number, number>();
  if (kind === 'replay') clear(committed, change?.['from'], change?.['to']);
  else if (kind === 'withdraw' && !isOfSome) committed.clear();
  for (const [hour, rows] of countsOf(source.hours, 'committed'))
    committed.set(hour, (committed.get(hour) ?? 0) + rows);
  const latest = isOfSome && before !== undefined ? before.latest : source;
  found.set(source.ingest_id, { latest, committed, isOut: kind === 'withdraw' ? (before?.isOut ?? false) : false });
}

/** The days of a replay, both included, give what it says and nothing else. */
function clear(committed: Map<number, number>, from: unknown, to: unknown): void {
  const start = typeof from === 'string' ? Date.parse(from) : Number.NEGATIVE_INFINITY;
  const end = typeof to === 'string' ? Date.parse(to) + DAY : Number.POSITIVE_INFINITY;
  for (const hour of committed.keys()) if (hour * HOUR >= start && hour * HOUR < end) committed.delete(hour);
}

function withdraw(found: ReadonlyMap<string, HeldSource>, change: JsonObject): void {
  const files = Array.isArray(change['withdrawn']) ? change['withdrawn'].filter(isObject) : [];
  for (const { ingest_id: id } of files) {
    const source = typeof id === 'string' ? found.get(id) : undefined;
    if (source !== undefined) source.isOut = change['undo'] !== true;
  }
}

function changeOf(actions: readonly Action[]): JsonObject | null {
  const info = commitInfoOf(actions);
  const change = isOurs(info) ? info?.['change'] : null;
  return change !== undefined && isObject(change) ? change : null;
}

/** The hours of a record, in whole hours since 1970, with a count each. */
export function* countsOf(
  hours: HoursRecord | undefined,
  of: 'records' | 'committed',
): Generator<readonly [hour: number, count: number]> {
  if (hours === undefined) return;
  const first = Math.floor(Date.parse(hours.from) / HOUR);
  for (const [index, count] of hours[of].entries()) yield [first + index, count];
}

/** From when to when a file has events, whole hours, in milliseconds since 1970; null where no commit says it. */
export function spanOf({ hours }: IngestedRecord): { readonly start: number; readonly end: number } | null {
  if (hours === undefined) return null;
  const start = Date.parse(hours.from);
  return { start, end: start + hours.records.length * HOUR };
}
