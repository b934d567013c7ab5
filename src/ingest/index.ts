export { backOff, MOST_TRIES } from './back-off.ts';
export { type Batch, type BatchOptions, ingestBatch } from './batch.ts';
export { CODE_TABLE_COLUMNS } from './codes-table.ts';
export { type DataFile, DataFiles } from './data-files.ts';
export { Draft, type DraftOptions } from './draft.ts';
export type { DraftedSource, IngestedSource, RejectedSource } from './drafted-source.ts';
export type { Freshness } from './freshness.ts';
export { type Host, systemHost } from './host.ts';
export { openTables, openTablesAsTheyStand, prepareTables, RAW, type Tables } from './lake.ts';
export type { IngestCommit, Observer } from './observer.ts';
export { codecOf, type ReadingPlan, readingPlan } from './reading-plan.ts';
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
export { type CommitObserver, sealHead, settleCommit } from './settle-commit.ts';
export { fileEntries, type JudgedSource, sourceEntry } from './source-entry.ts';
export { type SourceFile, sourceFile } from './source-file.ts';
export type { Scope } from './source-reading.ts';
export { rawFiles, rawPaths, rejectedPaths, standingOf } from './standing.ts';
export { BrokenErasureList, erasedTransaction, retainedFrom, retainedTransaction, Withheld } from './withheld.ts';
