import { COVERAGE_STATES, type CoverageRow, coverageRows, UnreadableDataFile } from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Storage } from '../storage/index.ts';
import { checkCounts } from './counts-checks.ts';
import type { Findings } from './findings.ts';
import type { CheckedTable } from './table-checks.ts';

/** Rows of audit_coverage of which no more than so many are named. */
const MOST_NAMED = 5;

/**
 * Checks that the rows of audit_coverage add up: every difference is explained or stated, an hour says what its codes say, and no
 * hour is judged twice; and that the counts that hours were judged by lie in raw as they were.
 * @param lake `now` in milliseconds since 1970: what is gone from raw may have reached the end of its retention
 */
export async function compareCoverage(
  lake: { readonly storage: Storage; readonly settings: Settings; readonly now: number },
  checked: CheckedTable,
  findings: Findings,
): Promise<void> {
  const { storage } = lake;
  const { table, state } = checked;
  if (state.files.size === 0) return;
  const files = new Map([...state.files].map(([path, { add }]) => [path, add]));
  let rows: readonly CoverageRow[];
  try {
    rows = await coverageRows(storage, { path: table, files });
  } catch (error) {
    // What is missing or damaged has been reported.
    if (error instanceof UnreadableDataFile) return;
    throw error;
  }
  await checkCounts(lake, rows, findings);
  const wrong = [...Map.groupBy(rows, hourOf).values()].flatMap(faultsOf);
  if (wrong.length === 0) return;
  const more = wrong.length > MOST_NAMED ? ` and ${wrong.length - MOST_NAMED} more` : '';
  findings.problem(
    'row_differs',
    `${table}/`,
    `rows contradict each other: ${wrong.slice(0, MOST_NAMED).join('; ')}${more}; compare again: audit-lake compare nql --landed`,
  );
}

function hourOf({ instance, hour_start: start }: CoverageRow): string {
  return JSON.stringify([instance, start]);
}

/** What is wrong with the rows of one hour. */
function faultsOf(rows: readonly CoverageRow[]): string[] {
  const [hour, another] = rows.filter(({ code }) => code === null);
  const codes = rows.filter(({ code }) => code !== null);
  const at = new Date(rows[0]?.hour_start ?? 0).toISOString();
  const say = (isWrong: boolean, what: string) => (isWrong ? [`${at}: ${what}`] : []);
  if (hour === undefined || another !== undefined) return say(true, 'it has not one row of all its codes');
  const states: readonly string[] = COVERAGE_STATES;
  const isOver = new Set(codes.map(({ code }) => code)).size < codes.length;
  return [
    ...say(
      rows.some(({ state }) => !states.includes(state)),
      'a state that there is not',
    ),
    ...say(rows.some(isUnbalanced), 'a difference that is neither explained nor stated'),
    ...say(isOver, 'a code has several rows'),
    ...say(
      hour.source_count !== null && sum(codes, ({ difference }) => difference ?? 0) !== hour.difference,
      'the hour states another difference than its codes',
    ),
    ...say(
      hour.state === 'reconciled' && codes.some(({ state }) => state !== 'reconciled'),
      'it is called reconciled, and a code of it differs',
    ),
  ];
}

/**
 * Whether counts differ by more or less than is explained and stated. Where some events are missing and others are too many, what
 * explains the one and the other cancel out in the counts, by two at a time.
 */
function isUnbalanced({ code, source_count: source, lake_count: lake, explained, difference, state }: CoverageRow) {
  if (code === null || source === null || difference === null) return false;
  const left = explained - Math.abs(source - lake - difference);
  return left < 0 || left % 2 !== 0 || (state === 'reconciled' && difference !== 0);
}

function sum(rows: readonly CoverageRow[], of: (row: CoverageRow) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}
