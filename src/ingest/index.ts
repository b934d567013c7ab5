export { markedTries, type Tries } from './attempts.ts';
export type { Batch, BatchOptions } from './batch.ts';
export { type CheckedFile, checkFiles, type GivenFile } from './check.ts';
export type { Freshness } from './freshness.ts';
export { Intake } from './intake.ts';
export { type LandedTaking, takeLanded } from './landed.ts';
export type { IngestCommit, Observer } from './observer.ts';
export { fateOf } from './raw-fate.ts';
export { type Reconciliation, reconcileRaw } from './reconcile.ts';
export { type AnnouncedContent, noteIfReplaced } from './replaced-unread.ts';
export {
  emptyReport,
  type FileOutcome,
  type FileReport,
  isHardlyRead,
  type Totals,
  totalsOf,
  type Warning,
  waits,
} from './report.ts';
export { ingestPaths, type Run, type RunOptions } from './run.ts';
export { isWhole } from './settling.ts';
export type { Scope } from './source-reading.ts';
export { Staging, type StagingOptions } from './staging.ts';
export type { TakingOptions } from './taking.ts';
