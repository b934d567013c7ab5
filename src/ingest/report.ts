import { DECODE_STATUSES, type DecodeStatus } from '../decode/index.ts';
import { isPerhapsTruncated, isReplaced, type JudgedSource, removalsInDoubt, type Withdrawal } from '../lake/index.ts';
import { isCount, type Way, type WayPrefixes } from '../settings/index.ts';
import type { Alternative, Recognised } from '../source/index.ts';
import { pathInZone, type UnreadableFile } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { adviceFor } from './advice.ts';

/** What times without offset are read in where nobody says otherwise. */
const USUAL_ZONE = 'UTC';

/** A file whose records are of more days than this part of what the settings allow deserves a look. */
const MANY_DAYS = 0.1;

export type FileOutcome = 'ingested' | 'rejected' | 'skipped';

/** What became of one raw file. For a file that was ingested, rows = committed + duplicates + quarantined + withheld. */
export interface FileReport {
  /** Lake path of the raw file. */
  readonly path: string;
  readonly outcome: FileOutcome;
  /** Why it was rejected or skipped; null for an ingested file. */
  readonly reason: string | null;
  /** The reason in full, for people. */
  readonly explanation: string | null;
  /** What only some want to read of that, in lines; null where there is no more to say. */
  readonly details: string | null;
  /** Settings with which a rejected file may be readable, where any are known: whoever knows the file chooses. They quote it: not for logs. */
  readonly alternatives?: readonly Alternative[];
  /** How an ingested file is written: of each document in it one entry. */
  readonly recognised: readonly Recognised[];
  /** Records read, header not counted. */
  readonly rows: number;
  readonly committed: number;
  /** Records whose event is in the table already. */
  readonly duplicates: number;
  readonly quarantined: number;
  /** Records whose event was erased or is older than the retention boundary. */
  readonly withheld: number;
  /** Committed rows by decode_status; all five are always there. */
  readonly statuses: Readonly<Record<DecodeStatus, number>>;
  /** Committed rows by family; `unknown` for codes whose digits say nothing. */
  readonly families: Readonly<Record<string, number>>;
  /** Quarantined records by reason. */
  readonly quarantineReasons: Readonly<Record<string, number>>;
  /** Header lines after the first: the file is several exports that were joined. */
  readonly repeatedHeaders: number;
  /** Committed rows whose message may have a field that the catalogue does not know. */
  readonly possibleNewFields: number;
  readonly warnings: readonly Warning[];
  /** What is wrong with the records in quarantine, and what may help, a line for each reason. It quotes the file: not for logs. */
  readonly advice: readonly string[];
  /** Names of entries of an archive that were passed over, where there are any: not for logs. */
  readonly leftOut?: readonly string[];
  /** Columns of addresses of a file without an actor's column, where there are any: not for logs. */
  readonly accountColumns?: readonly string[];
  /** By which way the file came, where these are named and it has a setting of its own that names them. */
  readonly way?: Way;
}

/** What deserves a look although the file was ingested. */
export const WARNINGS = [
  'suspected_truncated',
  'identity_columns_changed',
  'identity_values_changed',
  'time_reading_changed',
  'time_precision_differs',
  'time_zone_assumed',
  'erased_may_return',
  'unterminated_last_record',
  'possible_new_field',
  'raw_replaced',
  'joined_exports',
  'many_days',
  'mostly_unreadable',
  'no_records',
  'read_again',
  'actor_not_named',
] as const;
export type Warning = (typeof WARNINGS)[number];

/** Whether hardly anything of a file could be read as audit records: it was taken in, and that is no success. */
export function isHardlyRead({ warnings }: Pick<FileReport, 'warnings'>): boolean {
  return warnings.includes('mostly_unreadable');
}

/** No row of any status. */
export function noStatuses(): Record<DecodeStatus, number> {
  return Object.fromEntries(DECODE_STATUSES.map((status) => [status, 0])) as Record<DecodeStatus, number>;
}

/** The report of a file from which no row was taken. */
export function emptyReport(
  path: string,
  outcome: FileOutcome,
  reason: string | null,
  explanation: string | null,
): FileReport {
  return {
    path,
    outcome,
    reason,
    explanation,
    details: null,
    recognised: [],
    rows: 0,
    committed: 0,
    duplicates: 0,
    quarantined: 0,
    withheld: 0,
    statuses: noStatuses(),
    families: {},
    quarantineReasons: {},
    repeatedHeaders: 0,
    possibleNewFields: 0,
    warnings: [],
    advice: [],
  };
}

