import { type FileReport, type Totals, type Warning, waits } from '../ingest/index.ts';
import { countText, firstOf, textTable, visible, visibleLines, wrapped } from '../present/index.ts';
import type { LeftFile } from './folder-files.ts';
import { howRead } from './how-read.ts';
import { shownPlace } from './lake-place.ts';
import { withOptionNames } from './option-names.ts';

/** Files listed one by one; of a backfill of thousands, those that need a look come first. */
const MOST_FILES = 40;
/** Files that are out named with what to do about them. */
const MOST_WITHDRAWN = 5;
/** Entries of an archive named one by one. */
const MOST_NAMED = 10;
const COUNTED = ['rows', 'committed', 'duplicates', 'quarantined'] as const;

/** What to do about warnings that cannot wait. */
const ADVICE: Readonly<Partial<Record<Warning, string>>> = {
  joined_exports: 'several exports in one file: each was read as if it were apart, its header was skipped',
  many_days: 'its events are of unusually many days: check that times are read as they are meant',
  mostly_unreadable:
    'most of its records are in quarantine: see the reasons above, correct the settings that they name, and ingest it again',
  read_again: 'records of it that were in quarantine are in the table now; what was in before counts as duplicates',
  no_records:
    'it has lines after its header, and no record was found in them: check that it is the file that was meant',
  identity_values_changed:
    'an older version read such files otherwise, and files of this instance with it: events that are in both came in once ' +
    'more; replay --dry-run says what reading all of them anew would change',
  time_precision_differs:
    'its times are written more or less finely than those of the files before, or of its parts: events that are in already, written ' +
    'otherwise, came in once more; withdraw takes such a file out',
  time_zone_assumed:
    'its times have no offset and are read as UTC, which the lake remembers: if they are of another zone, replay --time-zone ZONE ' +
    'reads them anew',
  time_reading_changed:
    'other time settings than before: events that are in the table already came in once more if these are wrong',
  raw_replaced:
    'this path held something else before, which is there no more: have the export write a new name for each file, with the time in it',
  erased_may_return:
    'its events get other ids than before, so rows that were erased may be among them: run erase again',
};

/** A warning that is true of every file for a while, and is said once. */
const OF_MANY: Warning = 'identity_values_changed';

