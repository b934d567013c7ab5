import type { Command } from 'commander';
import type { Options } from '../settings/index.ts';
import { compactCommand } from './compact-command.ts';
import { historyCommand } from './history-command.ts';
import { addSettings, settingsFrom } from './settings-options.ts';
import { vacuumCommand } from './vacuum-command.ts';

interface CompactFlags {
  readonly before?: string;
  readonly maxMinutes?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

interface VacuumFlags {
  readonly olderThan?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

interface HistoryFlags {
  readonly limit: string;
  readonly json: boolean;
}

/** Adds the commands that keep a table in shape and say how it came about. */
export function addMaintenanceCommands(program: Command, done: (exitCode: number) => void): void {
  const compact = program
    .command('compact')
    .description('make few big files of the small ones of past days; the rows stay the same')
    .option('--before <date>', 'only days before this one, such as 2026-03-01 (default: today, in UTC)')
    .option('--max-minutes <n>', 'begin no further day after so many minutes')
    .option('--dry-run', 'say what would be done, and do nothing', false)
    .option('--json', 'print one JSON object instead of a table', false)
    .action(async ({ before, maxMinutes, dryRun, json, ...rest }: CompactFlags & Options) => {
      done(await compactCommand(settingsFrom(rest), { before, maxMinutes, dryRun, json }));
    });
  addSettings(compact, (name) => ['lake', 'codec'].includes(name));

  const vacuum = program
    .command('vacuum')
    .description('remove data files that no version of the last days needs')
    .option('--older-than <days>', 'days that a file must have been unused, 7 at least (default: what the table says)')
    .option('--dry-run', 'list what would be removed, and remove nothing', false)
    .option('--json', 'print one JSON object instead of a summary', false)
    .action(async ({ olderThan, dryRun, json, ...rest }: VacuumFlags & Options) => {
      done(await vacuumCommand(settingsFrom(rest), { olderThan, dryRun, json }));
    });
  addSettings(vacuum, (name) => name === 'lake');

  const history = program
    .command('history')
    .description('say what came into the table when, from where, and what else was done to it; newest first')
    .option('--limit <n>', 'how many versions', '20')
    .option('--json', 'print one JSON object for each version, one a line', false)
    .action(async ({ limit, json, ...rest }: HistoryFlags & Options) => {
      done(await historyCommand(settingsFrom(rest), { limit, json }));
    });
  addSettings(history, (name) => name === 'lake');
}
