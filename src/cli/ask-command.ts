import process from 'node:process';
import { Option } from 'commander';
import {
  askedWith,
  askQuestion,
  EVERY_QUESTION,
  type Given,
  LakeSession,
  missingIn,
  questionFiles,
  questionNamed,
  questionText,
} from '../asking/index.ts';
import { FORMATS, rowsOf, TEXT, UsageError, visibleLines, WHOLE_NUMBER } from '../present/index.ts';
import { DIALECTS, type Dialect, type Question } from '../questions/index.ts';
import { askAll } from './ask-all.ts';
import { GIVEN_OPTIONS, type GivenFlags, givenFor, refuseUnknownInstances } from './ask-given.ts';
import { askedLake } from './asked-lake.ts';
import { type CommandOutcome, command } from './command.ts';
import { describedQuestion, parameterRows, questionJson } from './described-question.ts';
import { MASKING, type MaskFlags, masked } from './mask-options.ts';
import type { Output } from './output.ts';

interface AskFlags extends GivenFlags, MaskFlags {
  readonly describe: boolean;
  readonly sql: boolean;
  readonly dialect: Dialect;
}

/** Lists the questions, says what one is, or asks one or all of them. */
export const register = command<AskFlags, [named?: string]>({
  name: 'ask',
  examples: [
    ['ask', 'the questions'],
    ['ask 5 --lake ./lake', 'one of them, answered'],
    ['ask all --lake ./lake -o answers.html', 'all, as a page'],
  ],
  words: [['[question]', 'its number or name, such as 5 or self-granted-roles; all asks every question']],
  flags: [
    ...GIVEN_OPTIONS,
    new Option(
      '--describe',
      'say what the question finds, why it matters, what is normal, and which parameters it takes',
    ),
    ...MASKING,
    new Option('--sql', 'print the SQL instead of running it'),
    new Option('--dialect <name>', 'the dialect of --sql').choices(DIALECTS).default('duckdb'),
  ],
  json: 'JSON',
  formats: FORMATS,
  settings: ['lake'],
  run: async ({ settings, flags, output }, named) => {
    const { sql, dialect, describe } = flags;
    if (!sql && dialect !== 'duckdb') throw new UsageError('a lake is asked in DuckDB; --dialect goes with --sql');
    const rights = masked(flags);
    const questions = questionFiles();
    if (named === undefined) return listed(questions);
    if (named.trim().toLowerCase() === EVERY_QUESTION) {
      if (sql || describe) throw new UsageError(`expected one question with --${sql ? 'sql' : 'describe'}, found all`);
      const given = givenFor(questions, questions, flags);
      const check = (session: LakeSession) => refuseUnknownInstances(session, flags);
      return await askAll({ lake: askedLake(settings()), rights, check }, questions, given);
    }
    const question = questionNamed(questions, named);
    if (describe) {
      return {
        json: () => questionJson(question),
        rows: () => parameterRows(question),
        text: () => describedQuestion(question),
      };
    }
    const given = givenFor(questions, [question], flags)(question);
    if (sql) return printed(questionText(question, dialect, given));
    refuseMissing(question, given);
    // What is wrong with what is given is said before a lake is opened.
    askedWith(question, given);
    const session = await LakeSession.open(askedLake(settings()), rights);
    try {
      await refuseUnknownInstances(session, flags);
      await printAnswer(output, session, question, given);
    } finally {
      await session.close();
    }
    return {};
  },
});

/** The rows alone in a format; else a table below the question, and what to say of it. */
async function printAnswer(output: Output, session: LakeSession, question: Question, given: Given): Promise<void> {
  const rows = { ...(await askQuestion(session, question, given)), title: question.question };
  if (output.format !== null) return await output.print(rows);
  const days = given.from === undefined ? '' : `\n${daysText(given)}`;
  await output.printTable(rows, {
    before: `${question.question}${days}\n\n`,
    after: (count) => adviceOn(count, session.days, given, question.period === 'all'),
  });
}

/** A terminal shows what is unseen in it; whatever else takes it, takes it as it is. */
function printed(text: string): CommandOutcome {
  process.stdout.write(process.stdout.isTTY ? visibleLines(text) : text);
  return {};
}

function listed(questions: readonly Question[]): CommandOutcome {
  const lines = questions.map(
    ({ number, name, question }) => `${String(number).padStart(2)}  ${name}\n    ${question}`,
  );
  const advice = [
    '\nask one: audit-lake ask NUMBER-or-NAME --lake LAKE; every one: audit-lake ask all --lake LAKE',
    'what one finds and takes: audit-lake ask NUMBER-or-NAME --describe',
  ];
  return {
    json: () => questions.map(questionJson),
    rows: () => rowsOf({ number: WHOLE_NUMBER, name: TEXT, question: TEXT }, questions),
    text: () => [...lines, ...advice].join('\n'),
  };
}

function refuseMissing(question: Question, given: Given): void {
  const [missing] = missingIn(question, given);
  if (missing === undefined) return;
  const { name, description } = missing;
  throw new UsageError(
    `${question.name} is about one ${name}; give it with --${name} ${name === 'person' ? 'WORD' : 'ID'}. ${description}\n\n${describedQuestion(question)}`,
  );
}

/** Which days were asked about. */
function daysText({ from, to }: Given): string {
  return `asked about ${from} to ${to ?? `today, ${today()}`}, whole days in UTC`;
}

function adviceOn(count: number, days: LakeSession['days'], { to, from, limit }: Given, isAll: boolean): string {
  if (count > 0) return limit === count ? `there may be more: --limit is ${limit}\n` : '';
  const has = days === null ? 'has no events' : `has events from ${days[0]} to ${days[1]}`;
  const other = isAll || from !== undefined ? '' : '. For another day: --as-of YYYY-MM-DD';
  return `asked as of ${to ?? `today, ${today()}`}; the lake ${has}${other}\n`;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
