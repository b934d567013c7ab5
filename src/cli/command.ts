import process from 'node:process';
import { type Command, Option } from 'commander';
import { type Format, formatOfFile, type Rows, visibleJson } from '../present/index.ts';
import {
  type ConfigFile,
  type Options,
  parseSettings,
  SETTINGS,
  type SettingDescription,
  type Settings,
  SettingsError,
} from '../settings/index.ts';
import { listedCommand } from './commands.ts';
import { EXIT_DONE } from './exit-codes.ts';
import { said } from './failure.ts';
import { type Example, examplesText } from './help.ts';
import { interruption } from './interruption.ts';
import { nearestConfigFile } from './nearest-config.ts';
import { keepQuiet } from './notes.ts';
import { OUTPUT_HEADING, Output, outputOptions } from './output.ts';
import { noteFound } from './standard-streams.ts';

/** One command of the command line: what it is called with, and what it does. */
export interface CommandDefinition<Flags, Words extends readonly unknown[]> {
  /** As `commands.ts` lists it. */
  readonly name: string;
  /** Its arguments, each as help shows it (`<needed>`, `[not needed]`, `[several...]`) and what it is. */
  readonly words?: readonly (readonly [shown: string, description: string])[];
  /** What its help shows below everything. */
  readonly examples?: readonly Example[];
  /** Its own options. One without a value is false where it is not given. */
  readonly flags?: readonly Option[];
  /** What `--json` prints, such as "one JSON object"; there is no such option without it. */
  readonly json?: string;
  /**
   * The formats in which it gives rows: with them come `--format`, `--output` and what belongs to them. Its rows are given to
   * `call.output`, or are part of its outcome.
   */
  readonly formats?: readonly Format[];
  /** The file that is written where `--output` names none; without it, that is standard output. */
  readonly usualOutput?: string;
  /** Settings that may stand among the options; with `lake` come the others that it takes to open it. What only lands files is none of `all`. */
  readonly settings?: 'all' | readonly (keyof Settings)[];
  /** The heading in the help for a setting; that of all where it is left out. */
  readonly heading?: (setting: string) => string;
  /** Whether it runs until it is interrupted, so that this is no end before its time. */
  readonly untilInterrupted?: boolean;
  run(call: Call<Flags>, ...words: Words): CommandOutcome | Promise<CommandOutcome>;
}

/** How a command is called. */
export interface Call<Flags> {
  readonly flags: Flags;
  /** Whether the outcome is printed as JSON. */
  readonly json: boolean;
  /** Where rows go that are printed while they come. */
  readonly output: Output;
  /**
   * The settings that the options, the environment and the nearest configuration file give.
   * @param usual options that count where they are not given
   * @throws SettingsError
   */
  settings(usual?: Options): Settings;
  /** That file; null where there is none that counts. */
  configFile(): ConfigFile | null;
}

/** What comes of a command. */
export interface CommandOutcome {
  /** {@link EXIT_DONE} where it is left out. */
  readonly exitCode?: number;
  /**
   * What is printed where no format is asked for, as JSON, and as HTML; where one of these is left out, its `rows` are, and
   * in all other formats. Left out altogether where the command has printed all that there is to say.
   */
  text?(): string;
  json?(): unknown;
  html?(): string | Promise<string>;
  rows?(): Rows;
}

/** Adds a command to the program. `done` is told the exit code. */
export type Register = (program: Command, done: (exitCode: number) => void) => void;

/** What `--dry-run` says, for every command that changes rows or files. */
export const DRY_RUN = new Option('--dry-run', 'say what would be done, and do nothing');

/** What says more of what was rejected, for every command that reads files. */
export const VERBOSE = new Option('--verbose', 'say more of what was rejected: all the names that were tried, say');

/** Why a change is made, for every command that records it. */
export const REASON = new Option('--reason <text>', 'why, for the log, where it stays for good');

