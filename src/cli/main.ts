import path from 'node:path';
import { Command } from 'commander';
import type { Options } from '../settings/index.ts';
import { removeLeftScratch } from '../storage/index.ts';
import { PROGRAM_VERSION } from '../table/index.ts';
import { addAskCommand } from './ask-command.ts';
import { addChangeCommands } from './change-commands.ts';
import { codesCommand } from './codes-command.ts';
import { explainCommand, explainLines, LARGEST_CODE } from './explain-command.ts';
import { EXIT_DONE, endOnUnseenErrors, failureOf, said, UsageError } from './failure.ts';
import { ingestCommand } from './ingest-command.ts';
import { addMaintenanceCommands } from './maintenance-commands.ts';
import { queryCommand } from './query-command.ts';
import { addSettings, settingsFrom } from './settings-options.ts';
import { statusCommand } from './status-command.ts';
import { tourCommand } from './tour-command.ts';
import { addVerifyCommands } from './verify-command.ts';

interface IngestFlags {
  readonly into: string;
  readonly rejected: boolean;
  readonly json: boolean;
}

interface QueryFlags {
  readonly unrestricted: boolean;
  readonly json: boolean;
}

const SAMPLES = path.join(import.meta.dirname, '../../samples/exports');

/** Runs the command line and returns the exit code: 0 done, 1 a file was rejected or verify found problems, 2 wrong usage or settings, 3 storage fault, 70 internal error. */
export async function main(args: readonly string[]): Promise<number> {
  process.stdout.on('error', stopAtClosedPipe);
  process.stderr.on('error', stopAtClosedPipe);
  endOnUnseenErrors();
  await removeLeftScratch();
  let code: number = EXIT_DONE;
  const program = new Command('audit-lake')
    .description("Turns Nexthink Infinity's audit-log exports into a table that can be queried and proved.")
    .version(PROGRAM_VERSION, '--version', 'print the version of this program')
    .exitOverride()
    // Its messages quote what was typed.
    .configureOutput({ writeErr: (text) => process.stderr.write(said(text)) })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', EXAMPLES);

  const ingest = program
    .command('ingest')
    .description(
      'copy export files into the raw zone and take them into the table; without files, whatever raw holds and the table lacks',
    )
    .argument('[file...]', 'export files (CSV or JSON lines, gzip or not), or folders of them')
    .option('--into <prefix>', 'where below the raw zone the copies go', '')
    .option('--rejected', 'try again the raw files that were rejected, with the settings of today', false)
    .option('--json', 'print one JSON object instead of a summary', false)
    .action(async (files: string[], { into, rejected, json, ...rest }: IngestFlags & Options) => {
      code = await ingestCommand(settingsFrom(rest), { files, into, rejected, json });
    });
  addSettings(ingest, () => true);

  const query = program
    .command('query')
    .description('run SQL over the views of a lake')
    .argument('<sql>', 'one statement that reads, in DuckDB SQL')
    .option(
      '--unrestricted',
      'let the statement read and write whatever this user can, and fetch extensions; never for SQL of somebody else',
      false,
    )
    .option('--json', 'print an array of objects instead of a table', false)
    .action(async (sql: string, { json, unrestricted, ...rest }: QueryFlags & Options) => {
      code = await queryCommand(settingsFrom(rest), sql, { json, unrestricted });
    });
  addSettings(query, (name) => name === 'lake');

  const status = program
    .command('status')
    .description('say what the lake holds, and which raw files wait or were rejected')
    .option('--json', 'print one JSON object', false)
    .action(async ({ json, ...rest }: { json: boolean } & Options) => {
      code = await statusCommand(settingsFrom(rest), json);
    });
  addSettings(status, (name) => ['lake', 'include', 'exclude'].includes(name));

  program
    .command('explain')
    .description('show how a message is read: template, split, columns, status and why')
    .argument('[code]', 'audit code, such as 91011')
    .argument('[message]', 'the message')
    .option('--jsonl', 'read {"id", "code", "message"} lines from standard input, write one line each', false)
    .action(async (given: string | undefined, message: string | undefined, { jsonl }: { jsonl: boolean }) => {
      if (jsonl) {
        if (given !== undefined)
          throw new UsageError('explain --jsonl reads its messages from standard input; leave out CODE and MESSAGE');
        code = await explainLines(process.stdin, process.stdout);
      } else if (
        given === undefined ||
        message === undefined ||
        !/^\d{1,10}$/.test(given) ||
        Number(given) > LARGEST_CODE
      ) {
        throw new UsageError(
          'explain takes an audit code and a message: audit-lake explain 92042 "Created dashboard, ID=c1, name=Sales"',
        );
      } else {
        code = explainCommand(Number(given), message);
      }
    });

  program
    .command('codes')
    .description('list the audit codes, or those that hold every word given')
    .argument('[word...]', 'parts of a code, name, meaning, family or template')
    .option('--json', 'print the rows of the catalogue as a JSON array', false)
    .action((words: string[], { json }: { json: boolean }) => {
      code = codesCommand(words, json);
    });

  const tour = program
    .command('tour')
    .description('ingest the samples into a lake and ask a first question')
    .action(async (options: Options) => {
      code = await tourCommand(settingsFrom(options), SAMPLES);
    });
  addSettings(tour, (name) => name === 'lake');

  addAskCommand(program, (exitCode) => {
    code = exitCode;
  });
  addMaintenanceCommands(program, (exitCode) => {
    code = exitCode;
  });
  addChangeCommands(program, (exitCode) => {
    code = exitCode;
  });
  addVerifyCommands(program, (exitCode) => {
    code = exitCode;
  });

  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    const { text, exitCode } = failureOf(error);
    if (text !== null) process.stderr.write(`audit-lake: ${text}\n`);
    return exitCode;
  }
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

Exit codes: 0 done, 1 a file was rejected, another engine removed rows, or verify found problems, 2 wrong usage or settings, 3 storage fault (safe to run again),
70 internal error (run verify, and report it).`;
