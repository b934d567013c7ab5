import {
  type CommitObserver,
  type CoverageRow,
  type CoverageState,
  coverageRows,
  openEvents,
  prepareTables,
  replaceCoverage,
} from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import { type LakeContext, RAW, type Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { type Counts, readCounts, UnreadableCounts } from './counts-file.ts';
import { judgedRows, mergedRows } from './coverage-rows.ts';
import { type ExplainedBy, explained, explainedBy, explanationsOf, isOpen } from './explanation.ts';
import { hourStates } from './hour-states.ts';
import { type Judgement, judge } from './judgement.ts';
import { heldSources } from './recorded-hours.ts';
import { recount } from './recount.ts';

/** A file of counts that was compared. Instants in milliseconds since 1970. */
export interface ComparedCounts {
  /** The same as `explained`, by kind. */
  readonly explainedBy: ExplainedBy;
  /** Lake path. */
  readonly path: string;
  readonly instance: string | null;
  readonly countedAt: number;
  /** When the hours begin and end that were judged; null where none could be. */
  readonly from: number | null;
  readonly to: number | null;
  /** Hours that were judged, and those of them that have a finding. */
  readonly hours: number;
  readonly differing: number;
  /** Events of differences that are explained. */
  readonly explained: number;
  /** By how much all times are apart, in minutes; null where they are not. */
  readonly shiftMinutes: number | null;
}

/** A file of counts that could not be gone by, and why. */
export interface RefusedCounts {
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly landedAt: number;
  readonly reason: string;
}

/** What a comparison found. */
export interface CoverageComparison {
  readonly compared: readonly ComparedCounts[];
  /** Newer than all that could be compared, so that nothing makes up for them. */
  readonly refused: readonly RefusedCounts[];
  /** Those that can be gone by no more than these, and newer counts of the same place make up for them. */
  readonly skipped: readonly RefusedCounts[];
  /** The rows of audit_coverage for every code of an hour judged now that differs without explanation. */
  readonly findings: readonly CoverageRow[];
  readonly summary: CoverageSummary;
  /** Of audit_coverage. */
  readonly version: number;
}

/** What audit_coverage says on the whole. */
export interface CoverageSummary {
  readonly hours: Readonly<Record<CoverageState, number>>;
  /** Codes of hours that differ without explanation, of all hours. */
  readonly findings: number;
  /** Events that are explained, of all hours, by kind. */
  readonly explainedBy: ExplainedBy;
  /** When the first hour begins that differs, and the newest counting that was compared; in milliseconds since 1970. */
  readonly oldestDiffering: number | null;
  readonly countedAt: number | null;
}

export interface ComparisonOptions {
  /** Lake paths of the counts to be compared; where it is left out, those that landed since the last comparison, and the newest. */
  readonly paths?: readonly string[];
  readonly observer?: CommitObserver;
  /** A file of counts is about to be compared. */
  readonly onCounts?: (path: string) => void;
  readonly signal?: AbortSignal;
}

/** Counts of one instance that are compared in one run: more only lie there when nobody compared for long. */
const MOST_COUNTS = 8;

/**
 * Compares counts in the raw zone with audit_events, and writes down in audit_coverage what came of it, with the state of every
 * other hour. Null where no file was ever taken in.
 * @throws BrokenErasureList, BrokenEvidence, TableError, storage errors; what was written before stands
 */
export async function compareLandedCounts(
  context: LakeContext,
  settings: Settings,
  options: ComparisonOptions = {},
): Promise<CoverageComparison | null> {
  const { storage, host } = context;
  if ((await openEvents(storage)) === null) return null;
  const { events: snapshot, coverage } = await prepareTables(context, options.observer);
  const before = coverage === null ? [] : await coverageRows(storage, coverage);
  const { counts, refused, skipped } = await countsToCompare({ storage, settings, snapshot }, before, options);
  const held = await heldSources(storage, snapshot);
  const judgements: Judgement[] = [];
  for (const each of counts) {
    options.signal?.throwIfAborted();
    options.onCounts?.(each.path);
    judgements.push(await judge({ storage, settings, snapshot, held }, each));
  }
  const at = { now: host.now(), version: snapshot.version };
  const rows = judgements.flatMap((judgement) => judgedRows(judgement, at));
  const states = hourStates(held.ingested.values());
  const counted = await recount(storage, snapshot, before, states);
  let after: readonly CoverageRow[] = [];
  const compared = judgements.map(comparedCounts);
  const findings = rows.filter(isFinding);
  const written = await replaceCoverage(
    context,
    {
      counts: counts.map(({ path, sha256 }) => ({ path, sha256 })),
      table_version: snapshot.version,
      hours: compared.reduce((sum, { hours }) => sum + hours, 0),
      findings: findings.length,
      explained: compared.reduce((sum, each) => sum + each.explained, 0),
    },
    (current) => {
      after = mergedRows(current, rows, states, { ...at, recount: counted });
      return after;
    },
    options.observer,
  );
  const standing = new Set(after);
  return {
    compared,
    refused,
    skipped,
    findings: findings.filter((row) => standing.has(row)),
    summary: coverageSummary(after),
    version: written.version,
  };
}

/** What the rows of audit_coverage say on the whole. */
export function coverageSummary(rows: readonly CoverageRow[]): CoverageSummary {
  const hours = { reconciled: 0, corroborated: 0, single_source: 0, unknown: 0, differs: 0 };
  let oldestDiffering: number | null = null;
  let countedAt: number | null = null;
  for (const { code, state, hour_start: start, counted_at: counted } of rows) {
    if (counted !== null) countedAt = Math.max(countedAt ?? counted, counted);
    if (code !== null) continue;
    hours[state]++;
    if (state === 'differs') oldestDiffering = Math.min(oldestDiffering ?? start, start);
  }
  const codes = rows.filter(({ code }) => code !== null).map(explanationsOf);
  return {
    ...{ hours, findings: rows.filter(isFinding).length, explainedBy: explainedBy(codes) },
    ...{ oldestDiffering, countedAt },
  };
}

/** Whether a row says of a code that something is unexplained, be it that as many events are missing as there are too many. */
function isFinding(row: CoverageRow): boolean {
  return row.code !== null && row.state === 'differs' && (row.difference !== 0 || isOpen(explanationsOf(row)));
}

function comparedCounts({ counts, hours, shiftMinutes }: Judgement): ComparedCounts {
  const codes = hours.flatMap((hour) => hour.codes);
  return {
    explainedBy: explainedBy(codes.map(({ explanations }) => explanations)),
    path: counts.path,
    instance: counts.instance,
    countedAt: counts.countedAt,
    from: hours[0]?.start ?? null,
    to: hours.at(-1)?.end ?? null,
    hours: hours.length,
    differing: hours.filter((hour) => hour.codes.some(({ explanations }) => isOpen(explanations))).length,
    explained: codes.reduce((sum, { explanations }) => sum + explained(explanations), 0),
    shiftMinutes,
  };
}

interface Lake {
  readonly storage: Storage;
  readonly settings: Settings;
  readonly snapshot: Snapshot;
}

interface Choice {
  /** Oldest first. */
  readonly counts: Counts[];
  readonly refused: RefusedCounts[];
  readonly skipped: RefusedCounts[];
}

/** The counts that are to be compared, and those that cannot be gone by. */
async function countsToCompare(
  lake: Lake,
  before: readonly CoverageRow[],
  { paths }: ComparisonOptions,
): Promise<Choice> {
  const since = coverageSummary(before).countedAt ?? Number.NEGATIVE_INFINITY;
  const counts: Counts[] = [];
  const unreadable: RefusedCounts[] = [];
  const read = async (path: string): Promise<boolean> => {
    const info = await lake.storage.head(path);
    if (info === null) return false;
    try {
      counts.push(await readCounts(lake.storage, info, lake.settings, lake.snapshot));
      return true;
    } catch (error) {
      if (!(error instanceof UnreadableCounts)) throw error;
      unreadable.push({ path, landedAt: info.lastModified.getTime(), reason: error.message });
      return false;
    }
  };
  if (paths !== undefined) for (const path of paths) await read(path);
  else {
    for (const files of await landedCounts(lake)) {
      let isAnyRead = false;
      for (const { path, landedAt } of files) {
        if (!isAnyRead || landedAt > since) isAnyRead = (await read(path)) || isAnyRead;
      }
    }
  }
  counts.sort((a, b) => a.countedAt - b.countedAt);
  const newest = newestByPlace(counts, before);
  const isMadeUpFor = ({ path, landedAt }: RefusedCounts) => (newest.get(placeOf(path)) ?? landedAt) > landedAt;
  return {
    counts,
    ...{ refused: unreadable.filter((each) => !isMadeUpFor(each)), skipped: unreadable.filter(isMadeUpFor) },
  };
}

/** When the newest counts landed that could be compared, now or before, by the place of their folders. */
function newestByPlace(counts: readonly Counts[], before: readonly CoverageRow[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  const add = (path: string, at: number) =>
    newest.set(placeOf(path), Math.max(at, newest.get(placeOf(path)) ?? Number.NEGATIVE_INFINITY));
  for (const { path, countedAt } of counts) add(path, countedAt);
  for (const { counts_file: path, counted_at: at } of before) if (path !== null && at !== null) add(path, at);
  return newest;
}

/** Landed counts by their folders, newest first: the newest of each. */
async function landedCounts({ storage, settings }: Lake) {
  const folder = `${RAW}${settings.countsPrefix}`;
  const byFolder = new Map<string, { readonly path: string; readonly landedAt: number }[]>();
  for await (const { path, lastModified } of storage.list(folder, { onFault: () => undefined })) {
    const query = folderOf(path);
    byFolder.set(query, [...(byFolder.get(query) ?? []), { path, landedAt: lastModified.getTime() }]);
  }
  return [...byFolder.values()].map((files) => files.sort((a, b) => b.landedAt - a.landedAt).slice(0, MOST_COUNTS));
}

/** The folder of a query, which the days of its counts are folders of. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')).replace(/\/\d{4}-\d\d-\d\d$/, '');
}

/** Where the folders of queries lie that count the same trail: the landing folder. */
function placeOf(path: string): string {
  const folder = folderOf(path);
  return folder.slice(0, folder.lastIndexOf('/'));
}
