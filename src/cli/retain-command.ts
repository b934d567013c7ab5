import { Option } from 'commander';
import { dateOfDay, dayOfInstant } from '../events/index.ts';
import { type InTable, type Retention, retainLake, retentionBoundary } from '../maintenance/index.ts';
import { sizeText, UsageError } from '../present/index.ts';
import { counted, QUARANTINE, RAW, type Storage, systemHost, VERIFICATIONS } from '../storage/index.ts';
import { command } from './command.ts';
import { commitWarnings } from './commit-warnings.ts';
import { agreedTo, IRREVERSIBLE, type IrreversibleFlags } from './irreversible.ts';
import { notes } from './notes.ts';
import { asOneReport, tablesToChange } from './tables.ts';

interface RetainFlags extends IrreversibleFlags {
  /** `90d`, `13m`, `2y`, or a date. */
  readonly olderThan: string;
}

/** What a retention leaves where it is. */
interface Remains {
  readonly raw_files: number;
  /** Raw files that landed before the boundary: most of what they hold is older than that. */
  readonly raw_files_landed_before: number;
  readonly quarantine_files: number;
}

const OLDER_THAN = new Option(
  '--older-than <age>',
  'what goes: 90d, 13m, 2y, or whatever is dated before a day, such as 2025-01-01',
);

/** Removes what is older than an age and says what went and what is left elsewhere. */
export const register = command<RetainFlags, []>({
  name: 'retain',
  flags: [OLDER_THAN.makeOptionMandatory(), ...IRREVERSIBLE],
  json: 'one JSON object',
  settings: ['lake'],
  run: async ({ settings, flags }) => {
    const { olderThan, dryRun } = flags;
    const given = settings();
    const today = dayOfInstant(systemHost.now());
    const before = retentionBoundary(olderThan, today);
    if (before === null) {
      throw new UsageError(
        `--older-than takes an age such as 90d, 13m or 2y, or a date such as 2025-01-01; found ${olderThan}`,
      );
    }
    if (before >= today) {
      throw new UsageError(
        `--older-than ${olderThan} would remove everything before ${dateOfDay(before)}; name a day that is past, since events of today still come in`,
      );
    }
    const what = `removes every event dated before ${dateOfDay(before)} for good`;
    const { reason, by } = await agreedTo(given, flags, what);
    const observer = commitWarnings(notes);
    const { storage, tables } = await tablesToChange(given, dryRun, observer);
    const retentions = await retainLake({ storage, host: systemHost }, tables, {
      before,
      reason,
      by,
      dryRun,
      observer,
    });
    // A boundary of long ago may be later than the one asked for.
    const kept = retentions[0]?.result.before ?? dateOfDay(before);
    const remains = await remainsOf(storage, Date.parse(kept));
    const isDone = dryRun || retentions.some(({ result }) => result.version !== null);
    return {
      json: () => ({ dry_run: dryRun, ...asOneReport(retentions.map(report)), remains }),
      text: () =>
        [
          ...retentions.flatMap(({ result }) => describe(result, dryRun)),
          ...(isDone ? describeRemains(remains, kept) : []),
        ].join('\n'),
    };
  },
});

async function remainsOf(storage: Storage, before: number): Promise<Remains> {
  let [raw, old, quarantine] = [0, 0, 0];
  for await (const { lastModified } of storage.list(RAW, { onFault: () => undefined, anyOrder: true })) {
    raw++;
    if (lastModified.getTime() < before) old++;
  }
  const isTrails = (folder: string) => folder !== VERIFICATIONS;
  for await (const _ of storage.list(QUARANTINE, { onFault: () => undefined, enter: isTrails })) quarantine++;
  return { raw_files: raw, raw_files_landed_before: old, quarantine_files: quarantine };
}

function report({ table, result: { snapshot, version, before, files, rows, bytes } }: InTable<Retention>) {
  return { table, version, table_version: snapshot.version, before, files, rows, bytes };
}

function describe({ version, before, files, rows, bytes }: Retention, dryRun: boolean): string[] {
  const what = `${counted(rows, 'row')} dated before ${before}, in ${counted(files, 'data file')} of ${sizeText(bytes)}`;
  if (!dryRun && version === null) {
    return [`nothing to do: the table holds no rows dated before ${before}, and takes none in any more`];
  }
  return [
    dryRun ? `would remove ${what}; nothing was changed` : `removed ${what}, in version ${version}`,
    `rows dated before ${before} ${dryRun ? 'would not be' : 'are not'} taken in again, whatever raw file holds them`,
  ];
}

function describeRemains(remains: Remains, before: string): string[] {
  return [
    'What remains:',
    '  the data files, until vacuum removes them (7 days after this unless the table says otherwise)',
    `  the raw files: ${remains.raw_files}, of which ${remains.raw_files_landed_before} landed before ${before}; remove those by a lifecycle rule of the store where they must go`,
    `  the quarantine: ${counted(remains.quarantine_files, 'file')}`,
    '  the log, with the bounds of removed files (earliest and latest time, first and last names), in commits and checkpoints before this',
  ];
}