/** How one command is added to the program: arguments, options, settings, output and exit code alike for all. */
export function command<Flags, Words extends readonly unknown[]>(
  definition: CommandDefinition<Flags, Words>,
): Register {
  return (program, done) => {
    const { name, words = [], json, formats = [], settings = [] } = definition;
    const own = [...(definition.flags ?? [])];
    if (json !== undefined) own.push(jsonOption(json, formats));
    if (formats.length > 0) own.push(...outputOptions(formats, definition.usualOutput));
    const added = program.command(name).description(listedCommand(name).description);
    for (const [shown, text] of words) added.argument(shown, text);
    for (const option of own) added.addOption(option);
    added.addOption(new Option('--quiet', 'print results and errors, no progress and no notes'));
    addSettings(added, settings, definition.heading);
    if (definition.examples !== undefined) added.addHelpText('after', examplesText(definition.examples));
    added.action(async (...given: unknown[]) => {
      const options = given.at(-2) as Options;
      const flags = Object.fromEntries(
        own.map((option) => {
          const name = option.attributeName();
          return [name, options[name] ?? (option.isBoolean() ? false : undefined)];
        }),
      );
      if (options['quiet'] === true) keepQuiet();
      const rest = Object.fromEntries(Object.entries(options).filter(([key]) => key !== 'quiet' && !(key in flags)));
      const configFile = once(configFileHere);
      const settingsOf = (options: Options) => parseSettings({ environment: process.env, options, file: configFile() });
      const { usualOutput } = definition;
      const usual = usualOutput === undefined ? null : formatOfFile(usualOutput);
      const lakeOf = () => settingsIfAny(() => settingsOf(rest));
      const output = new Output(flags, formats, `audit-lake ${name}`, lakeOf, usual);
      const call: Call<Flags> = {
        // What the options give is what the definition says that they give.
        flags: flags as Flags,
        json: output.format === 'json',
        output,
        settings: (usual: Options = {}) => settingsOf({ ...usual, ...rest }),
        configFile,
      };
      const outcome = await definition.run(call, ...(given.slice(0, -2) as unknown as Words));
      // What it found may be what it could not look at any more.
      if (definition.untilInterrupted !== true) interruption.throwIfAborted();
      const exitCode = outcome.exitCode ?? EXIT_DONE;
      noteFound(exitCode);
      await print(outcome, output);
      done(exitCode);
    });
  };
}

/** The configuration file of the folder that whoever calls stands in. */
function configFileHere(): ConfigFile | null {
  // Said whatever else is kept quiet: whoever relies on a file has to know that it does not count.
  return nearestConfigFile(process.cwd(), (text) => process.stderr.write(`audit-lake: ${said(text)}\n`));
}

/** What settings say; null where something is wrong with them, which whoever needs them is told. */
function settingsIfAny(read: () => Settings): Settings | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof SettingsError) return null;
    throw error;
  }
}

function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | null = null;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}

async function print({ text, json, html, rows }: CommandOutcome, output: Output): Promise<void> {
  const { format } = output;
  if (format === null && text !== undefined) await output.printText(`${text()}\n`);
  else if (format === 'json' && json !== undefined) await output.printText(`${visibleJson(await json())}\n`);
  else if (format === 'html' && html !== undefined) await output.printText(await html());
  else if (rows !== undefined) await output.print(rows());
}

function jsonOption(json: string, formats: readonly Format[]): Option {
  if (formats.length === 0) return new Option('--json', `print ${json} instead of text`);
  return new Option('--json', `print ${json} instead of text; short for --format json`).helpGroup(OUTPUT_HEADING);
}

const SETTINGS_HEADING = 'Settings:';

/** Settings that may be given several times. */
const REPEATABLE: ReadonlySet<string> = new Set([
  ...['instances', 'include', 'exclude', 'columns', 'columnAliases'],
  ...['webhookAliases', 'nqlParameters', 'classicTrails'],
]);

/** What it takes to open the lake. */
const OPENING: ReadonlySet<string> = new Set([
  'lake',
  'raw',
  'identityClientId',
  'storageConnectionString',
  'storageVersion',
  'localAccess',
  'maxLogBytes',
]);

/**
 * Adds the options for settings. The help has those that are named, and the lake; the others, which are common to many
 * commands, are in the help that `--help-settings` prints.
 */
function addSettings(
  added: Command,
  settings: 'all' | readonly string[],
  heading = (_: string) => SETTINGS_HEADING,
): void {
  const options = settingOptions(settings).map((option) => option.helpGroup(heading(option.attributeName())));
  const common = options.filter((option) => {
    const name = option.attributeName();
    return name !== 'lake' && (settings === 'all' || !settings.includes(name));
  });
  for (const option of options) added.addOption(common.includes(option) ? option.hideHelp() : option);
  if (common.length === 0) return;
  const text = `this help with ${common.length} settings more`;
  added.addOption(new Option('--help-settings', text).helpGroup(SETTINGS_HEADING));
  added.on('option:help-settings', () => {
    for (const option of common) option.hideHelp(false);
    added.help();
  });
}

/** Options for settings, as the schema describes them. */
function settingOptions(wanted: 'all' | readonly string[]): Option[] {
  const isWanted = ({ name, landing }: SettingDescription) =>
    wanted === 'all' ? landing !== true : wanted.includes(name) || (OPENING.has(name) && wanted.includes('lake'));
  const found = SETTINGS.filter((each) => !each.appOnly && !each.environmentOnly && isWanted(each));
  return found.map(({ name, option, description, expected, example, fallback, environment }) => {
    const usual = fallback === undefined || fallback === '' ? '' : ` Default: ${fallback}.`;
    const text = `${description} (${expected}; for example ${example}.${usual} Environment: ${environment})`;
    const each = new Option(`${option} <value>`, text);
    return REPEATABLE.has(name) ? severalTimes(each) : each;
  });
}

/** An option that may be given several times, and is a list then. */
export function severalTimes(option: Option): Option {
  return option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
}
