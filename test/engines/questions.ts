import { renderedQuestions } from '../../package/queries.ts';
import { questionFiles, questionText } from '../../src/asking/index.ts';
import { DIALECTS } from '../../src/questions/index.ts';

/**
 * Prints every question as it is shipped, by its path in the package; given JSON, an object of {@link Given} by the questions' names,
 * those questions in every dialect as they are asked so.
 */
const [given] = process.argv.slice(2);
process.stdout.write(
  JSON.stringify(Object.fromEntries(given === undefined ? renderedQuestions() : askedQuestions(given))),
);

function askedQuestions(json: string): [string, string][] {
  const asked = JSON.parse(json) as Readonly<Record<string, Parameters<typeof questionText>[2]>>;
  return DIALECTS.flatMap((dialect) =>
    questionFiles()
      .filter(({ name }) => name in asked)
      .map((question): [string, string] => [
        `queries/${dialect}/${question.file}`,
        questionText(question, dialect, asked[question.name]),
      ]),
  );
}
