import { dateOfDay, dayOfInstant } from '../events/index.ts';
import { RAW, systemHost } from '../lake/index.ts';
import { type Retention, retainTable, retentionBoundary } from '../maintenance/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Storage } from '../storage/index.ts';
import { changeObserver } from './commit-warnings.ts';
import { EXIT_DONE, UsageError } from './failure.ts';
import { tableToChange } from './tables.ts';
import { visibleJson } from './visible.ts';

export interface RetainCommandOptions {
  /** `90d`, `13m`, `2y`, or a date. */
  readonly olderThan: string;
  readonly reason: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** What a retention leaves where it is. */
interface Remains {
  readonly raw_files: number;
  /** Raw files that landed before the boundary: most of what they hold is older than that. */
  readonly raw_files_landed_before: number;
  readonly quarantine_files: number;
}

/** Removes what is older than an age and prints what went and what is left elsewhere. */
export async function retainCommand(settings: Settings, options: RetainCommandOptions): Promise<number> {
  const { olderThan, dryRun } = options;
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
  const observer = changeObserver(process.stderr);
  const { storage, events } = await tableToChange(settings, dryRun, observer);
  const reason = options.reason ?? `retention: events dated before ${dateOfDay(before)}`;
  const retention = await retainTable(storage, systemHost, events, { before, reason, dryRun, observer });
  const remains = await remainsOf(storage, Date.parse(retention.before));
  process.stdout.write(
    options.json
      ? `${visibleJson(report(retention, remains, dryRun))}\n`
      : `${describe(retention, remains, dryRun).join('\n')}\n`,
  );
  return EXIT_DONE;
}

async function remainsOf(storage: Storage, before: number): Promise<Remains> {
  let [raw, old, quarantine] = [0, 0, 0];
  for await (const { lastModified } of storage.list(RAW, { onFault: () => undefined })) {
    raw++;
    if (lastModified.getTime() < before) old++;
  }
  for await (const _ of storage.list('quarantine/', { onFault: () => undefined })) quarantine++;
  return { raw_files: raw, raw_files_landed_before: old, quarantine_files: quarantine };
}

function report({ snapshot, version, before, files, rows, bytes }: Retention, remains: Remains, dryRun: boolean) {
  return { dry_run: dryRun, version, table_version: snapshot.version, before, files, rows, bytes, remains };
}

function describe(retention: Retention, remains: Remains, dryRun: boolean): string[] {
  const { version, before, files, rows, bytes } = retention;
  const what = `${rows} rows dated before ${before}, in ${files} data files of ${bytes} bytes`;
  if (!dryRun && version === null) {
    return [`nothing to do: the table holds no rows dated before ${before}, and takes none in any more`];
  }
  return [
    dryRun ? `would remove ${what}; nothing was changed` : `removed ${what}, in version ${version}`,
    `rows dated before ${before} ${dryRun ? 'would not be' : 'are not'} taken in again, whatever raw file holds them`,
    'What remains:',
    '  the data files, until vacuum removes them (7 days after this unless the table says otherwise)',
    `  the raw files: ${remains.raw_files}, of which ${remains.raw_files_landed_before} landed before ${before}; remove those by a lifecycle rule of the store where they must go`,
    `  the quarantine: ${remains.quarantine_files} files`,
    '  the log, with the bounds of removed files (earliest and latest time, first and last names), in commits and checkpoints before this',
  ];
}
