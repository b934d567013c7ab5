import type { Command } from 'commander';
import type { Options } from '../settings/index.ts';
import { acceptCommand } from './accept-command.ts';
import { eraseCommand } from './erase-command.ts';
import { replayCommand } from './replay-command.ts';
import { retainCommand } from './retain-command.ts';
import { addSettings, settingsFrom } from './settings-options.ts';

interface ChangeFlags {
  readonly reason?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

interface RetainFlags extends ChangeFlags {
  readonly olderThan: string;
}

interface EraseFlags extends ChangeFlags {
  readonly user: readonly string[];
}

interface AcceptFlags {
  readonly reason: string;
  readonly json: boolean;
}

interface ReplayFlags extends ChangeFlags {
  readonly from?: string;
  readonly to?: string;
}

/** Adds the commands that change or remove rows, and the one that acknowledges what others did. The table is append-only but for them, and each leaves its trace. */
export function addChangeCommands(program: Command, done: (exitCode: number) => void): void {
  const retain = changeCommand(program, 'retain', 'remove the events of days that need not be kept any longer')
    .requiredOption(
      '--older-than <age>',
      'what goes: 90d, 13m, 2y, or whatever is dated before a day, such as 2025-01-01',
    )
    .action(async ({ olderThan, reason, dryRun, json, ...rest }: RetainFlags & Options) => {
      done(await retainCommand(settingsFrom(rest), { olderThan, reason, dryRun, json }));
    });
  addSettings(retain, (name) => name === 'lake');

  const erase = changeCommand(program, 'erase', 'remove the rows of one person, and keep them from coming back')
    .requiredOption(
      '--user <value>',
      'a name, id, SID or e-mail address of that person, exactly as it stands in the table; may be given several times',
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .action(async ({ user, reason, dryRun, json, ...rest }: EraseFlags & Options) => {
      done(await eraseCommand(settingsFrom(rest), { values: user, reason, dryRun, json }));
    });
  addSettings(erase, (name) => ['lake', 'codec'].includes(name));

  const replay = changeCommand(
    program,
    'replay',
    'read the raw files again, with the catalogue and the settings of today, and put the result in place of the rows there are',
  )
    .option('--from <date>', 'only events of this day and later, such as 2026-03-01')
    .option('--to <date>', 'only events of this day and earlier')
    .action(async ({ from, to, reason, dryRun, json, ...rest }: ReplayFlags & Options) => {
      done(await replayCommand(settingsFrom(rest), { from, to, reason, dryRun, json }));
    });
  addSettings(replay, () => true);

  const accept = program
    .command('accept')
    .description(
      'acknowledge that another engine changed data in a version, once a replay has put back what raw files give',
    )
    .argument('<version>', 'the version of audit_events, as verify and history name it')
    .requiredOption('--reason <text>', 'why, for the log, where it stays for good')
    .option('--json', 'print one JSON object instead of text', false)
    .action(async (version: string, { reason, json, ...rest }: AcceptFlags & Options) => {
      done(await acceptCommand(settingsFrom(rest), { version, reason, json }));
    });
  addSettings(accept, (name) => name === 'lake');
}

function changeCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--reason <text>', 'why, for the log, where it stays for good')
    .option('--dry-run', 'say what would be done, and do nothing', false)
    .option('--json', 'print one JSON object instead of text', false);
}
