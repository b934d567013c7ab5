import { UsageError, visible } from '../present/index.ts';
import {
  type Asked,
  type Parameter,
  type Question,
  QuestionError,
  readValue,
  type Value,
  ValueError,
  type Written,
} from '../questions/index.ts';
import { nearest } from '../settings/index.ts';

/** What a question is asked with, as whoever asks gives it. */
export interface Given {
  /** The first and the last day, both included, `YYYY-MM-DD` in UTC; left out, the question's own days until today. */
  readonly from?: string;
  readonly to?: string;
  /** The instances whose events are asked about; left out, all events. */
  readonly instances?: readonly string[];
  /** At most so many rows. */
  readonly limit?: number;
  /** Values for the question's parameters, by their names. */
  readonly values?: Readonly<Record<string, Written>>;
}

/**
 * What is given, checked against what the question declares.
 * @throws UsageError with a line for each value that it does not take
 */
export function askedWith(question: Question, { values = {}, ...given }: Given, now = new Date()): Asked {
  const { read, faults } = readValues(question, values);
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return { ...given, values: read, today: now.toISOString().slice(0, 10) };
}

/** A line for each value that a question does not take. */
export function faultsOf(question: Question, values: NonNullable<Given['values']>): readonly string[] {
  return readValues(question, values).faults;
}

function readValues(question: Question, values: NonNullable<Given['values']>) {
  const read = new Map<string, Value>();
  const faults: string[] = [];
  for (const [name, written] of Object.entries(values)) {
    const parameter = question.parameters.find((each) => each.name === name);
    try {
      if (parameter === undefined) faults.push(noneTakes([question], name) ?? '');
      else read.set(name, readValue(parameter, written));
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      faults.push(`${question.name}: ${name}: ${visible(error.message)}`);
    }
  }
  return { read, faults };
}

/** What to say where none of the questions takes a parameter of this name; null where one does. */
export function noneTakes(questions: readonly Question[], name: string): string | null {
  const names = [...new Set(questions.flatMap(({ parameters }) => parameters.map((each) => each.name)))];
  if (names.includes(name)) return null;
  const [only] = questions;
  const who = questions.length === 1 && only !== undefined ? only.name : 'no question';
  if (name === 'object' || name === 'person') return `${who} is not about one ${name}; leave out --${name}`;
  const near = nearest(name, names);
  const known = names.length === 0 ? 'it takes none' : `they are ${names.join(', ')}`;
  const advice = near === null ? known : `did you mean ${near}?`;
  return `${who} ${questions.length === 1 ? 'takes no' : 'takes'} parameter ${visible(JSON.stringify(name))}; ${advice}`;
}

/** The parameters that have to be given, and are not. */
export function missingIn(question: Question, { values = {} }: Given): Parameter[] {
  return question.parameters.filter(({ name, isNeeded }) => isNeeded && !Object.hasOwn(values, name));
}

/** What stands for every question, where one is named. */
export const EVERY_QUESTION = 'all';

/** What to say where no question has this name, and which is near. */
export function noQuestion(questions: readonly Question[], named: string): string {
  const near = nearest(named, [...questions.map(({ name }) => name), EVERY_QUESTION]);
  const advice = near === null ? 'audit-lake ask lists them' : `did you mean ${near}?`;
  return `there is no question ${visible(JSON.stringify(named))}; ${advice}`;
}

/** The question with a number or a name, in whatever case; null where there is none. */
export function questionOf(questions: readonly Question[], named: string): Question | null {
  const wanted = named.trim().toLowerCase();
  const isNamed = ({ number, name }: Question) =>
    name === wanted || (/^\d{1,9}$/.test(wanted) && number === Number(wanted));
  return questions.find(isNamed) ?? null;
}

/** The same. @throws UsageError where there is none */
export function questionNamed(questions: readonly Question[], named: string): Question {
  const found = questionOf(questions, named);
  if (found === null) throw new UsageError(noQuestion(questions, named));
  return found;
}

/** What can only be wrong with what was given. */
export function asUsage<T>(render: () => T): T {
  try {
    return render();
  } catch (error) {
    if (error instanceof QuestionError) throw new UsageError(visible(error.message));
    throw error;
  }
}
