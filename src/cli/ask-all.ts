import {
  type AskedLake,
  firstOfQuestion,
  type Given,
  KEPT_FOR_MANY_STATEMENTS,
  LakeSession,
  type MaskRequest,
  missingIn,
} from '../asking/index.ts';
import { cell, cut, objectOf, rowsOf, TEXT, textTable, UsageError, visible, WHOLE_NUMBER } from '../present/index.ts';
import type { Question } from '../questions/index.ts';
import type { CommandOutcome } from './command.ts';
import { EXIT_DONE, EXIT_FOUND } from './exit-codes.ts';
import { interruption } from './interruption.ts';

/** What came of a question: how many rows and the first of them, or why it was not asked. */
interface Answered {
  readonly number: number;
  readonly question: string;
  /** Null where it was not asked, or failed. */
  readonly rows: number | null;
  readonly first: Readonly<Record<string, unknown>> | null;
  readonly failed: string | null;
  /** Parameters that have to be given, and are not. */
  readonly needs: readonly string[];
}

/** Asks every question, one after the other; one that fails does not keep the others from being asked. */
export async function askAll(
  asked: {
    readonly lake: AskedLake;
    readonly rights: { readonly mask?: MaskRequest };
    /** Is called before the first is asked. */
    check(session: LakeSession): Promise<void>;
  },
  questions: readonly Question[],
  givenTo: (question: Question) => Given,
): Promise<CommandOutcome> {
  const session = await LakeSession.open(asked.lake, { ...asked.rights, keptFiles: KEPT_FOR_MANY_STATEMENTS });
  try {
    await asked.check(session);
    const answered: Answered[] = [];
    for (const question of questions) {
      asked.lake.tell(`asking ${question.number} of ${questions.length}: ${question.name}`);
      answered.push(await answerTo(session, question, givenTo(question)));
    }
    return outcome(answered, session);
  } finally {
    await session.close();
  }
}

async function answerTo(session: LakeSession, question: Question, given: Given): Promise<Answered> {
  const { number, name } = question;
  const needs = missingIn(question, given).map((parameter) => parameter.name);
  const none = { number, question: name, rows: null, first: null, failed: null, needs };
  if (needs.length > 0) return none;
  try {
    const { names, rows, count } = await firstOfQuestion(session, question, given, 1);
    return { ...none, rows: count, first: rows[0] === undefined ? null : objectOf(names, rows[0]) };
  } catch (error) {
    interruption.throwIfAborted();
    if (!(error instanceof UsageError)) throw error;
    return { ...none, failed: error.message };
  }
}

function outcome(answered: readonly Answered[], { days, masking }: LakeSession): CommandOutcome {
  const failed = answered.filter((each) => each.failed !== null);
  const cells = answered.map(({ number, question, rows, ...rest }) => [
    ...[String(number), question, rows === null ? '' : String(rows)],
    shortly({ number, question, rows, ...rest }),
  ]);
  const has = days === null ? 'the lake has no events' : `the lake has events from ${days[0]} to ${days[1]}`;
  return {
    exitCode: failed.length > 0 ? EXIT_FOUND : EXIT_DONE,
    json: () => answered,
    rows: () => ({
      ...rowsOf(
        { number: WHOLE_NUMBER, question: TEXT, rows: WHOLE_NUMBER, first: TEXT, failed: TEXT },
        answered.map((each) => ({ ...each, first: shortly(each) })),
      ),
      ...(masking !== null && { note: masking.note }),
    }),
    text: () =>
      [
        textTable(['', 'question', 'rows', 'the first of them'], cells, [true, false, true, false]),
        ...[has, ...(masking === null ? [] : [visible(masking.note)])],
        ...failed.map(({ number, question, failed: why }) => `${number} ${question} failed: ${visible(why ?? '')}`),
      ].join('\n'),
  };
}

/** A row in short: so many of its values, the first that say something. */
const MOST_VALUES = 5;
const LONGEST_VALUE = 40;
/** What says nothing to a person in a hurry. */
const PASSED_OVER = new Set(['event_uid', 'reset_uid', 'decode_status', 'source_system', 'message']);

function shortly({ first, failed, needs }: Answered): string {
  if (failed !== null) return 'failed: see below';
  if (needs.length > 0) return `left out: needs ${needs.map((name) => `--${name}`).join(', ')}`;
  if (first === null) return 'nothing';
  const said = Object.entries(first).filter(([name, value]) => value !== null && !PASSED_OVER.has(name));
  return said
    .slice(0, MOST_VALUES)
    .map(([name, value]) => `${name} ${cut(visible(cell(value)), LONGEST_VALUE)}`)
    .join(', ');
}
