export { type CommitObserver, sealHead, settleCommit } from '../lake/after-commit.ts';
export { backOff, MOST_TRIES } from '../lake/back-off.ts';
export { CODE_TABLE_COLUMNS } from '../lake/codes-table.ts';
export { fileEntries, type JudgedSource, sourceEntry } from '../lake/commit-record.ts';
export { type DataFile, DataFiles } from '../lake/data-files.ts';
export { type Host, systemHost } from '../lake/host.ts';
export { rawFiles, rawPaths, rejectedPaths, standingOf } from '../lake/raw-files.ts';
export { codecOf, type ReadingPlan, readingPlan } from '../lake/reading-plan.ts';
export { type SourceFile, sourceFile } from '../lake/source-file.ts';
export type { DraftedSource, IngestedSource, RejectedSource } from '../lake/source-outcome.ts';
export { openTables, openTablesAsTheyStand, prepareTables, RAW, type Tables } from '../lake/tables.ts';
export { BrokenErasureList, erasedTransaction, retainedFrom, retainedTransaction, Withheld } from '../lake/withheld.ts';
export { type Batch, type BatchOptions, ingestBatch } from './batch.ts';
export type { Freshness } from './freshness.ts';
export type { IngestCommit, Observer } from './observer.ts';
export { type Reconciliation, reconcileRaw } from './reconcile.ts';
export {
  emptyReport,
  type FileReport,
  isHardlyRead,
  type Outcome,
  type Totals,
  totalsOf,
  WARNINGS,
  type Warning,
} from './report.ts';
export { ingestPaths, type Run, type RunOptions } from './run.ts';
export type { Scope } from './source-reading.ts';
export { Draft, type DraftOptions } from './staging.ts';