/** The report of a raw file that a commit took in or recorded as rejected. */
export function sourceReport({ source, identity, erasedMayReturn, earlier = null }: JudgedSource): FileReport {
  const { path } = source.plan.source;
  const warnings: Warning[] = [];
  if (earlier !== null && isReplaced(earlier, source)) warnings.push('raw_replaced');
  if (source.outcome === 'rejected') {
    const { reason, explanation, details, alternatives } = source;
    const report = { ...emptyReport(path, 'rejected', reason, explanation), details, warnings };
    return alternatives.length > 0 ? { ...report, alternatives } : report;
  }
  const { counts } = source;
  if (isPerhapsTruncated(source)) warnings.push('suspected_truncated');
  if (identity.columns) warnings.push('identity_columns_changed');
  if (identity.values && source.committed > 0) warnings.push('identity_values_changed');
  if (identity.times) warnings.push('time_reading_changed');
  if (identity.mayBeCut) warnings.push('time_precision_differs');
  if (identity.isNewZone && source.plan.settings.timeZone === USUAL_ZONE) warnings.push('time_zone_assumed');
  if (erasedMayReturn) warnings.push('erased_may_return');
  // A delivery is landed whole, and a body needs no line end.
  if (counts.unterminatedLastRecord && source.plan.way !== 'webhook') warnings.push('unterminated_last_record');
  if (source.possibleNewFields > 0) warnings.push('possible_new_field');
  if (source.parts.length > 1 || counts.repeatedHeaders > 0) warnings.push('joined_exports');
  if (counts.days > source.plan.settings.maxDays * MANY_DAYS) warnings.push('many_days');
  if (counts.records === 0 && counts.emptyLines + counts.repeatedHeaders > 0) warnings.push('no_records');
  if (source.accountColumns.length > 0) warnings.push('actor_not_named');
  if (counts.bad > counts.records / 2) warnings.push('mostly_unreadable');
  return {
    path,
    outcome: 'ingested',
    reason: null,
    explanation: null,
    details: null,
    recognised: source.recognised,
    rows: counts.records,
    committed: source.committed,
    duplicates: source.duplicates,
    quarantined: counts.bad,
    withheld: source.withheld,
    statuses: source.statuses,
    families: source.families,
    quarantineReasons: source.quarantineReasons,
    repeatedHeaders: counts.repeatedHeaders,
    possibleNewFields: source.possibleNewFields,
    warnings,
    advice: adviceFor(source.quarantineReasons, source.badExamples, source.plan.way).map(({ text }) => text),
    ...(source.leftOut.length > 0 && { leftOut: source.leftOut }),
    ...(source.accountColumns.length > 0 && { accountColumns: source.accountColumns }),
    ...(source.accountColumns.length > 0 && source.plan.way === 'webhook' && { way: source.plan.way }),
  };
}

/** The report of a raw file that is not to be taken in: one that the settings leave out, or counts of the trail. */
export function leftOutReport(path: string, settings: Pick<WayPrefixes, 'countsPrefix'>): FileReport {
  if (!isCount(pathInZone(path), settings)) return emptyReport(path, 'skipped', 'excluded', null);
  const explanation = `what is below ${settings.countsPrefix} is counts of the trail and no export`;
  return emptyReport(path, 'skipped', 'counts', explanation);
}

/** A file that is in: its report's reason. */
export const ALREADY_INGESTED = 'already_ingested';

/** A file that changed after it was looked at: its report's reason. */
export const STILL_CHANGING = 'still_changing';

/** A file that waits since the settings would give its events other ids than the lake remembers: its report's reason. */
export const SETTING_DIFFERS = 'setting_differs';

/** Whether a file waits for a setting to be put right. */
export function waits({ reason }: Pick<FileReport, 'reason'>): boolean {
  return reason === SETTING_DIFFERS;
}

/**
 * The report of what stands in the raw zone and cannot be read: nothing of it is on record, and the next run tries it
 * again.
 */
export function unreadableReport({ path, message, transient }: UnreadableFile): FileReport {
  return transient
    ? emptyReport(path, 'skipped', STILL_CHANGING, message)
    : emptyReport(path, 'rejected', 'unreadable', message);
}

/**
 * The report of a file that went in before. Where another engine removed rows since, nobody knows whether its rows are
 * among them until they are read again.
 */
export function takenInReport(path: string, snapshot: Pick<Snapshot, 'transactions' | 'foreignRemovals'>): FileReport {
  const removals = removalsInDoubt(snapshot);
  if (removals.length === 0) return emptyReport(path, 'skipped', ALREADY_INGESTED, null);
  const versions = `${removals.length === 1 ? 'version' : 'versions'} ${removals.join(', ')}`;
  const explanation = `it went in, and in ${versions} another engine removed rows, of this file perhaps: replay puts them back`;
  return emptyReport(path, 'skipped', 'rows_in_doubt', explanation);
}

/** The report of a raw file that was withdrawn, or holds what was withdrawn under another name. */
export function withdrawnReport(path: string, { path: withdrawn, since }: Withdrawal): FileReport {
  const when = since === null ? '' : ` on ${new Date(since).toISOString().slice(0, 10)}`;
  const what = path === withdrawn ? 'it was withdrawn' : `it holds what was withdrawn as ${withdrawn}`;
  const explanation =
    `${what}${when}, and stays out; audit-lake history says why and by whom, and ` +
    `audit-lake withdraw --undo ${withdrawn} --reason TEXT takes that back`;
  return emptyReport(path, 'skipped', 'withdrawn', explanation);
}

/** Sums over files. */
export interface Totals {
  readonly files: number;
  readonly ingested: number;
  readonly rejected: number;
  readonly skipped: number;
  readonly rows: number;
  readonly committed: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly withheld: number;
  readonly statuses: Readonly<Record<DecodeStatus, number>>;
  readonly families: Readonly<Record<string, number>>;
  readonly quarantineReasons: Readonly<Record<string, number>>;
}

export function totalsOf(reports: readonly FileReport[]): Totals {
  const sum = (pick: (report: FileReport) => number) => reports.reduce((total, report) => total + pick(report), 0);
  const count = (outcome: FileOutcome) => reports.filter((report) => report.outcome === outcome).length;
  return {
    files: reports.length,
    ingested: count('ingested'),
    rejected: count('rejected'),
    skipped: count('skipped'),
    rows: sum((report) => report.rows),
    committed: sum((report) => report.committed),
    duplicates: sum((report) => report.duplicates),
    quarantined: sum((report) => report.quarantined),
    withheld: sum((report) => report.withheld),
    statuses: { ...noStatuses(), ...addUp(reports.map((report) => report.statuses)) },
    families: addUp(reports.map((report) => report.families)),
    quarantineReasons: addUp(reports.map((report) => report.quarantineReasons)),
  };
}

function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const each of counts) for (const [key, value] of Object.entries(each)) sums[key] = (sums[key] ?? 0) + value;
  return sums;
}
