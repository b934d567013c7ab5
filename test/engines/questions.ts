import { renderedQuestions } from '../../package/queries.ts';

/** Prints every question as it is shipped, by its path in the package. */
process.stdout.write(JSON.stringify(Object.fromEntries(renderedQuestions())));
