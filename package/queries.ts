import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DIALECTS, renderQuestion } from '../src/questions/index.ts';
import { ROOT } from './bundle.ts';

const FOLDER = path.join(ROOT, 'infra/queries');

/**
 * Every question in every dialect, as `audit-lake ask QUESTION --sql --dialect DIALECT` prints it, by its path in the package:
 * `queries/tsql/05-self-granted-roles.sql`.
 */
export function renderedQuestions(): Map<string, string> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.sql'));
  return new Map(
    DIALECTS.flatMap((dialect) =>
      files.map((file) => [
        `queries/${dialect}/${file}`,
        renderQuestion(readFileSync(path.join(FOLDER, file), 'utf8'), dialect),
      ]),
    ),
  );
}
