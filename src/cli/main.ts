import process from 'node:process';
import { Command } from 'commander';
// Where table/ has its version from, which takes its time to load.
import manifest from '../../package.json' with { type: 'json' };
import { removeLeftScratch } from '../storage/index.ts';
import { COMMANDS } from './commands.ts';
import { EXIT_DONE } from './exit-codes.ts';
import { endOnUnseenErrors, failureOf, said } from './failure.ts';
import { HELP_COLUMNS, helpEnd } from './help.ts';
import { endInterrupted, interruption, watchForInterruption } from './interruption.ts';
import { withSqlLast } from './sql-last.ts';
import { watchStandardStreams } from './standard-streams.ts';

/** Runs the command line and returns the exit code, which the help explains. */
export async function main(args: readonly string[]): Promise<number> {
  watchStandardStreams();
  endOnUnseenErrors();
  watchForInterruption();
  let code: number = EXIT_DONE;
  const program = new Command('audit-lake')
    .description("Turns Nexthink Infinity's audit-log exports into a table that can be queried and proved.")
    .version(manifest.version, '--version', 'print the version of this program')
    .exitOverride()
    // Its messages quote what was typed.
    .configureOutput({
      writeErr: (text) => process.stderr.write(said(text)),
      outputError: (text, write) => write(text.replace(/^error: /, 'audit-lake: ')),
    })
    .configureHelp({
      helpWidth: HELP_COLUMNS,
      showGlobalOptions: true,
      subcommandTerm: (each) => `${each.name()} ${each.usage()}`,
    })
    .hook('preAction', removeLeftScratch)
    .addHelpText('after', helpEnd());
  try {
    const called = calledCommand(args);
    for (const [heading, commands] of Object.entries(COMMANDS)) {
      program.commandsGroup(heading);
      for (const [name, { words, description, load }] of Object.entries(commands)) {
        if (name !== called) program.command(name).description(description).usage(`[options] ${words}`.trim());
        else {
          const { register } = await load();
          register(program, (exitCode) => {
            code = exitCode;
          });
        }
      }
    }
    program.commandsGroup('Help:').helpCommand(true);
    if (args[0] === 'complete' && args[1] === '--') {
      const { suggestions } = await import('./completion.ts');
      process.stdout.write(`${await suggestions(program, args.slice(2))}\n`);
      return EXIT_DONE;
    }
    await program.parseAsync(called === 'query' ? withSqlLast(args) : [...args], { from: 'user' });
    return code;
  } catch (error) {
    // Whatever failed after it failed because of it.
    if (interruption.aborted) endInterrupted();
    const { text, exitCode } = await failureOf(error);
    if (text !== null) process.stderr.write(`audit-lake: ${text}\n`);
    return exitCode;
  }
}

/** The first word that names a command: `ingest` of `ingest x.csv`, of `help ingest` and of `-- ingest x.csv`. */
function calledCommand(args: readonly string[]): string | undefined {
  return args.find((word) => Object.values(COMMANDS).some((commands) => Object.hasOwn(commands, word)));
}
