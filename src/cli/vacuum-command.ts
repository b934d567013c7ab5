import { Option } from 'commander';
import { existingTables } from '../asking/index.ts';
import { statesOf } from '../lake/index.ts';
import {
  type LakeVacuum,
  LEAST_RETENTION_MS,
  type Vacuum,
  type VacuumOptions,
  vacuumLake,
} from '../maintenance/index.ts';
import { firstOf, sizeText, UsageError, visible } from '../present/index.ts';
import { counted, systemHost } from '../storage/index.ts';
import { command } from './command.ts';
import { commitWarnings } from './commit-warnings.ts';
import { openLakeHere } from './interruption.ts';
import { agreedTo, IRREVERSIBLE, type IrreversibleFlags } from './irreversible.ts';
import { notes } from './notes.ts';

interface VacuumFlags extends IrreversibleFlags {
  /** Days. */
  readonly olderThan?: string;
}

const DAY_MS = 86_400_000;
/** Files listed by name in text; JSON lists them all. */
const MOST_LISTED = 40;

/** Removes unused data files of every table and says which. */
export const register = command<VacuumFlags, []>({
  name: 'vacuum',
  flags: [
    new Option(
      '--older-than <days>',
      'days that a file must have been unused, 7 at least (default: what the table says)',
    ),
    ...IRREVERSIBLE,
  ],
  json: 'one JSON object',
  settings: ['lake'],
  run: async ({ settings, flags }) => {
    const { olderThan, dryRun } = flags;
    const given = settings();
    if (olderThan !== undefined && !(/^\d{1,6}$/.test(olderThan) && Number(olderThan) * DAY_MS >= LEAST_RETENTION_MS)) {
      throw new UsageError(
        `--older-than takes a whole number of days, ${LEAST_RETENTION_MS / DAY_MS} at least; found ${olderThan}. A file younger than that may be about to be committed`,
      );
    }
    const storage = openLakeHere(given);
    const tables = await existingTables(storage, given);
    const vacuum = (options: Pick<VacuumOptions, 'dryRun' | 'asked'>): Promise<LakeVacuum> =>
      vacuumLake(
        { storage, host: systemHost },
        statesOf(tables).map(({ snapshot }) => snapshot),
        {
          ...(olderThan !== undefined && { olderThan: Number(olderThan) * DAY_MS }),
          observer: commitWarnings(notes),
          ...options,
        },
      );
    const due = await vacuum({ dryRun: true });
    if (dryRun) return { json: () => report(due, true), text: () => describe(due, true) };
    const files = due.tables.reduce((sum, { files }) => sum + files.length, 0);
    // Whoever has nothing to delete has nothing to agree to.
    const asked =
      files === 0
        ? null
        : await agreedTo(given, flags, `deletes ${counted(files, 'data file')} that no reader needs any more`);
    const result = await vacuum({ dryRun, ...(asked !== null && { asked }) });
    return { json: () => report(result, dryRun), text: () => describe(result, dryRun) };
  },
});

function report({ tables, abandoned }: LakeVacuum, dryRun: boolean) {
  return {
    dry_run: dryRun,
    tables: tables.map(({ table, retention, files, bytes }) => ({
      table,
      retention_days: retention / DAY_MS,
      bytes,
      files: files.map(({ path, size, lastModified }) => ({ path, size, last_modified: lastModified })),
    })),
    abandoned_writes: abandoned,
  };
}

function describe({ tables, abandoned }: LakeVacuum, dryRun: boolean): string {
  return [
    ...tables.map((table) => describeTable(table, dryRun)),
    ...(abandoned === null || abandoned === 0 ? [] : [`${counted(abandoned, 'write')} that had been cut off: removed`]),
  ].join('\n');
}

function describeTable({ table, retention, files, bytes }: Vacuum, dryRun: boolean): string {
  const lines = files.map(({ path, size }) => `${visible(path)} (${sizeText(size)})`);
  const done = dryRun ? 'would be removed' : 'removed';
  const days = retention / DAY_MS;
  const first = `${table}: ${counted(files.length, 'file')} unused for ${counted(days, 'day')}, ${sizeText(bytes)}, ${done}`;
  return [first, ...firstOf(lines, MOST_LISTED, '  ')].join('\n');
}