/** What an ingestion did, for people. */
export function summary(reports: readonly FileReport[], totals: Totals, table: string, isVerbose: boolean): string {
  const byUrgency = reports.toSorted((a, b) => urgency(b) - urgency(a));
  const listed = reports.length > MOST_FILES ? byUrgency.slice(0, MOST_FILES) : reports;
  const counted = totals.withheld > 0 ? [...COUNTED, 'withheld' as const] : COUNTED;
  const sections = [
    textTable(
      ['file', 'outcome', ...counted],
      listed.map((report) => [
        report.path,
        report.reason === null ? report.outcome : `${report.outcome}: ${report.reason}`,
        ...counted.map((name) => String(report[name])),
      ]),
      [false, false, ...counted.map(() => true)],
    ),
    reports.length > listed.length ? `… and ${reports.length - listed.length} more files` : '',
    counts('rows by decode_status', totals.statuses),
    counts('rows by family', totals.families),
    counts('quarantined by reason', totals.quarantineReasons),
    ...reports.filter(({ outcome }) => outcome === 'rejected').map((report) => rejected(report, isVerbose)),
    ...withdrawn(reports),
    reports.flatMap(({ path, recognised }) => readAs(path, recognised)).join('\n'),
    ...reports.filter(({ advice }) => advice.length > 0).map(inQuarantine),
    ...waiting(reports),
    ...reports.flatMap(passedOver),
    ...reports.flatMap((report) =>
      report.warnings.filter((warning) => warning !== OF_MANY).map((warning) => note(report, warning)),
    ),
    ...noteOfMany(reports),
    again(reports),
    `${totals.ingested} ingested, ${totals.rejected} rejected, ${totals.skipped} skipped; ${totals.committed} of ${totals.rows} rows committed to ${shownPlace(table)}`,
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

/** How what did not go in is tried again; nothing where all went in. */
function again(reports: readonly FileReport[]): string {
  const isOpen = reports.some(({ outcome, quarantined }) => outcome === 'rejected' || quarantined > 0);
  return isOpen
    ? 'to try these again: audit-lake ingest --lake LAKE with the options named above; audit-lake check FILE tries them without a lake'
    : '';
}

/** What is wrong with a file's records in quarantine, and what may help: by reason. */
function inQuarantine({ path, quarantined, advice }: FileReport): string {
  return [
    `in quarantine of ${visible(path)}: ${countText(quarantined, 'record')}`,
    ...advice.map((each) => `  ${visible(each)}`),
  ].join('\n');
}

/** The entries of an archive that were passed over. */
function passedOver({ path, leftOut = [] }: FileReport): string[] {
  if (leftOut.length === 0) return [];
  const shown = leftOut.slice(0, MOST_NAMED).map((name) => JSON.stringify(visible(name)));
  const more = leftOut.length > shown.length ? ` and ${leftOut.length - shown.length} more` : '';
  return [`passed over in ${visible(path)}: ${shown.join(', ')}${more} (folders, empty entries, files of the system)`];
}

/** What stands in folders that were given and is not taken for an export: one section, none where nothing is left. */
export function leftFiles(left: readonly LeftFile[]): string[] {
  if (left.length === 0) return [];
  const shown = left.slice(0, MOST_FILES).map(({ file, why }) => `  ${visible(file)}: ${visible(why)}`);
  const more = left.length > shown.length ? [`  … and ${left.length - shown.length} more`] : [];
  const head =
    'left, since these do not look like exports (one that is named itself is taken in, or put on record as rejected):';
  return [[head, ...shown, ...more].join('\n')];
}

/** Why a file was rejected: what was found, what was expected and what to set, in at most five lines. */
function rejected({ path, explanation, details }: FileReport, isVerbose: boolean): string {
  const said = wrapped(visibleLines(withOptionNames(explanation ?? '')));
  const more = isVerbose && details !== null ? [wrapped(visibleLines(withOptionNames(details)), '    ')] : [];
  return [`rejected ${visible(path)}:`, said, ...more].join('\n');
}

function readAs(path: string, recognised: FileReport['recognised']): string[] {
  const found = howRead(recognised);
  return found === null ? [] : [wrapped(`read ${visible(path)} ${visible(found)}`, '')];
}

/** What files wait for: of each reason one of them is named. */
function waiting(reports: readonly FileReport[]): string[] {
  return [...Map.groupBy(reports.filter(waits), ({ explanation }) => explanation ?? '')].map(
    ([explanation, files]) =>
      `waiting: ${visible(files[0]?.path ?? '')}${files.length === 1 ? '' : ` and ${files.length - 1} more`}:\n${wrapped(visible(withOptionNames(explanation)))}`,
  );
}

/** What deserves a look in a file, and what to do about it. */
export function note({ path, accountColumns = [], way }: FileReport, warning: Warning): string {
  const advice = warning === 'actor_not_named' ? visible(actorAdvice(accountColumns, way)) : ADVICE[warning];
  return `note ${visible(path)}: ${warning}${advice === undefined ? '' : ` (${advice})`}`;
}

function noteOfMany(reports: readonly FileReport[]): string[] {
  const [first, ...others] = reports.filter(({ warnings }) => warnings.includes(OF_MANY));
  if (first === undefined) return [];
  if (others.length === 0) return [note(first, OF_MANY)];
  return [
    `note of ${others.length + 1} files, ${visible(first.path)} the first: ${OF_MANY} (${ADVICE[OF_MANY] ?? ''})`,
  ];
}

/** What is out, and how it comes back. */
function withdrawn(reports: readonly FileReport[]): string[] {
  const lines = reports
    .filter(({ reason }) => reason === 'withdrawn')
    .map(({ path, explanation }) => `skipped ${visible(path)}: ${visible(explanation ?? '')}`);
  return lines.length === 0 ? [] : [firstOf(lines, MOST_WITHDRAWN).join('\n')];
}

function actorAdvice(columns: readonly string[], way: FileReport['way']): string {
  const option = way === 'webhook' ? '--webhook-aliases' : '--column-aliases';
  const named = columns.map((name) => JSON.stringify(name)).join(', ');
  const ways = columns.map((name) => `${option} ${JSON.stringify(`actor_name=${name.replaceAll(',', '\\,')}`)}`);
  return `no column is known as the actor's, and ${named} ${columns.length === 1 ? 'holds' : 'hold'} addresses: if that is who did it, ${ways.join(' or ')}`;
}

function urgency({ outcome, quarantined, warnings }: FileReport): number {
  if (outcome === 'rejected') return 3;
  return quarantined > 0 || warnings.length > 0 ? 2 : outcome === 'ingested' ? 1 : 0;
}

function counts(title: string, each: Readonly<Record<string, number>>): string {
  const rows = Object.entries(each).filter(([, count]) => count > 0);
  if (rows.length === 0) return '';
  return textTable(
    [title, 'rows'],
    rows.sort((a, b) => b[1] - a[1]).map(([name, count]) => [name, String(count)]),
    [false, true],
  );
}
