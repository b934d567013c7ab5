export { dateOfDay, dayOfDate, dayOfInstant } from './calendar-day.ts';
export { CODE_COLUMNS, codeChoices } from './code-choices.ts';
export {
  EVENT_COLUMNS,
  EVENT_FILE_COLUMNS,
  EVENT_TABLE_COLUMNS,
  type EventColumn,
  type EventColumnName,
  rowsThatFill,
} from './columns.ts';
export { textDigest } from './digest.ts';
export type { EventRow } from './event-row.ts';
export { EventUids } from './event-uid.ts';
export { IdSet, parseId } from './id-set.ts';
export type { SourceConstants } from './partition.ts';
export { type DuePartition, dayOf, eventDate, Partitions } from './partitions.ts';
