import {
  type CoverageComparison,
  type CoverageSummary,
  explanationsOf,
  explanationText,
  type Healing,
} from '../coverage/index.ts';
import type { CoverageRow } from '../lake/index.ts';
import { firstOf, textTable, visible } from '../present/index.ts';
import { counted } from '../storage/index.ts';
import { adviceLines, adviceOf, explainedLine, verdict } from './explained-text.ts';

/** Findings listed in detail; the JSON and audit_coverage have them all. */
const MOST_LISTED = 5;
/** Commands and codes listed. */
const MOST_NAMED = 20;
const ALL_FINDINGS = `audit-lake query "SELECT * FROM audit_coverage WHERE state = 'differs' AND code IS NOT NULL ORDER BY hour_start"`;

/** What heals, the calls of a day that there are for it, and the lake that commands are to name. */
export interface HealingBudget {
  /** Words after a command, with a blank before them. */
  readonly on: string;
  readonly healing: readonly Healing[];
  /** Calls of a day that pulls may make (what the setting nqlCallsPerDay leaves them). */
  readonly callsPerDay: number;
}

/** What a comparison found, for people: what differs and what may be done, then the state of all hours. */
export function comparisonText(
  { compared, refused, skipped, findings, summary }: CoverageComparison,
  budget: HealingBudget,
): string {
  return [
    ...(compared.length + refused.length === 0
      ? ['no counts were landed yet: the hours have the state that their exports give them']
      : []),
    ...compared.flatMap((each) => comparedLines(each, budget.on).map(visible)),
    ...refused.map(({ path, reason }) =>
      visible(`not compared: ${reason}. Newer counts take its place; nothing depends on ${path}: it may be deleted`),
    ),
    ...skipped.map(({ path }) =>
      visible(`left out: ${path} is not readable as counts, and newer counts are there; it may be deleted`),
    ),
    ...findingLines(findings, budget.on),
    ...healLines(budget),
    '',
    statesTable(coverageStatus(summary)),
  ].join('\n');
}

function comparedLines(
  { path, from, to, hours, differing, explainedBy, shiftMinutes }: CoverageComparison['compared'][number],
  on: string,
): string[] {
  if (from === null || to === null) return [`${path}: no hour of it can be judged yet`];
  const span = `${counted(hours, 'hour')} from ${at(from)} to ${at(to)}`;
  const shift =
    shiftMinutes === null
      ? ''
      : `; all times are ${Math.abs(shiftMinutes)} minutes too ${shiftMinutes > 0 ? 'early' : 'late'}: see the setting timeZone`;
  return [
    `${path}: ${span}: ${verdict(differing, explainedBy)}${shift}`,
    ...adviceLines(explainedBy, on).map((line) => `    ${line}`),
  ];
}

/** The sum of all findings, the first of them in detail, and where the others are. */
function findingLines(findings: readonly CoverageRow[], on: string): string[] {
  const more = findings.length - MOST_LISTED;
  return [
    ...(findings.length > 1 ? [sumLine(findings)] : []),
    ...findings.slice(0, MOST_LISTED).map(findingText),
    ...(more > 0 ? [`… and ${more} more (--json lists them all, and so does ${ALL_FINDINGS}${on})`] : []),
  ];
}

function sumLine(findings: readonly CoverageRow[]): string {
  const hours = new Set(findings.map(({ instance, hour_start: start }) => JSON.stringify([instance, start]))).size;
  const codes = [...new Set(findings.map(({ code }) => code ?? 0))].sort((a, b) => a - b);
  const from = findings.reduce((least, { hour_start: start }) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const to = findings.reduce((most, { hour_end: end }) => Math.max(most, end), Number.NEGATIVE_INFINITY);
  const apart = (sign: number) =>
    findings.reduce((sum, { difference }) => sum + Math.max(0, sign * (difference ?? 0)), 0);
  const [less, extra] = [apart(1), apart(-1)];
  const what = [
    ...(less > 0 ? [`lacks ${counted(less, 'event')}`] : []),
    ...(extra > 0 ? [`has ${counted(extra, 'event')} too many`] : []),
  ];
  const named = `${codes.slice(0, MOST_NAMED).join(', ')}${codes.length > MOST_NAMED ? ', …' : ''}`;
  return `${counted(hours, 'hour')} from ${at(from)} to ${at(to)}, ${counted(codes.length, 'code')} (${named}): the table ${what.join(' and ') || 'lacks as many as it has too many'}`;
}

function findingText(row: CoverageRow): string {
  const { instance, hour_start: start, code, source_count: source, lake_count: lake, difference } = row;
  const whose = instance === null ? '' : `${instance} `;
  const events = counted(Math.abs(difference ?? 0), 'event');
  const sign = Math.sign(difference ?? 0);
  const what =
    sign === 0
      ? 'as many are missing as are too many'
      : sign > 0
        ? `the table lacks ${events}`
        : `the table has ${events} too many`;
  const why = explanationsOf(row).map(({ kind, count, files }) => {
    const number = count === null ? '' : `${count} `;
    return `    ${number}${kind}: ${explanationText(kind)}${files === undefined ? '' : ` (${files.join(', ')})`}`;
  });
  return [`${whose}${at(start)} code ${code}: counted ${source}, found ${lake}: ${what}`, ...why]
    .map(visible)
    .join('\n');
}

/** What heals, and the calls that it takes; what is pulled is to be taken in after that. */
function healLines({ healing, callsPerDay, on }: HealingBudget): string[] {
  if (healing.length === 0) return [];
  const calls = healing.reduce((sum, each) => sum + each.calls, 0);
  const commands = healing.map(({ command }) => visible(`${command}${on}`));
  return [
    'to heal:',
    ...firstOf(commands, MOST_NAMED, '    '),
    ...(calls === 0
      ? []
      : [
          visible(`    audit-lake ingest${on}`),
          `  (${counted(calls, 'call')}, where no result is cut off; pulls have ${callsPerDay} a day. What they land, ingest takes in.)`,
        ]),
  ];
}

/** What audit_coverage says on the whole, as JSON has it. */
export function coverageStatus({ hours, findings, explainedBy, oldestDiffering, countedAt }: CoverageSummary) {
  const time = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());
  return {
    ...{ hours, findings, explained_by: adviceOf(explainedBy), oldest_differing: time(oldestDiffering) },
    counted_at: time(countedAt),
  };
}

/** The states of all hours, for people. */
export function statesTable(coverage: ReturnType<typeof coverageStatus>): string {
  const by = Object.fromEntries(coverage.explained_by.map(({ kind, events }) => [kind, events]));
  const facts = [
    ...Object.entries(coverage.hours).map(([state, count]) => [state.replaceAll('_', ' '), String(count)]),
    ['findings that stand', String(coverage.findings)],
    ['events that are explained', explainedLine(by)],
    ['oldest hour that differs', coverage.oldest_differing ?? 'none'],
    ['counted last', coverage.counted_at ?? 'never'],
  ];
  return textTable(['coverage', 'hours'], facts);
}

function at(time: number): string {
  return new Date(time).toISOString().replace(':00.000Z', 'Z');
}
