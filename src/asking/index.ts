export {
  type Answer,
  answerIn,
  answerOfLake,
  answerRows,
  collected,
  type LakeAnswer,
  objectsOf,
  rowsOfLake,
} from './answer.ts';
export { type Clock, parseMoment, parseSpan, parseTimeZone, type Span } from './dates.ts';
export { loadDuckdb } from './duckdb.ts';
export { cachedFiles } from './lake-cache.ts';
export type { Masking, MaskRequest } from './masking.ts';
export { askQuestion, type Given, questionFiles } from './questions.ts';
export { type AskedLake, LakeSession, type Values } from './session.ts';
export { eventDays, existingTables, tablesIfAny } from './tables.ts';
