export {
  cameBySaid,
  commitSaid,
  countedFromSaid,
  detailsSaid,
  recordSaid,
  recordVerbatim,
  type Said,
  sizeSaid,
} from './account-words.ts';
export {
  type Answer,
  answerIn,
  answerOfLake,
  answerRows,
  collected,
  type LakeAnswer,
  objectsOf,
} from './answer.ts';
export { type Clock, MOMENTS, parseMoment, parseSpan, parseTimeZone, type Span } from './dates.ts';
export { loadDuckdb } from './duckdb.ts';
export type * from './event-account.ts';
export { type Condition, eventCondition } from './event-condition.ts';
export { type EventFate, eventFate } from './event-fate.ts';
export {
  EVENT_FILTERS,
  type EventFilter,
  eventFilter,
  FILTER_CHOICES,
  type FilterName,
  type FilterWords,
} from './event-filter.ts';
export {
  ALL_EVENT_COLUMNS,
  countEvents,
  EVENT_SORTS,
  type EventPage,
  type EventPlace,
  type EventSort,
  eventPage,
  eventRows,
  instancesIn,
  type PageRequest,
  parseEventColumns,
  parseEventSort,
  parsePlace,
  placeText,
  TELLING_COLUMNS,
} from './event-search.ts';
export {
  askedWith,
  EVERY_QUESTION,
  faultsOf,
  type Given,
  missingIn,
  noneTakes,
  noQuestion,
  questionNamed,
  questionOf,
} from './given.ts';
export { cachedFiles } from './lake-cache.ts';
export { leftOutText } from './masked-account.ts';
export type { Masking, MaskRequest } from './masking.ts';
export { nothingFound } from './nothing-found.ts';
export { type EventContext, eventAccount, eventNamed } from './one-event.ts';
export { conditionIn, isFindable } from './pseudonym-filter.ts';
export { namesQuarantine } from './quarantine-files.ts';
export { askQuestion, type FirstRows, firstOfQuestion, questionFiles, questionText } from './questions.ts';
export { type AskedLake, KEPT_FOR_MANY_STATEMENTS, LakeSession, type Values } from './session.ts';
export { eventDays, existingTables, tablesIfAny } from './tables.ts';
export { inTimeZone } from './zoned-rows.ts';
