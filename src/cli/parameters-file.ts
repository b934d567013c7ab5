import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { EVERY_QUESTION, faultsOf, noneTakes, noQuestion } from '../asking/index.ts';
import { UsageError } from '../present/index.ts';
import type { Question, Written } from '../questions/index.ts';

const single = z.union([z.string(), z.number()]);
const FILE = z.record(z.string(), z.record(z.string(), z.union([single, z.array(single)])));

/** Values of parameters by the names of questions, and of what is for all. */
export type QuestionValues = Readonly<Record<string, Readonly<Record<string, Written>>>>;

/**
 * Reads a file of values: `{"mass-remote-actions": {"devices": 50}, "all": {"leave_out": ["automation"]}}`.
 * @throws UsageError with a line for each thing that is wrong
 */
export function readParametersFile(file: string, questions: readonly Question[]): QuestionValues {
  const { success, data, error } = FILE.safeParse(jsonIn(file));
  if (!success) {
    const faults = error.issues.map(({ path }) => `${file}: ${path.join('.') || 'the file'}: ${EXPECTED}`);
    throw new UsageError([...new Set(faults)].join('\n'));
  }
  const faults = Object.entries(data).flatMap(([name, values]) => faultsIn(questions, name, values));
  if (faults.length > 0) throw new UsageError(faults.map((fault) => `${file}: ${fault}`).join('\n'));
  return data;
}

function faultsIn(questions: readonly Question[], name: string, values: QuestionValues[string]): string[] {
  if (name === EVERY_QUESTION) return Object.keys(values).flatMap((each) => noneTakes(questions, each) ?? []);
  const question = questions.find((each) => each.name === name);
  if (question !== undefined) return [...faultsOf(question, values)];
  return [noQuestion(questions, name)];
}

const EXPECTED = 'expected {"question": {"parameter": value}}, values being numbers, texts or lists of them';

function jsonIn(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UsageError(`--parameters: ${file} cannot be read: ${error.message}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--parameters: ${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
