export { DIALECTS, type Dialect, isDialect } from './dialect.ts';
export { parseQuestion, type Question, type QuestionArgument, QuestionError } from './question.ts';
export { renderQuestion, withArgument } from './render.ts';
