import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseQuestion, type Question } from '../questions/index.ts';

const FOLDER = path.join(import.meta.dirname, '../../infra/queries');

/** The questions that the project comes with, by their numbers. @throws QuestionError */
export function questionFiles(): Question[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.sql'));
  return files.sort().map((file) => parseQuestion(file, readFileSync(path.join(FOLDER, file), 'utf8')));
}
