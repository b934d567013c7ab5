export { type CommitLine, commitLines, parseActions, parseCommit } from './action-lines.ts';
export {
  type Action,
  type AddFile,
  type Commit,
  type CommitInfo,
  commitInfoOf,
  ENGINE,
  isOurs,
  type Metadata,
  type Protocol,
  type Provenance,
  type RemoveFile,
  type Transaction,
} from './actions.ts';
export {
  type BracketOwner,
  type BracketRecord,
  type ChangeKind,
  closeOpenBracket,
  lockActions,
  openBracket,
  unlockActions,
} from './bracket.ts';
export { checkpointAfterCommit, checkpointInterval, repairLastCheckpoint, writeCheckpoint } from './checkpoint.ts';
export { checkPages, decodeCheckpoint, readCheckpoint } from './checkpoint-reader.ts';
export { type Attempt, type CommitOutcome, commit } from './commit.ts';
export { commitFaults } from './commit-faults.ts';
export { backOff, commitWithRetries, MOST_TRIES, type Proposal, type Proposed, type Try } from './commit-retries.ts';
export { createTable } from './create.ts';
export {
  CorruptLog,
  InvalidCommit,
  LostRace,
  OutdatedProgram,
  SchemaConflict,
  TableError,
  UnsupportedTable,
} from './errors.ts';
export { extendTable } from './extend.ts';
export { bringUp, type FollowedTable, followTable } from './followed-table.ts';
export { isObject, type JsonObject, type JsonValue } from './json.ts';
export { readLastCheckpoint } from './last-checkpoint.ts';
export { finderOf, layersOf } from './layered-map.ts';
export { commitPath, type ListedCheckpoint, listLog, readCommit, readCommits, tableName } from './log.ts';
export { readLogFile } from './log-files.ts';
export { openTable, refresh } from './open.ts';
export { PROGRAM_VERSION } from './program-version.ts';
export { auditEventsProperties, tableProperties } from './properties.ts';
export { checkReadable, checkWritable } from './protocol.ts';
export { provenance, type Told } from './provenance.ts';
export { DELETED_FILE_RETENTION, intervalMs } from './retention.ts';
export { columnTypes, schemaColumns, type TableColumn, type TableDefinition } from './schema.ts';
export { isForeignDataChange, isForeignRemoval, replay, type Snapshot, stateOf } from './snapshot.ts';
export { fileStatistics, onlyValue, recordedRows, timestampRange } from './statistics.ts';
export { strictJson } from './strict-json.ts';
export { unknownParts } from './unknown-parts.ts';
export { LEAST_WRITER } from './writer-version.ts';
