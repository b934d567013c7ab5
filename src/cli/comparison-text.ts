import { type CoverageComparison, type CoverageSummary, explanationsOf, explanationText } from '../coverage/index.ts';
import type { CoverageRow } from '../lake/index.ts';
import { counted } from '../storage/index.ts';
import { firstOf, textTable } from './text-table.ts';
import { visible } from './visible.ts';

/** Findings listed in the text; the JSON has them all. */
const MOST_LISTED = 50;

/** What a comparison found, for people: what differs and what may be done, then the state of all hours. */
export function comparisonText({ compared, refused, findings, summary }: CoverageComparison): string {
  return [
    ...(compared.length + refused.length === 0
      ? ['no counts were landed yet: the hours have the state that their exports give them']
      : []),
    ...compared.map((each) => visible(comparedText(each))),
    ...refused.map(({ reason }) => visible(`not compared: ${reason}`)),
    ...firstOf(findings.map(findingText), MOST_LISTED),
    ...healText(findings),
    '',
    statesTable(coverageStatus(summary)),
  ].join('\n');
}

function comparedText({
  path,
  from,
  to,
  hours,
  differing,
  explained,
  shiftMinutes,
}: CoverageComparison['compared'][number]) {
  if (from === null || to === null) return `${path}: no hour of it can be judged yet`;
  const span = `${counted(hours, 'hour')} from ${at(from)} to ${at(to)}`;
  const found = differing === 0 ? 'all agree' : `${differing} differ`;
  const shift =
    shiftMinutes === null
      ? ''
      : `; all times are ${Math.abs(shiftMinutes)} minutes too ${shiftMinutes > 0 ? 'early' : 'late'}: see the setting timeZone`;
  return `${path}: ${span}: ${found}${explained > 0 ? `, ${counted(explained, 'event')} explained` : ''}${shift}`;
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

/** What heals, each command once. */
function healText(findings: readonly CoverageRow[]): string[] {
  const commands = new Set(findings.flatMap(({ heal }) => heal?.split('; ') ?? []));
  if (commands.size === 0) return [];
  return ['to heal:', ...firstOf([...commands].map(visible), MOST_LISTED, '    ').map((line) => `    ${line.trim()}`)];
}

/** What audit_coverage says on the whole, as JSON has it. */
export function coverageStatus({ hours, findings, oldestDiffering, countedAt }: CoverageSummary) {
  const time = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());
  return { hours, findings, oldest_differing: time(oldestDiffering), counted_at: time(countedAt) };
}

/** The states of all hours, for people. */
export function statesTable(coverage: ReturnType<typeof coverageStatus>): string {
  const facts = [
    ...Object.entries(coverage.hours).map(([state, count]) => [state.replaceAll('_', ' '), String(count)]),
    ['findings that stand', String(coverage.findings)],
    ['oldest hour that differs', coverage.oldest_differing ?? 'none'],
    ['counted last', coverage.counted_at ?? 'never'],
  ];
  return textTable(['coverage', 'hours'], facts);
}

function at(time: number): string {
  return new Date(time).toISOString().replace(':00.000Z', 'Z');
}
