import { systemHost } from '../lake/index.ts';
import { type LakeVacuum, LEAST_RETENTION_MS, type Vacuum, vacuumLake } from '../maintenance/index.ts';
import type { Settings } from '../settings/index.ts';
import { openLake } from '../storage/index.ts';
import { EXIT_DONE, UsageError } from './failure.ts';
import { existingTables } from './tables.ts';
import { visible, visibleJson } from './visible.ts';

export interface VacuumOptions {
  /** Days. */
  readonly olderThan: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

const DAY_MS = 86_400_000;
/** Files listed by name in text; JSON lists them all. */
const MOST_LISTED = 40;

/** Removes unused data files of both tables and prints which. */
export async function vacuumCommand(settings: Settings, { olderThan, dryRun, json }: VacuumOptions): Promise<number> {
  if (olderThan !== undefined && !(/^\d{1,6}$/.test(olderThan) && Number(olderThan) * DAY_MS >= LEAST_RETENTION_MS)) {
    throw new UsageError(
      `--older-than takes a whole number of days, ${LEAST_RETENTION_MS / DAY_MS} at least; found ${olderThan}. A file younger than that may be about to be committed`,
    );
  }
  const storage = openLake(settings);
  const tables = await existingTables(storage, settings);
  const result = await vacuumLake(storage, systemHost, [tables.events, tables.codes], {
    ...(olderThan !== undefined && { olderThan: Number(olderThan) * DAY_MS }),
    dryRun,
  });
  process.stdout.write(json ? `${visibleJson(report(result, dryRun))}\n` : `${describe(result, dryRun)}\n`);
  return EXIT_DONE;
}

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
    ...(abandoned === null || abandoned === 0 ? [] : [`${abandoned} writes that were cut off: removed`]),
  ].join('\n');
}

function describeTable({ table, retention, files, bytes }: Vacuum, dryRun: boolean): string {
  const listed = files.slice(0, MOST_LISTED).map(({ path, size }) => `  ${visible(path)} (${size} bytes)`);
  const rest = files.length > listed.length ? [`  … and ${files.length - listed.length} more (--json lists them)`] : [];
  const done = dryRun ? 'would be removed' : 'removed';
  const days = retention / DAY_MS;
  return [`${table}: ${files.length} files unused for ${days} days, ${bytes} bytes, ${done}`, ...listed, ...rest].join(
    '\n',
  );
}
