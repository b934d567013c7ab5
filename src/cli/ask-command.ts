import { Option } from 'commander';
import { askQuestion, collected, type LakeAnswer, LakeSession, questionFiles } from '../asking/index.ts';
import { FORMATS, rowsOf, TEXT, UsageError, visibleLines, WHOLE_NUMBER } from '../present/index.ts';
import {
  DIALECTS,
  type Dialect,
  type Question,
  QuestionError,
  renderQuestion,
  withArgument,
} from '../questions/index.ts';
import type { Settings } from '../settings/index.ts';
import { askedLake } from './asked-lake.ts';
import { type CommandOutcome, command } from './command.ts';
import { printedAnswer } from './printed-answer.ts';

interface AskFlags {
  readonly object?: string;
  readonly asOf?: string;
  readonly sql: boolean;
  readonly dialect: Dialect;
}

/** Lists the questions, or asks one. */
export const register = command<AskFlags, [named?: string]>({
  name: 'ask',
  words: [['[question]', 'its number or name, such as 5 or self-granted-roles']],
  flags: [
    new Option('--object <id>', 'the id of the object, for the question that is about one'),
    new Option('--as-of <date>', 'the day that stands for today, such as 2026-03-31 (default: today, in UTC)'),
    new Option('--sql', 'print the SQL instead of running it'),
    new Option('--dialect <name>', 'the dialect of --sql').choices(DIALECTS).default('duckdb'),
  ],
  json: 'JSON',
  formats: FORMATS,
  settings: ['lake'],
  run: async ({ settings, flags }, named) => {
    const { sql, dialect, asOf } = flags;
    if (!sql && dialect !== 'duckdb') throw new UsageError('a lake is asked in DuckDB; --dialect goes with --sql');
    const questions = questionFiles();
    if (named === undefined) return listed(questions);
    const question = questionNamed(questions, named);
    const text = textOf(question, flags);
    if (!sql) return answered(question, await answerOf(settings(), question, flags), asOf);
    // A terminal shows what is unseen in it; whatever else takes it, takes it as it is.
    process.stdout.write(process.stdout.isTTY ? visibleLines(text) : text);
    return {};
  },
});

async function answerOf(settings: Settings, question: Question, { asOf, object }: AskFlags): Promise<LakeAnswer> {
  const session = await LakeSession.open(askedLake(settings));
  try {
    const values = question.argument === null || object === undefined ? {} : { [question.argument.name]: object };
    const rows = await askQuestion(session, question, { ...(asOf !== undefined && { asOf }), values });
    return { ...(await collected(rows)), days: session.days };
  } finally {
    await session.close();
  }
}

function listed(questions: readonly Question[]): CommandOutcome {
  const lines = questions.map(
    ({ number, name, question }) => `${String(number).padStart(2)}  ${name}\n    ${question}`,
  );
  return {
    json: () => questions.map(({ text: _, ...about }) => about),
    rows: () => rowsOf({ number: WHOLE_NUMBER, name: TEXT, question: TEXT }, questions),
    text: () => [...lines, '\nask one: audit-lake ask NUMBER-or-NAME --lake LAKE'].join('\n'),
  };
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

/** The SQL to run, or to print. */
function textOf(question: Question, { object, asOf, sql, dialect }: AskFlags): string {
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

function answered({ question }: Question, found: LakeAnswer, asOf: string | undefined): CommandOutcome {
  const { json, text, rows } = printedAnswer(found);
  const today = asOf ?? `today, ${new Date().toISOString().slice(0, 10)}`;
  const days = found.days === null ? 'has no events' : `has events from ${found.days[0]} to ${found.days[1]}`;
  const advice = `\nasked as of ${today}; the lake ${days}. For another day: --as-of YYYY-MM-DD`;
  return { json, rows, text: () => `${question}\n\n${text()}${found.rows.length > 0 ? '' : advice}` };
}
