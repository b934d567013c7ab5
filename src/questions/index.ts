export { DIALECTS, type Dialect } from './dialect.ts';
export { parseQuestion, type Question, type QuestionArgument, QuestionError } from './question.ts';
export { renderQuestion, withArgument } from './render.ts';
