import { RootCommand } from '@bomb.sh/tab';
import type { Command, Option } from 'commander';
import { SETTINGS } from '../settings/index.ts';
import { printedBy, SHELLS } from './completion-script.ts';

/** A candidate for a word, and what it is. */
type Candidate = readonly [value: string, description: string];

/** The library's word for: the shell offers names of files, since there is nothing else to offer. */
const FILES = ':0';

/** Options and arguments that take a file or a folder. */
const TAKES_FILE = /file|path|folder|lake|raw|config|output/;

/** How a setting with two values says so: `snappy or zstd`. */
const EITHER = /^(\w+) or (\w+)$/;

const LONGEST_DESCRIPTION = 90;

/**
 * What a shell may offer for the last of the words that stand behind the program's name: a candidate a line with its
 * description behind a tab, then a number that says what else it may do.
 * @param program with every command, and with the options of the one that the words call
 */
export async function suggestions(program: Command, words: readonly string[]): Promise<string> {
  const root = new RootCommand();
  const help = program.createHelp();
  const commands = help.visibleCommands(program);
  addOptions(root, help.visibleOptions(program));
  for (const command of commands) {
    const added = root.command(command.name(), shortened(command.description()));
    // Settings are left out of the help alone.
    for (const option of command.options) option.hideHelp(false);
    addOptions(added, help.visibleOptions(command));
    for (const argument of command.registeredArguments) {
      const candidates = await candidatesFor(command.name(), argument.name(), commands);
      added.argument(argument.name(), (offer) => offerAll(offer, candidates), argument.variadic);
    }
  }
  const lines = printedBy(() => root.parse([...words]));
  const called = commands.find((command) => words.slice(0, -1).includes(command.name()));
  const isNone = lines.length <= 1;
  return (isNone && takesFile(called, words) ? [FILES] : lines).join('\n');
}

function addOptions(to: Pick<RootCommand, 'option'>, options: readonly Option[]): void {
  for (const option of options) {
    const [name, short] = [option.long?.slice(2), option.short?.slice(1)];
    if (name === undefined) continue;
    const description = shortened(option.description);
    if (option.isBoolean()) to.option(name, description, short);
    else to.option(name, description, (offer) => offerAll(offer, valuesOf(option)), short);
  }
}

function valuesOf({ argChoices, long }: Option): Candidate[] {
  const setting = SETTINGS.find(({ option }) => option === long);
  const zones = setting?.name === 'timeZone' ? Intl.supportedValuesOf('timeZone') : [];
  const either = EITHER.exec(setting?.expected ?? '')?.slice(1) ?? [];
  return [...(argChoices ?? either), ...zones].map((value): Candidate => [value, '']);
}

async function candidatesFor(command: string, word: string, commands: readonly Command[]): Promise<Candidate[]> {
  switch (`${command} ${word}`) {
    case 'ask question': {
      const { questionFiles } = await import('../asking/index.ts');
      const all: Candidate = ['all', 'every question, a line each'];
      return [...questionFiles().map(({ name, question }): Candidate => [name, question]), all];
    }
    case 'completion shell':
      return SHELLS.map((shell): Candidate => [shell, '']);
    case 'help command':
      return commands.map((each): Candidate => [each.name(), each.description()]);
    default:
      return [];
  }
}

function offerAll(offer: (value: string, description: string) => void, candidates: readonly Candidate[]): void {
  for (const [value, description] of candidates) offer(value, shortened(description));
}

/** Whether the last word is to be a file: the value of such an option, or such an argument. */
function takesFile(command: Command | undefined, words: readonly string[]): boolean {
  const [before = '', last = ''] = [words.at(-2), words.at(-1)];
  const named = last.startsWith('--') && last.includes('=') ? last.slice(0, last.indexOf('=')) : before;
  const option = command?.options.find(({ long, short }) => long === named || short === named);
  if (option !== undefined && !option.isBoolean()) return TAKES_FILE.test(option.long ?? '');
  if (last.startsWith('-')) return false;
  return command?.registeredArguments.some((argument) => TAKES_FILE.test(argument.name())) ?? false;
}

/** The first clause of a description, as fits into one line. */
function shortened(description: string): string {
  const [clause = ''] = description.split(/[.;:(\n\t]\s/);
  const text = clause.trim();
  return text.length <= LONGEST_DESCRIPTION ? text : `${text.slice(0, LONGEST_DESCRIPTION - 1)}…`;
}
