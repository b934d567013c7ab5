import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { objectOf, type Rows } from '../present/index.ts';
import { type Dialect, parseQuestion, type Question, renderQuestion } from '../questions/index.ts';
import { askedWith, asUsage, type Given } from './given.ts';
import { shownAsked } from './masked-values.ts';
import type { LakeSession } from './session.ts';

/** In a clone and in the npm package alike. */
const QUESTIONS = path.join(import.meta.dirname, '../../infra/queries');

/** The questions that the project comes with, by their numbers. @throws QuestionError */
export function questionFiles(): Question[] {
  const files = readdirSync(QUESTIONS).filter((file) => file.endsWith('.sql'));
  return files.sort().map((file) => parseQuestion(file, readFileSync(path.join(QUESTIONS, file), 'utf8')));
}

/** The SQL of a question in a dialect. @throws UsageError where it does not take what is given */
export function questionText(question: Question, dialect: Dialect, given: Given = {}): string {
  const asked = askedWith(question, given);
  return asUsage(() => renderQuestion(question, dialect, asked));
}

/**
 * Asks a question. Where names are masked, values find whom they find without, and pseudonyms too.
 * @throws UsageError where it does not take what is given, or cannot be run
 */
export async function askQuestion(session: LakeSession, question: Question, given: Given = {}): Promise<Rows> {
  // What is wrong with what is given is said before the lake is asked anything.
  const asked = askedWith(question, given);
  const shown = await shownAsked(session, question, asked);
  return await session.rows(asUsage(() => renderQuestion(question, 'duckdb', shown)));
}

/** How many rows a question gives, and the first of them; null where there is none. @throws UsageError as {@link askQuestion} */
export async function firstOfQuestion(
  session: LakeSession,
  question: Question,
  given: Given = {},
): Promise<{ readonly count: number; readonly first: Readonly<Record<string, unknown>> | null }> {
  const { names, batches } = await askQuestion(session, question, given);
  let [count, first]: [number, Record<string, unknown> | null] = [0, null];
  for await (const batch of batches) {
    if (first === null && batch[0] !== undefined) first = objectOf(names, batch[0]);
    count += batch.length;
  }
  return { count, first };
}
