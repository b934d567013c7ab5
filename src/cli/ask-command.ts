import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Command, Option } from 'commander';
import {
  DIALECTS,
  type Dialect,
  parseQuestion,
  type Question,
  QuestionError,
  renderQuestion,
  withArgument,
} from '../questions/index.ts';
import type { Options } from '../settings/index.ts';
import { answerOfLake, type LakeAnswer, printAnswer } from './answer.ts';
import { EXIT_DONE, UsageError } from './failure.ts';
import { addSettings, settingsFrom } from './settings-options.ts';
import { visibleJson, visibleLines } from './visible.ts';

const QUESTIONS = path.join(import.meta.dirname, '../../infra/queries');

/** The questions that the project comes with, by their numbers. @throws QuestionError */
export function questionFiles(): Question[] {
  const files = readdirSync(QUESTIONS).filter((file) => file.endsWith('.sql'));
  return files.sort().map((file) => parseQuestion(file, readFileSync(path.join(QUESTIONS, file), 'utf8')));
}

interface AskFlags {
  readonly object?: string;
  readonly asOf?: string;
  readonly sql: boolean;
  readonly dialect: Dialect;
  readonly json: boolean;
}

/** Adds the command that lists the questions and asks one. */
export function addAskCommand(program: Command, done: (exitCode: number) => void): void {
  const ask = program
    .command('ask')
    .description('ask the lake one of the questions of infra/queries; without a question, list them')
    .argument('[question]', 'its number or name, such as 5 or self-granted-roles')
    .option('--object <id>', 'the id of the object, for the question that is about one')
    .option('--as-of <date>', 'the day that stands for today, such as 2026-03-31 (default: today, in UTC)')
    .option('--sql', 'print the SQL instead of running it', false)
    .addOption(new Option('--dialect <name>', 'the dialect of --sql').choices(DIALECTS).default('duckdb'))
    .option('--json', 'print JSON instead of a table', false)
    .action(async (named: string | undefined, { object, asOf, sql, dialect, json, ...rest }: AskFlags & Options) => {
      if (!sql && dialect !== 'duckdb') throw new UsageError('a lake is asked in DuckDB; --dialect goes with --sql');
      const questions = questionFiles();
      if (named === undefined) listQuestions(questions, json);
      else {
        const question = questionNamed(questions, named);
        const text = textOf(question, { object, asOf, sql, dialect });
        // A terminal shows what is unseen in it; whatever else takes it, takes it as it is.
        if (sql) process.stdout.write(process.stdout.isTTY ? visibleLines(text) : text);
        else printFound(question, await answerOfLake(settingsFrom(rest), text), asOf, json);
      }
      done(EXIT_DONE);
    });
  addSettings(ask, (name) => name === 'lake');
}

function listQuestions(questions: readonly Question[], json: boolean): void {
  if (json) {
    process.stdout.write(`${visibleJson(questions.map(({ text: _, ...about }) => about))}\n`);
    return;
  }
  for (const { number, name, question } of questions) {
    process.stdout.write(`${String(number).padStart(2)}  ${name}\n    ${question}\n`);
  }
  process.stdout.write('\nask one: audit-lake ask NUMBER-or-NAME --lake LAKE\n');
}

function questionNamed(questions: readonly Question[], named: string): Question {
  const found = questions.find(
    ({ number, name }) => name === named || (/^\d{1,2}$/.test(named) && number === Number(named)),
  );
  if (found === undefined) {
    throw new UsageError(`there is no question ${JSON.stringify(named)}; audit-lake ask lists them`);
  }
  return found;
}

interface Asked extends Pick<AskFlags, 'sql' | 'dialect'> {
  readonly object: string | undefined;
  readonly asOf: string | undefined;
}

/** The SQL to run, or to print. */
function textOf(question: Question, { object, asOf, sql, dialect }: Asked): string {
  const { argument, name } = question;
  if (object !== undefined && argument === null)
    throw new UsageError(`${name} is not about one object; leave out --object`);
  if (object === undefined && argument !== null && !sql) {
    throw new UsageError(`${name} is about one object; give it with --object ID. ${argument.description}`);
  }
  const text = rendered(question.text, dialect, asOf);
  return object === undefined || argument === null ? text : withArgument(text, argument, object, dialect);
}

function rendered(text: string, dialect: Dialect, asOf: string | undefined): string {
  try {
    return renderQuestion(text, dialect, asOf);
  } catch (error) {
    if (error instanceof QuestionError && asOf !== undefined) throw new UsageError(`--as-of: ${error.message}`);
    throw error;
  }
}

function printFound({ question }: Question, found: LakeAnswer, asOf: string | undefined, json: boolean): void {
  if (json) {
    printAnswer(found, true);
    return;
  }
  process.stdout.write(`${question}\n\n`);
  printAnswer(found, false);
  if (found.rows.length > 0) return;
  const today = asOf ?? `today, ${new Date().toISOString().slice(0, 10)}`;
  const days = found.days === null ? 'has no events' : `has events from ${found.days[0]} to ${found.days[1]}`;
  process.stdout.write(`asked as of ${today}; the lake ${days}. For another day: --as-of YYYY-MM-DD\n`);
}
