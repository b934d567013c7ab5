import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Rows } from '../present/index.ts';
import { parseQuestion, type Question, renderQuestion, withArgument } from '../questions/index.ts';
import type { LakeSession } from './session.ts';

/** In a clone and in the npm package alike. */
const QUESTIONS = path.join(import.meta.dirname, '../../infra/queries');

/** The questions that the project comes with, by their numbers. @throws QuestionError */
export function questionFiles(): Question[] {
  const files = readdirSync(QUESTIONS).filter((file) => file.endsWith('.sql'));
  return files.sort().map((file) => parseQuestion(file, readFileSync(path.join(QUESTIONS, file), 'utf8')));
}

/** What a question is asked with. */
export interface Given {
  /** The day that stands for today, `YYYY-MM-DD`; left out, it is today in UTC. */
  readonly asOf?: string;
  /** Values for what the question wants to be given, by their names. */
  readonly values?: Readonly<Record<string, string>>;
}

/**
 * Asks a question.
 * @throws QuestionError where it cannot be asked with what is given; UsageError where it cannot be run
 */
export async function askQuestion(session: LakeSession, question: Question, given: Given = {}): Promise<Rows> {
  const { argument } = question;
  const text = renderQuestion(question.text, 'duckdb', given.asOf);
  const value = argument === null ? undefined : given.values?.[argument.name];
  return await session.rows(
    argument === null || value === undefined ? text : withArgument(text, argument, value, 'duckdb'),
  );
}
