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
import { type FileInfo, type LakeContext, RAW, type Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { type Counts, readCounts, UnreadableCounts } from './counts-file.ts';
import { judgedRows, mergedRows } from './coverage-rows.ts';
import { explained, explanationsOf, isOpen } from './explanation.ts';
import { hourStates } from './hour-states.ts';
import { type Judgement, judge } from './judgement.ts';
import { heldSources } from './recorded-hours.ts';
import { recount } from './recount.ts';

/** A file of counts that was compared. Instants in milliseconds since 1970. */
export interface ComparedCounts {
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
  readonly reason: string;
}

/** What a comparison found. */
export interface CoverageComparison {
  readonly compared: readonly ComparedCounts[];
  readonly refused: readonly RefusedCounts[];
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
  const refused: RefusedCounts[] = [];
  const counts = await countsToCompare({ storage, settings, snapshot }, before, options, refused);
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
  return { hours, findings: rows.filter(isFinding).length, oldestDiffering, countedAt };
}

/** Whether a row says of a code that something is unexplained, be it that as many events are missing as there are too many. */
function isFinding(row: CoverageRow): boolean {
  return row.code !== null && row.state === 'differs' && (row.difference !== 0 || isOpen(explanationsOf(row)));
}

function comparedCounts({ counts, hours, shiftMinutes }: Judgement): ComparedCounts {
  const codes = hours.flatMap((hour) => hour.codes);
  return {
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

/** The counts that are to be compared, oldest first. Those that cannot be gone by are put on the list of the refused. */
async function countsToCompare(
  lake: Lake,
  before: readonly CoverageRow[],
  { paths }: ComparisonOptions,
  refused: RefusedCounts[],
): Promise<Counts[]> {
  const found: Counts[] = [];
  for (const info of await landedCounts(lake, before, paths)) {
    try {
      found.push(await readCounts(lake.storage, info, lake.settings, lake.snapshot));
    } catch (error) {
      if (!(error instanceof UnreadableCounts)) throw error;
      refused.push({ path: info.path, reason: error.message });
    }
  }
  return found;
}

async function landedCounts(
  { storage, settings }: Lake,
  before: readonly CoverageRow[],
  paths: readonly string[] | undefined,
): Promise<FileInfo[]> {
  const infos: FileInfo[] = [];
  const add = async (path: string) => {
    const info = await storage.head(path);
    if (info !== null) infos.push(info);
  };
  if (paths !== undefined) for (const path of paths) await add(path);
  else {
    const since = coverageSummary(before).countedAt ?? Number.NEGATIVE_INFINITY;
    const folder = `${RAW}${settings.countsPrefix}`;
    const byFolder = new Map<string, { readonly path: string; readonly landedAt: number }[]>();
    for await (const { path, lastModified } of storage.list(folder, { onFault: () => undefined })) {
      const query = path.slice(0, path.lastIndexOf('/')).replace(/\/\d{4}-\d\d-\d\d$/, '');
      byFolder.set(query, [...(byFolder.get(query) ?? []), { path, landedAt: lastModified.getTime() }]);
    }
    for (const files of byFolder.values()) {
      const newest = files.sort((a, b) => b.landedAt - a.landedAt).slice(0, MOST_COUNTS);
      const wanted = newest.filter(({ landedAt }, index) => index === 0 || landedAt > since);
      for (const { path } of wanted) await add(path);
    }
  }
  return infos.sort((a, b) => a.lastModified.getTime() - b.lastModified.getTime());
}
