export {
  type Action,
  type AddFile,
  type Commit,
  type CommitInfo,
  commitInfoOf,
  type Metadata,
  type Protocol,
  type RemoveFile,
  type Transaction,
} from './actions.ts';
export { type CommitOutcome, commit } from './commit.ts';
export { createTable } from './create.ts';
export { CorruptLog, InvalidCommit, TableError, UnsupportedTable } from './errors.ts';
export type { JsonValue } from './json.ts';
export { commitPath } from './log.ts';
export { auditEventsProperties, tableProperties } from './properties.ts';
export type { TableColumn, TableDefinition } from './schema.ts';
export { openTable, refresh, type Snapshot } from './snapshot.ts';
export { fileStatistics, timestampRange } from './statistics.ts';
