import { questionFiles } from '../src/asking/index.ts';
import { DIALECTS, renderQuestion } from '../src/questions/index.ts';

/**
 * Every question in every dialect, as `audit-lake ask QUESTION --sql --dialect DIALECT` prints it, by its path in the package:
 * `queries/tsql/05-self-granted-roles.sql`.
 */
export function renderedQuestions(): Map<string, string> {
  return new Map(
    DIALECTS.flatMap((dialect) =>
      questionFiles().map((question) => [`queries/${dialect}/${question.file}`, renderQuestion(question, dialect)]),
    ),
  );
}
