import process from 'node:process';
import { Command } from 'commander';
// Where table/ has its version from, which takes its time to load.
import manifest from '../../package.json' with { type: 'json' };
import { removeLeftScratch } from '../storage/index.ts';
import { COMMANDS } from './commands.ts';
import { EXIT_DONE, endOnUnseenErrors, failureOf, said } from './failure.ts';

/** Runs the command line and returns the exit code, which the help explains. */
export async function main(args: readonly string[]): Promise<number> {
  process.stdout.on('error', stopAtClosedPipe);
  process.stderr.on('error', stopAtClosedPipe);
  endOnUnseenErrors();
  let code: number = EXIT_DONE;
  const program = new Command('audit-lake')
    .description("Turns Nexthink Infinity's audit-log exports into a table that can be queried and proved.")
    .version(manifest.version, '--version', 'print the version of this program')
    .exitOverride()
    // Its messages quote what was typed.
    .configureOutput({ writeErr: (text) => process.stderr.write(said(text)) })
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (each) => `${each.name()} ${each.usage()}` })
    .hook('preAction', removeLeftScratch)
    .addHelpText('after', EXAMPLES);
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
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    const { text, exitCode } = await failureOf(error);
    if (text !== null) process.stderr.write(`audit-lake: ${text}\n`);
    return exitCode;
  }
}

/** The first word that names a command: `ingest` of `ingest x.csv`, of `help ingest` and of `-- ingest x.csv`. */
function calledCommand(args: readonly string[]): string | undefined {
  return args.find((word) => Object.values(COMMANDS).some((commands) => Object.hasOwn(commands, word)));
}

/** Whoever read our output has seen enough (`| head`): that is no fault. */
function stopAtClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT_DONE);
  throw error;
}

const EXAMPLES = `
Examples:
  audit-lake ingest export.csv --lake ./lake            one export into a lake on this machine
  audit-lake ingest --lake ./lake                       whatever raw holds and the table lacks
  audit-lake query "SELECT count(*) FROM audit_events" --lake ./lake
  audit-lake ask                                        the questions that come with it; then: ask NAME --lake ./lake
  audit-lake status --lake ./lake
  audit-lake verify --lake ./lake                       is the lake what its log and evidence say?
  audit-lake codes role                                 the audit codes about roles
  audit-lake explain 92042 "Created dashboard, ID=c1, name=Sales"

Exit codes:
  0   done
  1   a file was rejected, another engine removed rows, or verify found problems
  2   wrong usage or settings; nothing was done
  3   storage fault; nothing is half-visible, and it is safe to run again
  70  internal error; run verify, and report it`;
