import type { CoverageRow } from '../lake/index.ts';
import { explained, isProven } from './explanation.ts';
import { healOf } from './heal.ts';
import type { HourState } from './hour-states.ts';
import type { JudgedCode, JudgedHour, Judgement } from './judgement.ts';
import type { Recount } from './recount.ts';

/** When, and with which version of the table, rows were made. */
export interface JudgedAt {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly version: number;
}

/** The rows of a comparison: one an hour, and one for each of its codes that differ. */
export function judgedRows({ counts, hours }: Judgement, { now, version }: JudgedAt): CoverageRow[] {
  const common = {
    instance: counts.instance,
    counts_file: counts.path,
    counts_sha256: counts.sha256,
    counted_at: counts.countedAt,
    judged_at: now,
    table_version: version,
  };
  return hours.flatMap((hour) => [
    { ...common, ...bounds(hour), ...ofHour(hour, counts.zone) },
    ...hour.codes.map((code) => ({ ...common, ...bounds(hour), ...ofCode(hour, code, counts.zone) })),
  ]);
}

function bounds({ start, end }: JudgedHour) {
  return { hour_start: start, hour_end: end };
}

function ofHour(hour: JudgedHour, zone: string | null) {
  const { codes } = hour;
  return {
    code: null,
    source_count: hour.source,
    lake_count: hour.lake,
    explained: codes.reduce((sum, { explanations }) => sum + explained(explanations), 0),
    difference: codes.reduce((sum, { difference }) => sum + difference, 0),
    state: stateOf(codes),
    explanation: null,
    heal: healOf(hour, codes, zone),
  };
}

function ofCode(hour: JudgedHour, code: JudgedCode, zone: string | null) {
  return {
    code: code.code,
    source_count: code.source,
    lake_count: code.lake,
    explained: explained(code.explanations),
    difference: code.difference,
    state: stateOf([code]),
    explanation: JSON.stringify(code.explanations),
    heal: healOf(hour, [code], zone),
  };
}

function stateOf(codes: readonly JudgedCode[]): CoverageRow['state'] {
  return codes.some(({ explanations }) => !isProven(explanations)) ? 'differs' : 'reconciled';
}

/** The row of an hour that no counts were compared with. */
function stateRow(
  { instance, start, end, rows, state }: HourState,
  { now, version, counted, hasChanged }: JudgedAt & { readonly counted: number | null; readonly hasChanged: boolean },
): CoverageRow {
  const lake = counted ?? rows;
  // Two exports agree with what the table was given, and it does not have that any more.
  const known = state === 'corroborated' && lake !== rows ? 'single_source' : state;
  const explanation = hasChanged ? JSON.stringify([{ kind: 'changed_since', count: null }]) : null;
  return {
    ...{ instance, hour_start: start, hour_end: end, code: null, source_count: null, lake_count: lake, explained: 0 },
    ...{ difference: null, state: known, explanation, heal: null, counts_file: null, counts_sha256: null },
    ...{ counted_at: null, judged_at: now, table_version: version },
  };
}

/**
 * What audit_coverage is to hold: what is judged now, what was judged before of other hours, and the state of every other hour.
 * What was reconciled, and of which the table has another number now, is not any more.
 * @param judged in the order in which it was counted: of an hour that is judged twice, the last holds
 */
export function mergedRows(
  before: readonly CoverageRow[],
  judged: readonly CoverageRow[],
  states: readonly HourState[],
  { recount, ...at }: JudgedAt & { readonly recount: Recount },
): CoverageRow[] {
  const taken = new Hours();
  const kept: CoverageRow[] = [];
  const byFile = Map.groupBy(judged, ({ counts_file: file }) => file);
  const changed = new Hours();
  for (const row of before) {
    const { instance, code, state, hour_start: start, hour_end: end, lake_count: had } = row;
    const isChanged = code === null && state === 'reconciled' && (recount(instance, start, end) ?? had) !== had;
    if (isChanged || row.explanation?.includes('"changed_since"') === true) changed.add(instance, start, end);
  }
  const compared = before.filter(
    ({ counts_file: file, instance, hour_start: start, hour_end: end }) =>
      file !== null && !changed.touches(instance, start, end),
  );
  for (const rows of [...[...byFile.values()].reverse(), compared]) {
    const fresh = rows.filter((row) => !taken.touches(row.instance, row.hour_start, row.hour_end));
    kept.push(...fresh);
    for (const row of fresh) taken.add(row.instance, row.hour_start, row.hour_end);
  }
  for (const state of states) {
    const { instance, start, end } = state;
    if (taken.touches(instance, start, end)) continue;
    const counted = recount(instance, start, end);
    kept.push(stateRow(state, { ...at, counted, hasChanged: changed.touches(instance, start, end) }));
  }
  return kept.sort(inOrder);
}

const QUARTER = 900_000;

/** Hours of instances: which quarters of an hour they cover. */
class Hours {
  readonly #quarters = new Map<string | null, Set<number>>();

  add(instance: string | null, start: number, end: number): void {
    const quarters = this.#quarters.get(instance) ?? new Set<number>();
    this.#quarters.set(instance, quarters);
    for (let at = Math.floor(start / QUARTER); at * QUARTER < end; at++) quarters.add(at);
  }

  touches(instance: string | null, start: number, end: number): boolean {
    const quarters = this.#quarters.get(instance);
    if (quarters === undefined) return false;
    for (let at = Math.floor(start / QUARTER); at * QUARTER < end; at++) if (quarters.has(at)) return true;
    return false;
  }
}

function inOrder(a: CoverageRow, b: CoverageRow): number {
  const [first, second] = [a.instance ?? '', b.instance ?? ''];
  if (first !== second) return first < second ? -1 : 1;
  return a.hour_start - b.hour_start || (a.code ?? -1) - (b.code ?? -1);
}
