export { type Answer, answerOfLake, type LakeAnswer, objectsOf, rowsOfLake } from './answer.ts';
export { loadDuckdb } from './duckdb.ts';
export { cachedFiles } from './lake-cache.ts';
export type { AskedLake } from './session.ts';
export { eventDays, existingTables, tablesIfAny } from './tables.ts';
