import { Option } from 'commander';
import { dayOfDate, dayOfInstant } from '../events/index.ts';
import { codecOf } from '../lake/index.ts';
import { type Compaction, type CompactObserver, compactLake, type InTable } from '../maintenance/index.ts';
import { sizeText, textTable, UsageError, visible } from '../present/index.ts';
import { counted, systemHost } from '../storage/index.ts';
import { command, DRY_RUN } from './command.ts';
import { commitWarnings } from './commit-warnings.ts';
import { notes } from './notes.ts';
import { daysOn } from './progress.ts';
import { asOneReport, tablesToChange } from './tables.ts';

interface CompactFlags {
  /** `YYYY-MM-DD`. */
  readonly before?: string;
  readonly maxMinutes?: string;
  readonly dryRun: boolean;
}

const MINUTE_MS = 60_000;

const NOTHING_TO_DO = 'no past day has more small files than it needs';

/** Compacts closed days and says what became of each. */
export const register = command<CompactFlags, []>({
  name: 'compact',
  flags: [
    new Option('--before <date>', 'only days before this one, such as 2026-03-01 (default: today, in UTC)'),
    new Option('--max-minutes <n>', 'begin no further day after so many minutes'),
    DRY_RUN,
  ],
  json: 'one JSON object',
  settings: ['lake', 'codec'],
  run: async ({ settings, flags: { before, maxMinutes, dryRun } }) => {
    const given = settings();
    if (before !== undefined && !isPastDate(before)) {
      throw new UsageError(`--before takes a date that is not to come, such as 2026-03-01; found ${before}`);
    }
    const started = systemHost.now();
    const minutes = maxMinutes === undefined ? null : Number(maxMinutes);
    if (minutes !== null && !(minutes > 0)) {
      throw new UsageError(`--max-minutes takes a number above 0, found ${maxMinutes}`);
    }
    const progress = daysOn(notes);
    const observer: CompactObserver = {
      ...commitWarnings(notes),
      onDay: progress.onDay,
    };
    const { storage, tables } = await tablesToChange(given, dryRun, observer);
    const compactions = await compactLake({ storage, host: systemHost }, tables, {
      codec: codecOf(given),
      ...(before !== undefined && { before }),
      ...(minutes !== null && { deadline: started + minutes * MINUTE_MS }),
      dryRun,
      observer,
    }).finally(progress.stop);
    return {
      json: () => asOneReport(compactions.map(report)),
      text: () => compactions.map(({ result }) => describe(result)).join('\n\n'),
    };
  },
});

function isPastDate(text: string): boolean {
  const day = dayOfDate(text);
  return day !== null && day <= dayOfInstant(systemHost.now());
}

function report({ table, result: { snapshot, outcome, explanation, days, refused, daysLeft } }: InTable<Compaction>) {
  return {
    table,
    outcome,
    explanation,
    table_version: snapshot.version,
    days: days.map((day) => ({
      event_date: day.eventDate,
      rows: day.rows,
      files_before: day.filesBefore,
      files_after: day.filesAfter,
      bytes_before: day.bytesBefore,
      bytes_after: day.bytesAfter,
    })),
    refused: refused.map(({ path, detail }) => ({ path, reason: detail })),
    days_left: daysLeft,
  };
}

function describe({ outcome, explanation, days, refused, daysLeft, snapshot }: Compaction): string {
  const table = textTable(
    ['day', 'rows', 'files before', 'files after', 'size before', 'size after'],
    days.map((day) => [
      day.eventDate,
      ...[day.rows, day.filesBefore, day.filesAfter].map(String),
      sizeText(day.bytesBefore),
      day.bytesAfter === null ? '?' : sizeText(day.bytesAfter),
    ]),
    [false, true, true, true, true, true],
  );
  const before = days.reduce((sum, { filesBefore }) => sum + filesBefore, 0);
  const after = days.reduce((sum, { filesAfter }) => sum + filesAfter, 0);
  const results: Readonly<Record<Compaction['outcome'], string>> = {
    compacted: `${counted(before, 'file')} of ${counted(days.length, 'day')} became ${after}, in version ${snapshot.version}; vacuum removes the old ones in time`,
    'dry run':
      days.length === 0
        ? NOTHING_TO_DO
        : `${counted(before, 'file')} of ${counted(days.length, 'day')} would become about ${after}; nothing was changed`,
    'nothing to do': NOTHING_TO_DO,
    overtaken: visible(explanation ?? ''),
  };
  return [
    ...(days.length > 0 ? [table] : []),
    ...refused.map(({ message }) => `left as it is: ${visible(message)}`),
    ...(daysLeft > 0 ? [`${counted(daysLeft, 'day')} left for the next run: time was up`] : []),
    results[outcome],
  ].join('\n\n');
}
