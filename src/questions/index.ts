export { DIALECTS, type Dialect } from './dialect.ts';
export { textLiteral } from './literal.ts';
export type { Parameter, Values } from './parameter.ts';
export { PARAMETER_TYPES } from './parameter-type.ts';
export { parseQuestion, type Question } from './question.ts';
export { QuestionError } from './question-error.ts';
export { type Asked, renderQuestion, words } from './render.ts';
export { readValue, type Value, ValueError, type Written } from './value.ts';
