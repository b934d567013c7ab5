import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Batch, batchesOf, type Rows } from '../present/index.ts';
import { type Dialect, parseQuestion, type Question, renderQuestion } from '../questions/index.ts';
import { type Answer, collected } from './answer.ts';
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
  return await session.rows(await askedText(session, question, given));
}

async function askedText(session: LakeSession, question: Question, given: Given): Promise<string> {
  // What is wrong with what is given is said before the lake is asked anything.
  const asked = askedWith(question, given);
  const shown = await shownAsked(session, question, asked);
  return asUsage(() => renderQuestion(question, 'duckdb', shown));
}

/** The first rows of an answer, and how many it has. */
export interface FirstRows extends Answer {
  readonly count: number;
}

/** The first rows that a question gives, and how many it gives. @throws UsageError as {@link askQuestion} */
export async function firstOfQuestion(
  session: LakeSession,
  question: Question,
  given: Given,
  most: number,
): Promise<FirstRows> {
  const { batches, ...asked } = await session.countedRows(await askedText(session, question, given), most);
  const first: Batch[number][] = [];
  let count = 0;
  for await (const batch of batches) {
    for (const row of batch.slice(0, Math.max(0, most - count))) first.push(row);
    count += batch.length;
  }
  return { ...(await collected({ ...asked, batches: batchesOf([first]) })), count };
}
