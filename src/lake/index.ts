export { afterCommit, type CommitObserver, writeEvidence } from './after-commit.ts';
export { publishedCatalogue } from './catalogue-transaction.ts';
export { CODE_TABLE_COLUMNS, codesFile } from './codes-table.ts';
export { contentOwner, isContentTransaction, version } from './content-transaction.ts';
export {
  COVERAGE_STATES,
  COVERAGE_TABLE_COLUMNS,
  type CoverageRow,
  type CoverageState,
  coverageRows,
  replaceCoverage,
} from './coverage-table.ts';
export { rangesOf, readChunks, readDataFile, rowsOf, UnreadableDataFile } from './data-file-reading.ts';
export { type DataFile, DataFiles, discardFiles, removalOf } from './data-files.ts';
export { type EarlierContent, EarlierContents, isReplaced } from './earlier-contents.ts';
export { type EventHours, HourCounts, hourText } from './event-hours.ts';
export { changedDays, madeGood, removalsInDoubt, removalTransactions } from './foreign-removals.ts';
export { Identities, UNCHANGED } from './identities.ts';
export type { IdentityDifference } from './identity-difference.ts';
export { instancesIn } from './identity-places.ts';
export type { ReadSource } from './identity-reading.ts';
export {
  type IdentityOwner,
  type IdentityState,
  isIdentityOf,
  ownerKey,
  ownerOf,
  readIdentity,
  rememberedIdentities,
} from './identity-state.ts';
export { KeptTables } from './kept-tables.ts';
export { KNOWN_EVENTS } from './known-events.ts';
export { forEachId, KnownIds, overlap, PASS_OVER, timesOf } from './known-ids.ts';
export { type LakeColumn, type LakeTable, type PersonColumns, personColumns } from './lake-table.ts';
export { ledgerAfter, ownTransactions } from './ledger.ts';
export { readOwnRecord } from './own-record.ts';
export { type PastCommit, pastCommit, pastCommits } from './past-commits.ts';
export { type PastOutcome, pastOutcomes } from './past-outcomes.ts';
export { type PastWays, pastWays } from './past-ways.ts';
export {
  clearOfTaken,
  QuarantineTaken,
  type RejectionFile,
  RowQuarantine,
  rejectionFile,
  rejectionPath,
} from './quarantine.ts';
export { type BadRowsFile, badRowsFiles, badRowsName, replayingPlan, supersedingPlan } from './quarantine-names.ts';
export { outcomeOf, rawFileState, rawFiles, rawPaths, rejectedPaths } from './raw-files.ts';
export { codecOf, type ReadingPlan, readingPlan } from './reading-plan.ts';
export { readRecognised, recognisedRecord } from './recognised-record.ts';
export {
  type CommitRecord,
  commitRecord,
  type RecordedData,
  recordedOutcomes,
  type ShownSource,
  shownRecord,
} from './record-reading.ts';
export type {
  ByRecord,
  ChangeRecord,
  ComparisonRecord,
  ErasureRecord,
  HoursRecord,
  IngestedRecord,
  QuarantineFile,
  ReplayRecord,
  RetentionRecord,
  SourceRecord,
  VacuumRecord,
  WithdrawalRecord,
  WithdrawnRecord,
} from './record-schema.ts';
export {
  acceptanceInfo,
  appendInfo,
  type ChangeInfo,
  changeInfo,
  compactionInfo,
  fileRecords,
  isPerhapsTruncated,
  type JudgedSource,
  sourceRecord,
  vacuumInfo,
} from './record-writing.ts';
export { isContentRecorded } from './recorded-contents.ts';
export { recordedHashes, unaccountedFiles } from './recorded-hashes.ts';
export { recordedPlan } from './recorded-plan.ts';
export { type RecordedReading, RecordedReadings } from './recorded-readings.ts';
export { type RecordedSource, recordedCommits, recordedSources } from './recorded-sources.ts';
export {
  isOnRecordAsReplaced,
  type ReplacedContent,
  type ReplacedHow,
  recordReplaced,
  replacedContents,
  replacedId,
} from './replaced-contents.ts';
export { asideOf, sortQuarantine } from './set-aside.ts';
export { settingDifference } from './setting-difference.ts';
export {
  ingestedTransactions,
  isIngested,
  isRejectedForIdentity,
  isRejectedForTime,
  type RecordedOutcome,
  recordedOutcome,
  rejectedAppId,
  rejectedContent,
  rejectedPath,
  rejectedTransactions,
  type SourceFile,
  sourceFile,
} from './source-file.ts';
export type { BadExample, IngestedSource, RejectedSource, SourceOutcome } from './source-outcome.ts';
export { TABLE_NAMES } from './table-names.ts';
export {
  LAKE_TABLES,
  type LakeTableName,
  openEvents,
  openEventsToWrite,
  openTables,
  openTablesAsTheyStand,
  prepareTables,
  statesOf,
  TABLES,
  type TableState,
  type Tables,
} from './tables.ts';
export {
  changesWithdrawn,
  isWithdrawalNote,
  namedBy,
  noteOf,
  returnedTransactions,
  type Withdrawal,
  type WithdrawnFile,
  withdrawalOf,
  withdrawalOfContent,
  withdrawals,
  withdrawnTransaction,
} from './withdrawals.ts';
export {
  BrokenErasureList,
  changesWithheld,
  erasedSince,
  erasedTransaction,
  hasErasures,
  retainedFrom,
  retainedTransaction,
  Withheld,
} from './withheld.ts';
